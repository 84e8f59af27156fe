"""The library: articles, passages and their vectors in SQLite. The truth; all else is rebuilt from it."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from index.embed import Vectors
from index.errors import LibraryError
from index.schema import SCHEMA_VERSION, TABLES
from ingest.corpus import Refusal
from ingest.documents import Article, Passage, digest

FILE = "library.db"
CACHED_ARTICLES = 512  # whole texts kept in memory: a few MB; hits of one question share articles
IN_ONE_STATEMENT = 500  # SQLite's limit on variables is 999 in old builds

_LIVE = "JOIN live ON live.article = passages.article AND live.version = passages.version"
_NOT_LIVE = "NOT EXISTS (SELECT 1 FROM live WHERE live.article = passages.article AND live.version = passages.version)"
_LIVE_ARTICLES = "FROM articles JOIN live ON live.article = articles.id AND live.version = articles.version"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a library holds."""

    articles: int
    passages: int
    refusals: int
    undated: int
    last_ingested: str


class Library:
    """One connection behind a lock: safe from any thread. Writes are durable when a method returns."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._articles: OrderedDict[tuple[str, str], Article] = OrderedDict()
        self.changes = 0  # how often what readers see was changed, here
        address = f"{(folder / FILE).absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        with self._translated(), ExitStack() as undo:
            self._db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
            undo.callback(self._db.close)
            if not read_only:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._migrate()
            undo.pop_all()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _migrate(self) -> None:
        with self.transaction():
            for statement in TABLES.split(";"):
                self._db.execute(statement)
            found = int(self.meta("schema", str(SCHEMA_VERSION)))
            if found > SCHEMA_VERSION:
                raise LibraryError(
                    f"{self.folder} was made by a newer Vouch (schema {found}, this one knows {SCHEMA_VERSION})",
                    hint="upgrade Vouch, or choose another --library",
                )
            self.set_meta("schema", str(SCHEMA_VERSION))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nests by joining the outer one."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            with self._translated():
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.in_transaction:  # SQLite ends it by itself when the disk is full
                        self._db.execute("ROLLBACK")
                    raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside is of one state: other threads wait with their writes."""
        with self._lock:
            yield

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as exc:
            hint = "make room on its disk if it is full; else restore the file from a backup"
            raise LibraryError(f"{self.folder / FILE} cannot be used: {exc}", hint=hint) from exc

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with self._lock, self._translated():
            return self._db.execute(sql, values).fetchall()

    # What the library says of itself.

    def meta(self, key: str, default: str = "") -> str:
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else default

    def set_meta(self, key: str, value: str) -> None:
        self.rows("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def fingerprint(self) -> str:
        """Changes whenever what readers see changes: the same fingerprint, the same passages."""
        versions = self.rows("SELECT article, version FROM live ORDER BY article")
        return digest(*(f"{article}:{version}" for article, version in versions))[:16]

    def integrity(self) -> str:
        """What SQLite finds wrong with the file, or ""."""
        try:
            found = "; ".join(str(row[0]) for row in self.rows("PRAGMA integrity_check"))
        except LibraryError as exc:
            return exc.message
        return "" if found == "ok" else found

    def counts(self) -> Counts:
        """How many live articles and passages there are, how many refusals, how many without a date."""
        about = "count(*), coalesce(sum(published = ''), 0), coalesce(max(ingested), '')"
        articles, undated, last = self.rows(f"SELECT {about} {_LIVE_ARTICLES}")[0]
        passages = self.rows(f"SELECT count(*) FROM passages {_LIVE}")[0][0]  # noqa: S608
        refusals = self.rows("SELECT count(*) FROM refusals")[0][0]
        return Counts(articles, passages, refusals, undated, last)

    # Writing: staged, indexed elsewhere, made live, swept.

    def stage(self, articles: Iterable[Article], passages: Iterable[Passage], vectors: Vectors) -> None:
        """Write new versions wholly, unseen by readers until `make_live`."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self.transaction():
            self._many(
                "INSERT OR REPLACE INTO articles VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", [(*_row(a), now) for a in articles]
            )
            spans = zip(passages, vectors, strict=True)
            values = [(p.id, p.article.id, p.article.version, p.start, p.end, v.tobytes()) for p, v in spans]
            self._many("INSERT OR REPLACE INTO passages VALUES (?,?,?,?,?,?)", values)

    def make_live(self, articles: Iterable[Article]) -> None:
        """Switch readers to these versions, all at once."""
        with self.transaction():
            self.changes += 1
            self._many("INSERT OR REPLACE INTO live VALUES (?, ?)", [(a.id, a.version) for a in articles])

    def remove(self, articles: Iterable[str]) -> None:
        """Hide articles from readers at once; `sweep` then frees what they held."""
        with self.transaction():
            self.changes += 1
            self._many("DELETE FROM live WHERE article = ?", [(article,) for article in articles])

    def orphans(self) -> list[str]:
        """Ids of passages that no live article has: old versions, removed ones, or an interrupted ingest."""
        return [row[0] for row in self.rows(f"SELECT id FROM passages WHERE {_NOT_LIVE}")]  # noqa: S608

    def sweep(self) -> None:
        """Delete everything that is not live."""
        with self.transaction():
            self.rows(f"DELETE FROM passages WHERE {_NOT_LIVE}")  # noqa: S608
            self.rows("DELETE FROM articles WHERE (id, version) NOT IN (SELECT article, version FROM live)")

    def record_file(self, path: str, sha256: str, refusals: Sequence[Refusal]) -> None:
        """Note that a file is done, and which of its records were refused; replaces what was noted before."""
        with self.transaction():
            self.forget_file(path)
            if not any(refusal.origin == path for refusal in refusals):  # a refused file is tried again next time
                self.rows("INSERT OR REPLACE INTO files VALUES (?, ?)", (path, sha256))
            self._many("INSERT OR REPLACE INTO refusals VALUES (?, ?)", [(r.origin, r.reason) for r in refusals])

    def forget_hash(self, path: str) -> None:
        """Have a file read again next time, even if it has not changed."""
        self.rows("DELETE FROM files WHERE path = ?", (path,))

    def forget_file(self, path: str) -> None:
        """Forget all that is noted of a file; its articles stay."""
        with self.transaction():
            self.forget_hash(path)
            self.rows(
                "DELETE FROM refusals WHERE origin = ? OR substr(origin, 1, ?) = ?", (path, len(path) + 1, f"{path}#")
            )

    def _many(self, sql: str, values: Sequence[Sequence[Any]]) -> None:
        with self._lock, self._translated():
            self._db.executemany(sql, values)

    # Reading: only what is live.

    def noted(self) -> list[str]:
        """What something is noted of: files that are done, and files and records that were refused."""
        return [row[0] for row in self.rows("SELECT path FROM files UNION SELECT origin FROM refusals ORDER BY 1")]

    def file_hash(self, path: str) -> str:
        rows = self.rows("SELECT sha256 FROM files WHERE path = ?", (path,))
        return str(rows[0][0]) if rows else ""

    def refusals(self) -> list[Refusal]:
        return [Refusal(*row) for row in self.rows("SELECT origin, reason FROM refusals ORDER BY origin")]

    def version_of(self, article: str) -> str:
        """The live version of an article, or "" if there is none."""
        rows = self.rows("SELECT version FROM live WHERE article = ?", (article,))
        return str(rows[0][0]) if rows else ""

    def article(self, ident: str) -> Article | None:
        """The live version of an article."""
        with self._lock:
            version = self.version_of(ident)
            return self._article(ident, version) if version else None

    def origins(self) -> dict[str, str]:
        """Where every live article came from: origin to id."""
        return dict(self.rows(f"SELECT origin, id {_LIVE_ARTICLES}"))

    def articles(self) -> list[Article]:
        """Every live article without its text (empty), by date, newest first, undated last."""
        columns = "id, origin, sha256, '', title, outlet, authors, published, url, language"
        sql = f"SELECT {columns} {_LIVE_ARTICLES} ORDER BY published DESC, title, id"
        return [_article(row) for row in self.rows(sql)]

    def outlets(self) -> list[str]:
        """The outlets of live articles, each once."""
        sql = f"SELECT DISTINCT outlet {_LIVE_ARTICLES} WHERE outlet <> '' ORDER BY 1"
        return [row[0] for row in self.rows(sql)]

    def passages(self, idents: Sequence[str]) -> dict[str, Passage]:
        """The passages that are live among these, by id: what an index returns is joined with this."""
        found: dict[str, Passage] = {}
        for begin in range(0, len(idents), IN_ONE_STATEMENT):
            some = idents[begin : begin + IN_ONE_STATEMENT]
            marks = ",".join("?" * len(some))
            columns = "passages.id, passages.article, passages.version, start, end"
            sql = f"SELECT {columns} FROM passages {_LIVE} WHERE passages.id IN ({marks})"  # noqa: S608
            with self._lock:
                for ident, article, version, start, end in self.rows(sql, some):
                    found[ident] = Passage(self._article(article, version), start, end)
        return found

    def passage_ids(self) -> list[str]:
        """Ids of all live passages, in a stable order."""
        return [row[0] for row in self.rows(f"SELECT passages.id FROM passages {_LIVE} ORDER BY passages.id")]  # noqa: S608

    def vectors(self, idents: Sequence[str]) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
        """The stored vectors of these passages, by id."""
        found = {}
        for begin in range(0, len(idents), IN_ONE_STATEMENT):
            some = idents[begin : begin + IN_ONE_STATEMENT]
            marks = ",".join("?" * len(some))
            for ident, blob in self.rows(f"SELECT id, vector FROM passages WHERE id IN ({marks})", some):  # noqa: S608
                found[ident] = np.frombuffer(blob, dtype=np.float32)
        return found

    def vector_rows(self) -> list[tuple[str, str, int, np.ndarray[Any, np.dtype[np.float32]]]]:
        """Every live passage as (id, outlet, day of publication or 0, vector), in a stable order."""
        sql = f"""SELECT passages.id, outlet, published, vector FROM passages {_LIVE}
                  JOIN articles ON articles.id = passages.article AND articles.version = passages.version
                  ORDER BY passages.id"""  # noqa: S608
        rows = self.rows(sql)
        return [(i, outlet, _day(published), np.frombuffer(v, dtype=np.float32)) for i, outlet, published, v in rows]

    def _article(self, ident: str, version: str) -> Article:
        key = (ident, version)
        if key not in self._articles:
            columns = "id, origin, sha256, text, title, outlet, authors, published, url, language"
            row = self.rows(f"SELECT {columns} FROM articles WHERE id = ? AND version = ?", key)[0]  # noqa: S608
            self._articles[key] = _article(row)
            if len(self._articles) > CACHED_ARTICLES:
                self._articles.popitem(last=False)
        self._articles.move_to_end(key)
        return self._articles[key]


def _row(article: Article) -> tuple[str, ...]:
    published = article.published.isoformat() if article.published else ""
    about = (article.title, article.outlet, json.dumps(article.authors), published, article.url, article.language)
    return (article.id, article.version, article.origin, article.sha256, article.text, *about)


def _day(published: str) -> int:
    return date.fromisoformat(published).toordinal() if published else 0


def _article(row: tuple[Any, ...]) -> Article:
    ident, origin, sha256, text, title, outlet, authors, published, url, language = row
    when = date.fromisoformat(published) if published else None
    return Article(ident, origin, sha256, text, title, outlet, tuple(json.loads(authors)), when, url, language)
