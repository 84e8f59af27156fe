"""Files into the library and its indexes: idempotent, and safe to kill at any moment."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.derived import DerivedIndexes
from index.embed import Embedder
from index.errors import LibraryError
from index.library import Library
from index.nodes import searched_text
from ingest.config import IngestConfig
from ingest.corpus import FileRead, Refusal, fingerprint, read_file, walk
from ingest.documents import Article, Passage
from ingest.split import passages

BATCH_PASSAGES = 512  # embedded and committed together: some five seconds of work to lose, one fsync to pay


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is. `fraction` goes by the bytes of the files."""

    files: int
    of_files: int
    articles: int
    passages: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did: `files` were looked at; articles were added, changed, unchanged.

    `gone` are origins whose file or record is no longer there; `pruned` says if they went.
    """

    files: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    passages: int = 0
    refused: tuple[Refusal, ...] = ()
    gone: tuple[str, ...] = ()
    pruned: bool = False
    seconds: float = 0.0


@dataclass
class _Batch:
    """Articles on their way in, until there are enough passages to embed together."""

    articles: list[Article] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    files: list[FileRead] = field(default_factory=list)  # done once this batch is in


class Builder:
    """Brings a library up to date with files: one ingest at a time, others wait for it."""

    def __init__(
        self, library: Library, indexes: DerivedIndexes, embedder: Embedder, ingest: IngestConfig, pieces: int
    ) -> None:
        self._library = library
        self._indexes = indexes
        self._embedder = embedder
        self._config = ingest
        self._pieces = pieces
        self._lock = threading.Lock()
        self._closed = False

    def ingest(
        self, paths: Sequence[Path], *, prune: bool = False, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Report:
        """Read every file under `paths` and put in what is new or changed, whole article by whole article.

        An article whose file or record is gone is reported, and removed only with `prune`. One whose file can
        no longer be read stays as it was.
        """
        with self._lock:
            return self._ingest(paths, prune, on_progress)

    def close(self) -> None:
        """End an ingest that is under way; what it has put in stays."""
        self._closed = True
        with self._lock:
            return

    def _ingest(self, paths: Sequence[Path], prune: bool, on_progress: Callable[[Progress], None]) -> Report:
        began = time.monotonic()
        self.sweep()
        files = walk(paths, self._config)
        known = self._library.origins()
        origins = sorted(known)
        seen: set[str] = set()
        report = Report(files=len(files))
        batch = _Batch()
        for read, progress in self._read(files):
            if self._closed:
                raise LibraryError("the ingest was ended: its library was closed", hint="run it again to go on")
            held = _origins(read, origins)
            seen |= held
            if read.unchanged:
                report = replace(report, unchanged=report.unchanged + len(held & known.keys()))
            else:
                report = self._take(read, batch, report)
            if len(batch.passages) >= BATCH_PASSAGES:
                self._put(batch)
                batch = _Batch()
            on_progress(replace(progress, articles=report.added + report.changed, passages=report.passages))
        self._put(batch)
        gone = tuple(origin for origin in origins if origin not in seen and _under(origin, paths))
        self._take_back(gone if not prune else (), {str(file) for file in files}, paths)
        if prune:
            self._library.remove(known[origin] for origin in gone)
            self.sweep()
        return replace(report, gone=gone, pruned=prune, seconds=time.monotonic() - began)

    def _take_back(self, unsettled: Sequence[str], files: Container[str], paths: Sequence[Path]) -> None:
        """Take back notes: of files that are no longer there, and of those that lack records of articles still kept."""
        for origin in unsettled:
            self._library.forget_hash(_file_of(origin, files))
        for origin in self._library.noted():
            if _under(origin, paths) and not _file_of(origin, files):
                self._library.forget_file(origin)

    def sweep(self) -> None:
        """Delete what is not live from the indexes, then from the library."""
        with self._indexes.writing():
            orphans = self._library.orphans()
            if orphans:
                self._indexes.delete(orphans)
            self._library.sweep()

    def _read(self, files: Sequence[Path]) -> Iterator[tuple[FileRead, Progress]]:
        """Each file read in parts of one article, so that progress and batches do not wait for large files."""
        sizes = [_size(path) for path in files]
        total = sum(sizes) or 1
        before = 0
        for number, (path, size) in enumerate(zip(files, sizes, strict=True), start=1):
            parts = list(_parts(self._read_file(path)))
            for done, part in enumerate(parts, start=1):
                fraction = (before + size * done / len(parts)) / total
                yield part, Progress(number, len(files), 0, 0, fraction)
            before += size

    def _read_file(self, path: Path) -> FileRead:
        known = self._library.file_hash(str(path))
        if known and _has_hash(path, known):
            return FileRead(str(path), known, (), (), unchanged=True)
        return read_file(path, self._config)

    def _take(self, read: FileRead, batch: _Batch, report: Report) -> Report:
        """Put a file's new articles into the batch, cut into passages; count the others."""
        if read.sha256 or read.refusals:
            batch.files.append(read)
        report = replace(report, refused=(*report.refused, *read.refusals))
        for article in read.articles:
            live = self._library.version_of(article.id)
            if live == article.version:
                report = replace(report, unchanged=report.unchanged + 1)
                continue
            cut = passages(article, self._embedder.count, self._pieces)
            batch.articles.append(article)
            batch.passages += cut
            report = replace(
                report,
                added=report.added + (not live),
                changed=report.changed + bool(live),
                passages=report.passages + len(cut),
            )
        return report

    def _put(self, batch: _Batch) -> None:
        """Stage, index, switch, sweep: killed between any two steps, an article is wholly old or wholly new."""
        vectors = self._embedder.embed([searched_text(passage) for passage in batch.passages])
        with self._indexes.writing():
            if batch.articles:
                self._library.stage(batch.articles, batch.passages, vectors)
                self._indexes.add(batch.passages, vectors)
            with self._library.transaction():
                self._library.make_live(batch.articles)
                for read in batch.files:
                    self._library.record_file(read.path, read.sha256, read.refusals)
            self.sweep()


def _parts(read: FileRead) -> Iterator[FileRead]:
    """A file of many records as files of one, the last of which carries the refusals and the hash."""
    for article in read.articles[:-1]:
        yield replace(read, articles=(article,), refusals=(), sha256="")
    yield replace(read, articles=read.articles[-1:])


def _origins(read: FileRead, known: Sequence[str]) -> set[str]:
    """The origins that a file still accounts for: what it holds, and all it held if any of it was refused.

    A folder that cannot be listed is a file refused: it accounts for all that is known below it. `known` is sorted.
    """
    found = {article.origin for article in read.articles}
    if read.unchanged or read.refusals:
        found |= {read.path, *_starting(known, f"{read.path}#"), *_starting(known, f"{read.path}/")}
    return found


def _starting(origins: Sequence[str], prefix: str) -> Sequence[str]:
    """Those of sorted origins that start with a prefix ending in `#` or `/`."""
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return origins[bisect_left(origins, prefix) : bisect_left(origins, after)]


def _file_of(origin: str, files: Container[str]) -> str:
    """The file that an origin is, or is a record in; "" if it is not among these.

    >>> _file_of("/c#/a.jsonl#7", {"/c#/a.jsonl"})
    '/c#/a.jsonl'
    """
    ends = [place for place, character in enumerate(f"{origin}#") if character == "#"]
    return next((origin[:end] for end in ends if origin[:end] in files), "")


def _under(origin: str, paths: Sequence[Path]) -> bool:
    """Whether an origin is one of these files, a record in one, or lies below one of these folders."""
    roots = [str(path.resolve()).rstrip("/") for path in paths]
    return any(origin == root or origin.startswith((f"{root}/", f"{root}#")) for root in roots)


def _has_hash(path: Path, sha256: str) -> bool:
    try:
        return path.is_file() and fingerprint(path) == sha256
    except OSError:
        return False  # read_file says what is wrong with it


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
