from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable

import endpoint as ep
import pytest
from endpoint import Endpoint, Step
from hypothesis import given
from hypothesis import strategies as st

from qa.config import LlmConfig
from qa.model.budget import Budget
from qa.model.exchange import open_client
from qa.model.faults import ModelError
from qa.model.llm import OpenAIModel, check_endpoint
from qa.model.messages import Completion, Message
from qa.model.thoughts import ThoughtFilter

KEY = "sk-hidden-0123456789"
ASK = [Message("system", "Be brief."), Message("user", "How far?")]
HELLO = (ep.chunk("Hello "), ep.chunk("wor"))
DEADLINE_S = 1.2
# Only where a server is to be waited for; elsewhere a busy machine must not turn one fault into another.
SHORT = {"timeout_s": 0.3, "deadline_s": DEADLINE_S}


@pytest.fixture(autouse=True, scope="module")
def client() -> None:
    """Importing the client takes longer than some of the deadlines here."""
    open_client("http://127.0.0.1:9", "").close()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_TEST_KEY", KEY)


def config(url: str, **changes: object) -> LlmConfig:
    settings: dict[str, object] = {
        "base_url": url,
        "model": "small",
        "api_key_env": "VOUCH_TEST_KEY",
        "timeout_s": 10.0,
        "deadline_s": 30.0,
    }
    return LlmConfig(**(settings | changes))  # type: ignore[arg-type]


def ask(server: Endpoint, **changes: object) -> tuple[str, Completion]:
    """The whole text and the completion; nothing may come after the completion."""
    with OpenAIModel(config(server.url, **changes), first_pause_s=0.01) as model:
        parts = list(model.stream(ASK, model.budget()))
    *text, completion = parts
    assert isinstance(completion, Completion)
    assert all(isinstance(delta, str) for delta in text)
    return "".join(map(str, text)), completion


def trouble(server: Endpoint, **changes: object) -> ModelError:
    """The error of a question that fails, after checking what holds for every one of them."""
    started = time.monotonic()
    with pytest.raises(ModelError) as caught:
        ask(server, **changes)
    assert time.monotonic() - started <= DEADLINE_S + 1.0
    assert 1 <= server.calls <= 3
    error = caught.value
    told = f"{error} {error.hint} {error.sentence} {error.complaint}"
    assert KEY not in told
    assert server.url not in told
    assert "/v1" not in told.replace("it ends in /v1", "")
    assert error.hint
    assert error.sentence[0].isupper()
    assert error.sentence.endswith(".")
    return error


def test_a_streamed_reply_arrives_in_deltas_with_its_usage() -> None:
    with Endpoint(ep.streams("Hello ", "world", ".")) as server:
        assert ask(server) == ("Hello world.", Completion("stop", 7, 3))
        (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert request.body["stream"] is True


def test_a_server_that_does_not_stream_is_read_as_well() -> None:
    with Endpoint(ep.whole("Hello world.")) as server:
        assert ask(server) == ("Hello world.", Completion("stop", 7, 3))


def test_a_body_need_not_say_that_it_is_complete() -> None:
    with Endpoint(ep.whole("Hello.", finish=None)) as server:
        assert ask(server)[0] == "Hello."


def test_content_in_parts_is_joined() -> None:
    with Endpoint(ep.whole([{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}, {"type": "image"}])) as s:
        assert ask(s)[0] == "Hello"


def test_without_a_key_local_servers_are_sent_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOUCH_TEST_KEY")
    with Endpoint(ep.streams("Yes")) as server:
        ask(server)
        assert server.requests[0].headers["authorization"] == "Bearer none"


def test_a_proxy_is_not_asked_for_our_own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Endpoint(ep.streams("Yes")) as server:
        assert ask(server)[0] == "Yes"


# Every fault that a server can show before or instead of a reply: the kind it becomes, and the calls it may cost.
FAULTS: dict[str, tuple[Step, str, int]] = {
    "rate": (ep.refuses(429, "slow down", retry_after="0.05"), "rate", 3),
    "rate, far too long a wait": (ep.refuses(429, "slow down", retry_after="300"), "rate", 1),
    "quota": (ep.refuses(429, "You exceeded your current quota", "insufficient_quota"), "quota", 1),
    "no balance": (ep.refuses(402, "Insufficient Balance"), "quota", 1),
    "500": (ep.refuses(500, "boom"), "unavailable", 3),
    "503 with HTML": (ep.raw("<html>Bad gateway</html>", "text/html", 503), "unavailable", 3),
    "504": (ep.raw("", "text/plain", 504), "timeout", 3),
    "401": (ep.refuses(401, f"Incorrect API key provided: {KEY}", "invalid_api_key"), "auth", 1),
    "403": (ep.refuses(403, "no"), "auth", 1),
    "404 model": (ep.refuses(404, "The model `small` does not exist", "model_not_found"), "not_found", 1),
    "404 address": (ep.raw("<html>Not found</html>", "text/html", 404), "not_found", 1),
    "400 model": (ep.refuses(400, "model 'small' not found, try pulling it first"), "not_found", 1),
    "context, OpenAI": (ep.refuses(400, "too long", "context_length_exceeded"), "context", 1),
    "context, vLLM": (ep.refuses(400, "This model's maximum context length is 8192 tokens."), "context", 1),
    "context, llama.cpp": (ep.refuses(400, "the request exceeds the available context size"), "context", 1),
    "413": (ep.raw("", "text/plain", 413), "context", 1),
    "400 otherwise": (ep.refuses(400, f"bad field near {KEY} at http://inner:80/v1"), "protocol", 1),
    "broken JSON": (ep.raw('{"id": "x", "choices": ['), "protocol", 1),
    "not UTF-8": (ep.raw(b'{"choices": "\xff"}'), "protocol", 1),
    "HTML": (ep.raw("<html>login</html>", "text/html"), "protocol", 1),
    "a list": (ep.raw("[]"), "protocol", 1),
    "no choices at all": (ep.raw("{}"), "protocol", 1),
    "choices of another kind": (ep.raw('{"choices": ["x"]}'), "protocol", 1),
    "an error in a reply": (ep.raw(json.dumps(ep.fault("upstream overloaded", "overloaded"))), "unavailable", 3),
    "an error with a status": (ep.raw(json.dumps(ep.fault("slow down", 429))), "rate", 3),
    "an error as text": (ep.raw('{"error": "the context window is too small"}'), "context", 1),
    "empty choices": (ep.raw('{"choices": []}'), "empty", 1),
    "null content": (ep.whole(None), "empty", 1),
    "empty content": (ep.whole(""), "empty", 1),
    "white space": (ep.whole(" \n"), "empty", 1),
    "thoughts only": (ep.whole("<think>Let me see.</think>\n"), "empty", 1),
    "body cut by length": (ep.whole("The prison is", "length"), "truncated", 1),
    "hangs": (ep.hangs, "timeout", 3),
    "hangs up": (ep.closes, "unavailable", 3),
    "resets": (ep.resets, "unavailable", 3),
    "stream: nothing": (ep.events(), "empty", 1),
    "stream: only an end": (ep.events(ep.chunk(finish="stop"), "[DONE]"), "empty", 1),
    "stream: error first": (ep.events(json.dumps(ep.fault("server overloaded"))), "unavailable", 3),
    "stream: garbage first": (ep.events("hello"), "protocol", 1),
    "stream: a number": (ep.events("5"), "protocol", 1),
    "stream: keep-alive only": (ep.events(then=ep.drips(": waiting\n\n")), "timeout", 1),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_kind_and_its_price(name: str) -> None:
    step, kind, calls = FAULTS[name]
    with Endpoint(step) as server:
        error = trouble(server, **(SHORT if kind == "timeout" else {}))
        assert (error.kind, server.calls) == (kind, calls)


# Every fault in the midst of a stream, after "Hello wor" was shown: never a second call.
MIDWAY: dict[str, tuple[Step, str]] = {
    "ends without a finish": (ep.events(*HELLO), "truncated"),
    "ends with [DONE] only": (ep.events(*HELLO, "[DONE]"), "truncated"),
    "cut by length": (ep.events(*HELLO, ep.chunk(finish="length"), "[DONE]"), "truncated"),
    "cut for its content": (ep.events(*HELLO, ep.chunk(finish="content_filter"), "[DONE]"), "truncated"),
    "reset": (ep.events(*HELLO, then=ep.resets), "unavailable"),
    "stall": (ep.events(*HELLO, then=ep.hangs), "timeout"),
    "bad JSON": (ep.events(*HELLO, '{"id": "x", "choi'), "protocol"),
    "error event": (ep.events(*HELLO, json.dumps(ep.fault("server overloaded"))), "unavailable"),
    "slow drip of text": (ep.events(*HELLO, then=ep.drips(f"data: {ep.chunk('.')}\n\n")), "timeout"),
    "slow drip of half an event": (ep.events(*HELLO, then=ep.drips("x")), "timeout"),
}


@pytest.mark.parametrize("name", MIDWAY)
def test_a_stream_that_breaks_is_neither_repeated_nor_taken_for_whole(name: str) -> None:
    step, kind = MIDWAY[name]
    shown: list[str | Completion] = []
    with Endpoint(step) as server, OpenAIModel(config(server.url, **(SHORT if kind == "timeout" else {}))) as model:
        started = time.monotonic()
        with pytest.raises(ModelError) as caught:
            shown.extend(model.stream(ASK, model.budget()))
        assert time.monotonic() - started <= DEADLINE_S + 1.0
        assert server.calls == 1
    assert caught.value.kind == kind
    assert "".join(map(str, shown)).startswith("Hello wor")


def test_a_body_that_drips_ends_at_the_deadline() -> None:
    def step(handler: ep.Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        ep.drips(" ")(handler)

    with Endpoint(step) as server:
        assert trouble(server, **SHORT).kind == "timeout"


def test_headers_that_drip_end_at_the_deadline() -> None:
    def step(handler: ep.Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        ep.drips("x")(handler)

    with Endpoint(step) as server:
        assert trouble(server, **SHORT).kind == "timeout"


def test_one_busy_moment_is_waited_out() -> None:
    with Endpoint(ep.refuses(429, "slow down", retry_after="0.3"), ep.streams("Yes")) as server:
        started = time.monotonic()
        assert ask(server)[0] == "Yes"
        assert time.monotonic() - started >= 0.3
        assert server.calls == 2


def test_a_date_to_retry_after_is_understood() -> None:
    past = ep.refuses(503, "later", retry_after="Wed, 21 Oct 2015 07:28:00 GMT")
    with Endpoint(past, ep.streams("Yes")) as server:
        assert ask(server)[0] == "Yes"


def test_a_server_that_cannot_count_a_stream_is_asked_without_and_remembered() -> None:
    with Endpoint(ep.refuses(400, "Unknown field: stream_options"), ep.streams("Yes")) as server:
        with OpenAIModel(config(server.url)) as model:
            for _ in range(2):
                assert "Yes" in list(model.stream(ASK, model.budget()))
        assert ["stream_options" in request.body for request in server.requests] == [True, False, False]


def test_a_server_that_cannot_stream_is_asked_for_a_whole_reply() -> None:
    with Endpoint(ep.refuses(422, "streaming is not supported"), ep.whole("Yes")) as server:
        assert ask(server)[0] == "Yes"
        assert [request.body["stream"] for request in server.requests] == [True, False]


def test_a_model_that_reasons_gets_the_parameters_it_takes() -> None:
    limit = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    temperature = "Unsupported value: 'temperature' does not support 0.0 with this model."
    with Endpoint(ep.refuses(400, limit), ep.refuses(400, temperature), ep.streams("Yes")) as server:
        assert ask(server)[0] == "Yes"
        body = server.requests[-1].body
    assert "max_completion_tokens" in body
    assert not {"max_tokens", "temperature"} & body.keys()


def test_thoughts_are_not_part_of_the_reply() -> None:
    reply = ep.events(
        ep.chunk(reasoning_content="Let me see."),
        *(ep.chunk(delta) for delta in ("<thi", "nk>45? no</th", "ink>\n\nSeventy", " <", "km>.")),
        ep.chunk(finish="stop"),
    )
    with Endpoint(reply) as server:
        assert ask(server)[0] == "Seventy <km>."


@given(st.lists(st.sampled_from(["<think>", "</think>", "<thinking>", "</thinking>", "<", "th", "a", ">"]), max_size=9))
def test_thoughts_are_found_however_they_are_split(pieces: list[str]) -> None:
    def visible(deltas: Iterable[str]) -> str:
        thoughts = ThoughtFilter()
        return "".join([thoughts.feed(delta) for delta in deltas]) + thoughts.finish()

    whole = visible(["".join(pieces)])
    assert visible("".join(pieces)) == visible(pieces) == whole
    assert not re.search("</?think(ing)?>", whole) or "<" in pieces


def test_nobody_listening() -> None:
    with Endpoint(ep.hangs) as server:
        url = server.url
    with OpenAIModel(config(url), first_pause_s=0.01) as model, pytest.raises(ModelError) as caught:
        list(model.stream(ASK, model.budget()))
    assert caught.value.kind == "unavailable"


@pytest.mark.parametrize(
    "url", ["localhost:11434/v1", "ftp://localhost/v1", "http://", "http://[::1/v1", "http://a:x/v1"]
)
def test_an_address_that_cannot_be_opened_is_tried_once(url: str) -> None:
    budget = Budget(seconds=DEADLINE_S)
    with OpenAIModel(config(url), first_pause_s=0.01) as model, pytest.raises(ModelError) as caught:
        list(model.stream(ASK, budget))
    assert budget.calls_made == 1
    assert "base_url" in caught.value.hint


def test_a_key_that_no_header_can_carry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOUCH_TEST_KEY", "ключ")
    with Endpoint(ep.streams("Yes")) as server, OpenAIModel(config(server.url)) as model:
        with pytest.raises(ModelError) as caught:
            list(model.stream(ASK, model.budget()))
        assert (caught.value.kind, server.calls) == ("auth", 0)


def test_the_error_hides_the_clients_own_which_holds_the_key() -> None:
    with Endpoint(ep.refuses(401, f"Incorrect API key provided: {KEY}")) as server:
        error = trouble(server)
    assert error.__cause__ is None
    assert error.__context__ is None


def test_what_is_known_of_a_server_can_be_printed() -> None:
    model = OpenAIModel(config("http://user:secret@127.0.0.1:9/token/v1"))
    assert not {"secret", "token", KEY} & set(re.findall(r"[\w-]+", repr(model.server)))
    assert model.server.host == "127.0.0.1:9"


def test_a_reader_who_leaves_ends_the_call() -> None:
    gone = threading.Event()

    def step(handler: ep.Handler) -> None:
        handler.open_stream()
        try:
            while not handler.server.endpoint.closing.wait(0.01):
                handler.event(ep.chunk("more "))
        except OSError:
            gone.set()

    with Endpoint(step) as server, OpenAIModel(config(server.url)) as model:
        stream = model.stream(ASK, model.budget())
        assert next(stream) == "more "
        stream.close()  # type: ignore[attr-defined]
        assert gone.wait(2)


def test_a_budget_is_shared_by_all_that_is_done_for_one_question() -> None:
    with Endpoint(ep.streams("Yes")) as server, OpenAIModel(config(server.url)) as model:
        budget = Budget(calls=1)
        list(model.stream(ASK, budget))
        with pytest.raises(ModelError):
            list(model.stream(ASK, budget))
        assert (server.calls, budget.calls_made) == (1, 1)


def test_questions_side_by_side_do_not_mix() -> None:
    def echo(handler: ep.Handler) -> None:
        asked = handler.server.endpoint.requests
        ep.streams("a" * 5, "b" * 5)(handler) if len(asked) % 2 else ep.streams("c" * 10)(handler)

    with Endpoint(echo) as server, OpenAIModel(config(server.url)) as model:
        replies: list[str] = []

        def one() -> None:
            replies.append("".join(p for p in model.stream(ASK, model.budget()) if isinstance(p, str)))

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(replies) <= {"aaaaabbbbb", "cccccccccc"}
    assert len(replies) == 8


def test_check_names_the_models_offered() -> None:
    with Endpoint(ep.models("big", "small")) as server:
        assert "big, small" in check_endpoint(config(server.url))
        assert server.requests[0].path == "/v1/models"


def test_check_takes_a_name_without_its_tag() -> None:
    with Endpoint(ep.models("small:latest")) as server:
        assert "small:latest" in check_endpoint(config(server.url))


@pytest.mark.parametrize("step", [ep.refuses(404, "no such route"), ep.raw("<html>", "text/html"), ep.raw("{}")])
def test_check_chats_where_models_are_not_listed(step: Step) -> None:
    with Endpoint(step, ep.whole("Y", "length")) as server:
        assert "answers with small" in check_endpoint(config(server.url))


def test_check_says_that_ours_is_not_among_the_models() -> None:
    missing = ep.refuses(404, "The model `small` does not exist", "model_not_found")
    with Endpoint(ep.models("big", "huge"), missing) as server, pytest.raises(ModelError) as caught:
        check_endpoint(config(server.url))
    assert caught.value.kind == "not_found"
    assert "big, huge" in caught.value.hint


def test_check_believes_a_model_that_answers_though_unlisted() -> None:
    with Endpoint(ep.models("big"), ep.streams("Yes")) as server:
        assert "lists only big" in check_endpoint(config(server.url))


def test_check_passes_a_refused_key_on() -> None:
    with Endpoint(ep.refuses(401, "no")) as server, pytest.raises(ModelError) as caught:
        check_endpoint(config(server.url))
    assert caught.value.kind == "auth"
    assert "VOUCH_TEST_KEY" in caught.value.hint
