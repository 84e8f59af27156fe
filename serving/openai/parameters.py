"""What chat clients may send: messages, and parameters that Vouch takes, passes over, or must refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError, core_schema

from serving.errors import ApiError
from serving.scoped import Scoped
from web.asking import LONGEST_QUESTION

QUESTION = "How far is the prison from the capital?"  # the one in examples
MOST_MESSAGES = 2048  # as OpenAI's API
MOST_EARLIER = 20  # questions before the last: a follow-up needs the one before, which may need the one before it


@dataclass(frozen=True, slots=True)
class Only:
    """Takes these values of a parameter and None; any other would change what the answer is, and is refused.

    >>> from pydantic import TypeAdapter
    >>> TypeAdapter(Annotated[Any, Only(("text",), "Vouch answers in text")]).validate_python("text")
    'text'
    """

    values: tuple[Any, ...]
    why: str

    def __get_pydantic_core_schema__(self, *_: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._checked)

    def __get_pydantic_json_schema__(self, *_: object) -> dict[str, Any]:
        return {"enum": [*self.values, None], "description": f"{self.why}."}

    def _checked(self, value: Any) -> Any:
        if value is None or any(type(value) is type(one) and value == one for one in self.values):
            return value
        raise PydanticCustomError("unsupported_parameter", "{why}", {"why": self.why})


TOOLS = "Vouch answers from its library and calls no tools; send none"
NoTools = Annotated[Any, Only(([],), TOOLS)]
NoToolChoice = Annotated[Any, Only(("none", "auto"), TOOLS)]
NoFunctions = Annotated[Any, Only(([],), TOOLS)]
OneChoice = Annotated[Any, Only((1,), "Vouch gives one answer to a question; leave n out, or set it to 1")]
NoProbabilities = Annotated[Any, Only((False,), "quoted words have no log probabilities")]
NoTopProbabilities = Annotated[Any, Only((0,), "quoted words have no log probabilities")]
TextOnly = Annotated[Any, Only((["text"],), "Vouch answers in text")]
NoAudio = Annotated[Any, Only((), "Vouch answers in text")]
NoPrediction = Annotated[Any, Only((), "Vouch does not edit a predicted text")]
NoWebSearch = Annotated[Any, Only((), "Vouch searches its library, not the web; see the key vouch.scope")]
PlainText = Annotated[
    Any, Only(({"type": "text"},), "Vouch answers in text; the answer as data stands under the key vouch")
]


class Extension(BaseModel):
    """What only Vouch understands; the openai client sends it with `extra_body={"vouch": {…}}`."""

    model_config = ConfigDict(extra="forbid")

    scope: Scoped | None = None


class TextPart(BaseModel):
    """A part of a message."""

    type: Literal["text", "input_text"]
    text: str


class UserMessage(BaseModel):
    """A question; the last one is answered, earlier ones tell what it refers to."""

    role: Literal["user"]
    content: str | list[TextPart] = Field(examples=[QUESTION])

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content)


class OtherMessage(BaseModel):
    """Instructions and earlier answers: taken, and passed over, since only the library is a source."""

    role: Literal["system", "developer", "assistant", "tool", "function"]
    content: Any = None


Message = Annotated[UserMessage | OtherMessage, Field(discriminator="role")]


def questions(messages: Sequence[UserMessage | OtherMessage], param: str) -> tuple[str, tuple[str, ...]]:
    """The question, and those before it; an ApiError where there is none, or where it is too long."""
    asked = list(_asked(messages))
    if not asked:
        raise ApiError(400, f"{param}: there is no message of the user with text in it", param=param)
    *earlier, question = asked
    if len(question) > LONGEST_QUESTION:
        words = f"{param}: the question has {len(question):,} characters, {LONGEST_QUESTION:,} are the most"
        raise ApiError(400, words, code="string_above_max_length", param=param)
    return question, tuple(each[:LONGEST_QUESTION] for each in earlier[-MOST_EARLIER:])


def _asked(messages: Sequence[UserMessage | OtherMessage]) -> Iterator[str]:
    for message in messages:
        if isinstance(message, UserMessage) and message.text.strip():
            yield message.text


def sent(extension: Extension | None) -> dict[str, Any] | None:
    """The scope that was sent, as `qa.scopes.scope_of` takes it."""
    return extension.scope.given() if extension and extension.scope else None
