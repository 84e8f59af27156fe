"""The owner of a library does the work of other processes, over loopback and with a token only they can read."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from index.errors import ClosedError
from index.owner import OwnerLock
from ingest.errors import VouchError
from qa.service import Data, EngineService
from serving.processes.errands import LOOPBACK, Asked, Edited, Manner, Sought, Wanted

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

ALIVE_S = 20
MANNERS = 8  # of answering that are kept ready
LAST_REPLIES_S = 2  # how long replies under way may take once the owner ends


class Tasks:
    """What is being done for others, so that an owner can end after it."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, more: int) -> None:
        with self._changed:
            self._count += more
            self._changed.notify_all()

    def wait(self) -> None:
        """Return when nothing is being done."""
        with self._changed:
            self._changed.wait_for(lambda: not self._count)


def owner_app(service: EngineService, token: str, tasks: Tasks) -> FastAPI:
    """Routes for other processes of the same user. Every reply is JSON, errors as {"error", "hint"}."""
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse, StreamingResponse

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    async def guard(request: Request, call_next: Any) -> Response:
        given = request.headers.get("authorization", "")
        if not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return JSONResponse({"error": "wrong token", "hint": "run the command again"}, status_code=401)
        reply: Response = await call_next(request)
        return reply

    def refuse(_: object, error: Exception) -> Response:
        assert isinstance(error, VouchError)
        return JSONResponse({"error": error.message, "hint": error.hint}, status_code=400)

    app.middleware("http")(guard)
    app.add_exception_handler(VouchError, refuse)
    app.get("/articles")(service.articles)
    app.get("/article")(service.article)
    app.get("/passages")(service.passages)
    app.get("/about")(service.about)
    app.get("/refusals")(service.refusals)
    app.get("/notices")(service.notices)

    _add_asking(app, service, tasks)

    @app.post("/search")
    def search(sought: Sought) -> list[Data]:
        return service.search(sought.question, sought.scope, sought.k)

    @app.post("/edit")
    def edit(edited: Edited) -> Data:
        return service.edit(edited.ident, edited.fields)

    @app.post("/ingest", response_model=None)
    def ingest(wanted: Wanted) -> Response:
        return StreamingResponse(_ingested(service, wanted, tasks), media_type="application/x-ndjson")

    return app


def _add_asking(app: FastAPI, service: EngineService, tasks: Tasks) -> None:
    @lru_cache(MANNERS)
    def repeatable(engine: str, seed: int | None) -> EngineService:
        return service.repeatable(engine, seed)

    @app.post("/ask")
    def ask(asked: Asked) -> Data:
        with tasks.one_more():
            if asked.repeatable:
                return repeatable(asked.engine, asked.seed).ask(asked.question, asked.scope)
            return service.ask(asked.question, asked.scope, engine=asked.engine, seed=asked.seed)

    @app.post("/repeatable")
    def about(manner: Manner) -> Data:
        repeatable.cache_clear()  # an index may be rebuilt, for which is waited
        return repeatable(manner.engine, manner.seed).about()


def _ingested(service: EngineService, wanted: Wanted, tasks: Tasks) -> Iterator[str]:
    """A line for each step of the work, the last with its report or its error; an empty one while nothing happens."""
    lines: SimpleQueue[Data] = SimpleQueue()

    def work() -> None:
        try:
            report = service.ingest(
                wanted.sources, wanted.prune, wanted.force, lambda progress: lines.put({"progress": progress})
            )
            lines.put({"report": report})
        except ClosedError:
            lines.put({"ended": True})
        except VouchError as error:
            lines.put({"error": error.message, "hint": error.hint})
        except Exception as error:  # the edge of a request: the other process must hear of it
            lines.put({"error": f"{type(error).__name__}: {error}", "hint": "run: vouch doctor"})

    with tasks.one_more():
        threading.Thread(target=work, name="vouch-ingest").start()
        line: Data = {"progress": None}
        while "progress" in line:
            try:
                line = lines.get(timeout=ALIVE_S)
                yield json.dumps(line) + "\n"
            except Empty:
                yield "\n"


class OwnerServer:
    """Serves the API on a free port of loopback while the owner lives, and says in the library where."""

    def __init__(self, service: EngineService, owner: OwnerLock, command: str) -> None:
        import uvicorn

        token = secrets.token_urlsafe(32)
        self._tasks = Tasks()
        self._socket = socket.create_server((LOOPBACK, 0))
        settings = uvicorn.Config(
            owner_app(service, token, self._tasks),
            log_level="error",
            lifespan="off",
            timeout_graceful_shutdown=LAST_REPLIES_S,
        )
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="vouch-owner", daemon=True
        )
        self._thread.start()
        owner.announce(command=command, port=self._socket.getsockname()[1], token=token)

    def close(self, *, finish: bool = False) -> None:
        """End; with `finish`, when what others asked for is done."""
        if finish:
            self._tasks.wait()
        self._server.should_exit = True
        self._thread.join(timeout=5)
        self._socket.close()
