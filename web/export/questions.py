"""Feedback as a file: everything that was given, or the questions with what is known to be right. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qa.feedback import Feedback
from web.export.sources import citations


def given(feedback: Feedback) -> dict[str, Any]:
    """One thumb with its reason, the question, and the answer whole under `record`; `given` is in UTC."""
    return {
        "answer": feedback.answer,
        "thumb": feedback.thumb,
        "reason": feedback.reason,
        "given": feedback.given.isoformat(),
        "question": feedback.question,
        "record": feedback.record,
    }


def questions(feedbacks: Iterable[Feedback]) -> list[dict[str, Any]]:
    """Every rated answer once, as `question` has it; where people differ, whoever doubts it counts."""
    kept: dict[str, Feedback] = {}
    for feedback in feedbacks:
        known = kept.get(feedback.answer)
        if known is None or known.thumb == "up":
            kept[feedback.answer] = feedback
    return [question(feedback) for feedback in kept.values()]


def question(feedback: Feedback) -> dict[str, Any]:
    """A rated answer as a question that an evaluation can ask again.

    `id` is the answer's. `question` stands for itself: what it leaned on in its conversation is put in. `scope` is what
    the search was limited to, `settings` what answered. Of an answer with its thumb up, `articles` are those that it
    cited, `evidence` the quotes in them and `answers` the short answer, where it had one; [] for all three where it
    rightly said that the sources do not say. Of one with its thumb down nothing is known to be right, so these three
    are left out.
    """
    record = feedback.record
    asked = {
        "id": feedback.answer,
        "question": record.get("standalone_question") or feedback.question,
        "thumb": feedback.thumb,
        "reason": feedback.reason,
        "status": record["status"],
        "scope": record.get("scope") or {},
        "settings": record.get("system") or {},
    }
    return asked | _right(record) if feedback.thumb == "up" else asked


def _right(record: dict[str, Any]) -> dict[str, Any]:
    quotes = {(each["article"], each["quote"]): None for each in citations(record)}
    short, declined = record.get("short"), record["status"] == "not_in_sources"
    return {
        **({"answers": [short["text"]] if short else []} if short or declined else {}),
        "articles": list(dict.fromkeys(article for article, _ in quotes)),
        "evidence": [{"article": article, "quote": quote} for article, quote in quotes],
    }
