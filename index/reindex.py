"""A library brought to other settings: passages cut and embedded anew beside it, then put in its place at once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.config import IndexConfig
from index.database import FILE
from index.derived import GENERATION_KEYS
from index.embed import Embedder, Vectors, open_embedder
from index.errors import LibraryError, written
from index.library import Library, Vector
from index.manifest import FINGERPRINT, PIECES, Settings, agree, differences, precision_of, settings_of
from index.nodes import searched_hash, searched_text
from index.owner import OwnerLock
from index.swap import check_free, put_in_place, size_of
from ingest.documents import Article, Passage
from ingest.split import passages

NEXT = "next"  # folder of the library that is being made
BATCH_PASSAGES = 512  # embedded and committed together: some five seconds of work to lose
TIMES = 2  # the new file and its journal are each about as large as the old one
LIVE = "FROM old.live JOIN old.articles ON articles.id = live.article AND articles.version = live.version"
TODO = f"""SELECT live.article, length(text) {LIVE}
           WHERE (live.article, live.version) NOT IN (SELECT article, version FROM main.live) ORDER BY 1"""  # noqa: S608
OWN_KEYS = (FINGERPRINT, PIECES, "schema")  # of `meta`
MADE_ANEW = frozenset({"meta", "articles", "live", "passages", "removed"})  # tables; all others are copied as they are


@dataclass(frozen=True, slots=True)
class Reindexing:
    """How far it is: `fraction` goes by the characters of the articles; `articles` and `passages` are wholly in."""

    articles: int
    of_articles: int
    passages: int
    fraction: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Reindexed:
    """What was done. `reasons` say why; none means that the library was right, and nothing was to do."""

    articles: int
    passages: int
    embedded: int
    reasons: tuple[str, ...]
    seconds: float


def reindex(
    folder: Path,
    index: IndexConfig,
    *,
    force: bool = False,
    on_progress: Callable[[Reindexing], None] = lambda _: None,
    opened: Callable[..., Embedder] = open_embedder,
) -> Reindexed:
    """Bring a library to the settings of today; `force` does it even if it has them.

    The library answers as it is until the new one is complete, and then is replaced at once. Killed, the next run
    goes on where this one stopped, if the settings are still the same. Articles, with ids, versions, corrections and
    conversations, stay as they are. OwnedError if the library is in use.
    """
    began = time.monotonic()
    if not (folder / FILE).is_file():
        raise LibraryError(f"there is no library in {folder}", hint="make one: vouch ingest")
    with ExitStack() as undo:
        owner = OwnerLock(folder)
        undo.callback(owner.close)
        owner.announce(command="vouch reindex")
        old = undo.enter_context(closing(Library(folder)))
        embedder = opened(index, precision=precision_of(old))
        settings = settings_of(index, embedder)
        reasons = differences(old, settings) or (["it was asked for"] if force else [])
        counts, embedded = old.counts(), 0
        if reasons:
            check_free(folder, TIMES * size_of(folder / FILE))
            with closing(_begun(folder / NEXT, settings)) as new:
                again = force or old.meta(FINGERPRINT) != embedder.fingerprint
                copying = _Copying(old, new, embedder, index.passage_pieces, again)
                embedded = copying.run(on_progress)
                copying.finish()
                counts = new.counts()
            old.close()
            put_in_place(folder / NEXT / FILE, folder)
        shutil.rmtree(folder / NEXT, ignore_errors=True)
    return Reindexed(counts.articles, counts.passages, embedded, tuple(reasons), time.monotonic() - began)


def _begun(folder: Path, settings: Settings) -> Library:
    """What a killed run for the same settings left, else a new library."""
    with suppress(LibraryError):  # there is none, or none that can be read
        left = Library(folder)
        if {key: left.meta(key) for key in settings} == settings:
            return left
        left.close()
    shutil.rmtree(folder, ignore_errors=True)
    with written(folder):
        folder.mkdir()
    library = Library(folder)
    agree(library, settings)
    return library


class _Copying:
    """One library into another, batch by batch: what is in the other is not done again."""

    def __init__(self, old: Library, new: Library, embedder: Embedder, pieces: int, again: bool) -> None:
        """`again`: the old vectors are not used, even where a text is the same."""
        self._old = old
        self._new = new
        self._embedder = embedder
        self._pieces = pieces
        self._again = again
        self._embedded = 0
        new.rows("ATTACH DATABASE ? AS old", [f"{(old.folder / FILE).absolute().as_uri()}?mode=ro"])

    def run(self, on_progress: Callable[[Reindexing], None]) -> int:
        """Copy the articles and cut and embed their passages; how many were embedded."""
        began = time.monotonic()
        of_articles, total = self._new.rows(f"SELECT count(*), coalesce(sum(length(text)), 0) {LIVE}")[0]
        todo = dict(self._new.rows(TODO))
        behind = total - sum(todo.values())
        for batch, cut in self._batches(list(todo)):
            self._put(batch, cut, self._vectors(cut))
            behind += sum(todo[article.id] for article in batch)
            counts = self._new.counts()
            fraction, seconds = behind / (total or 1), time.monotonic() - began
            on_progress(Reindexing(counts.articles, of_articles, counts.passages, fraction, seconds))
        return self._embedded

    def _batches(self, todo: Sequence[str]) -> Iterator[tuple[list[Article], list[Passage]]]:
        batch: list[Article] = []
        cut: list[Passage] = []
        for ident in todo:
            article = self._old.article(ident)
            assert article is not None  # what is to do is live
            batch.append(article)
            cut += passages(article, self._embedder.count, self._pieces)
            if len(cut) >= BATCH_PASSAGES:
                yield batch, cut
                batch, cut = [], []
        if batch:
            yield batch, cut

    def _vectors(self, cut: Sequence[Passage]) -> Vectors:
        """The vectors of passages; of equal texts one is embedded."""
        hashes = [searched_hash(passage) for passage in cut]
        known: dict[str, Vector] = {} if self._again else self._old.embedded(hashes)
        known |= self._new.embedded(hashes)
        wanted = {h: searched_text(p) for h, p in zip(hashes, cut, strict=True) if h not in known}
        if wanted:
            known.update(zip(wanted, self._embedder.embed(list(wanted.values())), strict=True))
            self._embedded += len(wanted)
        rows = [known[h] for h in hashes]
        return np.stack(rows) if rows else np.zeros((0, self._embedder.dimension), np.float32)

    def _put(self, batch: Sequence[Article], cut: Sequence[Passage], vectors: Vectors) -> None:
        with self._new.transaction():
            self._new.stage(batch, cut, vectors)
            self._copy("articles", "WHERE (id, version) IN (VALUES (?, ?))", [(a.id, a.version) for a in batch])
            self._new.many("INSERT OR REPLACE INTO live VALUES (?, ?)", [(a.id, a.version) for a in batch])

    def finish(self) -> None:
        """Copy all the rest, prove that nothing is missing, and close the new file as one file."""
        new = self._new
        with new.transaction():
            new.rows("DELETE FROM main.live WHERE (article, version) NOT IN (SELECT article, version FROM old.live)")
            new.sweep()
            for (table,) in new.rows("SELECT name FROM main.sqlite_master WHERE type = 'table'"):
                if table not in MADE_ANEW:
                    new.rows(f"DELETE FROM main.{table}")  # noqa: S608  # a name of our own schema
                    self._copy(table)
            own = ", ".join(f"'{key}'" for key in (*OWN_KEYS, *GENERATION_KEYS))
            new.rows(f"DELETE FROM main.meta WHERE key NOT IN ({own})")  # noqa: S608
            self._copy("meta", f"WHERE key NOT IN ({own})")
        fault = new.integrity() or ("" if new.fingerprint() == self._old.fingerprint() else "articles are missing")
        if fault:
            raise LibraryError(
                f"{self._old.folder} could not be reindexed: {fault}", hint="it is as it was; run: vouch doctor"
            )
        new.rows("DETACH DATABASE old")
        new.rows("PRAGMA journal_mode = DELETE")

    def _copy(self, table: str, condition: str = "", values: Sequence[tuple[str, ...]] = ((),)) -> None:
        """Rows of a table, just as they are; the order of columns differs in libraries of an older Vouch."""
        columns = ", ".join(f'"{row[1]}"' for row in self._new.rows(f"PRAGMA main.table_info({table})"))
        sql = f"INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM old.{table} {condition}"  # noqa: S608
        self._new.many(sql, values)
