"""The questions of a gold file beside the answers of a run, and what either lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaluation.cases import Case
from evaluation.questions import Question
from evaluation.scoring.answering import answerable, golds, right

Outcome = Literal["right", "wrong", "answered", "rightly declined", "wrongly declined", "declined", "error", "missing"]
OUTCOMES: Mapping[Outcome, str] = {
    "right": "has the gold answer",
    "wrong": "has not the gold answer, or answers what the sources do not say",
    "answered": "answered, where the gold has no answer to compare with",
    "rightly declined": "the sources do not say",
    "wrongly declined": "the sources say",
    "declined": "declined, where the gold does not tell whether the sources say",
    "error": "failed",
    "missing": "no line in the run",
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """A case for every question of the gold; `extra` are the answers to others, by their ids."""

    cases: tuple[Case, ...]
    extra: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many questions there are, and what became of them."""
        statuses = [case.answer["status"] if case.answer else "missing" for case in self.cases]
        return {
            "questions": len(self.cases),
            "answered": sum(case.given for case in self.cases),
            "conflicting": statuses.count("conflicting"),
            "declined": sum(case.declined for case in self.cases),
            "error": statuses.count("error"),
            "missing": statuses.count("missing"),
            "extra": len(self.extra),
        }


def paired(questions: Sequence[Question], answers: Mapping[str, Mapping[str, Any]]) -> Pairs:
    """Every question with its answer, in the order of the gold."""
    known = {question.id for question in questions}
    cases = tuple(Case(question, answers.get(question.id)) for question in questions)
    return Pairs(cases, tuple(ident for ident in answers if ident not in known))


def outcome(case: Case) -> Outcome:
    """What became of a question; right is a strict match, where the gold has an answer to compare with."""
    if case.answer is None:
        return "missing"
    can = answerable(case.question)
    if case.declined:
        return "declined" if can is None else "wrongly declined" if can else "rightly declined"
    if not case.given:
        return "error"
    if can is False:
        return "wrong"
    return ("right" if right(case) else "wrong") if golds(case.question) else "answered"
