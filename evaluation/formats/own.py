"""Vouch's own questions, as JSON or as a table; also what `vouch feedback` prints. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.formats.fields import Record, RowError, kind, once, records, text, texts, truth
from evaluation.questions import Evidence, Question

NOTHING = "insufficient information"  # what MultiHop-RAG has in place of an answer that the collection does not hold


def fits(record: Record) -> bool:
    """Whether a record may be of this form."""
    return "question" in record


def question(record: Record, line: int) -> Question:
    """The question of a record.

    Without “answerable”, it has no answer where “answers” is [] or says “Insufficient information.”, and has one where
    an answer, an article or evidence is named; else nothing is known of it.

    >>> question({"id": "q1", "question": "Who won?", "answers": []}, 1).answerable
    False
    """
    answers, articles = texts(record, "answers"), texts(record, "articles", "article")
    if answers is None:
        answers = texts(record, "answer") or None  # an empty one says nothing
    right = tuple(answer for answer in answers or () if not says_nothing(answer))
    evidence = _evidence(record, articles or ())
    named = once(one.article for one in evidence)
    return Question(
        id=text(record, "id", "_id"),
        question=text(record, "question"),
        type=text(record, "type", "question_type"),
        answers=right,
        answerable=_answerable(record, answers, right, bool(articles or evidence)),
        evidence=evidence,
        articles=named if articles is None else articles,
        scope=_scope(record.get("scope")),
        line=line,
    )


def says_nothing(answer: str) -> bool:
    """Whether an answer is the form of words that says there is none.

    >>> says_nothing("Insufficient information.")
    True
    """
    return answer.strip().rstrip(".").casefold() == NOTHING


def _answerable(record: Record, answers: tuple[str, ...] | None, right: tuple[str, ...], named: bool) -> bool | None:
    said = truth(record, "answerable")
    if said is not None:
        return said
    if answers is not None and not right:
        return False
    return True if right or named else None


def _evidence(record: Record, articles: tuple[str, ...]) -> tuple[Evidence, ...]:
    """Quotes with their article, or quotes alone where but one article is named."""
    given = record.get("evidence")
    given = [given] if isinstance(given, str | Mapping) else given
    if isinstance(given, list):
        given = [{"quote": each} if isinstance(each, str) else each for each in given]
    only = articles[0] if len(articles) == 1 else ""
    found = [
        Evidence(text(each, "article") or only, text(each, "quote"))
        for each in records({"evidence": given}, "evidence")
    ]
    if any(not one.quote or not one.article for one in found):
        raise RowError('has evidence without its quote or its article; write it as {"article": …, "quote": …}')
    return tuple(found)


def _scope(given: Any) -> dict[str, Any]:
    """What a search is limited to, without what is left open."""
    if given is not None and not isinstance(given, Mapping):
        raise RowError(f'holds {kind(given)} in its “scope”; write it as {{"outlets": […], "since": "2023-10-31"}}')
    return {name: value for name, value in (given or {}).items() if value}
