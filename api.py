"""The page with the HTTP API beside it, as one web application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import ui
from qa.config import Config

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

    from qa.engine import Engine


def build_app(engine: Engine | Callable[[], Engine], config: Config) -> FastAPI:
    """The page at "/" and the API under /v1, over an engine or a way to open one. Whoever hands it in closes it.

    Two applications side by side, each with its own guards: a browser's cookie opens no route of the API, and a key
    opens no part of the page.
    """
    from serving.app import api_app
    from serving.guards.keys import Keys

    Keys(config.api, config.folder).check(config.ui)  # before the library is opened, or filled
    page = ui.build_app(engine, config)
    api = api_app(page.state.opening, config, page.state.line)
    own = page.router.lifespan_context

    @asynccontextmanager
    async def both(app: FastAPI) -> AsyncIterator[None]:
        async with own(app), api.router.lifespan_context(api):
            yield

    page.router.lifespan_context = both
    page.add_middleware(Beside, api=api)  # the last one added is the first one asked
    return page


class Beside:
    """Sends what is for the API there, and all else to the page. Pure ASGI."""

    def __init__(self, app: ASGIApp, api: ASGIApp) -> None:
        from serving.app import LOCKED, OPEN

        self.app = app
        self.api = api
        self._rooms = (*LOCKED, *OPEN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from serving.guards.keys import within

        to_api = scope["type"] != "lifespan" and within(scope["path"], self._rooms)
        await (self.api if to_api else self.app)(scope, receive, send)
