"""The list of a library's articles, a piece at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.library import Library
from index.scope import Scope
from ingest.documents import Article
from serving.errors import ApiError


@dataclass(frozen=True, slots=True)
class Piece:
    """Some articles, and whether more follow."""

    articles: Sequence[Article]
    more: bool


class Listing:
    """Newest first, undated last; read anew after each change of the library. Safe from any thread.

    At 12,000 articles that takes .3 s, another piece a few milliseconds.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: tuple[int, Sequence[Article]] = (-1, ())  # after how many changes, and what there was

    def piece(self, scope: Scope, limit: int, after: str = "") -> Piece:
        """At most `limit` articles inside a scope, beginning behind the one with the id `after`."""
        articles = self._articles()
        start = 0
        if after:
            places = (place for place, article in enumerate(articles, start=1) if article.id == after)
            start = next(places, 0)
            if not start:
                raise ApiError(400, f"after: no article has the id {after!r}; begin anew without it", param="after")
        found = [article for article in articles[start:] if _inside(article, scope)]
        return Piece(found[:limit], len(found) > limit)

    def _articles(self) -> Sequence[Article]:
        changes, known = self._known
        if changes != self._library.changes:
            changes = self._library.changes  # first: what changes meanwhile is read the next time
            known = self._library.articles()
            self._known = (changes, known)
        return known


def _inside(article: Article, scope: Scope) -> bool:
    """Whether an article is in a scope; one without a date is in none that has dates."""
    if scope.outlets and article.outlet not in scope.outlets:
        return False
    day = article.published
    if day is None:
        return not (scope.since or scope.until)
    return (scope.since is None or scope.since <= day) and (scope.until is None or day <= scope.until)
