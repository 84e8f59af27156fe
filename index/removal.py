"""Articles that a person removed: gone from sight at once, and kept until it can no longer be undone.

A removal is one transaction over `live`, `origins` and `removed`: killed at any moment, an article is wholly there or
wholly gone. Its text, passages and vectors stay where they are, unseen, until the removal is forgotten and swept.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from index.departures import file_of
from index.derived import DerivedIndexes
from index.library import Library
from index.rows import COLUMNS, article_of
from ingest.documents import Article, Passage

UPLOADS = "uploads"  # folder of the library with the files that came through the page: these go with their articles
UNDONE_WITHIN = timedelta(hours=1)  # a page that was left without a word, by a crash, keeps nothing longer


@dataclass(frozen=True, slots=True)
class Held:
    """A removed article that can come back."""

    article: str
    version: str
    origins: tuple[str, ...]


class Removals:
    """Removes, restores, forgets. Safe from any thread, and beside a running ingest."""

    def __init__(self, library: Library, indexes: DerivedIndexes) -> None:
        self._library = library
        self._indexes = indexes

    def remove(self, articles: Iterable[str], page: str = "") -> str:
        """Hide articles from readers and searches at once; what is given undoes it, until `page` is forgotten.

        Their files are read again by the next ingest that comes upon them, and then the articles are back.
        """
        library, undo, now = self._library, secrets.token_urlsafe(), datetime.now(UTC).isoformat()
        with library.transaction():
            gone = [ident for ident in dict.fromkeys(articles) if library.version_of(ident)]
            noted = set(library.noted()) if gone else set()
            for ident in gone:
                origins = library.origins_of(ident)
                row = (ident, library.version_of(ident), json.dumps(origins), undo, page, now)
                library.rows("INSERT OR REPLACE INTO removed VALUES (?, ?, ?, ?, ?, ?)", row)
                for origin in origins:
                    library.forget_stamp(file_of(origin, noted))
            library.remove(gone)
        return undo

    def restore(self, undo: str) -> list[str]:
        """Bring back what was removed, exactly as it was; the ids of the articles.

        One that an ingest has brought back meanwhile stays as that left it. One whose every file now holds another
        article stays away.
        """
        library = self._library
        with self._indexes.writing():  # nothing is swept meanwhile
            held = self._held("undo = ?", undo)
            found = [article for article in map(self._article, held) if article]
            for article in found:
                self._findable(article)
            with library.transaction():
                origins = {one.article: one.origins for one in held}
                back = [article.id for article in found if self._live_again(article, origins[article.id])]
                library.rows("DELETE FROM removed WHERE undo = ?", (undo,))
        return back

    def forget(self, page: str) -> list[str]:
        """What was removed on a page cannot be undone any more: the ids of what may be swept."""
        return self._forget("page = ?", page)

    def expire(self) -> list[str]:
        """The same for what was removed long ago."""
        return self._forget("at < ?", (datetime.now(UTC) - UNDONE_WITHIN).isoformat())

    def sweepable(self, articles: Sequence[str] | None) -> Sequence[str] | None:
        """Those of some articles (None: of all) that are not kept to be restored; None if none is kept at all."""
        held = {one.article for one in self._held("1 = ?", 1)}
        if not held:
            return articles
        if articles is None:
            sql = """SELECT id FROM articles WHERE (id, version) NOT IN (SELECT article, version FROM live) UNION
                     SELECT article FROM passages WHERE (article, version) NOT IN (SELECT article, version FROM live)"""
            articles = [row[0] for row in self._library.rows(sql)]
        return [ident for ident in articles if ident not in held]

    def _held(self, condition: str, value: object) -> list[Held]:
        sql = f"SELECT article, version, origins FROM removed WHERE {condition} ORDER BY article"  # noqa: S608
        return [Held(ident, v, tuple(json.loads(origins))) for ident, v, origins in self._library.rows(sql, (value,))]

    def _article(self, held: Held) -> Article | None:
        """The article that was removed; None if it is back, or swept by a repair."""
        if self._library.version_of(held.article):
            return None
        sql = f"SELECT {COLUMNS} FROM articles WHERE id = ? AND version = ?"  # noqa: S608
        rows = self._library.rows(sql, (held.article, held.version))
        return article_of(rows[0]) if rows else None

    def _findable(self, article: Article) -> None:
        """Put the passages back into both indexes, with the vectors that they had."""
        sql = "SELECT start, end, vector FROM passages WHERE article = ? AND version = ? ORDER BY start"
        rows = self._library.rows(sql, (article.id, article.version))
        if rows:
            passages = [Passage(article, start, end) for start, end, _ in rows]
            self._indexes.add(passages, np.stack([np.frombuffer(row[2], np.float32) for row in rows]))

    def _live_again(self, article: Article, origins: Sequence[str]) -> bool:
        free = [origin for origin in origins if not self._library.article_at(origin)]
        if not free:
            return False
        first = article.origin if article.origin in free else free[0]
        sql = "UPDATE articles SET origin = ? WHERE id = ? AND version = ?"
        self._library.rows(sql, (first, article.id, article.version))
        self._library.make_live([replace(article, origin=first)])
        for origin in free:
            self._library.set_origin(origin, article.id)
        return True

    def _forget(self, condition: str, value: str) -> list[str]:
        with self._indexes.writing():  # nothing is restored meanwhile
            held = self._held(condition, value)
            self._drop_uploads([origin for one in held for origin in one.origins])  # first: killed, it is done again
            self._library.rows(f"DELETE FROM removed WHERE {condition}", (value,))  # noqa: S608
        return [one.article for one in held]

    def _drop_uploads(self, origins: Iterable[str]) -> None:
        """Delete uploaded files that hold nothing else that is live, or could be again."""
        removed = dict.fromkeys(origins)
        wanted = set(self._library.origins())
        for one in self._held("1 = ?", 1):
            wanted.update(set(one.origins) - removed.keys())
        drop_uploads(self._library.folder, removed, wanted)


def drop_uploads(library: Path, origins: Iterable[str], wanted: Iterable[str]) -> None:
    """Delete those files below the uploads of a library in which `origins` are and none of `wanted`."""
    folder = library.resolve() / UPLOADS
    files = {file for file in (_uploaded(origin, folder) for origin in origins) if file}
    kept = {file_of(origin, files) for origin in wanted} if files else set()
    for file in files - kept:
        path = Path(file)
        path.unlink(missing_ok=True)
        for parent in (path.parent, path.parent.parent):
            with suppress(OSError):  # others are still in it
                if folder in parent.parents:
                    parent.rmdir()


def _uploaded(origin: str, folder: Path) -> str:
    """The uploaded file that an origin is, or is a record in; "" if it is none."""
    if not origin.startswith(f"{folder}/") or ".." in Path(origin).parts:
        return ""
    ends = [place for place, character in enumerate(f"{origin}#") if character == "#"]
    return next((origin[:end] for end in ends if Path(origin[:end]).is_file()), "")
