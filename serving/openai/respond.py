"""A response of the Responses API as data, whole and as the events of a stream."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from itertools import count
from typing import Any

from qa.answers import Answer
from serving.openai.annotations import url_citations
from serving.openai.completions import event, tokens
from serving.openai.wording import Message

ONLY = {"output_index": 0, "content_index": 0}  # the one part of the one message


class Respond:
    """One response; its events are numbered as they are made. `base_url` is this server's."""

    def __init__(self, model: str, base_url: str) -> None:
        self._model = model
        self._base_url = base_url
        self._id = f"resp_{uuid.uuid4().hex}"
        self._item = f"msg_{uuid.uuid4().hex}"
        self._created = int(time.time())
        self._count = count()

    def whole(self, answer: Answer, message: Message) -> dict[str, Any]:
        """The response in one piece."""
        part = self._part(message.text, url_citations(message.marks, answer, self._base_url))
        counted = tokens(answer)
        usage = {
            "input_tokens": counted["prompt_tokens"],
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": counted["completion_tokens"],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": counted["total_tokens"],
        }
        done = {"output": [self._message("completed", part)], "usage": usage, "vouch": answer.as_dict()}
        return {**self._response("completed"), **done}

    def opening(self) -> Iterator[str]:
        """That it has begun, and its still empty message."""
        yield self._event("response.created", response=self._response("in_progress"))
        yield self._event("response.in_progress", response=self._response("in_progress"))
        yield self._event("response.output_item.added", output_index=0, item=self._message("in_progress"))
        yield self._of_part("response.content_part.added", part=self._part("", []))

    def words(self, text: str) -> str:
        """More of the text."""
        return self._of_part("response.output_text.delta", delta=text, logprobs=[])

    def closing(self, answer: Answer, message: Message, said: str) -> Iterator[str]:
        """What is left of the text, its citations, and the whole."""
        if rest := message.text[len(said) :]:
            yield self.words(rest)
        response = self.whole(answer, message)
        (item,) = response["output"]
        (part,) = item["content"]
        for place, annotation in enumerate(part["annotations"]):
            added = {"annotation_index": place, "annotation": annotation}
            yield self._of_part("response.output_text.annotation.added", **added)
        yield self._of_part("response.output_text.done", text=message.text, logprobs=[])
        yield self._of_part("response.content_part.done", part=part)
        yield self._event("response.output_item.done", output_index=0, item=item)
        yield self._event("response.completed", response=response)

    def _response(self, status: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "model": self._model,
            "output": [],
            "parallel_tool_calls": False,
            "previous_response_id": None,
            "store": False,
            "temperature": None,
            "text": {"format": {"type": "text"}},
            "tool_choice": "none",
            "tools": [],
            "top_p": None,
            "usage": None,
        }

    def _message(self, status: str, *parts: dict[str, Any]) -> dict[str, Any]:
        return {"type": "message", "id": self._item, "status": status, "role": "assistant", "content": list(parts)}

    def _part(self, text: str, annotations: list[dict[str, Any]]) -> dict[str, Any]:
        return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}

    def _of_part(self, kind: str, **more: Any) -> str:
        return self._event(kind, item_id=self._item, **ONLY, **more)

    def _event(self, kind: str, **more: Any) -> str:
        return event({"type": kind, "sequence_number": next(self._count), **more}, kind)
