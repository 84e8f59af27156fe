"""The ways in which servers differ over one and the same request, and how to word it more simply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.config import LlmConfig
from qa.model.messages import Message


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which optional parts of a request a server understands."""

    streams: bool = True
    counts_streamed: bool = True  # `stream_options`, for the tokens used
    has_temperature: bool = True  # models that reason take none but their own
    has_seed: bool = True
    limit_key: str = "max_tokens"  # newer models want `max_completion_tokens`

    def body(self, messages: Sequence[Message], config: LlmConfig) -> dict[str, Any]:
        """The request as this server wants it."""
        body: dict[str, Any] = {
            "model": config.model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "stream": self.streams,
            self.limit_key: config.max_tokens,
        }
        if self.streams and self.counts_streamed:
            body["stream_options"] = {"include_usage": True}
        if self.has_temperature:
            body["temperature"] = config.temperature
        if self.has_seed and config.seed >= 0:
            body["seed"] = config.seed
        return body

    def simpler(self, complaint: str) -> Dialect | None:
        """What to try after a server refused the request with this complaint; None if it is about something else.

        >>> Dialect().simpler("Unknown field: stream_options").counts_streamed
        False
        """
        said = complaint.lower()
        new = self
        if "stream_options" in said and self.counts_streamed:
            new = replace(new, counts_streamed=False)
        elif "stream" in said and self.streams:
            new = replace(new, streams=False)
        if "max_completion_tokens" in said and self.limit_key == "max_tokens":
            new = replace(new, limit_key="max_completion_tokens")
        if "temperature" in said and self.has_temperature:
            new = replace(new, has_temperature=False)
        if "seed" in said and self.has_seed:
            new = replace(new, has_seed=False)
        return new if new != self else None
