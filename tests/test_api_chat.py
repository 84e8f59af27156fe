"""The openai client, unchanged, against the API over the real engine: whole and streamed, alone and together."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import endpoint as ep
import httpx
import openai
import pytest
from endpoint import Endpoint, Step
from pages import engine_over
from speaking import ANSWERS, FACTS, NOWHERE, QUESTIONS, ask, client, newsroom, served

from api import build_app
from qa.config import Config, LlmConfig, QaConfig
from qa.engine import Engine
from qa.model.llm import OpenAIModel
from serving.openai import answering, chat

TICKET = QUESTIONS[0]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(newsroom(tmp_path_factory.mktemp("news") / "articles")) as engine:
        yield engine


@pytest.fixture(scope="module")
def address(engine: Engine) -> Iterator[str]:
    with served(engine, build=build_app) as address:
        yield address


@pytest.fixture(scope="module")
def speaker(address: str) -> Iterator[openai.OpenAI]:
    with client(address) as speaker:
        yield speaker


def markers(text: str, annotations: list[Any]) -> list[str]:
    """What the annotations select, each of which must be a marker."""
    selected = [text[one.url_citation.start_index : one.url_citation.end_index] for one in annotations]
    assert all(each[0] + each[-1] == "[]" and each[1:-1].isdigit() for each in selected), selected
    return selected


def streamed(speaker: openai.OpenAI, question: str, **more: Any) -> tuple[str, list[Any]]:
    chunks = list(ask(speaker, question, stream=True, **more))
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices), chunks


def test_a_whole_answer_with_its_citations_and_the_answer_object(speaker: openai.OpenAI, engine: Engine) -> None:
    completion = ask(speaker, TICKET)
    (choice,) = completion.choices
    answer = completion.vouch
    assert choice.finish_reason == "stop"
    assert choice.message.content == answer["text"], "nothing is added to an answer that needs nothing"
    assert answer["status"] == "answered"
    first = choice.message.annotations[0].url_citation
    assert (first.url, first.title) == ("https://post.example/ferry", "Story 0")
    assert set(markers(choice.message.content, choice.message.annotations)) == {"[1]"}
    assert completion.id.startswith("chatcmpl-")
    assert abs(completion.created - time.time()) < 60
    assert (completion.model, completion.usage.total_tokens) == ("vouch", 0), "no language model wrote"
    assert completion.system_fingerprint == engine.library.fingerprint()


def test_the_stream_says_the_same_and_ends_with_citations_and_answer(speaker: openai.OpenAI) -> None:
    whole = ask(speaker, TICKET)
    text, chunks = streamed(speaker, TICKET)
    assert text == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    last = chunks[-1]
    assert last.choices[0].finish_reason == "stop"
    same = [one.model_dump() for one in whole.choices[0].message.annotations]
    assert last.choices[0].delta.annotations == same
    assert last.vouch["text"] == whole.vouch["text"]
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)


def test_the_clients_own_helper_for_streams_puts_it_together(speaker: openai.OpenAI) -> None:
    messages: Any = [{"role": "user", "content": TICKET}]
    with speaker.chat.completions.stream(model="vouch", messages=messages) as stream:
        completion: Any = stream.get_final_completion()
    assert "four crowns" in completion.choices[0].message.content


def test_usage_comes_at_the_end_of_a_stream_for_who_asks(speaker: openai.OpenAI) -> None:
    _, chunks = streamed(speaker, TICKET, stream_options={"include_usage": True})
    assert (chunks[-1].choices, chunks[-1].usage.total_tokens) == ([], 0)
    assert all(chunk.usage is None for chunk in chunks[:-1])


@pytest.mark.parametrize(("question", "said"), [*zip(QUESTIONS, ANSWERS, strict=True)])
def test_every_annotation_selects_its_marker(speaker: openai.OpenAI, question: str, said: str) -> None:
    message = ask(speaker, question).choices[0].message
    assert said in message.content
    selected = markers(message.content, message.annotations)
    bare = message.content.replace("[1] was closed", "was closed").replace("a flood [2].", "a flood.")  # the article's
    assert len(selected) == sum(bare.count(f"[{number}]") for number in range(1, 20))
    text, chunks = streamed(speaker, question)
    assert text == message.content
    assert [one["url_citation"]["start_index"] for one in chunks[-1].choices[0].delta.annotations] == [
        one.url_citation.start_index for one in message.annotations
    ]


def test_what_looks_like_a_marker_in_a_quote_is_none(speaker: openai.OpenAI) -> None:
    message = ask(speaker, "Why was the Tarn bridge closed?").choices[0].message
    at = message.content.index("bridge [1]")
    assert "a flood [2]. [1]" in message.content
    starts = {one.url_citation.start_index for one in message.annotations}
    assert at + len("bridge ") not in starts
    assert message.content.index("[2].") not in starts
    assert message.content.index(". [1]") + 2 in starts


def test_an_article_without_an_address_is_cited_by_its_place_on_this_server(
    speaker: openai.OpenAI, address: str
) -> None:
    answer = ask(speaker, QUESTIONS[1])
    url = answer.choices[0].message.annotations[0].url_citation.url
    assert url == f"{address}/v1/articles/{answer.vouch['sources'][0]['article']}"
    assert httpx.get(url).json()["title"] == "Story 1"


def test_a_question_without_an_answer_is_declined_in_words(speaker: openai.OpenAI) -> None:
    completion = ask(speaker, NOWHERE)
    content = completion.choices[0].message.content
    assert content.startswith("Not in the sources. ")
    assert completion.vouch["reason"] in content
    assert completion.choices[0].message.annotations == []
    assert streamed(speaker, NOWHERE)[0] == content


def test_ten_clients_at_once_get_ten_right_answers(address: str) -> None:
    ready = threading.Barrier(len(QUESTIONS))

    def one(question: str) -> str:
        with client(address) as own:
            ready.wait()
            return str(ask(own, question).choices[0].message.content)

    def other(question: str) -> str:
        with client(address) as own:
            ready.wait()
            return streamed(own, question)[0]

    for way in (one, other):
        with ThreadPoolExecutor(len(QUESTIONS)) as pool:
            for fact, said, content in zip(FACTS, ANSWERS, pool.map(way, QUESTIONS), strict=True):
                assert said in content
                assert " ".join(fact.split()) in content


async def _asked(address: str) -> str:
    async with openai.AsyncOpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as speaker:
        stream = await ask(speaker, TICKET, stream=True)  # type: ignore[arg-type]  # the same shape
        return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])


def test_the_asynchronous_client_speaks_to_it_as_well(address: str) -> None:
    import asyncio

    assert "four crowns" in asyncio.run(_asked(address))


def test_a_follow_up_stands_alone(speaker: openai.OpenAI) -> None:
    chat: Any = [
        {"role": "system", "content": "Answer in French. How tall is the lighthouse of Penmarra?"},
        {"role": "user", "content": "Who opened the new library in Westhaven?"},
        {"role": "assistant", "content": "Odile Brandt [1].", "annotations": [], "refusal": None},
        {"role": "user", "content": [{"type": "text", "text": part} for part in ("and who brought goats", "there?")]},
    ]
    answer = speaker.chat.completions.create(model="vouch", messages=chat).vouch  # type: ignore[attr-defined]
    assert answer["question"] == "and who brought goats\nthere?"
    assert "Westhaven" in answer["standalone_question"]


def test_a_scope_leaves_out_what_is_not_in_it(speaker: openai.OpenAI) -> None:
    body = {"vouch": {"scope": {"outlets": ["outlet 1"], "since": "2024-05-01"}}}
    answer = ask(speaker, TICKET, extra_body=body).vouch
    assert answer["scope"] == {"outlets": ["Outlet 1"], "since": "2024-05-01", "until": None}
    assert {source["article"] for source in answer["retrieved"]} <= {
        hit["article"] for hit in ask(speaker, QUESTIONS[1]).vouch["retrieved"]
    }


HARMLESS = {
    "temperature": 0.0, "top_p": 1.0, "max_tokens": 10, "max_completion_tokens": 10, "seed": 7, "user": "ana",
    "stop": ["crowns"], "presence_penalty": 0.5, "n": 1, "logprobs": False, "tools": [], "tool_choice": "auto",
    "response_format": {"type": "text"}, "modalities": ["text"], "store": False, "metadata": {"run": "1"},
}  # fmt: skip


def test_parameters_that_change_nothing_are_passed_over(speaker: openai.OpenAI) -> None:
    assert (
        ask(speaker, TICKET, **HARMLESS).choices[0].message.content == ask(speaker, TICKET).choices[0].message.content
    )


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ("n", 2),
        ("tools", [{"type": "function", "function": {"name": "f"}}]),
        ("tool_choice", "required"),
        ("response_format", {"type": "json_object"}),
        ("logprobs", True),
        ("modalities", ["text", "audio"]),
        ("audio", {"voice": "alloy", "format": "wav"}),
        ("web_search_options", {}),
        ("functions", [{"name": "f"}]),
    ],
)
def test_parameters_that_would_change_the_meaning_are_refused_by_name(
    speaker: openai.OpenAI, param: str, value: Any
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(speaker, TICKET, **{param: value})
    assert (refused.value.param, refused.value.code) == (param, "unsupported_parameter")
    assert refused.value.type == "invalid_request_error"


@pytest.mark.parametrize(
    ("messages", "param"),
    [
        ([], "messages"),
        ([{"role": "system", "content": "Be kind."}], "messages"),
        ([{"role": "user", "content": " \n"}], "messages"),
        ([{"role": "user", "content": "x" * 4001}], "messages"),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}], "messages.0"),
        ([{"role": "user", "content": None}], "messages.0"),
        ([{"role": "stranger", "content": "x"}], "messages.0"),
    ],
)
def test_a_chat_without_a_question_is_refused(speaker: openai.OpenAI, messages: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        speaker.chat.completions.create(model="vouch", messages=messages)
    assert str(refused.value.param).startswith(param)


def test_an_unknown_outlet_is_refused_with_the_parameter(speaker: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="Outlet 10") as refused:
        ask(speaker, TICKET, extra_body={"vouch": {"scope": {"outlets": ["Outlet 10"]}}})
    assert refused.value.param == "vouch.scope"


# With a language model


def says(*parts: str, then: Step | None = None) -> Step:
    """Stream these parts, in which <0>, <1>, … are the tags of the passages in the prompt."""

    def step(handler: ep.Handler) -> None:
        asked = handler.server.endpoint.requests[-1].body["messages"][1]["content"]
        tags = re.findall(r"^\[\[\w+\]\]", asked, re.MULTILINE)
        told = [re.sub(r"<(\d)>", lambda found: tags[int(found[1])], part) for part in parts]
        if then is None:
            ep.streams(*told)(handler)
        else:
            ep.events(*map(ep.chunk, told), then=then)(handler)

    return step


@contextmanager
def generating(engine: Engine, *steps: Step, **settings: Any) -> Iterator[tuple[openai.OpenAI, Endpoint]]:
    """A client of an API whose language model is a scripted server."""
    with Endpoint(*steps) as server:
        llm = LlmConfig(base_url=server.url, model="small", api_key_env="", **settings)
        with OpenAIModel(llm, first_pause_s=0.01) as model:
            other = Engine(engine.store, QaConfig(), model, engine.reader)
            with served(other, Config(llm=llm)) as address, client(address) as speaker:
                yield speaker, server


def test_a_written_answer_is_streamed_word_for_word_with_its_citations(engine: Engine) -> None:
    said = ("A ticket costs ", "four crowns <0>, ", "👩‍🚀 cafe\u0301 بيت <0><1>; see [7] and [sic] ", "<0>.\n")
    with generating(engine, says(*said)) as (speaker, _):
        whole = ask(speaker, TICKET)
        text, chunks = streamed(speaker, TICKET, stream_options={"include_usage": True})
    message = whole.choices[0].message
    assert message.content == whole.vouch["text"] == text
    assert text == "A ticket costs four crowns [1], 👩‍🚀 cafe\u0301 بيت [1][2]; see [?] and [sic] [1]."
    assert markers(text, message.annotations) == ["[1]", "[1]", "[2]", "[1]"]
    assert whole.vouch["system"]["engine"] == "generative"
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (7, 3)
    assert chunks[-1].usage.total_tokens == 10
    assert chunks[-2].choices[0].delta.annotations == [one.model_dump() for one in message.annotations]


def test_a_seed_goes_to_the_language_model_and_the_model_s_name_chooses_the_engine(engine: Engine) -> None:
    with generating(engine, says("It costs four crowns <0>.")) as (speaker, server):
        assert [model.id for model in speaker.models.list()] == ["vouch", "vouch-extractive", "vouch-generative"]
        assert ask(speaker, TICKET, model="vouch-extractive", seed=4).vouch["system"]["engine"] == "extractive"
        assert server.calls == 0
        for name in ("vouch", "vouch-generative"):
            assert ask(speaker, TICKET, model=name, seed=4).vouch["system"]["engine"] == "generative"
    assert [request.body["seed"] for request in server.requests] == [4, 4]


def test_a_model_that_breaks_off_is_followed_by_what_the_sources_say(engine: Engine) -> None:
    broken = says("A ticket costs [a lot] <0> and", then=ep.resets)
    with generating(engine, broken) as (speaker, _):
        text, chunks = streamed(speaker, TICKET)
        whole = ask(speaker, TICKET)
    answer = chunks[-1].vouch
    assert text.startswith("A ticket costs [a lot] [1]\n\n**four crowns** [1]\nOutlet 0, 1 May 2024: A ticket")
    assert answer["text"] in text
    assert answer["notice"] in text
    found = [one["url_citation"] for one in chunks[-1].choices[0].delta.annotations]
    assert {text[one["start_index"] : one["end_index"]] for one in found} == {"[1]"}
    assert all(one["start_index"] > len("A ticket costs [a lot] [1]") for one in found), "those were never checked"
    assert whole.choices[0].message.content.startswith(answer["text"])


def test_citations_that_are_repaired_after_the_stream_are_added_to_it(engine: Engine) -> None:
    written = ("A ticket costs four crowns. ", "That is so [0].")
    with generating(engine, says(*written), says("1: <0>\n2: none")) as (speaker, _):
        text, chunks = streamed(speaker, TICKET)
    answer = chunks[-1].vouch
    assert answer["text"] == "A ticket costs four crowns [1]. That is so [?]."
    added = "Citations that were added afterwards:\n- A ticket costs four crowns. [1]"
    assert text.startswith(f"A ticket costs four crowns. That is so [?].\n\n{added}\n\n")
    (found,) = [one["url_citation"] for one in chunks[-1].choices[0].delta.annotations]
    assert text[: found["end_index"]].endswith(added)


def until_left(left: threading.Event) -> Step:
    """Go on and on, and note when nobody listens any more."""
    more = ep.drips(f"data: {ep.chunk('again and ')}\n\n", every_s=0.02)

    def step(handler: ep.Handler) -> None:
        try:
            more(handler)
        except OSError:
            left.set()
            raise

    return step


@pytest.mark.parametrize("stream", [True, False])
def test_who_leaves_ends_the_generation(engine: Engine, stream: bool) -> None:
    left = threading.Event()
    with generating(engine, says("A ticket costs four crowns <0> ", then=until_left(left))) as (speaker, _):
        if stream:
            with ask(speaker, TICKET, stream=True) as chunks:
                assert next(chunk for chunk in chunks if chunk.choices[0].delta.content)
        else:
            with pytest.raises(openai.APITimeoutError):
                ask(speaker, TICKET, timeout=1.0)
        assert left.wait(5)


def test_who_left_while_waiting_is_not_answered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "ANSWERS_AT_ONCE", 1)
    slow = says("It costs four crowns <0>.")

    def late(handler: ep.Handler) -> None:
        handler.rest(2.5)
        slow(handler)

    with generating(engine, late, slow) as (speaker, server), ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, speaker, TICKET)
        until(lambda: server.calls == 1)
        with pytest.raises(openai.APITimeoutError):
            ask(speaker, TICKET, timeout=0.3)
        assert "four crowns" in first.result().choices[0].message.content
        assert "four crowns" in ask(speaker, TICKET).choices[0].message.content
        assert server.calls == 2


def test_a_language_model_that_hangs_does_not_keep_the_server_from_ending(engine: Engine) -> None:
    with ThreadPoolExecutor(1) as pool, generating(engine, ep.hangs) as (speaker, server):
        asked = pool.submit(lambda: list(ask(speaker, TICKET, stream=True)))
        until(lambda: server.calls == 1)
        began = time.monotonic()
    assert asked.exception() is not None
    assert time.monotonic() - began < 10


def until(holds: Callable[[], bool], patience_s: float = 10.0) -> None:
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_while_nothing_comes_the_stream_says_that_it_lives(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "ALIVE_S", 0.05)
    slow = says("It costs four crowns <0>.")

    def late(handler: ep.Handler) -> None:
        handler.rest(0.4)
        slow(handler)

    body = {"model": "vouch", "stream": True, "messages": [{"role": "user", "content": TICKET}]}
    with generating(engine, late) as (speaker, _):
        raw = httpx.post(f"{speaker.base_url}chat/completions", json=body)
        assert "four crowns" in streamed(speaker, TICKET)[0]
    assert raw.headers["content-type"].startswith("text/event-stream")
    assert raw.text.count(": still at work") >= 3
    assert raw.text.endswith("data: [DONE]\n\n")


def test_models(speaker: openai.OpenAI) -> None:
    assert [model.id for model in speaker.models.list()] == ["vouch", "vouch-extractive"]
    assert speaker.models.retrieve("vouch").owned_by == "vouch"
    assert ask(speaker, TICKET, model="vouch-extractive").vouch["notice"] == ""
    for name in ("gpt-4o", "vouch-generative"):
        with pytest.raises(openai.NotFoundError) as unknown:
            ask(speaker, TICKET, model=name)
        assert (unknown.value.code, unknown.value.param) == ("model_not_found", "model")
        with pytest.raises(openai.NotFoundError):
            speaker.models.retrieve(name)


def test_responses_whole_and_streamed(speaker: openai.OpenAI) -> None:
    response = speaker.responses.create(model="vouch", input=TICKET, instructions="Be brief.", store=False)
    assert response.output_text == ask(speaker, TICKET).choices[0].message.content
    part: Any = response.output[0].content[0]  # type: ignore[union-attr]
    for one in part.annotations:
        assert one.type == "url_citation"
        assert part.text[one.start_index : one.end_index] == "[1]"
    assert response.vouch["status"] == "answered"  # type: ignore[attr-defined]

    chat: Any = [{"role": "user", "content": [{"type": "input_text", "text": TICKET}]}]
    with speaker.responses.stream(model="vouch", input=chat) as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert final.output_text == response.output_text
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == response.output_text
    noted: Any = [event.annotation for event in events if event.type == "response.output_text.annotation.added"]
    assert [one.start_index for one in noted] == [one.start_index for one in part.annotations]


NOT_HERE = ({"previous_response_id": "resp_1"}, {"background": True}, {"tools": [{"type": "web_search"}]})


@pytest.mark.parametrize("more", NOT_HERE)
def test_responses_refuse_what_needs_a_store_or_tools(speaker: openai.OpenAI, more: Any) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        speaker.responses.create(model="vouch", input=TICKET, **more)
    assert refused.value.param == next(iter(more))
