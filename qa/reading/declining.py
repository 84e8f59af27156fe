"""A declined question: why, what was nearest, and whether it is answered where it was not to be looked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.census import sees
from index.scope import Scope
from ingest.documents import Article
from qa.answers import Answer, Cause, Citation, attribution
from qa.reading.confidence import THRESHOLDS, Verdict
from qa.reading.evidence import Evidence

NEAREST = 3  # quotes of the nearest passages: enough to judge by, few enough to read

Look = Callable[[Scope], tuple[Sequence[Evidence], Verdict]]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else an answer may be looked for: the scope that was chosen, and a search of another.

    An answer that is found there counts from the confidence `least`; from that of "balanced" where nothing is declined.
    """

    chosen: Scope
    look: Look
    least: float


def declined(
    answer: Answer, evidence: Sequence[Evidence], verdict: Verdict, elsewhere: Elsewhere | None = None
) -> Answer:
    """The answer that says that the sources do not, with the reason and the nearest passages inside the scope."""
    cause, reason = (_outside(elsewhere) if elsewhere and elsewhere.chosen else None) or (verdict.cause, verdict.reason)
    return replace(answer, status="not_in_sources", reason=reason, cause=cause, nearest=nearest(evidence))


def nearest(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """The best sentence of each of the nearest passages."""
    best = {item.hit.passage.id: item for item in reversed(evidence)}
    passages = list(dict.fromkeys(item.hit.passage.id for item in evidence))[:NEAREST]
    return tuple(
        Citation(number, best[ident].hit.passage, best[ident].start, best[ident].end)
        for number, ident in enumerate(passages, start=1)
    )


def _outside(elsewhere: Elsewhere) -> tuple[Cause, str] | None:
    """Cause and reason, if articles outside the scope answer; None if none does.

    First without the dates, which leave undated articles out; then without the outlets as well.
    """
    chosen = elsewhere.chosen
    if chosen.since or chosen.until:
        article = _answering(elsewhere, replace(chosen, since=None, until=None))
        if article and article.published is None:
            return "only_undated", _only_undated(article, chosen)
        if article:
            return "outside_scope", _beyond(article, chosen)
    article = _answering(elsewhere, replace(chosen, outlets=(), since=None, until=None)) if chosen.outlets else None
    return ("outside_scope", _beyond(article, chosen)) if article else None


def _answering(elsewhere: Elsewhere, wider: Scope) -> Article | None:
    """The article outside the chosen scope that answers best; None if it does not, or lies inside."""
    evidence, verdict = elsewhere.look(wider)
    if not evidence or verdict.confidence < (elsewhere.least or THRESHOLDS["balanced"]):
        return None
    article = evidence[0].article
    return None if sees(elsewhere.chosen, article.outlet, article.published) else article


def _only_undated(article: Article, chosen: Scope) -> str:
    return (
        f"No article that is known to be {_days(chosen)} answers this. One without a date does, and is left out where"
        f" dates are chosen: {_titled(article)}."
    )


def _beyond(article: Article, chosen: Scope) -> str:
    wanted = " ".join(part for part in (_outlets(chosen), _days(chosen)) if part)
    return f"No article {wanted} answers this. One outside of that does: {attribution(article)}."


def _titled(article: Article) -> str:
    title = f"“{article.title}”"
    return f"{title} ({article.outlet})" if article.outlet else title


def _outlets(chosen: Scope) -> str:
    """The outlets chosen, as words: "of Harbour Post or Pebble Gazette"."""
    return f"of {' or '.join(chosen.outlets)}" if chosen.outlets else ""


def _days(chosen: Scope) -> str:
    """The days chosen, as words: "from 1 May 2024 to 3 May 2024"."""
    since, until = (_long(day) if day else "" for day in (chosen.since, chosen.until))
    if since and until:
        return f"of {since}" if since == until else f"from {since} to {until}"
    return f"from {since} or later" if since else f"from {until} or earlier" if until else ""


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
