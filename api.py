"""The page with the HTTP API beside it, as one web application."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qa.config import Config

if TYPE_CHECKING:
    from fastapi import FastAPI

    from qa.engine import Engine


def build_app(engine: Engine | Callable[[], Engine], config: Config) -> FastAPI:
    """The page at "/" and the API under /v1, over an engine or a way to open one. Whoever hands it in closes it."""
    raise NotImplementedError
