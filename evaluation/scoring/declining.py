"""Declining: whether the questions that the collection does not answer are declined, and what the confidence is worth.

The confidence of an answer object is the chance that the sources answer the question; so it is held against whether
they do. An answer that is missing or failed counts as the worst that could be said: sure where nothing is, and not at
all where something is. Questions of which nobody knows whether they are answerable are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.scoring.answering import answerable, golds, right
from evaluation.scoring.calibration import BINS, balanced_error, bins, calibration_error, risk_area, told_apart
from evaluation.scoring.calibration import risk_coverage as curve
from evaluation.scoring.measures import Measure, Statistic, mean, ratio

Row = tuple[float, float]

RATIOS = {
    "F1": "The harmonic mean of precision and recall of declining.",
    "precision": "Of the questions declined, the share that the sources do not answer.",
    "recall": "Of the questions that the sources do not answer, the share declined.",
}
LEFT = "Of the questions that the sources answer, the share that got none: declined, failed or missing. Less is better."
APART = (
    "The chance that a question which the sources answer has more confidence than one which they do not; .5 is luck."
)
BELIEVED = (
    "How far the confidence is from the share of questions that the sources answer, in ten bins of equal width (ECE). "
    "Less is better."
)
BALANCED = "The same as if every other question were answerable, which the extractive engine's confidence is fitted to."
RISK = (
    "The mean share of wrong answers when only the surest are taken, over all shares (AURC). No answer is wrong, "
    "and so is any to what the sources do not say. Less is better."
)
ALL = "The share of wrong answers, all taken: the risk-coverage area of a confidence that tells nothing."


@dataclass(frozen=True, slots=True)
class Bin:
    """The n answers with a confidence from `low` to below `high`: its mean, and the share that the sources answer."""

    low: float
    high: float
    n: int
    confidence: float
    share: float


def measures(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    """F1, precision and recall of declining, answerable questions left unanswered, and the worth of the confidence."""
    del collection
    told = [case for case in cases if answerable(case.question) is not None]
    unanswered = {case.question.id: (float(not case.given),) for case in told if answerable(case.question)}
    risks = _risks(told)
    return [
        *_ratios(told),
        Measure("answerable, not answered", "declining", unanswered, mean, LEFT),
        *_confidences(told),
        Measure("risk-coverage area", "declining", risks, risk_area, RISK),
        Measure("risk at full coverage", "declining", risks, _all, ALL, aside=True),
    ]


def risk_coverage(cases: Sequence[Case]) -> list[tuple[float, float]]:
    """(coverage, risk): of the share of questions with the surest answers, the share that is wrong.

    Wrong is what is no strict match with a gold answer, or, where the gold has none, an answer to what the sources do
    not say; a question that got no answer is wrong too, once it is covered.
    """
    rows = Measure("", "declining", _risks(cases)).matrix()
    return curve(rows) if len(rows) else []


def reliability(cases: Sequence[Case]) -> list[Bin]:
    """The bins of the confidence that any answer falls into, from the lowest."""
    rows = Measure("", "declining", _chances(cases)).matrix()
    if not len(rows):
        return []
    place = bins(rows[:, 0])
    filled = ((at, rows[place == at]) for at in np.unique(place))
    return [
        Bin(float(at / BINS), float((at + 1) / BINS), len(some), *map(float, some.mean(axis=0))) for at, some in filled
    ]


def confidence(case: Case) -> float:
    """That of its answer, 0..1; the worst possible where there is none."""
    if case.answer is None or case.answer["status"] == "error":
        return float(not answerable(case.question))
    return float(case.answer.get("confidence") or 0.0)


def _ratios(told: Sequence[Case]) -> Iterator[Measure]:
    """Over all questions, those that count neither above nor below the line too, so that two runs can be paired."""
    unknown = np.array([not answerable(case.question) for case in told], dtype=float)
    said = np.array([case.declined for case in told], dtype=float)
    if not unknown.any():
        return
    both = said * unknown
    parts = {"F1": (2 * both, said + unknown), "precision": (both, said), "recall": (both, unknown)}
    for name, about in RATIOS.items():
        above, below = parts[name]
        rows = {case.question.id: (float(above[at]), float(below[at])) for at, case in enumerate(told)}
        yield Measure(name, "declining", rows, ratio, about)


def _confidences(told: Sequence[Case]) -> Iterator[Measure]:
    rows = _chances(told)
    if {known for _, known in rows.values()} != {0.0, 1.0}:  # of one kind only, nothing is told apart
        return
    statistics: dict[str, tuple[Statistic, str]] = {
        "AUROC of the confidence": (told_apart, APART),
        "calibration error": (calibration_error, BELIEVED),
        "calibration error, balanced": (balanced_error, BALANCED),
    }
    for name, (statistic, about) in statistics.items():
        yield Measure(name, "declining", rows, statistic, about)


def _chances(cases: Sequence[Case]) -> dict[str, Row]:
    """(confidence, whether the sources answer)."""
    known = ((case, answerable(case.question)) for case in cases)
    return {case.question.id: (confidence(case), float(said)) for case, said in known if said is not None}


def _risks(cases: Sequence[Case]) -> dict[str, Row]:
    """(confidence, whether it is wrong)."""
    known = (case for case in cases if answerable(case.question) is not None)
    return {case.question.id: (confidence(case), float(not _fine(case))) for case in known}


def _fine(case: Case) -> bool:
    return right(case) if golds(case.question) else case.given and bool(answerable(case.question))


def _all(rows: np.ndarray) -> float:
    return float(rows[:, 1].mean())
