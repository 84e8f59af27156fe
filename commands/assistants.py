"""`vouch mcp`: the library for an assistant, over standard input and output or over HTTP."""

from __future__ import annotations

import socket
import sys
import time
from argparse import Namespace
from concurrent.futures import Future
from contextlib import ExitStack, closing, suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from commands.session import AGAIN_S, PATIENCE_S, config_of
from ingest.errors import VouchError

if TYPE_CHECKING:
    from mcp.server import Server

    from qa.config import Config
    from qa.service import Service

HOST = "127.0.0.1"  # it asks for no key
COMMAND = "vouch mcp"
LAST_REPLIES_S = 2  # how long replies under way may take once the server is told to end
# Assistants run for days: a library that none has used for so long is given up, so that `vouch chat` can have it, and
# a gigabyte of memory goes to others. Opening it again takes two seconds. No answer takes as long.
IDLE_S = 900.0


class Keeper:
    """The library, opened when it is asked for and open for other commands as well, until nobody has used it for long.

    While another process has it open, that one is asked; when it ends, the library is opened here.
    """

    def __init__(self, config: Config, idle_s: float = IDLE_S) -> None:
        self._config = config
        self._idle_s = idle_s
        self._lock = Lock()
        self._own: Service | None = None
        self._used = 0.0
        self._last = ExitStack()
        self._ended = Event()
        Thread(target=self._watch, name="vouch-idle", daemon=True).start()

    def service(self) -> Service:
        """The service of whoever has the library; waits a while for an owner that serves nobody."""
        from index.errors import OwnedError

        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._found()
            except OwnedError:
                if time.monotonic() > until:
                    raise
                time.sleep(AGAIN_S)

    def _found(self) -> Service:
        from index.errors import OwnedError
        from serving.processes.remote import RemoteService

        with self._lock:
            if self._ended.is_set():
                raise VouchError("the library is closed", hint=f"start {COMMAND} again")
            if self._own is None:
                try:
                    self._own = self._opened()
                except OwnedError as owned:
                    return RemoteService(owned)
            self._used = time.monotonic()
            return self._own

    def _opened(self) -> Service:
        from qa.engine import open_engine
        from qa.service import EngineService
        from serving.processes.owner import OwnerServer

        service = EngineService(open_engine(self._config))
        self._last.callback(service.close)
        self._last.callback(OwnerServer(service, service.engine.store.owner, COMMAND).close)
        return service

    def _watch(self) -> None:
        while not self._ended.wait(self._idle_s / 10):
            with self._lock:
                if self._own and time.monotonic() - self._used > self._idle_s:
                    self._give_up()

    def _give_up(self) -> None:
        """What another process has under way here it begins again; see `with_service`."""
        self._own = None
        self._last.close()

    def close(self) -> None:
        """Give the library up, once an opening that is under way is done."""
        self._ended.set()
        with self._lock:
            self._give_up()


def mcp(options: Namespace) -> int:
    """Serve until the assistant hangs up, or Ctrl-C."""
    from serving.mcp.assistant import http_app, server

    config = config_of(options)  # what is wrong with the settings is told at once
    with closing(Keeper(config)) as keeper, suppress(KeyboardInterrupt):
        if options.http:
            _serve(http_app(keeper.service), options.port)
        else:
            _speak(server(keeper.service))
    return 0


def _serve(app: Any, port: int) -> None:
    import uvicorn

    listening = _listening(port)
    print(f"Vouch speaks MCP at http://{HOST}:{listening.getsockname()[1]}/mcp", flush=True)
    settings = uvicorn.Config(
        app, log_level="warning", ws="none", server_header=False, timeout_graceful_shutdown=LAST_REPLIES_S
    )
    uvicorn.Server(settings).run(sockets=[listening])


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as exc:
        message = f"cannot listen on {HOST} port {port}: {getattr(exc, 'strerror', None) or exc}"
        raise VouchError(message, hint="stop what listens there, or give another --port (0: any free one)") from exc


def _speak(tools: Server[Any]) -> None:
    """Over standard input and output, until the input ends.

    In a thread that need not end: a read of standard input cannot be interrupted, and Ctrl-C must end us all the same.
    """
    import anyio

    done: Future[None] = Future()

    def speak() -> None:
        try:
            anyio.run(_spoken, tools)
            done.set_result(None)
        except BaseException as error:  # raised below
            done.set_exception(error)

    Thread(target=speak, name="vouch-mcp", daemon=True).start()
    done.result()


async def _spoken(tools: Server[Any]) -> None:
    from mcp.server.stdio import stdio_server

    try:
        async with stdio_server() as (incoming, outgoing):
            sys.stdout = sys.stderr  # for good: whatever a library prints is not of the protocol
            await tools.run(incoming, outgoing, tools.create_initialization_options())
    except* BrokenPipeError:  # the assistant went away in the middle
        pass
