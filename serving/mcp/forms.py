"""What the tools for assistants take, and what they give: an assistant sees both as JSON schemas."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass as checked

PAGE = 8000  # characters of an article at a time: about 2,000 tokens, a few screens
LONGEST_QUESTION = 4000  # characters; what is longer is a document, which no search understands
MOST_HITS = 50

STRICT = ConfigDict(extra="forbid")  # a misspelt scope must not be passed over in silence


def listed(given: Any) -> Any:
    """A list that came as text, as some clients send them; or a single name.

    >>> listed('["The Verge", "Wired"]'), listed("Wired"), listed(["Wired"])
    (['The Verge', 'Wired'], ['Wired'], ['Wired'])
    """
    if not isinstance(given, str):
        return given
    try:
        read = json.loads(given)
    except ValueError:
        return [given]
    return read if isinstance(read, list) else [given]


Outlets = Annotated[
    list[str] | None,
    BeforeValidator(listed),
    Field(description="Only articles of these outlets, as people call them."),
]
Since = Annotated[str | None, Field(description="Only articles published on this day or later, as 2023-10-31.")]
Until = Annotated[str | None, Field(description="Only articles published on this day or earlier, as 2023-10-31.")]


@checked(frozen=True, config=STRICT)
class Ask:
    """A question, and where its answer is to be looked for."""

    question: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_QUESTION,
            description="One whole question that needs nothing said before: “Who owns the Gull Rock ferry?”.",
        ),
    ]
    outlets: Outlets = None
    since: Since = None
    until: Until = None
    as_of: Annotated[
        str | None, Field(description="The day from which “yesterday” and “last week” are counted, as 2023-10-31.")
    ] = None


@checked(frozen=True, config=STRICT)
class Search:
    """Words to look for, and where."""

    query: Annotated[
        str, Field(min_length=1, max_length=LONGEST_QUESTION, description="A question, or words to look for.")
    ]
    outlets: Outlets = None
    since: Since = None
    until: Until = None
    limit: Annotated[int, Field(ge=1, le=MOST_HITS, description="How many passages at most.")] = 10


@checked(frozen=True, config=STRICT)
class Read:
    """An article, and which part of it."""

    id: Annotated[str, Field(min_length=1, description="The article's id, as ask and search give it.")]
    start: Annotated[int, Field(ge=0, description="The first character wanted, counted from 0.")] = 0
    end: Annotated[
        int | None, Field(ge=1, description=f"Where to stop, at most {PAGE:,} characters on (default: that many).")
    ] = None


@dataclass(frozen=True, slots=True)
class Copy:
    """An article without its text. `published` is a day as 2023-10-31, null where it is not known."""

    article: str
    title: str
    authors: list[str]
    outlet: str
    published: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Source(Copy):
    """An article without its text; `copies` are its reprints, which are no further confirmation."""

    copies: list[Copy]


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote: characters `start` to `end` of the article's text. `page` is that of a document with pages."""

    number: int
    article: str
    passage: str
    start: int
    end: int
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class Support:
    """Whether the cited passages say the sentence, and why Vouch thinks so."""

    verdict: Literal["quoted", "supported", "partly", "not supported", "not checked"]
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the answer; `lead` says who said it and when, `unverified` are markers that name nothing."""

    text: str
    lead: str
    citations: list[Citation]
    support: Support
    unverified: list[str]


@dataclass(frozen=True, slots=True)
class Side:
    """What some sources say; `said_by` is whom they have say so, empty where they say it themselves."""

    value: str
    said_by: str
    citations: list[Citation]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Values that sources give for one matter; an update is what the same source said later."""

    matter: str
    kind: Literal["conflict", "update"]
    sides: list[Side]


@dataclass(frozen=True, slots=True)
class Short:
    """The few words that answer, which stand in the article from `start` to `end` (for Yes and No: what says so)."""

    text: str
    number: int
    article: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer in sentences with citations; or `reason`, why the sources do not say, with what is `nearest`."""

    question: str
    status: Literal["answered", "conflicting", "not_in_sources", "error"]
    reason: str
    notice: str
    short: Short | None
    text: str
    sentences: list[Sentence]
    disagreements: list[Disagreement]
    sources: list[Source]
    independent_sources: int
    nearest: list[Citation]
    confidence: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: characters `start` to `end` of its article's text."""

    rank: int
    score: float
    article: str
    passage: str
    start: int
    end: int
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found, best first."""

    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Page(Copy):
    """Characters `start` to `end` of an article of `length`; `next` is where it goes on, null at its end."""

    text: str
    start: int
    end: int
    length: int
    next: int | None
