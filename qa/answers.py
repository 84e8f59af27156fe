"""An answer as data: sentences with their citations, the sources behind them, and what was searched."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index.hits import Hit
from ingest.documents import Article, Passage

Status = Literal["answered", "not_in_sources", "conflicting", "error"]
Verdict = Literal["quoted", "supported", "partly", "not supported", "not checked"]


def attribution(article: Article) -> str:
    """Who said it and when, as a reader writes it; only what the article says of itself.

    >>> [attribution(Article.of("a", "x", "A title", outlet=outlet)) for outlet in ("Harbour Post", "")]
    ['Harbour Post, undated', '“A title”, undated']
    """
    who = article.outlet or f"“{article.title}”"
    return f"{who}, {long_date(article)}"


def long_date(article: Article) -> str:
    """The publication date as "30 January 2025", or "undated"."""
    if article.published is None:
        return "undated"
    return f"{article.published.day} {article.published:%B %Y}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote that stands verbatim in an article: `passage.article.text[start:end] == quote`, always.

    `answer_start` and `answer_end`, where known, mark the short answer inside the article's text.
    """

    number: int
    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        return self.passage.article.text[self.start : self.end]

    def as_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "article": self.passage.article.id,
            "passage": self.passage.id,
            "start": self.start,
            "end": self.end,
            "page": self.passage.article.page_at(self.start),
            "quote": self.quote,
        }


@dataclass(frozen=True, slots=True)
class Support:
    """Whether the cited passages carry a sentence, and why we say so."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer. `text` is without lead and markers.

    `lead` says who said it and when, where the answer puts that before the words ("Harbour Post, 3 May
    2024:"). `unverified` are markers that a model wrote and that name no passage it was given.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    support: Support = Support("not checked")
    lead: str = ""
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two or more values that sources give for one matter."""

    matter: str
    kind: Literal["conflict", "update"]
    sides: tuple[tuple[str, Citation], ...]  # (value, who gives it)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model was asked to do for this answer."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer. `text` is what a reader sees: sentences with leads and `[n]` markers.

    `notice` is a sentence about how the answer was made that the reader should see (extracted without a
    model, endpoint trouble and what to do, index being rebuilt); `reason` says why a question was
    declined or failed.
    """

    id: str
    question: str
    standalone_question: str
    status: Status
    engine: Literal["extractive", "generative"]
    reason: str = ""
    notice: str = ""
    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    retrieved: tuple[Hit, ...] = ()
    confidence: float = 0.0
    scope: dict[str, Any] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    usage: Usage = Usage()
    system: dict[str, str] = field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation in the order of the text, each number's first use first."""
        return tuple(citation for sentence in self.sentences for citation in sentence.citations)

    @property
    def sources(self) -> tuple[Article, ...]:
        """The articles cited, each once, in the order of their first citation."""
        return tuple({c.passage.article.id: c.passage.article for c in self.citations}.values())

    def as_dict(self) -> dict[str, Any]:
        """The answer as one JSON-ready object; the same from the command line, batch runs and Python."""
        return {
            "id": self.id,
            "question": self.question,
            "standalone_question": self.standalone_question,
            "status": self.status,
            "reason": self.reason,
            "notice": self.notice,
            "text": self.text,
            "sentences": [_sentence_dict(sentence) for sentence in self.sentences],
            "disagreements": [_disagreement_dict(disagreement) for disagreement in self.disagreements],
            "sources": [source_dict(article) for article in self.sources],
            "retrieved": [hit.as_dict(rank) for rank, hit in enumerate(self.retrieved, start=1)],
            "confidence": round(self.confidence, 4),
            "scope": self.scope,
            "timings_ms": self.timings_ms,
            "usage": asdict(self.usage),
            "system": {**self.system, "engine": self.engine},
        }


def source_dict(article: Article) -> dict[str, Any]:
    """What a reader needs to know of a source, without its text."""
    return {
        "article": article.id,
        "title": article.title,
        "authors": list(article.authors),
        "outlet": article.outlet,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "copies": [],
    }


def _sentence_dict(sentence: Sentence) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "lead": sentence.lead,
        "citations": [citation.as_dict() for citation in sentence.citations],
        "support": {"verdict": sentence.support.verdict, "reasons": list(sentence.support.reasons)},
        "unverified": list(sentence.unverified),
    }


def _disagreement_dict(disagreement: Disagreement) -> dict[str, Any]:
    sides = [{"value": value, "citation": citation.as_dict()} for value, citation in disagreement.sides]
    return {"matter": disagreement.matter, "kind": disagreement.kind, "sides": sides}
