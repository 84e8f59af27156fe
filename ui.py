"""The chat page as a web application, and the server that carries it."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import VouchError
from qa.config import Config, UiConfig

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from qa.engine import Engine

FAVICON = Path(__file__).with_name("web") / "favicon.svg"
SMALLEST_UPLOAD = "1kb"  # uploads are closed; should one get through, it is refused for its size
BACKLOG = 128  # connections that may wait to be accepted
CONNECTIONS = 600  # open at the same time; beyond that a request is refused at once
LAST_REPLIES_S = 2  # how long replies under way may take once the server is told to end

say = partial(print, flush=True)  # a pipe should see the address at once


def build_app(engine: Engine | Callable[[], Engine], config: Config) -> FastAPI:
    """The page over an engine, or over a way to open one: then the page is there before the engine is.

    Whoever hands it in closes it, after the app has ended.
    """

    async def inside_a_loop() -> FastAPI:
        return _app(engine, config)

    try:
        asyncio.get_running_loop()
    except RuntimeError:  # without one Gradio makes a loop for every lock it creates, and leaves them all open
        return asyncio.run(inside_a_loop())
    return _app(engine, config)


def _app(engine: Engine | Callable[[], Engine], config: Config) -> FastAPI:
    from fastapi import FastAPI, Request
    from fastapi.middleware.cors import CORSMiddleware
    from fastapi.responses import PlainTextResponse

    from web.export.routes import router as export
    from web.guard import Guard
    from web.library.routes import router as library
    from web.limits import Limits
    from web.opening import Opening
    from web.page import Page
    from web.people.entrance import open_door
    from web.people.person import Persons
    from web.people.proxy import Forwarded
    from web.settings import router as settings

    door = open_door(config.ui, config.folder)  # first, since its settings may be wrong
    opening = Opening(engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(opening.close)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)

    @app.exception_handler(VouchError)
    def told(_: Request, error: VouchError) -> PlainTextResponse:
        return PlainTextResponse(f"{error.message}. {error.hint}".strip(), 503)

    @app.get("/healthz")
    def healthz() -> dict[str, bool]:
        return {"ok": True}

    app.state.opening = opening
    app.include_router(library(opening))
    app.include_router(export(opening))
    app.include_router(settings(opening, config, Path(config.file) if config.file else None))
    page = Page(opening, log_out=bool(config.ui.auth))
    app.state.line = page.line  # what else answers from this library stands in it, too
    _mount(app, page)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # so that Gradio does not add its own, which reflects origins
    app.add_middleware(Limits, handlers=page.handlers, per_minute=config.ui.questions_per_minute, line=page.line)
    app.add_middleware(Persons, door=door)
    app.add_middleware(Guard, host=config.ui.host, names=config.ui.names, login=bool(config.ui.auth))
    app.add_middleware(Forwarded, proxies=config.ui.trusted_proxies)  # the last one added is the first one asked
    return app


def _mount(app: FastAPI, page: Any) -> None:
    """Put the blocks at "/", with everything that Gradio would offer besides switched off."""
    import gradio as gr

    from web.page import head, theme

    gr.mount_gradio_app(
        app,
        page.blocks,
        path="/",
        theme=theme(),
        head=head(),
        favicon_path=str(FAVICON),
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        max_file_size=SMALLEST_UPLOAD,
        show_error=False,
        enable_monitoring=False,
        mcp_server=False,
        ssr_mode=False,
        pwa=False,
    )


def serve(
    engine: Engine | Callable[[], Engine],
    config: Config,
    announce: Callable[[str], object] = say,
    build: Callable[..., FastAPI] | None = None,
) -> None:
    """Serve the page, or what `build` makes, until interrupted; `announce` gets its address once it really listens.

    Where the engine cannot be opened the server ends, and what kept it from opening is raised.
    """
    import uvicorn

    from web.people.entrance import warning

    if told := warning(config.ui):
        sys.stderr.write(f"warning: {told}\n")
    listening = listen(config.ui)
    address = f"http://{_shown(config.ui.host)}:{listening.getsockname()[1]}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                announce(f"Vouch is at {address}")

    app = (build or build_app)(engine, config)
    server, first = Server(server_config(app)), app.state.opening.first
    first.add_done_callback(lambda done: setattr(server, "should_exit", server.should_exit or bool(done.exception())))
    with suppress(KeyboardInterrupt):  # the usual way to end it
        server.run(sockets=[listening])
    if first.done():
        first.result()


def server_config(app: FastAPI) -> uvicorn.Config:
    """How the page is served. Whose address a request has is ours to say (web/people/proxy.py), not any proxy's."""
    import uvicorn

    from web.connection import Connection

    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        limit_concurrency=CONNECTIONS,
        proxy_headers=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=LAST_REPLIES_S,
    )


def listen(config: UiConfig) -> socket.socket:
    """A socket on the configured host and port (0: any free one); says which port is taken, and what to do."""
    try:
        family, _, _, _, address = socket.getaddrinfo(config.host, config.port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as exc:
        raise VouchError(
            f"cannot listen on {config.host} port {config.port}: {exc.strerror}",
            hint="stop what listens there, or set another port under [ui] in config.toml (0: any free one)",
        ) from exc
    return listening


def _shown(host: str) -> str:
    """A host as it can be typed into a browser."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104  compared with, not listened on
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
