"""The owner of a library does the work of other processes, over loopback and with a token only they can read."""

from __future__ import annotations

import json
import secrets
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict, dataclass
from functools import lru_cache
from http.client import HTTPException
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from index.errors import ClosedError, OwnedError
from index.owner import OwnerLock
from ingest.errors import VouchError
from qa.service import Data, EngineService, OnProgress

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

LOOPBACK = "127.0.0.1"
ANSWER_TIMEOUT_S = 600  # of an answer; during an ingest the owner says that it lives far more often
ALIVE_S = 20
SAID = (400, 401)  # replies that say what is wrong
MANNERS = 8  # of answering that are kept ready
LAST_REPLIES_S = 2  # how long replies under way may take once the owner ends


@dataclass(frozen=True, slots=True)
class Asked:
    """What another process wants to know, and where it is to be looked for."""

    question: str
    scope: dict[str, Any] | None = None
    engine: str = ""
    seed: int | None = None
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Manner:
    """How another process wants its questions answered, the same each time."""

    engine: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """What another process wants found."""

    question: str
    scope: dict[str, Any] | None = None
    k: int = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What another process wants ingested: absolute paths and links."""

    sources: list[str]
    prune: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What another process wants corrected in an article."""

    ident: str
    fields: dict[str, str | None]


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


class RemoteService:
    """The service of the process that owns the library."""

    def __init__(self, owned: OwnedError) -> None:
        """Raises the OwnedError again if that process serves nobody."""
        if not {"port", "token"} <= owned.owner.keys():
            raise owned
        self._owned = owned
        self._manner: Manner | None = None  # of answering the same each time
        self._address = f"http://{LOOPBACK}:{owned.owner['port']}"
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback needs no proxy

    def ask(
        self, question: str, scope: Mapping[str, Any] | None = None, *, engine: str = "", seed: int | None = None
    ) -> Data:
        asked = {"question": question, "scope": dict(scope or {}), "engine": engine, "seed": seed}
        if self._manner:
            asked |= {**asdict(self._manner), "repeatable": True}
        reply: Data = self._call("/ask", asked)
        return reply

    def repeatable(self, engine: str = "", seed: int | None = None) -> RemoteService:
        """The same, as `EngineService.repeatable`; returns when the owner's indexes are checked."""
        other = copy(self)
        other._manner = Manner(engine, seed)
        other.about()
        return other

    def search(self, question: str, scope: Mapping[str, Any] | None = None, k: int = 10) -> list[Data]:
        reply: list[Data] = self._call("/search", {"question": question, "scope": dict(scope or {}), "k": k})
        return reply

    def about(self) -> Data:
        reply: Data = self._call("/repeatable", asdict(self._manner)) if self._manner else self._call("/about")
        return reply

    def passages(self, ident: str) -> list[Data]:
        reply: list[Data] = self._call(f"/passages?ident={urllib.parse.quote(ident)}")
        return reply

    def articles(self) -> list[Data]:
        reply: list[Data] = self._call("/articles")
        return reply

    def article(self, ident: str) -> Data:
        reply: Data = self._call(f"/article?ident={urllib.parse.quote(ident)}")
        return reply

    def refusals(self) -> list[Data]:
        reply: list[Data] = self._call("/refusals")
        return reply

    def notices(self) -> list[str]:
        reply: list[str] = self._call("/notices")
        return reply

    def edit(self, ident: str, fields: Mapping[str, str | None]) -> Data:
        reply: Data = self._call("/edit", {"ident": ident, "fields": dict(fields)})
        return reply

    def ingest(self, sources: Sequence[str], prune: bool, force: bool, on_progress: OnProgress) -> Data:
        with self._open("/ingest", {"sources": list(sources), "prune": prune, "force": force}) as lines:
            for line in lines:
                said: Data = json.loads(line) if line.strip() else {"progress": None}
                if "ended" in said:
                    break
                if "error" in said:
                    raise VouchError(said["error"], hint=said["hint"])
                if "report" in said:
                    report: Data = said["report"]
                    return report
                if said["progress"]:
                    on_progress(said["progress"])
        raise self._ended()

    def close(self) -> None:
        """Nothing is held."""

    def _call(self, path: str, body: Data | None = None) -> Any:
        with self._open(path, body) as reply:
            return json.load(reply)

    @contextmanager
    def _open(self, path: str, body: Data | None = None) -> Iterator[Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._owned.owner['token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._address + path, data=data, headers=headers)  # noqa: S310  # our address
        try:
            with self._opener.open(request, timeout=ANSWER_TIMEOUT_S) as reply:
                yield reply
        except urllib.error.HTTPError as error:
            raise _refused(error) from error
        except urllib.error.URLError as error:  # nobody listens there
            raise self._owned from error
        except (OSError, HTTPException, ValueError) as error:  # it ended in the middle
            raise self._ended() from error

    def _ended(self) -> OwnedError:
        message = f"{self._owned.message}, which did not finish its answer"
        return OwnedError(message, hint="run the command again", owner=self._owned.owner)


def _refused(error: urllib.error.HTTPError) -> VouchError:
    """What the owner says of a request that it did not do."""
    with error:
        said: dict[str, str] = json.load(error) if error.code in SAID else {}
    return VouchError(said.get("error", f"the library's owner answered {error.code}"), hint=said.get("hint", ""))
