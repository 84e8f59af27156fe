"""Files and links into the library and its indexes: idempotent, and safe to kill at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.arrivals import Arrivals, Batch
from index.corrections import checked, corrected
from index.departures import Departures
from index.derived import DerivedIndexes
from index.embed import Embedder, Vectors
from index.errors import ClosedError
from index.library import Library
from index.memory import share_one_arena
from index.nodes import searched_hash, searched_text
from index.removal import Removals
from index.report import Progress, Report
from index.room import check_room
from index.stories import Stories
from ingest.config import IngestConfig
from ingest.corpus import read_files
from ingest.documents import Article, Passage
from ingest.errors import VouchError
from ingest.folders import walk
from ingest.links import is_link, read_links
from ingest.outcomes import FileRead
from ingest.parsers import Parsers
from ingest.split import passages

EMBED_AT_ONCE = 128  # passages between two signs of life
LOOK_AGAIN_S = 0.5  # between two signs of life while files are read or links fetched

OnProgress = Callable[[Progress], None]
Reads = Iterator[tuple[FileRead, float]]


class Builder:
    """Brings a library up to date with files and links: one ingest at a time, others wait for it."""

    def __init__(
        self, library: Library, indexes: DerivedIndexes, embedder: Embedder, ingest: IngestConfig, pieces: int
    ) -> None:
        self._library = library
        self._indexes = indexes
        self._embedder = embedder
        self._config = ingest
        self._pieces = pieces
        self.removals = Removals(library, indexes)
        self._lock = threading.Lock()
        self._closed = False

    @property
    def config(self) -> IngestConfig:
        """How articles are read."""
        return self._config

    def ingest(
        self,
        sources: Sequence[str | Path],
        *,
        prune: bool = False,
        force: bool = False,
        on_progress: OnProgress = lambda _: None,
    ) -> Report:
        """Read every file under `sources` and every link among them; put in what is new or changed, whole by whole.

        An article whose file or record is gone is reported, and removed only with `prune`, and not if that would
        be many of them, unless by `force`. One whose file can no longer be read stays as it was.
        """
        with self._lock:
            share_one_arena()
            return self._ingest(list(map(str, sources)), prune, force, on_progress)

    def edit(self, article: str, fields: dict[str, str | None]) -> None:
        """Correct fields of an article, for good; None takes a correction back at the next ingest."""
        kept = {field: value if value is None else checked(field, value) for field, value in fields.items()}
        with self._lock:
            found = self._library.article(article)
            if found is None:
                raise VouchError(f"no article has the id {article!r}", hint="list them: vouch articles")
            with self._library.transaction():
                for field, value in kept.items():
                    self._library.set_correction(article, field, value)
                if None in kept.values():
                    self._library.forget_stamp(found.origin.partition("#")[0])
            self._put_again(corrected(found, {field: value for field, value in kept.items() if value is not None}))

    def close(self) -> None:
        """End an ingest that is under way; what it has put in stays."""
        self._closed = True
        with self._lock:
            return

    def sweep(self, articles: Sequence[str] | None = None) -> None:
        """Delete what is not live from the indexes, then from the library; of some articles, where these are named.

        What was removed and can still be restored stays in the library.
        """
        with self._indexes.writing():
            articles = self.removals.sweepable(articles)
            orphans = self._library.orphans(articles)
            if orphans:
                self._indexes.delete(orphans)
            self._library.sweep(articles)

    def settle(self, articles: Sequence[str]) -> None:
        """After articles were removed, restored or forgotten: leave nothing of the removed ones in the indexes.

        Stories are brought up to date, too, or by the ingest that is under way when it ends.
        """
        with self._indexes.writing():
            if orphans := self._library.orphans(articles):
                self._indexes.delete(orphans)
            self.sweep(articles)
        if self._lock.acquire(blocking=False):
            try:
                Stories(self._library).update()
            finally:
                self._lock.release()

    def _put_again(self, article: Article) -> None:
        cut = self._cut(article)
        batch = Batch([article], list(cut))
        self._put(batch, self._vectors(batch.passages, lambda _: None)[0])

    def _cut(self, article: Article) -> list[Passage]:
        return passages(article, self._embedder.count, self._pieces)

    def _ingest(self, sources: list[str], prune: bool, force: bool, on_progress: OnProgress) -> Report:
        began = time.monotonic()
        self.removals.expire()
        self.sweep()
        links = [source for source in sources if is_link(source)]
        paths = [Path(source) for source in sources if not is_link(source)]
        files = walk(paths, self._config)
        arrivals = Arrivals(self._library, self._cut)
        with closing(Parsers(self._config)) as parsers:
            reads = self._reads(files, links, parsers)
            embedded = self._carried(arrivals, reads, len(files) + len(links), began, on_progress)
        departures = Departures(self._library, paths, files, arrivals.seen)
        report = departures.settle(arrivals.report, prune, force)
        self.sweep()
        self._indexes.tidy()
        stories = Stories(self._library).update()
        return replace(report, embedded=embedded, stories=stories, seconds=time.monotonic() - began)

    def _reads(self, files: Sequence[Path], links: Sequence[str], parsers: Parsers) -> Reads:
        """What each input gives, with the share of all that is behind us then; a link counts as a usual file."""
        sizes = {str(path): _size(path) for path in files}
        usual = sum(sizes.values()) // len(sizes) if sizes else 1
        sizes.update(dict.fromkeys(links, usual))
        total, before = sum(sizes.values()) or 1, 0
        stamp = self._library.stamp_of
        for reads in (read_files(files, self._config, parsers, stamp), self._linked(links, parsers)):
            for read in reads:
                size = sizes.get(read.path, 0)
                yield read, min(1.0, (before + size * read.share) / total)
                before += size if read.last else 0

    def _linked(self, links: Sequence[str], parsers: Parsers) -> Iterator[FileRead]:
        if links:
            yield from read_links(links, self._config, parsers, self._library.stamp_of)

    def _carried(self, arrivals: Arrivals, reads: Reads, of_files: int, began: float, on_progress: OnProgress) -> int:
        """Carry batch after batch in: while one is embedded, the next is read and the one before is written.

        How many passages were embedded.
        """
        batches = arrivals.batches(reads)
        embedded, fraction, before = 0, 0.0, Report()
        with ThreadPoolExecutor(max_workers=2, thread_name_prefix="vouch-ingest") as pool:
            try:
                coming: Future[Batch | None] = pool.submit(next, batches, None)
                writing: Future[None] | None = None
                reading = _reader(before, fraction, of_files, began, on_progress)
                while batch := self._awaited(coming, arrivals, reading):
                    coming = pool.submit(next, batches, None)
                    tell = _teller(batch, before, fraction, of_files, began, on_progress)
                    vectors, new = self._vectors(batch.passages, tell)
                    if writing is not None:
                        writing.result()
                    writing = pool.submit(self._put, batch, vectors)
                    embedded, fraction, before = embedded + new, batch.fraction, batch.report
                    reading = _reader(before, fraction, of_files, began, on_progress)
                if writing is not None:
                    writing.result()
            finally:
                arrivals.stopped = True
        return embedded

    def _awaited(
        self, coming: Future[Batch | None], arrivals: Arrivals, tell: Callable[[Report], None]
    ) -> Batch | None:
        """The next batch; until it is there, it is told how much was read."""
        while wait([coming], LOOK_AGAIN_S).not_done:
            self._go_on()
            tell(arrivals.report)
        return coming.result()

    def _go_on(self) -> None:
        if self._closed:
            raise ClosedError("the ingest was ended: its library was closed", hint="run it again to go on")

    def _vectors(self, cut: Sequence[Passage], tell: Callable[[float], None]) -> tuple[Vectors, int]:
        """The vectors of passages, and how many had to be embedded; what was embedded before is not again."""
        hashes = [searched_hash(passage) for passage in cut]
        vectors = dict(self._library.embedded(hashes))
        wanted = {h: searched_text(p) for h, p in zip(hashes, cut, strict=True) if h not in vectors}
        order = sorted(wanted, key=lambda h: len(wanted[h]))  # like lengths together: little is padded
        for begin in range(0, len(order), EMBED_AT_ONCE):
            self._go_on()
            some = order[begin : begin + EMBED_AT_ONCE]
            vectors.update(zip(some, self._embedder.embed([wanted[h] for h in some]), strict=True))
            tell((begin + len(some)) / len(order))
        tell(1.0)
        rows = [vectors[h] for h in hashes]
        return (np.stack(rows) if rows else np.zeros((0, self._embedder.dimension), np.float32)), len(order)

    def _put(self, batch: Batch, vectors: Vectors) -> None:
        """Stage, index, switch, sweep: killed between any two steps, an article is wholly old or wholly new."""
        changed = [article.id for article in batch.articles]
        with self._indexes.writing():
            if batch.articles:
                check_room(self._library.folder, batch.articles, batch.passages, self._embedder.dimension)
                self._library.stage(batch.articles, batch.passages, vectors)
                self._indexes.add(batch.passages, vectors)
            with self._library.transaction():
                for copy in batch.copies:  # first: an article whose last origin leaves it goes
                    if copy.id in changed or self._library.version_of(copy.id):  # else it was removed meanwhile
                        self._library.set_origin(copy.origin, copy.id)
                self._library.make_live(batch.articles)
                for read in batch.files:
                    if not read.unchanged:
                        self._library.record_file(read.path, read.stamp, read.refusals)
            if changed:
                self.sweep(changed)


def _teller(
    batch: Batch, before: Report, fraction: float, of_files: int, began: float, on_progress: OnProgress
) -> Callable[[float], None]:
    """Tells how far an ingest is when a share of this batch is embedded."""
    after = batch.report

    def between(one: float, other: float, share: float) -> float:
        return one + (other - one) * share

    def tell(share: float) -> None:
        articles = between(before.added + before.changed, after.added + after.changed, share)
        cut = between(before.passages, after.passages, share)
        done = between(fraction, batch.fraction, share)
        seconds = time.monotonic() - began
        on_progress(Progress(after.files, of_files, int(articles), int(cut), len(after.refused), done, seconds))

    return tell


def _reader(
    before: Report, fraction: float, of_files: int, began: float, on_progress: OnProgress
) -> Callable[[Report], None]:
    """Tells how much was read while nothing can be embedded."""

    def tell(read: Report) -> None:
        articles, seconds = before.added + before.changed, time.monotonic() - began
        on_progress(Progress(read.files, of_files, articles, before.passages, len(read.refused), fraction, seconds))

    return tell


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
