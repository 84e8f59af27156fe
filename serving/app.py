"""The HTTP API as a web application: its routes behind its keys, limits and figures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer

from qa.config import Config
from serving import batches, errors, health, metrics
from serving.desk import Desk
from serving.guards.gate import Gate
from serving.guards.keys import Bearer, Keys
from serving.guards.limits import Rates, Sizes
from serving.library import articles, search
from serving.mcp import assistant
from serving.openai import chat, models, responses
from serving.openai.answering import Answering
from web.opening import Opening
from web.people.proxy import Forwarded
from web.waiting import Line

DOCUMENT = "/openapi.json"
METRICS = "/metrics"
ASSISTANTS = "/mcp"
LOCKED = ("/v1", METRICS, DOCUMENT, ASSISTANTS)  # rooms that need a key, where there are keys
OPEN = ("/healthz", "/readyz")
NEVER = "422"  # which FastAPI declares for every route that can be asked wrongly: here that is a 400, as OpenAI has it
ABOUT = """Answers from your own articles, with a quote for every sentence.

Chat with any client of OpenAI's API; search; add, read and remove articles; answer questions in batches. Every error is
`{"error": {"message", "type", "param", "code"}}`. Offsets count characters (Unicode code points) of an article's text.
"""


def api_app(opening: Opening, config: Config, line: Line | None = None) -> FastAPI:
    """The API over a library that may still be opening. ConfigError where strangers could use it without a key.

    `line` is that of a page beside it: both together then answer no more at a time than one alone.
    """
    keys = Keys(config.api, config.folder)
    keys.check(config.ui)
    desk = Desk(opening, config)
    pool, figures = batches.Pool(), metrics.Metrics(opening)
    tools = assistant.http_app(lambda: desk.service, path=ASSISTANTS, names=None)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.router.lifespan_context(tools):
            yield
        pool.close()

    app = FastAPI(
        title="Vouch",
        version=version("vouch"),
        summary="Answers that can be checked",
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.opening, app.state.metrics = opening, figures
    errors.install(app)
    app.include_router(health.router(desk), responses={status: errors.RESPONSES[status] for status in (400, 403, 500)})
    for router in (*_questions(desk, line), search.router(desk), articles.router(desk), batches.router(desk, pool)):
        _locked(app, router)
    _locked(app, metrics.router(figures))
    app.router.routes.extend(tools.routes)
    _documented(app)
    _guarded(app, config, keys, figures)
    return app


def _questions(desk: Desk, line: Line | None) -> Iterator[APIRouter]:
    """What OpenAI's clients ask, answered by the same few threads."""
    answering = Answering(desk, line)
    yield chat.router(desk, answering=answering)
    yield responses.router(desk, answering=answering)
    yield models.router(desk)


def _locked(app: FastAPI, router: APIRouter) -> None:
    """Include routes that need a key; that it is the right one is looked at before (see _guarded)."""
    said = HTTPBearer(auto_error=False, description="A key of [api] keys_env or keys_file, where there are any")
    app.include_router(router, dependencies=[Depends(said)], responses=errors.RESPONSES)


def _documented(app: FastAPI) -> None:
    """The OpenAPI document; not a page that shows it, since those load their scripts from elsewhere."""
    document = app.openapi()
    for operation in (operation for path in document["paths"].values() for operation in path.values()):
        operation["responses"].pop(NEVER, None)
    for schema in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(schema, None)

    @app.get(DOCUMENT, include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(document)


def _guarded(app: FastAPI, config: Config, keys: Keys, figures: metrics.Metrics) -> None:
    routes = (DOCUMENT, ASSISTANTS, *app.openapi()["paths"])
    app.add_middleware(Sizes, max_mb=config.api.max_request_mb, rooms=LOCKED)
    app.add_middleware(Bearer, keys=keys, rooms=LOCKED)
    app.add_middleware(Rates, keys=keys, per_minute=config.api.requests_per_minute, rooms=LOCKED)
    app.add_middleware(Gate, host=config.ui.host, names=config.ui.names)
    app.add_middleware(metrics.Measured, metrics=figures, routes=routes)
    app.add_middleware(Forwarded, proxies=config.ui.trusted_proxies)  # the last one added is the first one asked
