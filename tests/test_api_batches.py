"""/v1/batch: in order, a row for each question whatever becomes of it, whole or line by line."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

import httpx
import pytest
from apis import asking, engine_of
from fastapi.testclient import TestClient
from shelf import open_shelf, write
from speaking import served

from index.errors import LibraryError
from qa.config import ApiConfig
from qa.engine import Engine
from qa.service import EngineService
from serving import batches

TOWNS = ("Penmarra", "Westhaven", "Orlan", "Tarn", "Kestrel", "Vela")
LINES = {"accept": batches.NDJSON}
VARIES = {"id", "timings_ms"}  # from run to run


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("library")
    for number, town in enumerate(TOWNS):
        text = f"The lighthouse of {town} is {number + 31} metres tall."
        write(folder / "articles", town, text, title=f"{town} tonight", outlet=f"{town} Post", date="2024-05-03")
    with closing(open_shelf(folder / "library")) as store:
        store.ingest([folder / "articles"])
        yield engine_of(store)


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    with asking(engine, ApiConfig(max_batch=50)) as client:
        yield client


def asked(town: str, **more: Any) -> dict[str, Any]:
    return {"question": f"How tall is the lighthouse of {town}?", **more}


@contextmanager
def speaking(engine: Engine) -> Iterator[httpx.Client]:
    """A client over a real connection, which it can give up."""
    with served(engine) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        yield client


def same(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in VARIES}


def test_answers_come_in_the_order_of_the_questions_with_their_ids(client: TestClient, engine: Engine) -> None:
    questions = [asked(town, id=f"q{number}") for number, town in enumerate(TOWNS * 6)]
    data = client.post("/v1/batch", json={"questions": questions}).json()["data"]
    assert [row["id"] for row in data] == [question["id"] for question in questions]
    alone = EngineService(engine).repeatable()
    for row, question in zip(data[:6], questions[:6], strict=True):
        assert same(row) == same(alone.ask(question["question"]))
    assert [same(row) for row in data[6:12]] == [same(row) for row in data[:6]]


def test_a_question_that_fails_is_an_answer_that_says_why_and_the_others_go_on(client: TestClient) -> None:
    scopes = {"outlets": ["Nobody's"]}, {"since": "2024-02-30"}, {"since": "2024-06-02", "until": "2024-06-01"}
    questions = [asked("Orlan"), *(asked("Orlan", scope=scope) for scope in scopes), asked("Tarn", id="last")]
    data = client.post("/v1/batch", json={"questions": questions}).json()["data"]
    statuses = [row["status"] for row in data]
    assert statuses[1:4] == ["error"] * 3
    assert "error" not in {statuses[0], statuses[4]}
    assert "Nobody's" in data[1]["reason"]
    assert data[1]["question"] == questions[1]["question"]
    assert data[4]["id"] == "last"


def test_what_nobody_expected_is_an_answer_too_and_tells_nothing_of_the_inside(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("the secret of the inside")

    monkeypatch.setattr(EngineService, "ask", broken)
    [row] = client.post("/v1/batch", json={"questions": [asked("Orlan")]}).json()["data"]
    assert row["status"] == "error"
    assert "secret" not in row["reason"]
    assert "the secret of the inside" in caplog.text


def test_a_scope_holds_for_its_question_alone(client: TestClient) -> None:
    questions = [asked("Orlan", scope={"outlets": ["tarn post"]}), asked("Orlan")]
    data = client.post("/v1/batch", json={"questions": questions}).json()["data"]
    assert [row["scope"]["outlets"] for row in data] == [["Tarn Post"], []]
    assert [row["searched"]["articles"] for row in data] == [1, 6]


def test_lines_are_the_same_rows(client: TestClient) -> None:
    sent = {"questions": [asked(town, id=town) for town in TOWNS]}
    whole = client.post("/v1/batch", json=sent).json()["data"]
    reply = client.post("/v1/batch", json=sent, headers=LINES)
    assert reply.headers["content-type"] == "application/x-ndjson"
    rows = [json.loads(line) for line in reply.text.splitlines()]
    assert [row["id"] for row in rows] == list(TOWNS)
    assert [same(row) for row in rows] == [same(row) for row in whole]


def test_lines_come_as_soon_as_they_are_there(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    really = EngineService.ask

    def held(self: EngineService, question: str, *rest: Any, **more: Any) -> Any:
        if "Vela" in question:
            assert go_on.wait(20)
        return really(self, question, *rest, **more)

    monkeypatch.setattr(EngineService, "ask", held)
    questions = [*(asked("Orlan") for _ in range(batches.AHEAD)), asked("Vela")]
    sent = {"json": {"questions": questions}, "headers": LINES}
    with speaking(engine) as client, client.stream("POST", "/v1/batch", **sent) as reply:
        lines = reply.iter_lines()
        assert json.loads(next(lines))["id"] == "1"
        go_on.set()
        assert [json.loads(line)["id"] for line in lines] == [str(number) for number in range(2, len(questions) + 1)]


@pytest.mark.parametrize("headers", [{}, LINES])
def test_nothing_more_is_answered_when_nobody_reads_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    begun = []
    really = EngineService.ask

    def noted(self: EngineService, question: str, *rest: Any, **more: Any) -> Any:
        begun.append(question)
        time.sleep(0.02)
        return really(self, question, *rest, **more)

    monkeypatch.setattr(EngineService, "ask", noted)
    questions = [asked("Orlan") for _ in range(600)]
    with speaking(engine) as client:
        sent = {"json": {"questions": questions}, "headers": headers, "timeout": 0.5}
        with suppress(httpx.ReadTimeout), client.stream("POST", "/v1/batch", **sent) as reply:
            next(reply.iter_lines())  # who waits for all never gets here
        until = time.monotonic() + 10
        count = -1
        while count != len(begun) and time.monotonic() < until:
            count = len(begun)
            time.sleep(0.5)
    assert 0 < len(begun) < 500


@pytest.mark.parametrize(("headers", "status"), [({}, 503), (LINES, 200)])
def test_when_the_library_itself_fails_the_whole_ends_with_an_error(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], status: int
) -> None:
    def closed(*_: Any, **__: Any) -> Any:
        raise LibraryError("the library was closed")

    monkeypatch.setattr(EngineService, "ask", closed)
    reply = client.post("/v1/batch", json={"questions": [asked("Orlan")] * 20}, headers=headers)
    assert reply.status_code == status
    assert reply.json()["error"]["message"] == "the library was closed"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"questions": []},
        {"questions": [asked("Orlan")] * 51},
        {"questions": ["How tall?"]},
        {"questions": [{"question": ""}]},
        {"questions": [asked("Orlan", ident="x")]},
        {"questions": [asked("Orlan", id=7)]},
        {"questions": [asked("Orlan")], "engine": "magic"},
        {"questions": [asked("Orlan")], "engine": "generative"},  # there is no model
        {"questions": [asked("Orlan")], "seed": -1},
        {"questions": [asked("Orlan")], "workers": 99},
    ],
)
@pytest.mark.parametrize("headers", [{}, LINES])
def test_what_is_wrong_with_the_whole_is_refused(
    client: TestClient, body: dict[str, Any], headers: dict[str, str]
) -> None:
    reply = client.post("/v1/batch", json=body, headers=headers)
    assert reply.status_code == 400
    assert reply.json()["error"]["type"] == "invalid_request_error"
