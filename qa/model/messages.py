"""What is said to a language model, and how it says that it has finished."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """The end of a whole reply: why it ended, and the tokens it took (0 where the server does not count)."""

    finish_reason: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
