"""/metrics, read by Prometheus' own parser: the right figures, and no words of anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from apis import asking, engine_of
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from shelf import open_shelf, write

from qa.answers import Answer, Usage
from qa.config import ApiConfig
from qa.engine import Engine
from serving.metrics import OTHER, Metrics
from web.opening import Opening

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]
QUESTION = "How tall is the lighthouse on Gull Rock?"


@pytest.fixture
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("library")
    about = {"title": "A lamp for Gull Rock", "outlet": "Harbour Post"}
    write(folder / "articles", "lamp", "The lighthouse on Gull Rock is 41 metres tall.", **about)
    with closing(open_shelf(folder / "library")) as store:
        store.ingest([folder / "articles"])
        yield engine_of(store)


@pytest.fixture
def client(engine: Engine) -> Iterator[TestClient]:
    with asking(engine) as client:
        yield client


def read(client: TestClient) -> Callable[..., float]:
    """What the figures are now: `figure("vouch_articles")`, 0 for one that is not there."""
    reply = client.get("/metrics")
    assert reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return parsed(reply.text)


def parsed(text: str) -> Callable[..., float]:
    families = text_string_to_metric_families(text)
    figures: Figures = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }
    return lambda name, **labels: figures.get((name, frozenset(labels.items())), 0.0)


def test_requests_are_counted_by_route_method_and_status(client: TestClient) -> None:
    for path in ("/v1/articles/a", "/v1/articles/b", "/v1/articles/c%20d"):
        client.get(path)
    client.post("/v1/search", json={"query": "lamp"})
    figure = read(client)
    assert figure("vouch_requests_total", route="/v1/articles/{article}", method="GET", status="404") == 3
    assert figure("vouch_requests_total", route="/v1/search", method="POST", status="200") == 1
    assert figure("vouch_request_seconds_count", route="/v1/articles/{article}") == 3
    assert figure("vouch_request_seconds_bucket", route="/v1/search", le="+Inf") == 1
    assert figure("vouch_requests_in_flight") == 1  # this one


def test_what_callers_make_up_adds_no_series(client: TestClient) -> None:
    for number in range(20):
        client.get(f"/v1/made-up-{number}")
        client.request(f"METHOD{number}", "/v1/articles")
    text = client.get("/metrics").text
    assert "made-up" not in text
    assert "METHOD" not in text
    figure = parsed(text)
    assert figure("vouch_requests_total", route=OTHER, method="GET", status="404") == 20
    assert figure("vouch_requests_total", route="/v1/articles", method=OTHER, status="405") == 20


def test_questions_are_counted_whoever_asks_and_however(client: TestClient, engine: Engine) -> None:
    def answered() -> float:
        figure = read(client)
        return sum(
            figure("vouch_questions_total", status=status, engine="extractive")
            for status in ("answered", "conflicting", "not_in_sources")
        )

    assert answered() == 0
    engine.ask(QUESTION)  # as the page does
    assert answered() == 1
    chat = {"model": "vouch", "messages": [{"role": "user", "content": QUESTION}]}
    assert client.post("/v1/chat/completions", json=chat).status_code == 200
    assert answered() == 2
    client.post("/v1/batch", json={"questions": [{"question": QUESTION}] * 3, "engine": "extractive"})
    assert answered() == 5
    text = client.get("/metrics").text
    assert "Gull" not in text
    assert "Harbour" not in text


def test_tokens_and_calls_of_a_language_model_are_counted(engine: Engine) -> None:
    figures = Metrics(Opening(engine))
    for status in ("answered", "answered", "not_in_sources"):
        figures.answered(Answer("1", "?", "?", status, "generative", usage=Usage(2, 700, 40)))  # type: ignore[arg-type]
    figure = parsed(figures.text().decode())
    assert figure("vouch_questions_total", status="answered", engine="generative") == 2
    assert figure("vouch_questions_total", status="conflicting", engine="generative") == 0
    assert figure("vouch_tokens_total", kind="prompt") == 2100
    assert figure("vouch_tokens_total", kind="completion") == 120
    assert figure("vouch_model_calls_total") == 6


def test_the_library_is_told_as_it_is_now(client: TestClient) -> None:
    client.get("/v1/articles")
    figure = read(client)
    assert (figure("vouch_library_open"), figure("vouch_articles"), figure("vouch_passages")) == (1, 1, 1)
    client.post("/v1/articles", json={"text": "Goats were brought to Skerry by monks."})
    figure = read(client)
    assert (figure("vouch_articles"), figure("vouch_passages")) == (2, 2)
    assert figure("vouch_index_in_use", index="chroma") == 1
    assert figure("vouch_index_in_use", index="lexical") == 1
    assert figure("process_resident_memory_bytes") > 1e7


def test_what_is_refused_is_counted_by_its_reason(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_API_KEYS", "a-key-of-the-tests-0123456789")
    key = {"authorization": "Bearer a-key-of-the-tests-0123456789"}
    with asking(engine, ApiConfig(requests_per_minute=3, max_request_mb=1)) as client:
        client.get("/v1/articles")
        client.get("/v1/articles", headers={"origin": "https://evil.example"})
        client.post("/v1/articles", content=b"a=b", headers={"content-type": "text/plain"})
        client.post("/v1/articles", content=b" " * 1_000_001, headers={**key, "content-type": "application/json"})
        statuses = [client.get("/v1/models", headers=key).status_code for _ in range(3)]
        assert statuses[-1] == 429
        figures = parsed(client.app.state.metrics.text().decode())  # type: ignore[attr-defined]
    for reason in ("key", "origin", "media_type", "size"):
        assert figures("vouch_requests_refused_total", reason=reason) == 1, reason
    assert figures("vouch_requests_refused_total", reason="rate") == statuses.count(429)


def test_a_reply_that_never_came_is_counted_as_a_fault(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with asking(engine) as client:
        monkeypatch.setattr(type(engine.library), "articles", broken)
        assert client.get("/v1/articles").status_code == 500
        monkeypatch.undo()
        assert read(client)("vouch_requests_total", route="/v1/articles", method="GET", status="500") == 1
