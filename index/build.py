"""Files into the library and its indexes: idempotent, and safe to kill at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.derived import DerivedIndexes
from index.embed import Embedder
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
    """What an ingest did. `gone` are origins whose file or record is no longer there; `pruned` says if they went."""

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
    """Brings a library up to date with files."""

    def __init__(
        self, library: Library, indexes: DerivedIndexes, embedder: Embedder, ingest: IngestConfig, pieces: int
    ) -> None:
        self._library = library
        self._indexes = indexes
        self._embedder = embedder
        self._config = ingest
        self._pieces = pieces

    def ingest(
        self, paths: Sequence[Path], *, prune: bool = False, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Report:
        """Read every file under `paths` and put in what is new or changed, whole article by whole article.

        An article whose file or record is gone is reported, and removed only with `prune`. One whose file can
        no longer be read stays as it was.
        """
        began = time.monotonic()
        self.sweep()
        files = walk(paths, self._config)
        known = self._library.origins()
        seen: set[str] = set()
        report = Report(files=len(files))
        batch = _Batch()
        for read, progress in self._read(files):
            seen |= _origins(read, known)
            report = self._take(read, batch, report)
            if len(batch.passages) >= BATCH_PASSAGES:
                self._put(batch)
                batch = _Batch()
            on_progress(replace(progress, articles=report.added + report.changed, passages=report.passages))
        self._put(batch)
        gone = tuple(sorted(origin for origin in known if origin not in seen and _under(origin, paths)))
        if prune:
            self._library.remove(known[origin] for origin in gone)
            self.sweep()
        return replace(report, gone=gone, pruned=prune, seconds=time.monotonic() - began)

    def sweep(self) -> None:
        """Delete what is not live from the indexes, then from the library."""
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
        try:
            sha256 = fingerprint(path)
        except OSError:
            sha256 = ""  # read_file says what is wrong with it
        if sha256 and sha256 == self._library.file_hash(str(path)):
            return FileRead(str(path), sha256, (), (), unchanged=True)
        return read_file(path, self._config)

    def _take(self, read: FileRead, batch: _Batch, report: Report) -> Report:
        """Put a file's new articles into the batch, cut into passages; count the others."""
        if read.unchanged:
            return replace(report, unchanged=report.unchanged + 1)
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
        if batch.articles:
            vectors = self._embedder.embed([searched_text(passage) for passage in batch.passages])
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


def _origins(read: FileRead, known: Iterable[str]) -> set[str]:
    """The origins that a file still accounts for: what it holds, and all it held if any of it was refused."""
    found = {article.origin for article in read.articles}
    if read.unchanged or read.refusals:
        found |= {origin for origin in known if origin == read.path or origin.startswith(read.path + "#")}
    return found


def _under(origin: str, paths: Sequence[Path]) -> bool:
    """Whether an origin lies in one of these folders or files."""
    file = Path(origin.partition("#")[0])
    return any(file.is_relative_to(path.resolve()) for path in paths)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
