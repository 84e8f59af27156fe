"""/v1/articles: what is in the library, one of it with its text, adding, removing and bringing back."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Body, Depends, Path, Query
from pydantic import Discriminator, Field, Tag

from index.library import Library
from index.removal import UNDONE_WITHIN
from ingest.documents import Article
from ingest.errors import VouchError
from qa.answers import source_dict
from qa.engine import Engine
from qa.scopes import scope_of
from serving.desk import Desk
from serving.errors import ApiError
from serving.library.additions import Additions
from serving.library.listing import Listing
from serving.library.newsprint import POSTED, Added, Listed, NewArticle, Outcome, Removed, Restored, Undo, WholeArticle
from serving.scoped import Scoped, in_query
from web.library.uploads import shown

LOG = logging.getLogger("vouch")
AT_ONCE = 100  # articles in one request: some 10 s of embedding; more are for `vouch ingest`
LONGEST_ID = 200
PAGE, LARGEST_PAGE = 100, 1000
SENDER = "api"  # on whose behalf articles are removed: no page, so that no page's leaving forgets it

Several = Annotated[list[NewArticle], Field(min_length=1, max_length=AT_ONCE)]
Sent = Annotated[
    Annotated[NewArticle, Tag("one")] | Annotated[Several, Tag("several")],
    Discriminator(lambda sent: "several" if isinstance(sent, list) else "one"),
]
Ident = Annotated[str, Path(min_length=1, max_length=LONGEST_ID, examples=["0f8fad5b7c0a4e11"])]


class Shelf:
    """What the routes do with one library; safe from any thread."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.library = engine.library
        self.listing = Listing(engine.library)
        self.additions = Additions(engine.store)

    def listed(self, scope: Scoped, limit: int, after: str) -> Listed:
        """A piece of the list."""
        piece = self.listing.piece(scope_of(scope.given(), self.library.outlets()), limit, after)
        data = [card(article, self.library.folder) for article in piece.articles]
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {}
        return Listed.model_validate({"data": data, "has_more": piece.more, **ends})

    def article(self, ident: str) -> Article:
        """A live article; ApiError if there is none."""
        article = self.library.article(ident)
        if article is None:
            raise ApiError(404, f"no article has the id {ident!r}", param="article")
        return article

    def add(self, sent: list[NewArticle]) -> Added:
        """What became of articles that were sent."""
        outcomes = self.additions.add([article.model_dump(exclude_defaults=True) for article in sent])
        counts = Counter[str](outcome.state for outcome in outcomes)
        data = [Outcome.model_validate(asdict(outcome)) for outcome in outcomes]
        return Added(data=data, **counts)

    def remove(self, ident: str) -> str:
        """Remove an article: the word that undoes it."""
        self.article(ident)
        return self.engine.store.builder.removals.remove([ident], SENDER)

    def settle(self, articles: Sequence[str]) -> None:
        """What is done for the indexes after articles were removed or brought back, when the reply is sent."""
        try:
            self.engine.store.builder.settle(articles)
        except VouchError as exc:  # nobody waits for it, and the next ingest does it again
            LOG.warning("the indexes keep what was removed: %s", exc.message)

    def restore(self, undo: str) -> list[str]:
        """Bring back what was removed."""
        back = self.engine.store.builder.removals.restore(undo)
        if not back:
            raise ApiError(404, "nothing is kept under this word any more: send the article again", param="undo")
        return back


class _Shelves:
    """The shelf of the engine, made when it is open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._shelf: Shelf | None = None

    def __call__(self) -> Shelf:
        engine = self._desk.engine
        with self._lock:
            if self._shelf is None:
                self._shelf = Shelf(engine)
            return self._shelf


def card(article: Article, library: FilePath) -> dict[str, Any]:
    """An article as a list shows it."""
    about = source_dict(article)
    return {
        "id": about.pop("article"),
        **{name: about[name] for name in ("title", "authors", "outlet", "published", "url")},
        "updated": article.updated.isoformat() if article.updated else None,
        "language": article.language,
        "origin": shown(article.origin, library),
        "sha256": article.sha256,
    }


def passage(article: Article, start: int, end: int | None) -> dict[str, Any]:
    """The part of an article's text that is asked for, and where it stands."""
    length = len(article.text)
    end = length if end is None else end
    if not 0 <= start < end <= length:
        raise ApiError(400, f"start and end: {start} to {end} is no part of {length} characters", param="start")
    return {"text": article.text[start:end], "start": start, "end": end, "characters": length}


def _copies(library: Library, ident: str) -> list[dict[str, Any]]:
    from index.stories import Stories

    others = (library.article(other) for other in Stories(library).story_of(ident))
    return [card(other, library.folder) for other in others if other]


def router(desk: Desk) -> APIRouter:
    """All routes below /v1/articles."""
    shelf = _Shelves(desk)
    routes = APIRouter(tags=["Articles"])
    _looking(routes, shelf)
    _changing(routes, shelf)
    return routes


def _looking(routes: APIRouter, shelf: _Shelves) -> None:
    @routes.get("/v1/articles", summary="List articles, newest first")
    def articles(
        scope: Annotated[Scoped, Depends(in_query)],
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
        after: Annotated[str, Query(max_length=LONGEST_ID, description="The last_id of the piece before")] = "",
    ) -> Listed:
        return shelf().listed(scope, limit, after)

    @routes.get("/v1/articles/{article}", summary="Read an article, or a part of it")
    def read(
        article: Ident,
        start: Annotated[int, Query(ge=0, description="The first character, from 0")] = 0,
        end: Annotated[int | None, Query(ge=0, description="Behind the last character")] = None,
    ) -> WholeArticle:
        found, library = shelf().article(article), shelf().library
        whole = {**card(found, library.folder), **passage(found, start, end), "pages": list(found.pages)}
        return WholeArticle.model_validate({**whole, "copies": _copies(library, found.id)})


def _changing(routes: APIRouter, shelf: _Shelves) -> None:
    @routes.post("/v1/articles", summary="Add articles, or new versions of them")
    def add(
        sent: Annotated[Sent, Body(openapi_examples=POSTED)],
    ) -> Added:
        return shelf().add(sent if isinstance(sent, list) else [sent])

    @routes.delete("/v1/articles/{article}", summary="Remove an article")
    def remove(article: Ident, after: BackgroundTasks) -> Removed:
        undo = shelf().remove(article)
        after.add_task(shelf().settle, [article])
        return Removed(id=article, undo=undo, undo_seconds=int(UNDONE_WITHIN.total_seconds()))

    @routes.post("/v1/articles/restore", summary="Bring a removed article back")
    def restore(wanted: Undo, after: BackgroundTasks) -> Restored:
        back = shelf().restore(wanted.undo)
        after.add_task(shelf().settle, back)
        return Restored(data=back)
