"""An answer as data: sentences with their citations, the sources behind them, and what was searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from index.hits import Hit
from ingest.documents import Article, Passage

Status = Literal["answered", "not_in_sources", "conflicting", "error"]
Verdict = Literal["quoted", "supported", "partly", "not supported", "not checked"]
# Why a question was declined: the library is empty; nothing on the subject; on the subject, but not this; answered
# only by articles without a date where dates were asked for; answered only outside the scope that was chosen.
Cause = Literal["", "empty_library", "off_subject", "not_answered", "only_undated", "outside_scope"]


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
    """A quote that stands verbatim in an article: `passage.article.text[start:end] == quote`, always."""

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
    """Whether the cited passages carry a sentence, and why we say so.

    `score` is the estimated chance that they do, 0..1; None where nothing was estimated.
    """

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    score: float | None = None


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
class ShortAnswer:
    """The few words that answer, verbatim: `citation.passage.article.text[start:end] == text`, inside its quote.

    `text` is "Yes" or "No" for a question that asks for one, and the span then is that of the words that say so.
    """

    text: str
    citation: Citation
    start: int
    end: int

    def as_dict(self) -> dict[str, Any]:
        number, article = self.citation.number, self.citation.passage.article.id
        return {"text": self.text, "number": number, "article": article, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a disagreement, as its first citation's quote has it, and a citation for each independent source.

    `said_by` is whom the article has say so ("the ministry"); empty where the article says it itself.
    """

    value: str
    citations: tuple[Citation, ...]
    said_by: str = ""

    def as_dict(self) -> dict[str, Any]:
        cited = [citation.as_dict() for citation in self.citations]
        return {"value": self.value, "said_by": self.said_by, "citations": cited}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two or more values that sources give for one matter.

    An update is what the same outlet, or the same story, said at a later date; its sides are in the order of time.
    """

    matter: str
    kind: Literal["conflict", "update"]
    sides: tuple[Side, ...]

    def as_dict(self) -> dict[str, Any]:
        return {"matter": self.matter, "kind": self.kind, "sides": [side.as_dict() for side in self.sides]}


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked through for an answer.

    `articles` of so many passages were inside the scope, published from `earliest` to `latest`, `undated` of them
    without a date; `left_out` others were not looked at. `understood` says what the question itself was read to ask
    for, such as "The Verge" or "October 2023": it ranks, it leaves nothing out.
    """

    articles: int = 0
    passages: int = 0
    undated: int = 0
    left_out: int = 0
    earliest: date | None = None
    latest: date | None = None
    understood: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        days = {"earliest": self.earliest, "latest": self.latest}
        iso = {name: day.isoformat() if day else None for name, day in days.items()}
        return {**asdict(self), **iso, "understood": list(self.understood)}


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
    declined or failed, and `cause` the same as one of a few words; `nearest` are then the best quotes of the
    nearest passages, which do not answer.
    """

    id: str
    question: str
    standalone_question: str
    status: Status
    engine: Literal["extractive", "generative"]
    reason: str = ""
    cause: Cause = ""
    notice: str = ""
    short: ShortAnswer | None = None
    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    nearest: tuple[Citation, ...] = ()
    retrieved: tuple[Hit, ...] = ()
    confidence: float = 0.0
    searched: Searched = Searched()
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
        """The articles cited, sides of disagreements included, each once, in the order of their first citation."""
        sides = (citation for matter in self.disagreements for side in matter.sides for citation in side.citations)
        return tuple({c.passage.article.id: c.passage.article for c in (*self.citations, *sides)}.values())

    @property
    def reprints(self) -> dict[str, tuple[Article, ...]]:
        """The other articles of the story of each article found, by its id; none for one that stands alone."""
        return {hit.passage.article.id: hit.reprints for hit in self.retrieved}

    @property
    def independent_sources(self) -> int:
        """How many of the sources do not copy one another: articles of one story count once."""
        reprints = self.reprints
        return len({min(one.id for one in (source, *reprints.get(source.id, ()))) for source in self.sources})

    @property
    def independent_found(self) -> int:
        """How many of the articles found do not copy one another."""
        return len({min(one.id for one in (hit.passage.article, *hit.reprints)) for hit in self.retrieved})

    def as_dict(self) -> dict[str, Any]:
        """The answer as one JSON-ready object; the same from the command line, batch runs and Python."""
        return {
            "id": self.id,
            "question": self.question,
            "standalone_question": self.standalone_question,
            "status": self.status,
            "reason": self.reason,
            "cause": self.cause,
            "notice": self.notice,
            "short": self.short.as_dict() if self.short else None,
            "text": self.text,
            "sentences": [_sentence_dict(sentence) for sentence in self.sentences],
            "disagreements": [disagreement.as_dict() for disagreement in self.disagreements],
            "sources": [source_dict(article, self.reprints.get(article.id, ())) for article in self.sources],
            "independent_sources": self.independent_sources,
            "nearest": [citation.as_dict() for citation in self.nearest],
            "independent_found": self.independent_found,
            "retrieved": [hit.as_dict(rank) for rank, hit in enumerate(self.retrieved, start=1)],
            "confidence": round(self.confidence, 4),
            "searched": self.searched.as_dict(),
            "scope": self.scope,
            "timings_ms": self.timings_ms,
            "usage": asdict(self.usage),
            "system": {**self.system, "engine": self.engine},
        }


def source_dict(article: Article, reprints: Sequence[Article] = ()) -> dict[str, Any]:
    """What a reader needs to know of a source, without its text; `reprints` are the other articles of its story."""
    return {
        "article": article.id,
        "title": article.title,
        "authors": list(article.authors),
        "outlet": article.outlet,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
        "copies": [source_dict(other) for other in reprints],
    }


def _sentence_dict(sentence: Sentence) -> dict[str, Any]:
    support = sentence.support
    score = None if support.score is None else round(support.score, 4)
    return {
        "text": sentence.text,
        "lead": sentence.lead,
        "citations": [citation.as_dict() for citation in sentence.citations],
        "support": {"verdict": support.verdict, "reasons": list(support.reasons), "score": score},
        "unverified": list(sentence.unverified),
    }
