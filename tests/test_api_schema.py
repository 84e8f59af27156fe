"""Everything that the OpenAPI document allows, and much that it does not: never a 5xx, never an answer undeclared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from apis import MANY, engine_of
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from shelf import open_shelf, write

from qa.config import Config, UiConfig
from qa.engine import Engine
from serving.app import api_app
from web.opening import Opening

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SENT_BY = "testserver"  # the Host that schemathesis sends
AT_LEAST = 2000  # requests in all
EXAMPLES = 35  # drawn for each route, sound ones and unsound ones; besides what covers every bound of its parameters
SEED = 20240503
DRAWING = settings(database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
OPERATIONS = {
    "DELETE /v1/articles/{article}",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "GET /v1/articles",
    "GET /v1/articles/{article}",
    "GET /v1/models",
    "GET /v1/models/{model}",
    "GET /v1/search",
    "POST /v1/articles",
    "POST /v1/articles/restore",
    "POST /v1/batch",
    "POST /v1/chat/completions",
    "POST /v1/responses",
    "POST /v1/search",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("library")
    about = {"outlet": "Harbour Post", "date": "2024-05-03"}
    write(folder / "articles", "lamp", "The lamp of Gull Rock burned for ninety years.", title="A lamp", **about)
    write(folder / "articles", "ferry", "The ferry to Gull Rock sails twice a day.", title="The ferry", **about)
    with closing(open_shelf(folder / "library")) as store:
        store.ingest([folder / "articles"])
        yield engine_of(store)


@pytest.fixture(scope="module")
def schema(engine: Engine) -> Iterator[Any]:
    opening = Opening(engine)
    app = api_app(opening, Config(api=MANY, ui=UiConfig(names=[SENT_BY])))
    yield schemathesis.openapi.from_asgi("/openapi.json", app)
    opening.close()


class Requests:
    """Sends, counts, and keeps what is found wrong."""

    def __init__(self) -> None:
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.wrong: list[str] = []

    def send(self, case: Case) -> None:
        reply = case.call()
        self.statuses[case.operation.label, reply.status_code] += 1
        try:
            case.validate_response(reply, checks=CHECKS)
        except FailureGroup as failures:
            self.wrong.append(f"{case.operation.label}: {failures}")

    @property
    def sent(self) -> int:
        return self.statuses.total()


def drawn(operation: Any, mode: GenerationMode, requests: Requests, **fixed: Any) -> None:
    """Requests at random, the same in every run."""

    @seed(SEED)
    @settings(DRAWING, max_examples=EXAMPLES)
    @given(case=operation.as_strategy(generation_mode=mode, **fixed))
    def send(case: Case) -> None:
        requests.send(case)

    send()


def asked(schema: Any, operation: Any, requests: Requests) -> None:
    """All that is tried on one route."""
    generation = schema.config.generation_for(operation=operation)
    modes = list(GenerationMode)
    for case in schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=generation):
        requests.send(case)
    for mode in modes:
        if mode is GenerationMode.POSITIVE or operation.body or list(operation.iter_parameters()):
            drawn(operation, mode, requests)  # nothing can be wrong with a route that takes nothing


def test_whatever_is_asked_every_reply_is_one_that_the_document_declares(schema: Any, engine: Engine) -> None:
    requests = Requests()
    operations = {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}
    for operation in operations.values():
        asked(schema, operation, requests)
    for label in ("GET /v1/articles/{article}", "DELETE /v1/articles/{article}"):  # of articles that there are
        for article in [article.id for article in engine.library.articles()][:1]:
            drawn(operations[label], GenerationMode.POSITIVE, requests, path_parameters={"article": article})
    assert set(operations) == OPERATIONS
    assert not requests.wrong, "\n\n".join(requests.wrong[:5])
    assert requests.sent >= AT_LEAST, requests.sent
    answered = {label for label, status in requests.statuses if status == 200}
    assert answered >= OPERATIONS - {
        "GET /v1/models/{model}",
        "POST /v1/articles/restore",
    }


def test_every_route_shows_how_it_is_used(schema: Any) -> None:
    document = schema.raw_schema
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            assert about["summary"], (method, path)
            body = about.get("requestBody", {}).get("content", {}).get("application/json", {})
            assert not body or exemplified(document, body), (method, path)
            for status, reply in about["responses"].items():
                for kind, content in reply.get("content", {}).items():
                    assert exemplified(document, content), (method, path, status, kind)


def exemplified(document: Any, content: Any) -> bool:
    """Whether an example stands beside a schema, in it, or in each of its fields."""
    described = content.get("schema", {})
    while "$ref" in described:
        described = document["components"]["schemas"][described["$ref"].rpartition("/")[2]]
    fields = described.get("properties", {}).values()
    return bool({"example", "examples"} & {*content, *described}) or any("examples" in field for field in fields)
