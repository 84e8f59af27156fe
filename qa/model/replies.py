"""What a server sends back: streamed chunks and whole bodies, read without trusting their shape. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qa.model.faults import ModelError, Server, from_body
from qa.model.messages import Completion
from qa.model.thoughts import ThoughtFilter

CUT = frozenset({"length", "max_tokens", "content_filter"})  # any other reason to finish is a whole reply


@dataclass(frozen=True, slots=True)
class Piece:
    """What one chunk, or one whole body, adds to a reply."""

    text: str = ""
    finish: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    whole: bool = False  # a body rather than a chunk


class Reply:
    """Gathers the pieces of one reply and judges at the end whether it is whole."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._thoughts = ThoughtFilter()
        self._finish = ""
        self._tokens = (0, 0)
        self._said = False

    def feed(self, data: object) -> Iterator[str]:
        """Take one decoded JSON object; give the text in it that is for the reader."""
        piece = read(data, self._server)
        # A body arrived whole even if it does not say so; a stream that does not say so was broken off.
        self._finish = piece.finish or self._finish or ("stop" if piece.whole else "")
        self._tokens = (piece.prompt_tokens or self._tokens[0], piece.completion_tokens or self._tokens[1])
        yield from self._visible(self._thoughts.feed(piece.text))

    def finish(self) -> Iterator[str | Completion]:
        """Give what was held back and the completion; ModelError for a reply that is cut off or empty."""
        yield from self._visible(self._thoughts.finish())
        if self._finish in CUT:
            raise self._cut()
        if not self._finish:
            raise self._server.fault("truncated" if self._said else "empty")
        if not self._said:
            raise self._server.fault("empty")
        yield Completion(self._finish, *self._tokens)

    def _visible(self, text: str) -> Iterator[str]:
        if not self._said:
            text = text.lstrip()  # blank lines after thinking are no beginning of an answer
        if text:
            self._said = True
            yield text

    def _cut(self) -> ModelError:
        error = self._server.fault("truncated")
        if self._finish == "content_filter":
            error.hint = "its server stopped it for its content; ask in other words, or choose another model"
        return error


def read(data: object, server: Server) -> Piece:
    """Read a chunk or a body; ModelError for an error inside it or for what is no reply at all."""
    if not isinstance(data, Mapping):
        raise server.fault("protocol")
    if data.get("error"):
        raise from_body(data["error"], server)
    choices = data.get("choices")
    if not isinstance(choices, list) and "usage" not in data:
        raise server.fault("protocol")
    choice = choices[0] if isinstance(choices, list) and choices else {}
    if not isinstance(choice, Mapping):
        raise server.fault("protocol")
    prompt_tokens, completion_tokens = _tokens(data.get("usage"))
    finish = choice.get("finish_reason")
    reason = finish if isinstance(finish, str) else ""
    return Piece(_text(choice), reason, prompt_tokens, completion_tokens, "message" in choice)


def _text(choice: Mapping[str, object]) -> str:
    """The text for the reader; `reasoning_content` and its kin are left where they are."""
    said = choice.get("delta") or choice.get("message")
    content = said.get("content") if isinstance(said, Mapping) else None
    if isinstance(content, list):  # some servers send parts
        parts = (part for part in content if isinstance(part, Mapping) and part.get("type") == "text")
        return "".join(str(part.get("text") or "") for part in parts)
    return content if isinstance(content, str) else ""


def _tokens(usage: object) -> tuple[int, int]:
    if not isinstance(usage, Mapping):
        return 0, 0
    counts = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
    prompt, completion = (count if isinstance(count, int) else 0 for count in counts)
    return prompt, completion
