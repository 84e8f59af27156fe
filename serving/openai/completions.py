"""Chat completions as data, whole and in chunks, as OpenAI's API has them."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from qa.answers import Answer
from serving.answered import ANSWERED, Answered
from serving.openai.annotations import url_citations
from serving.openai.wording import Message

DONE = "data: [DONE]\n\n"
ALIVE = ": still at work\n\n"  # a comment, which clients pass over

WORDS: str = ANSWERED["text"]
MARKED = {"start_index": len(WORDS) - 3, "end_index": len(WORDS)}
CITED: dict[str, Any] = {
    "type": "url_citation",
    "url_citation": {**MARKED, "url": "https://harbour-post.example/ferry", "title": "The ferry sails again"},
}
SAID = {"role": "assistant", "content": WORDS, "refusal": None, "annotations": [CITED]}
EXAMPLE: dict[str, Any] = {
    "id": "chatcmpl-3198ab1a05dc4aecaaea192bf8f2fb48",
    "object": "chat.completion",
    "created": 1_718_010_000,
    "model": "vouch",
    "choices": [{"index": 0, "message": SAID, "finish_reason": "stop", "logprobs": None}],
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
    "system_fingerprint": ANSWERED["system"]["fingerprint"],
    "vouch": ANSWERED,
}


class UrlCitation(BaseModel):
    """`content[start_index:end_index]`, counted in Unicode code points, is the marker, such as "[1]"."""

    start_index: int
    end_index: int
    url: str
    title: str


class Annotation(BaseModel):
    """A citation."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Said(BaseModel):
    """The answer as a reader sees it."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation] = []


class Choice(BaseModel):
    """The only one."""

    index: Literal[0] = 0
    message: Said
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Tokens(BaseModel):
    """What the language model counted; zeros where none wrote."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Completion(BaseModel):
    """A chat completion; `vouch` holds the whole answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Tokens
    system_fingerprint: str
    vouch: Answered


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: who it is from, and what all its parts have in common. `base_url` is this server's."""

    model: str
    base_url: str
    usage: bool = False  # whether a stream says at its end what was counted
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid.uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))

    def whole(self, answer: Answer, message: Message) -> dict[str, Any]:
        """The completion in one piece."""
        said = {
            "role": "assistant",
            "content": message.text,
            "refusal": None,
            "annotations": self.annotations(answer, message),
        }
        choice = {"index": 0, "message": said, "finish_reason": "stop", "logprobs": None}
        more = {"usage": tokens(answer), "system_fingerprint": answer.system["fingerprint"]}
        return {**self._head("chat.completion"), "choices": [choice], **more, "vouch": answer.as_dict()}

    def opening(self) -> str:
        """The first chunk."""
        return self._chunk({"role": "assistant", "content": ""})

    def words(self, text: str) -> str:
        """More of the content."""
        return self._chunk({"content": text})

    def closing(self, answer: Answer, message: Message) -> str:
        """The last chunk with a choice: the citations, and the answer."""
        more = {"system_fingerprint": answer.system["fingerprint"], "vouch": answer.as_dict()}
        return self._chunk({"annotations": self.annotations(answer, message)}, "stop", more)

    def counted(self, answer: Answer) -> str:
        """What was counted, in a chunk without choices, for who asked for it."""
        if not self.usage:
            return ""
        return event({**self._head("chat.completion.chunk"), "choices": [], "usage": tokens(answer)})

    def annotations(self, answer: Answer, message: Message) -> list[dict[str, Any]]:
        """The citations as chat completions have them."""
        flat = url_citations(message.marks, answer, self.base_url)
        return [{"type": each.pop("type"), "url_citation": each} for each in flat]

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None, more: Mapping[str, Any] | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        counted = {"usage": None} if self.usage else {}
        return event({**self._head("chat.completion.chunk"), "choices": [choice], **counted, **(more or {})})


def tokens(answer: Answer) -> dict[str, int]:
    """What the language model counted, all calls together."""
    prompt, completion = answer.usage.prompt_tokens, answer.usage.completion_tokens
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def event(data: Mapping[str, Any], kind: str = "") -> str:
    """One server-sent event."""
    return (f"event: {kind}\n" if kind else "") + f"data: {json.dumps(data)}\n\n"
