"""Every refusal is in OpenAI's shape, so that its client raises its own exceptions; nothing inside is given away."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pages import engine_over
from pydantic import BaseModel
from speaking import QUESTIONS, ask, client, newsroom, served
from starlette.exceptions import HTTPException

from index.errors import LibraryError
from ingest.errors import ConfigError, VouchError
from qa.config import ApiConfig, Config
from qa.engine import Engine
from qa.model.faults import ModelError
from serving import errors
from serving.errors import ApiError, from_exception
from serving.guards import limits
from serving.guards.limits import Sizes
from serving.openai import answering
from web.waiting import Line

KEY = "key-0123456789abcdef"
TICKET = QUESTIONS[0]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(newsroom(tmp_path_factory.mktemp("news") / "articles")) as engine:
        yield engine


@pytest.fixture(scope="module")
def address(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API with a key, for requests of 1 MB."""
    with served(engine, keyed(tmp_path_factory.mktemp("keys"), max_request_mb=1)) as address:
        yield address


def keyed(folder: Path, **settings: Any) -> Config:
    (folder / "keys.txt").write_text(f"{KEY}\n", encoding="utf-8")
    (folder / "keys.txt").chmod(0o600)
    return Config(api=ApiConfig(keys_file="keys.txt", **settings), folder=str(folder))


@pytest.fixture(scope="module")
def speaker(address: str) -> Iterator[openai.OpenAI]:
    with client(address, KEY) as speaker:
        yield speaker


def shaped(reply: Any) -> dict[str, Any]:
    """The error of a reply, whose shape must be OpenAI's."""
    body = reply.json()
    assert list(body) == ["error"], body
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert body["error"]["message"]
    error: dict[str, Any] = body["error"]
    return error


# What the client raises


def test_a_wrong_key_is_an_authentication_error(address: str) -> None:
    with client(address, "wrong") as stranger, pytest.raises(openai.AuthenticationError) as refused:
        ask(stranger, TICKET)
    assert (refused.value.code, refused.value.type) == ("invalid_api_key", "authentication_error")
    assert refused.value.status_code == 401


def test_an_unknown_model_is_a_not_found_error(speaker: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="vouch-extractive") as refused:
        ask(speaker, TICKET, model="gpt-4o")
    assert refused.value.code == "model_not_found"


def test_an_oversized_body_is_told_with_its_limit(speaker: openai.OpenAI) -> None:
    with pytest.raises(openai.APIStatusError, match="1 MB") as refused:
        ask(speaker, TICKET * 40_000)
    assert (refused.value.status_code, refused.value.code) == (413, "request_too_large")


def test_a_wrong_type_is_a_bad_request_with_its_parameter(speaker: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(speaker, TICKET, seed="seven")
    assert (refused.value.param, refused.value.code) == ("seed", "invalid_value")


def test_too_many_requests_are_a_rate_limit_error(engine: Engine) -> None:
    with served(engine, Config(api=ApiConfig(requests_per_minute=2))) as address, client(address) as speaker:
        for _ in range(2):
            assert speaker.models.with_raw_response.list().headers["x-ratelimit-limit-requests"] == "2"
        with pytest.raises(openai.RateLimitError) as refused:
            ask(speaker, TICKET)
    assert int(refused.value.response.headers["retry-after"]) <= 30


def test_an_unknown_key_of_the_extension_is_a_bad_request(speaker: openai.OpenAI) -> None:
    for body in ({"scopes": {}}, {"scope": {"until": "yesterday"}}, {"scope": {"outlet": []}}):
        with pytest.raises(openai.BadRequestError) as refused:
            ask(speaker, TICKET, extra_body={"vouch": body})
        assert str(refused.value.param).startswith("vouch.scope")


def post(address: str, content: Any, path: str = "/v1/chat/completions", **headers: str) -> httpx.Response:
    told = {"authorization": f"Bearer {KEY}", "content-type": "application/json", **headers}
    return httpx.post(address + path, content=content, headers=told, timeout=30)


BOMBS = (b"[" * 100_000, b'{"model": "vouch", "seed": ' + b"9" * 5000 + b"}", b'{"messages": NaN}')


@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b'"x"', b"[]", b"null", b'{"model": "vouch"}', *BOMBS])
def test_malformed_json_is_a_bad_request(address: str, content: bytes) -> None:
    reply = post(address, content)
    assert reply.status_code == 400
    assert shaped(reply)["type"] == "invalid_request_error"


def test_halves_of_a_pair_come_back_as_something_that_can_be_sent(address: str) -> None:
    for key in ("model", "content"):
        said = {"model": "vouch", "content": TICKET, key: "\ud800 x"}
        chat = {"model": said["model"], "messages": [{"role": "user", "content": said["content"]}]}
        assert post(address, json.dumps(chat)).status_code in {200, 404}
    scope = {
        "vouch": {"scope": {"outlets": ["\udfff"]}},
        "model": "vouch",
        "messages": [{"role": "user", "content": "x"}],
    }
    assert str(shaped(post(address, json.dumps(scope)))["param"]).startswith("vouch.scope")


def test_an_address_without_anything_and_a_method_that_is_none(address: str) -> None:
    assert shaped(post(address, b"{}", "/v1/nothing"))["code"] == "not_found"
    got = httpx.get(f"{address}/v1/chat/completions", headers={"authorization": f"Bearer {KEY}"})
    assert (got.status_code, shaped(got)["code"]) == (405, "method_not_allowed")
    assert got.headers["allow"] == "POST"


def test_a_chunked_body_that_does_not_say_its_size_is_refused_as_well(address: str) -> None:
    sent = 0

    def parts() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 100_000
            yield b" " * 100_000

    try:
        reply = post(address, parts())
    except httpx.TransportError:  # the server had said so and closed, while more was still being sent
        reply = None
    assert reply is None or (reply.status_code == 413 and shaped(reply)["code"] == "request_too_large")
    assert sent < 10_000_000 or reply is not None


# Sizes


@pytest.fixture
def sized() -> Iterator[TestClient]:
    app = FastAPI()

    @app.post("/v1/echo")
    def echo(body: dict[str, Any]) -> int:
        return len(body["text"])

    with TestClient(Sizes(app, max_mb=1)) as client:
        yield client


def test_a_body_is_read_whole_up_to_the_size(sized: TestClient) -> None:
    assert sized.post("/v1/echo", json={"text": "x" * 999_000}).json() == 999_000
    assert sized.post("/v1/echo", json={"text": "x" * 1_000_000}).status_code == 413


def test_a_chunked_body_is_counted(sized: TestClient) -> None:
    def parts(count: int) -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(count):
            yield b"x" * 1000
        yield b'"}'

    assert sized.post("/v1/echo", content=parts(900), headers={"content-type": "application/json"}).json() == 900_000
    refused = sized.post("/v1/echo", content=parts(1001), headers={"content-type": "application/json"})
    assert (refused.status_code, shaped(refused)["code"]) == (413, "request_too_large")


def test_a_body_that_does_not_come_is_given_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WHOLE_S", 0.2)
    monkeypatch.setattr(limits, "SLOWEST", 1e9)
    host, port = address.removeprefix("http://").split(":")
    head = f"POST /v1/responses HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {KEY}\r\n"
    began = time.monotonic()
    with socket.create_connection((host, int(port))) as line:
        line.sendall(f"{head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{{".encode())
        reply = line.recv(4096)
    assert reply.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began < 5


# Too many at once


def test_more_questions_than_have_places_are_refused_and_the_others_answered(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "MOST_WAITING", 1)
    monkeypatch.setattr(answering, "ANSWERS_AT_ONCE", 1)
    opened = threading.Event()

    def opening() -> Engine:
        assert opened.wait(20)
        return engine

    with served(opening) as address, client(address) as speaker:
        answers: list[Any] = []
        asking = [threading.Thread(target=lambda: answers.append(ask(speaker, TICKET))) for _ in range(2)]
        for thread in asking:
            thread.start()
        time.sleep(0.5)
        try:
            with pytest.raises(openai.InternalServerError) as refused:
                ask(speaker, TICKET)
        finally:
            opened.set()
        for thread in asking:
            thread.join()
        assert [answer.vouch["status"] for answer in answers] == ["answered"] * 2
        assert ask(speaker, TICKET).vouch["status"] == "answered", "their places are free again"
    assert (refused.value.status_code, refused.value.code) == (503, "overloaded")
    assert refused.value.response.headers["retry-after"] == "5"


# What goes wrong inside


def test_a_library_that_cannot_be_opened_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Engine:
        raise LibraryError("the library cannot be opened", hint="run: vouch doctor")

    with served(broken) as address, client(address) as speaker:
        for stream in (False, True):
            with pytest.raises(openai.InternalServerError, match="vouch doctor") as refused:
                ask(speaker, TICKET, stream=stream)
            assert refused.value.status_code == 503


class Failing(Engine):
    """An engine that fails in the middle of every answer."""

    def __init__(self, engine: Engine, error: Exception) -> None:
        super().__init__(engine.store, engine.config, None, engine.reader)
        self.error = error

    def stream(self, *args: Any) -> Any:
        yield from list(super().stream(*args))[:3]
        raise self.error


def test_what_fails_in_the_middle_ends_the_stream_with_an_error(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "the password is swordfish"
    with served(Failing(engine, RuntimeError(secret))) as address, client(address) as speaker:
        said: list[str] = []
        with pytest.raises(openai.APIError) as raised:
            said.extend(chunk.choices[0].delta.content or "" for chunk in ask(speaker, TICKET, stream=True))
        with pytest.raises(openai.InternalServerError) as whole:
            ask(speaker, TICKET)
        with pytest.raises(openai.APIError) as response:
            list(speaker.responses.create(model="vouch", input=TICKET, stream=True))
    assert "four crowns" in "".join(said)
    for error in (raised.value, whole.value, response.value):
        assert secret not in str(error.body)
        assert error.code == "internal_error"
        ident = error.message.split("under ")[-1].rstrip("'}").split(".")[0]
        assert any(ident in record.getMessage() for record in caplog.records), "the log tells of it under that id"
    assert secret in caplog.text


def test_a_fault_that_can_be_told_is_told_in_the_stream(engine: Engine) -> None:
    error = VouchError("the disk is full", hint="make room")
    with served(Failing(engine, error)) as address, client(address) as speaker:
        with pytest.raises(openai.APIError, match="the disk is full: make room"):
            list(ask(speaker, TICKET, stream=True))
        with pytest.raises(openai.BadRequestError, match="the disk is full: make room"):
            ask(speaker, TICKET)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ApiError(404, "x", code="model_not_found"), 404, "model_not_found"),
        (VouchError("no article has that id", hint="list them"), 400, "invalid_request"),
        (LibraryError("closed"), 503, "unavailable"),
        (ConfigError("wrong"), 503, "unavailable"),
        (ModelError("slow", hint="wait", kind="timeout"), 503, "model_timeout"),
        (KeyError("secret"), 500, "internal_error"),
    ],
)
def test_what_a_client_is_told_of_an_exception(error: Exception, status: int, code: str) -> None:
    told = from_exception(error)
    assert (told.status, told.code) == (status, code)
    assert "secret" not in told.message


class Body(BaseModel):
    count: int


def test_an_app_tells_all_its_errors_in_this_shape(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()
    errors.install(app)

    @app.post("/v1/{kind}")
    def fail(kind: str, body: Body) -> None:
        raise {"http": HTTPException(409, "taken"), "vouch": VouchError("no"), "any": ValueError("secret")}[kind]

    with TestClient(app, raise_server_exceptions=False) as caller:
        replies = {kind: caller.post(f"/v1/{kind}", json={"count": 1}) for kind in ("http", "vouch", "any")}
        invalid = caller.post("/v1/http", json={"count": "x"})
        missing = caller.get("/other")
    assert {kind: reply.status_code for kind, reply in replies.items()} == {"http": 409, "vouch": 400, "any": 500}
    assert [shaped(reply)["message"] for reply in replies.values()][:2] == ["taken", "no"]
    assert "secret" not in replies["any"].text
    assert shaped(invalid)["param"] == "count"
    assert shaped(missing)["message"] == "There is nothing at this address."


def test_the_page_s_line_counts_for_the_api_too(engine: Engine) -> None:
    from serving.desk import Desk
    from serving.openai import chat
    from web.opening import Opening

    line, app, opening = Line(places=1, most=0), FastAPI(), Opening(engine)
    errors.install(app)
    app.include_router(chat.router(Desk(opening, Config()), line))
    body = {"model": "vouch", "messages": [{"role": "user", "content": TICKET}]}
    with TestClient(app) as caller:
        with line.join():
            assert shaped(caller.post("/v1/chat/completions", json=body))["code"] == "overloaded"
        assert caller.post("/v1/chat/completions", json=body).json()["vouch"]["status"] == "answered"
    opening.close()


def test_nothing_of_a_request_is_logged(speaker: openai.OpenAI, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="vouch")
    ask(speaker, TICKET)
    assert TICKET not in "".join(record.getMessage() for record in caplog.records if record.name == "vouch")


def test_every_status_is_declared() -> None:
    assert set(errors.CODES) - {405} <= set(errors.RESPONSES)


def test_a_key_of_a_file_opens_the_api(engine: Engine, tmp_path: Path) -> None:
    with served(engine, keyed(tmp_path)) as address:
        with client(address, KEY) as speaker:
            assert ask(speaker, TICKET).vouch["status"] == "answered"
        with client(address, "wrong-0123456789abcdef") as stranger, pytest.raises(openai.AuthenticationError):
            ask(stranger, TICKET, stream=True)
