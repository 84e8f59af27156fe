"""A command's way to the library: its settings, and a service of it, in this process or in the one that owns it."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from qa.config import Config
    from qa.service import EngineService, Service

PATIENCE_S = 10.0  # how long a command waits for a library whose owner serves nobody
AGAIN_S = 0.2

T = TypeVar("T")


def config_of(options: Namespace) -> Config:
    """The settings: of --config, else of ./config.toml, else Vouch's own; with --library in place of theirs."""
    from qa.config import load_config, settings_file

    config = load_config(Path(options.config) if options.config else settings_file())
    return config.with_library(options.library) if options.library else config


def with_service(
    config: Config, work: Callable[[Service], T], *, command: str = "", patience_s: float | None = None
) -> T:
    """Do some work with the library, here or in the process that owns it; wait for an owner that serves nobody.

    `command` is for work that lasts: others are served meanwhile, and told who it is that has the library. An owner
    may end in the middle; all that is asked of one can be asked again.
    """
    from index.errors import OwnedError

    until, told = time.monotonic() + (PATIENCE_S if patience_s is None else patience_s), False
    while True:
        try:
            return _done(config, work, command)
        except OwnedError as owned:
            if time.monotonic() > until:
                raise
            if not told:
                print(f"waiting: {owned.message}", file=sys.stderr)
                told = True
            time.sleep(AGAIN_S)


def _done(config: Config, work: Callable[[Service], T], command: str) -> T:
    from index.errors import OwnedError
    from qa.engine import open_engine
    from qa.service import EngineService

    try:
        # A command that ends soon does not prove the indexes that a clean close left; Chroma is, when written to.
        engine = open_engine(config, thorough=False)
    except OwnedError as owned:
        from serving.processes.remote import RemoteService

        remote = RemoteService(owned)
        result = work(remote)
        _tell(remote)
        return result
    service = EngineService(engine)
    try:
        result = _served(service, work, command) if command else work(service)
    finally:
        service.close()
    _tell(service)
    return result


def _served(service: EngineService, work: Callable[[Service], T], command: str) -> T:
    """Work during which other processes are served; it ends when their work is done too."""
    from serving.processes.owner import OwnerServer

    server = OwnerServer(service, service.engine.store.owner, command)
    try:
        return work(service)
    finally:
        server.close(finish=True)


def _tell(service: Service) -> None:
    from ingest.errors import VouchError

    try:
        for notice in service.notices():
            print(f"note: {notice}", file=sys.stderr)
    except VouchError:  # the owner ended after its work
        return
