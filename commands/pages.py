"""`vouch chat` and `vouch serve`: the page, alone or with the HTTP API beside it."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from commands.ingesting import ingested, print_report
from commands.session import config_of
from ingest.errors import VouchError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.config import Config
    from qa.engine import Engine


def _opened(config: Config, command: str, last: ExitStack, ended: Event) -> Engine:
    """The library of the page, open for other commands as well; closed at last, or at once if the page ended before."""
    from qa.engine import open_engine
    from qa.service import EngineService
    from serving.processes.owner import OwnerServer

    service = EngineService(open_engine(config))
    last.callback(service.close)
    if ended.is_set():
        last.close()
        raise VouchError("the page was closed while its library opened")
    if not service.engine.library.counts().articles:
        print("The library is empty: reading the articles that config.toml names …", file=sys.stderr)
        print_report(ingested(service, config, [], quiet=False))
    owner = OwnerServer(service, service.engine.store.owner, command)
    last.callback(owner.close)
    return service.engine


def chat(options: Namespace) -> int:
    """Open the page at once, and the library behind it; ingest first if nothing was ever ingested."""
    from ui import build_app

    return _served(options, build_app, "vouch chat")


def serve(options: Namespace) -> int:
    """The same with the HTTP API beside the page."""
    from api import build_app

    return _served(options, build_app, "vouch serve")


def _served(options: Namespace, build: Callable[..., FastAPI], command: str) -> int:
    from dataclasses import replace

    from index.owner import OwnerLock
    from ui import serve

    config = config_of(options)
    if options.port is not None:
        config = replace(config, ui=replace(config.ui, port=options.port))
    OwnerLock(config.library).close()  # who has the library open is told before anything is served
    ended = Event()
    with ExitStack() as last:  # an ingest that is under way ends when its library is closed
        try:
            serve(partial(_opened, config, command, last, ended), config, build=build)
        finally:
            ended.set()
    return 0
