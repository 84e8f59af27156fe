"""The API over a small library, without a server: a client that speaks to the app itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi.testclient import TestClient

from index.store import Store
from qa.config import ApiConfig, Config, QaConfig, UiConfig
from qa.engine import Engine
from serving.app import api_app
from web.opening import Opening

HERE = "http://127.0.0.1"
MANY = ApiConfig(requests_per_minute=1_000_000)


def engine_of(store: Store) -> Engine:
    """What answers from a store without any model."""
    return Engine(store, QaConfig(engine="extractive"), None, None)


@contextmanager
def asking(engine: Any, api: ApiConfig = MANY, ui: UiConfig = UiConfig()) -> Iterator[TestClient]:  # noqa: B008  # frozen
    """A client of the API over an engine or a way to open one; what fails inside is a reply, as for real clients."""
    opening = Opening(engine)
    app = api_app(opening, Config(api=api, ui=ui))
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        yield client
    opening.close()
