"""Articles whose files are no longer there: moved, gone, or removed because that was asked for."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from pathlib import Path

from index.library import Library
from index.report import Report

# More than this share of the articles of a folder gone at once is more likely a disk that is not there, or a wrong
# folder; a few are always believed.
MOST_PRUNED, FEW = 0.2, 5


class Departures:
    """What is known below some paths and was not seen by an ingest of them."""

    def __init__(self, library: Library, paths: Sequence[Path], files: Sequence[Path], seen: set[str]) -> None:
        self._library = library
        self._roots = [str(path.resolve()).rstrip("/") for path in paths]
        self._files = {str(file) for file in files}
        self._seen = seen

    def settle(self, report: Report, prune: bool, force: bool) -> Report:
        """Note what has moved; report what is gone, and with `prune` remove it; take back notes of files not there."""
        known = [origin for origin in self._library.origins() if self._under(origin)]
        missing = [origin for origin in known if origin not in self._seen]
        moved = [origin for origin in missing if self._is_elsewhere(origin)]
        gone = [origin for origin in missing if origin not in set(moved)]
        kept_back = "" if force or not prune else _too_many(len(gone), len(known))
        removed = gone if prune and not kept_back else []
        with self._library.transaction():
            for origin in (*moved, *removed):
                self._remove(origin)
            self._take_back([origin for origin in gone if origin not in set(removed)])
        return replace(report, moved=tuple(moved), gone=tuple(gone), pruned=bool(removed), kept_back=kept_back)

    def _is_elsewhere(self, origin: str) -> bool:
        """Whether the same article was seen in another place."""
        others = self._library.origins_of(self._library.article_at(origin))
        return any(other in self._seen for other in others)

    def _remove(self, origin: str) -> None:
        article = self._library.article_at(origin)
        self._library.drop_origin(origin)
        if not self._library.origins_of(article):
            self._library.remove([article])

    def _take_back(self, unsettled: Sequence[str]) -> None:
        """Take back notes: of files that are no longer there, and of those that lack records of articles still kept."""
        for origin in unsettled:
            self._library.forget_stamp(file_of(origin, self._files))
        for origin in self._library.noted():
            if self._under(origin) and not file_of(origin, self._files):
                self._library.forget_file(origin)

    def _under(self, origin: str) -> bool:
        """Whether an origin is one of these files, a record in one, or lies below one of these folders."""
        return any(origin == root or origin.startswith((f"{root}/", f"{root}#")) for root in self._roots)


def _too_many(gone: int, known: int) -> str:
    if gone <= max(FEW, MOST_PRUNED * known):
        return ""
    return f"{gone:,} of {known:,} articles would go: is a disk missing? vouch ingest --prune --force removes them"


def file_of(origin: str, files: Container[str]) -> str:
    """The file that an origin is, or is a record in; "" if it is not among these.

    >>> file_of("/c#/a.jsonl#7", {"/c#/a.jsonl"})
    '/c#/a.jsonl'
    """
    ends = [place for place, character in enumerate(f"{origin}#") if character == "#"]
    return next((origin[:end] for end in ends if origin[:end] in files), "")
