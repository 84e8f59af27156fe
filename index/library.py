"""The library: articles, passages and their vectors in SQLite. The truth; all else is rebuilt from it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from index.database import FILE, Database
from index.embed import Vectors
from index.nodes import searched_hash
from index.rows import COLUMNS, article_of, date_of, row_of
from ingest.documents import Article, Passage, digest
from ingest.outcomes import Refusal

__all__ = ["FILE", "Counts", "Library"]

CACHED_ARTICLES = 512  # whole texts kept in memory: a few MB; hits of one question share articles

_LIVE = "JOIN live ON live.article = passages.article AND live.version = passages.version"
_NOT_LIVE = "NOT EXISTS (SELECT 1 FROM live WHERE live.article = passages.article AND live.version = passages.version)"
_OLD_VERSION = "NOT EXISTS (SELECT 1 FROM live WHERE live.article = articles.id AND live.version = articles.version)"
_LIVE_ARTICLES = "FROM articles JOIN live ON live.article = articles.id AND live.version = articles.version"

Vector = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a library holds."""

    articles: int
    passages: int
    refusals: int
    undated: int
    last_ingested: str


@dataclass(frozen=True, slots=True)
class Known:
    """What tells a live article from others, without its text."""

    id: str
    version: str
    sha256: str
    origin: str
    outlet: str
    published: date | None


class Library(Database):
    """What is known of articles. Writes are durable when a method returns."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._articles: OrderedDict[tuple[str, str], Article] = OrderedDict()
        self.changes = 0  # how often what readers see was changed, here
        self._fingerprint = (-1, "")  # after how many changes, and what it was
        self._outlets: tuple[int, list[str]] = (-1, [])
        self._left: set[str] = set()  # articles that lost an origin in the transaction that is under way
        super().__init__(folder, read_only=read_only)

    def fingerprint(self) -> str:
        """Changes whenever what readers see changes: the same fingerprint, the same passages."""
        changes, known = self._fingerprint
        if changes != self.changes:
            changes = self.changes
            versions = self.rows("SELECT article, version FROM live ORDER BY article")
            known = digest(*(f"{article}:{version}" for article, version in versions))[:16]
            self._fingerprint = (changes, known)
        return known

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
            for article in articles:
                row = {**row_of(article), "ingested": now}
                marks = ", ".join(f":{column}" for column in row)
                self.rows(f"INSERT OR REPLACE INTO articles ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608
            spans = zip(passages, vectors, strict=True)
            values = [
                (p.id, p.article.id, p.article.version, p.start, p.end, v.tobytes(), searched_hash(p)) for p, v in spans
            ]
            self.many("INSERT OR REPLACE INTO passages VALUES (?,?,?,?,?,?,?)", values)

    def make_live(self, articles: Iterable[Article]) -> None:
        """Switch readers to these versions, all at once."""
        with self.transaction():
            self.changes += 1
            for article in articles:
                self.rows("INSERT OR REPLACE INTO live VALUES (?, ?)", (article.id, article.version))
                self.set_origin(article.origin, article.id)

    def remove(self, articles: Collection[str]) -> None:
        """Hide articles from readers at once; `sweep` then frees what they held."""
        with self.transaction():
            self.changes += bool(articles)
            for article in articles:
                for table in ("live", "origins"):  # corrections stay: the article may come back
                    self.rows(f"DELETE FROM {table} WHERE article = ?", (article,))  # noqa: S608

    def orphans(self, articles: Sequence[str] | None = None) -> list[str]:
        """Ids of passages that no live article has: old versions, removed ones, or an interrupted ingest.

        Only those of some articles, where these are named.
        """
        if articles is None:
            return [row[0] for row in self.rows(f"SELECT id FROM passages WHERE {_NOT_LIVE}")]  # noqa: S608
        sql = f"SELECT id FROM passages WHERE {_NOT_LIVE} AND article IN ({{marks}})"  # noqa: S608
        return [row[0] for row in self.among(sql, articles)]

    def sweep(self, articles: Sequence[str] | None = None) -> None:
        """Delete everything that is not live; of some articles only, where these are named."""
        with self.transaction():
            passages = f"DELETE FROM passages WHERE {_NOT_LIVE}"  # noqa: S608
            versions = f"DELETE FROM articles WHERE {_OLD_VERSION}"  # noqa: S608
            if articles is None:
                self.rows(passages)
                self.rows(versions)
                return
            list(self.among(f"{passages} AND article IN ({{marks}})", articles))
            list(self.among(f"{versions} AND id IN ({{marks}})", articles))

    # Where articles were found, and what was put right in them.

    def _before_commit(self) -> None:
        """An article that `set_origin` left without an origin goes."""
        left = [article for article in sorted(self._left) if not self.origins_of(article)]
        self._left.clear()
        self.remove(left)

    def set_origin(self, origin: str, article: str) -> None:
        """An article was found there; one that was there before goes, if it is nowhere when the transaction ends."""
        with self.transaction():
            before = self.article_at(origin)
            if before != article:
                self.drop_origin(origin)
                self.rows("INSERT INTO origins VALUES (?, ?)", (origin, article))
                if before:
                    self._left.add(before)

    def drop_origin(self, origin: str) -> None:
        """An article is no longer there; if that was its first origin, the next is the first."""
        with self.transaction():
            article = self.article_at(origin)
            self.rows("DELETE FROM origins WHERE origin = ?", (origin,))
            left = self.origins_of(article)
            if left:
                sql = "UPDATE articles SET origin = ? WHERE id = ? AND origin = ?"
                self.rows(sql, (left[0], article, origin))
                self._articles.clear()

    def article_at(self, origin: str) -> str:
        """The id of the article that was found there, or ""."""
        rows = self.rows("SELECT article FROM origins WHERE origin = ?", (origin,))
        return str(rows[0][0]) if rows else ""

    def origins_of(self, article: str) -> list[str]:
        """Every place where an article was found, its first one first."""
        sql = """SELECT origins.origin FROM origins LEFT JOIN live ON live.article = origins.article
                 LEFT JOIN articles ON articles.id = live.article AND articles.version = live.version
                 WHERE origins.article = ? ORDER BY origins.origin <> coalesce(articles.origin, ''), origins.origin"""
        return [row[0] for row in self.rows(sql, (article,))]

    def with_text(self, sha256: str) -> list[str]:
        """The ids of live articles that have this very text."""
        return [row[0] for row in self.rows(f"SELECT id {_LIVE_ARTICLES} WHERE sha256 = ? ORDER BY id", (sha256,))]

    def corrections(self, article: str) -> dict[str, str]:
        """What a person put right in an article: field to value."""
        return dict(self.rows("SELECT field, value FROM corrections WHERE article = ?", (article,)))

    def set_correction(self, article: str, field: str, value: str | None) -> None:
        """Keep a correction; None takes it back."""
        if value is None:
            self.rows("DELETE FROM corrections WHERE article = ? AND field = ?", (article, field))
        else:
            self.rows("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?)", (article, field, value))

    # Inputs that are done, and those that gave nothing.

    def record_file(self, path: str, stamp: str, refusals: Sequence[Refusal]) -> None:
        """Note that an input is done, and what of it was refused; replaces what was noted before."""
        with self.transaction():
            self.forget_file(path)
            if stamp and not any(refusal.origin == path for refusal in refusals):  # what was refused is tried again
                self.rows("INSERT OR REPLACE INTO files VALUES (?, ?)", (path, stamp))
            self.many("INSERT OR REPLACE INTO refusals VALUES (?, ?)", [(r.origin, r.reason) for r in refusals])

    def forget_stamp(self, path: str) -> None:
        """Have an input read again next time, even if it has not changed."""
        self.rows("DELETE FROM files WHERE path = ?", (path,))

    def forget_file(self, path: str) -> None:
        """Forget all that is noted of an input; its articles stay."""
        with self.transaction():
            self.forget_stamp(path)
            self.rows(
                "DELETE FROM refusals WHERE origin = ? OR substr(origin, 1, ?) = ?", (path, len(path) + 1, f"{path}#")
            )

    # Reading: only what is live.

    def noted(self) -> list[str]:
        """What something is noted of: files that are done, and files and records that were refused."""
        return [row[0] for row in self.rows("SELECT path FROM files UNION SELECT origin FROM refusals ORDER BY 1")]

    def stamp_of(self, path: str) -> str:
        """What told the input's state when it was read, or ""."""
        rows = self.rows("SELECT stamp FROM files WHERE path = ?", (path,))
        return str(rows[0][0]) if rows else ""

    def refusals(self) -> list[Refusal]:
        return [Refusal(*row) for row in self.rows("SELECT origin, reason FROM refusals ORDER BY origin")]

    def known(self, article: str) -> Known | None:
        """What tells a live article from others; None if there is none of that id."""
        sql = f"SELECT id, articles.version, sha256, origin, outlet, published {_LIVE_ARTICLES} WHERE id = ?"
        for ident, version, sha256, origin, outlet, published in self.rows(sql, (article,)):
            return Known(ident, version, sha256, origin, outlet, date_of(published))
        return None

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
        """Where every live article was found: origin to id."""
        return dict(self.rows("SELECT origin, article FROM origins ORDER BY origin"))

    def articles(self) -> list[Article]:
        """Every live article without its text (empty), by date, newest first, undated last."""
        columns = COLUMNS.replace("text", "''")
        sql = f"SELECT {columns} {_LIVE_ARTICLES} ORDER BY published DESC, title, id"
        return [article_of(row) for row in self.rows(sql)]

    def outlets(self) -> list[str]:
        """The outlets of live articles, each once."""
        changes, known = self._outlets
        if changes != self.changes:
            changes = self.changes
            sql = f"SELECT DISTINCT outlet {_LIVE_ARTICLES} WHERE outlet <> '' ORDER BY 1"
            known = [row[0] for row in self.rows(sql)]
            self._outlets = (changes, known)
        return known

    def passages(self, idents: Sequence[str]) -> dict[str, Passage]:
        """The passages that are live among these, by id: what an index returns is joined with this."""
        columns = "passages.id, passages.article, passages.version, start, end"
        sql = f"SELECT {columns} FROM passages {_LIVE} WHERE passages.id IN ({{marks}})"  # noqa: S608
        with self.snapshot():
            rows = list(self.among(sql, idents))
            return {ident: Passage(self._article(article, version), *span) for ident, article, version, *span in rows}

    def passages_of(self, article: str) -> list[Passage]:
        """The passages of a live article in their order; [] for one that is none."""
        sql = f"SELECT passages.version, start, end FROM passages {_LIVE} WHERE passages.article = ? ORDER BY start"  # noqa: S608
        with self.snapshot():
            return [Passage(self._article(article, version), *span) for version, *span in self.rows(sql, (article,))]

    def passage_ids(self) -> list[str]:
        """Ids of all live passages, in a stable order."""
        return [row[0] for row in self.rows(f"SELECT passages.id FROM passages {_LIVE} ORDER BY passages.id")]  # noqa: S608

    def vectors(self, idents: Sequence[str]) -> dict[str, Vector]:
        """The stored vectors of these passages, by id."""
        rows = self.among("SELECT id, vector FROM passages WHERE id IN ({marks})", idents)
        return {ident: np.frombuffer(blob, dtype=np.float32) for ident, blob in rows}

    def embedded(self, hashes: Sequence[str]) -> dict[str, Vector]:
        """Vectors of texts that were embedded before, by the hash of what was embedded."""
        rows = self.among("SELECT searched, vector FROM passages WHERE searched IN ({marks})", hashes)
        return {searched: np.frombuffer(blob, dtype=np.float32) for searched, blob in rows}

    def vector_rows(self) -> list[tuple[str, str, int, Vector]]:
        """Every live passage as (id, outlet, day of publication or 0, vector), in a stable order."""
        sql = f"""SELECT passages.id, outlet, published, vector FROM passages {_LIVE}
                  JOIN articles ON articles.id = passages.article AND articles.version = passages.version
                  ORDER BY passages.id"""  # noqa: S608
        rows = self.rows(sql)
        return [(i, outlet, _day(published), np.frombuffer(v, dtype=np.float32)) for i, outlet, published, v in rows]

    def _article(self, ident: str, version: str) -> Article:
        key = (ident, version)
        if key not in self._articles:
            row = self.rows(f"SELECT {COLUMNS} FROM articles WHERE id = ? AND version = ?", key)[0]  # noqa: S608
            self._articles[key] = article_of(row)
            if len(self._articles) > CACHED_ARTICLES:
                self._articles.popitem(last=False)
        self._articles.move_to_end(key)
        return self._articles[key]


def _day(published: str) -> int:
    return date.fromisoformat(published).toordinal() if published else 0
