"""What an answer says, in the words that other scorers read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evaluation.cases import Case

Answer = Mapping[str, Any]

# A refusal as their judges know one; why it was declined is ours to explain, and would be judged as a claim.
DECLINED = "The sources do not say."


def response(case: Case) -> str:
    """The sentences of an answer without markers, and without who said it when, which no passage holds.

    DECLINED where it declined; "" where there is no answer.
    """
    if case.declined:
        return DECLINED
    return " ".join(sentence["text"] for sentence in sentences(case))


def short(case: Case) -> str:
    """The few words that answer, else the sentences; "" where there is no answer."""
    given = case.answer.get("short") if case.answer and case.given else None
    return str(given["text"]) if given else " ".join(sentence["text"] for sentence in sentences(case))


def sentences(case: Case) -> list[Answer]:
    """The sentences of an answer that was given."""
    return list(case.answer.get("sentences") or ()) if case.answer and case.given else []


def hits(case: Case) -> list[Answer]:
    """The passages found for an answer, best first."""
    found = case.answer.get("retrieved") or () if case.answer else ()
    return sorted(found, key=lambda hit: int(hit["rank"]))


def gold_answer(case: Case) -> str:
    """The right answer that stands first in the gold; "" where there is none."""
    return next(iter(case.question.answers), "")
