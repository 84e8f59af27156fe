from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import endpoint as ep
import pytest
from endpoint import Endpoint

from qa.config import LlmConfig
from qa.model.breaker import FAILURES, Breaker
from qa.model.exchange import open_client
from qa.model.faults import Kind, ModelError, Server
from qa.model.llm import OpenAIModel
from qa.model.messages import Message

SERVER = Server("http://127.0.0.1:1/v1", "small", "KEY")
ASK = [Message("user", "How far?")]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def config(url: str) -> LlmConfig:
    return LlmConfig(base_url=url, model="small")


def refusal(left_s: float) -> ModelError:
    return ModelError("left alone", hint=f"{left_s:.0f}", kind="unavailable")


def outcome(breaker: Breaker, kind: Kind | None = None) -> str:
    """How one question ends: "asked", or why it was not."""
    try:
        with breaker.watching(refusal):
            if kind:
                raise SERVER.fault(kind)
    except ModelError as error:
        return error.hint if error.message == "left alone" else "asked"
    return "asked"


def test_a_server_that_fails_is_left_alone_and_tried_once_after_a_rest() -> None:
    clock = Clock()
    breaker = Breaker(3, 20.0, clock)
    assert [outcome(breaker, "unavailable") for _ in range(4)] == ["asked", "asked", "asked", "20"]
    clock.now = 15.0
    assert (outcome(breaker), breaker.rest_left_s) == ("5", 5.0)
    clock.now = 20.0
    assert outcome(breaker, "timeout") == "asked"  # tried, and still out of reach
    assert outcome(breaker) == "20"
    clock.now = 40.0
    assert [outcome(breaker) for _ in range(3)] == ["asked"] * 3
    assert breaker.rest_left_s == 0.0


@pytest.mark.parametrize("kind", ["auth", "quota", "rate", "context", "protocol", "truncated", "empty", "not_found"])
def test_a_server_that_answers_is_there_whatever_it_says(kind: Kind) -> None:
    breaker = Breaker(2, 20.0, Clock())
    assert [outcome(breaker, each) for each in ("timeout", kind, "timeout", kind)] == ["asked"] * 4


def test_only_one_question_tries_after_the_rest() -> None:
    clock = Clock()
    breaker = Breaker(1, 20.0, clock)
    outcome(breaker, "timeout")
    clock.now = 30.0
    with breaker.watching(refusal):
        assert outcome(breaker) == "0"
    assert outcome(breaker) == "asked"


def test_a_reader_who_leaves_says_nothing_of_the_server() -> None:
    clock = Clock()
    breaker = Breaker(1, 20.0, clock)

    def stream() -> Iterator[str]:
        with breaker.watching(refusal):
            yield "It is"

    outcome(breaker, "timeout")
    clock.now = 30.0
    left = stream()
    next(left)
    left.close()  # type: ignore[attr-defined]
    assert outcome(breaker, "timeout") == "asked"
    assert outcome(breaker) == "20"


def test_threads_share_what_was_learnt() -> None:
    breaker = Breaker(4, 20.0, Clock())
    threads = [threading.Thread(target=outcome, args=(breaker, "unavailable")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome(breaker) == "20"


@pytest.fixture(scope="module")
def nobody() -> str:
    """The address of a port that nobody listens at; and the client imported, which takes its time."""
    open_client("http://127.0.0.1:9", "").close()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


def test_where_nobody_listens_a_reader_waits_for_nothing(nobody: str) -> None:
    with OpenAIModel(config(nobody)) as model:
        began = time.monotonic()
        for asked in range(FAILURES + 2):
            budget = model.budget()
            with pytest.raises(ModelError) as caught:
                list(model.stream(ASK, budget))
            assert caught.value.kind == "unavailable"
            assert budget.calls_made == (1 if asked < FAILURES else 0)
        assert time.monotonic() - began < 2.0
    assert "failed several times in a row and is asked again in" in caught.value.sentence
    assert "base_url" in caught.value.hint


def test_a_server_that_hangs_is_waited_for_a_few_times_only() -> None:
    with Endpoint(ep.hangs) as server:
        config = LlmConfig(base_url=server.url, model="small", timeout_s=0.1, deadline_s=0.2)
        with OpenAIModel(config, first_pause_s=0.01) as model:
            for _ in range(FAILURES):
                with pytest.raises(ModelError, match="in time"):
                    list(model.stream(ASK, model.budget()))
            calls = server.calls
            began = time.monotonic()
            with pytest.raises(ModelError, match="cannot be reached"):
                list(model.stream(ASK, model.budget()))
            assert (server.calls, time.monotonic() - began < 0.2) == (calls, True)


def test_a_server_that_refuses_is_asked_as_before() -> None:
    steps = [ep.refuses(401, "no")] * (FAILURES + 1)
    with Endpoint(*steps, ep.streams("Yes")) as server, OpenAIModel(config(server.url)) as model:
        for _ in steps:
            with pytest.raises(ModelError, match="refused the key"):
                list(model.stream(ASK, model.budget()))
        assert "Yes" in list(model.stream(ASK, model.budget()))
