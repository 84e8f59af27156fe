"""Files on their way in: read, settled, cut into passages, gathered into batches that are embedded together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.identity import Identities
from index.library import Library
from index.report import Report
from ingest.documents import Article, Passage
from ingest.outcomes import FileRead, Refusal

BATCH_PASSAGES = 512  # embedded and committed together: some five seconds of work to lose, one fsync to pay

Cut = Callable[[Article], Sequence[Passage]]


@dataclass
class Batch:
    """What goes in together. `fraction` of the input is behind us once it is in."""

    articles: list[Article] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    copies: list[Article] = field(default_factory=list)  # found in one more place
    files: list[FileRead] = field(default_factory=list)  # done once this batch is in
    fraction: float = 0.0
    report: Report = field(default_factory=Report)

    @property
    def full(self) -> bool:
        return len(self.passages) >= BATCH_PASSAGES


class Arrivals:
    """The batches of one ingest. Read on by one thread; `seen` and `report` are complete when it is through."""

    def __init__(self, library: Library, cut: Cut) -> None:
        self._identities = Identities(library)
        self._cut = cut
        self._known = sorted(library.origins())
        self._refusals: dict[str, list[Refusal]] = {}  # of files that are given in parts
        self.seen: set[str] = set()  # origins that are accounted for
        self.report = Report()
        self.stopped = False  # set to have it end early

    def batches(self, reads: Iterable[tuple[FileRead, float]]) -> Iterator[Batch]:
        """Batches of what is new, each with the report as it will be once it is in."""
        batch = Batch()
        for read, fraction in reads:
            if self.stopped:
                return
            self._take(read, batch)
            batch.fraction, batch.report = fraction, self.report
            if batch.full:
                yield batch
                batch = Batch(fraction=fraction, report=self.report)
        batch.report = self.report
        yield batch

    def _take(self, read: FileRead, batch: Batch) -> None:
        self.seen |= (held := self._held(read))
        if read.unchanged:
            unchanged = len(held & set(starting(self._known, read.path)))
            self.report = replace(self.report, unchanged=self.report.unchanged + unchanged)
        else:
            self._refuse(read)
            for article in read.articles:
                self._arrive(article, batch)
        if read.last:
            refusals = self._refusals.pop(read.path, [])
            batch.files.append(replace(read, articles=(), refusals=tuple(refusals)))
            self.report = replace(self.report, files=self.report.files + 1)

    def _refuse(self, read: FileRead) -> None:
        if read.refusals:
            self._refusals.setdefault(read.path, []).extend(read.refusals)
            self.report = replace(self.report, refused=(*self.report.refused, *read.refusals))

    def _arrive(self, read: Article, batch: Batch) -> None:
        settled = self._identities.settle(read)
        if settled.state == "copied":
            batch.copies.append(settled.article)
        elif settled.state != "unchanged":
            cut = self._cut(settled.article)
            batch.articles.append(settled.article)
            batch.passages += cut
            self.report = replace(self.report, passages=self.report.passages + len(cut))
        count = getattr(self.report, settled.state) + 1
        self.report = replace(self.report, **{settled.state: count})

    def _held(self, read: FileRead) -> set[str]:
        """The origins that a part of a file accounts for: what it holds, and all it held if any of it was refused.

        A folder that cannot be listed is a file refused: it accounts for all that is known below it.
        """
        found = {article.origin for article in read.articles}
        if read.unchanged or read.refusals:
            found |= {read.path, *starting(self._known, read.path), *starting(self._known, f"{read.path}/", "")}
        return found


def starting(origins: Sequence[str], path: str, mark: str = "#") -> Sequence[str]:
    """Those of sorted origins that are a path, or a record in it (or whatever starts with it, where `mark` is "").

    >>> starting(["/a", "/a#1", "/a.txt"], "/a")
    ['/a', '/a#1']
    """
    prefix = path + mark
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    found = list(origins[bisect_left(origins, prefix) : bisect_left(origins, after)])
    here = bisect_left(origins, path)
    return [path, *found] if mark and origins[here : here + 1] == [path] else found
