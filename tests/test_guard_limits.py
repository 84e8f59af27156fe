"""How much one client may ask, and what those are told who ask more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from web import limits
from web.limits import QUESTION, Buckets, Limits, TooMuchError, clients_of
from web.people.person import HEADER
from web.waiting import Line

ASK, LOOK = 3, 4  # handlers


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_fills_with_time_and_never_beyond_its_size() -> None:
    clock = Clock()
    buckets = Buckets(per_second=2, burst=3, now=clock)
    assert [buckets.take([("ada", 1)]) for _ in range(4)] == [0, 0, 0, 0.5]
    clock.now += 0.5
    assert [buckets.take([("ada", 1)]) for _ in range(2)] == [0, 0.5]
    clock.now += 3600
    assert [buckets.take([("ada", 1)]) for _ in range(4)] == [0, 0, 0, 0.5]


def test_clients_do_not_share_a_bucket_but_those_at_an_address_share_a_larger_one() -> None:
    buckets = Buckets(per_second=1, burst=1, now=Clock())
    assert [buckets.take([(name, 1), ("office", 3)]) for name in ("ada", "ada", "ben")] == [0, 1, 0]
    assert buckets.take([("cid", 1), ("office", 3)]) == 0
    assert buckets.take([("dee", 1), ("office", 3)]) == pytest.approx(1 / 3)
    assert buckets.take([("dee", 1)]) == 0, "who was refused at the one has lost nothing at the other"


def test_what_is_remembered_of_clients_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CLIENTS", 10)
    buckets = Buckets(per_second=1, burst=1, now=Clock())
    for number in range(100):
        buckets.take([(str(number), 1)])
    assert list(buckets._buckets) == [str(number) for number in range(90, 100)]


def scope(client: Any, person: str = "") -> dict[str, Any]:
    return {"client": client, "headers": [(HEADER.encode(), person.encode())] if person else []}


def test_who_a_request_counts_for() -> None:
    assert clients_of(scope(("192.0.2.7", 1), "user:ada")) == [("user:ada", 1)]
    assert clients_of(scope(("192.0.2.7", 1), "c0ffee")) == [("c0ffee", 1), ("192.0.2.7", 10)]
    assert clients_of(scope(("192.0.2.7", 1))) == [("192.0.2.7", 10)]
    near = [clients_of(scope((host, 1))) for host in ("2001:db8::1", "2001:db8::ffff:2")]
    assert near[0] == near[1]
    assert clients_of(scope(None)) == [("nowhere", 10)]


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()

    @app.post(QUESTION)
    async def join(request: Request) -> Any:
        return (await request.json())["fn_index"]

    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(Limits(app, {ASK: True, LOOK: False}, per_minute=2, line=Line(4, 30))) as client:
        yield client


def click(client: TestClient, handler: Any, person: str = "user:ada") -> Any:
    return client.post(QUESTION, json={"fn_index": handler, "data": ["x"] * 50}, headers={HEADER: person})


def test_questions_are_counted_and_other_clicks_are_not(client: TestClient) -> None:
    assert [click(client, ASK).json() for _ in range(2)] == [ASK, ASK]
    refused = click(client, ASK)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert refused.json()["detail"].startswith("Vouch takes 2 questions a minute from each person. Try again in ")
    assert [click(client, LOOK).json() for _ in range(20)] == [LOOK] * 20
    assert click(client, ASK, "user:ben").json() == ASK


def test_a_new_cookie_for_every_question_does_not_help(client: TestClient) -> None:
    taken = [click(client, ASK, f"{number:032x}").status_code for number in range(30)]
    assert taken == [200] * 20 + [429] * 10


@pytest.mark.parametrize("handler", [10_000, -1, "3", None, True, 3.0, [3]])
def test_a_click_that_is_for_no_handler_is_refused(client: TestClient, handler: Any) -> None:
    assert click(client, handler).status_code == 400


def test_what_is_no_click_at_all_is_refused(client: TestClient) -> None:
    assert {client.post(QUESTION, content=content).status_code for content in (b"", b"[", b"3", b"\xff")} == {400}


def test_more_questions_at_once_than_may_wait_are_refused_at_once(app: FastAPI) -> None:
    with TestClient(Limits(app, {ASK: True, LOOK: False}, per_minute=100, line=Line(1, 2))) as client:
        replies = [click(client, ASK) for _ in range(5)]
        looked = click(client, LOOK)
    assert [reply.status_code for reply in replies] == [200, 200, 200, 503, 503]
    assert "busy" in replies[-1].text
    assert looked.status_code == 200


def test_a_flood_of_requests_is_refused_in_text_to_a_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUESTS_AT_ONCE", 5)
    monkeypatch.setattr(limits, "REQUESTS_PER_SECOND", 1)
    with TestClient(Limits(FastAPI(), {}, per_minute=1, line=Line(4, 16))) as client:
        replies = [client.get("/", headers={HEADER: "user:ada", "accept": "text/html"}) for _ in range(6)]
    assert [reply.status_code for reply in replies] == [404] * 5 + [429]
    assert replies[-1].text == "That was too much at once. Try again in 1 s."


def test_only_so_many_requests_are_open_at_a_time_and_closing_one_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPEN_AT_ONCE", 2)
    guarded = Limits(FastAPI(), {}, per_minute=1, line=Line(4, 16))
    ada = [("user:ada", 1)]
    with guarded._opened(ada):
        with guarded._opened(ada), pytest.raises(TooMuchError, match="too many windows"), guarded._opened(ada):
            pass
        with guarded._opened(ada):
            pass
    assert guarded._open == {}


def test_what_is_not_http_goes_through() -> None:
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    asyncio.run(Limits(app, {}, per_minute=1, line=Line(4, 16))({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]
