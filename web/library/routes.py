"""The routes of the Library tab: fragments of HTML that its script puts in place. All of them are behind the guard."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Body, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import StringConstraints
from starlette.requests import ClientDisconnect

from ingest.errors import VouchError
from web import markup
from web.library.catalogue import Wanted
from web.library.desk import LibraryDesk
from web.library.jobs import told
from web.library.parts import Parts
from web.opening import Opening

log = logging.getLogger(__name__)

MOST_NAMED = 10_000  # articles or refusals in one request
LONGEST_LINKS = 1_000_000  # characters
LONGEST_BODY = 4_000_000  # bytes of anything but files: such a list of names
HERE = "/library"

Token = Annotated[str, StringConstraints(min_length=8, max_length=100), Body(embed=True)]
Names = Annotated[list[Annotated[str, StringConstraints(max_length=8192)]], Body(embed=True, max_length=MOST_NAMED)]


class _Route(APIRoute):
    """The page's edge: whatever goes wrong becomes a sentence, and a line in the log."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # Coroutine
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                if not request.url.path.endswith("/files"):
                    await _bounded(request)
                return await handler(request)
            except (HTTPException, RequestValidationError, ClientDisconnect):
                raise
            except VouchError as exc:
                return _problem(exc, 422)
            except Exception as exc:
                log.exception("a route of the Library tab failed")
                return _problem(exc, 500)

        return guarded


def _problem(exc: Exception, status: int) -> HTMLResponse:
    return HTMLResponse(markup.text(told(exc)), status)


async def _bounded(request: Request) -> None:
    """Read a short body; one that is not short is not read."""
    size = 0
    chunks = []
    async for chunk in request.stream():
        size += len(chunk)
        if size > LONGEST_BODY:
            raise HTTPException(413, "too much at once")
        chunks.append(chunk)
    request._body = b"".join(chunks)


class _Desks:
    """The desk of the engine, made when it is open."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._desk: LibraryDesk | None = None

    def __call__(self) -> LibraryDesk:
        engine = self._opening.engine()
        with self._lock:
            if self._desk is None:
                self._desk = LibraryDesk(engine)
            return self._desk


def router(opening: Opening) -> APIRouter:
    """All routes below /library."""
    desk = _Desks(opening)
    routes = APIRouter(prefix=HERE, route_class=_Route, default_response_class=HTMLResponse)
    _looking(routes, desk)
    _adding(routes, desk)
    _refused(routes, desk)
    _removing(routes, desk)
    return routes


def _looking(routes: APIRouter, desk: _Desks) -> None:
    @routes.get("/panel")
    def panel() -> str:
        return desk().panel()

    @routes.get("/counts")
    def counts() -> str:
        return desk().counts()

    @routes.get("/table")
    def table(
        words: Annotated[str, Query(max_length=200)] = "",
        sort: Annotated[str, Query(max_length=20)] = "ingested",
        down: bool = True,
        page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    ) -> str:
        return desk().table(Wanted(words, sort, down, page))

    @routes.get("/jobs")
    def jobs() -> str:
        return desk().jobs()

    @routes.get("/refusals")
    def refusals() -> str:
        return desk().refusals()

    @routes.get("/articles/{ident}")
    def article(ident: str) -> str:
        return desk().article(ident)


def _adding(routes: APIRouter, desk: _Desks) -> None:
    @routes.post("/files")
    async def files(request: Request) -> str:
        here = await asyncio.to_thread(desk)
        drop = here.drop()
        try:
            parts = Parts(request.headers.get("content-type", ""), drop)
            async for chunk in request.stream():
                await asyncio.to_thread(parts.feed, chunk)
            dropped = await asyncio.to_thread(parts.finish)
        except BaseException:
            await asyncio.to_thread(drop.discard)
            raise
        return here.add(dropped)

    @routes.post("/links")
    def links(links: Annotated[str, Body(embed=True, max_length=LONGEST_LINKS)]) -> str:
        return desk().add_links(links)

    @routes.post("/cancel")
    def cancel(job: Token) -> str:
        return desk().cancel(job)


def _refused(routes: APIRouter, desk: _Desks) -> None:
    @routes.post("/retry")
    def retry(origins: Names) -> str:
        return desk().retry(origins)

    @routes.post("/dismiss")
    def dismiss(origins: Names) -> str:
        return desk().dismiss(origins)


def _removing(routes: APIRouter, desk: _Desks) -> None:
    @routes.post("/articles/{ident}")
    def correct(ident: str, fields: Annotated[dict[str, str], Body(embed=True)]) -> str:
        return desk().correct(ident, fields)

    @routes.post("/remove")
    def remove(articles: Names, page: Token, after: BackgroundTasks) -> JSONResponse:
        undo, said = desk().remove(articles, page)
        after.add_task(desk().settle, articles)
        return JSONResponse({"undo": undo, "said": said}, background=after)

    @routes.post("/undo")
    def undo(undo: Token, after: BackgroundTasks) -> JSONResponse:
        back, said = desk().undo(undo)
        after.add_task(desk().settle, back)
        return JSONResponse({"said": said, "back": len(back)}, background=after)

    @routes.post("/leave")
    def leave(page: Token) -> str:
        desk().leave(page)
        return ""
