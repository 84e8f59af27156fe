"""The report of a run: every figure with its doubt, group by group, beside another run, and what to beware of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.questionfile import QuestionFile
from evaluation.questions import Question
from evaluation.reporting.notes import notes
from evaluation.running.run import Run
from evaluation.scoring.breakdown import Breakdown, breakdowns
from evaluation.scoring.comparison import Comparison, compared
from evaluation.scoring.declining import Bin, reliability, risk_coverage
from evaluation.scoring.measures import Difference, Figure, Measure
from evaluation.scoring.paired import Pairs, outcome, paired
from evaluation.scoring.scores import measures
from evaluation.scoring.uncertainty import figure

Data = dict[str, Any]
Judges = Callable[[Run, Sequence[Case], Collection], list[Measure]]
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Gold:
    """The file that a run is scored against, and its questions with their articles by the library's ids."""

    file: QuestionFile
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of a run. `notes` are what a reader should know before the figures."""

    run: Run
    gold: Gold
    made: datetime
    pairs: Pairs
    measures: tuple[Measure, ...]
    figures: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...]
    against: Comparison | None
    curve: tuple[tuple[float, float], ...]  # (coverage, risk)
    bins: tuple[Bin, ...]
    notes: tuple[str, ...]

    def score(self, section: str, name: str, question: str) -> float | None:
        """The first number of a measure's row for a question; None where the measure does not count it."""
        rows = next((one.rows for one in self.measures if (one.section, one.name) == (section, name)), {})
        return rows[question][0] if question in rows else None

    def as_dict(self) -> Data:
        """The report as strict JSON: what has no value is null."""
        return {
            "run": {"file": str(self.run.path), "header": self.run.header},
            "gold": {
                "file": str(self.gold.file.path),
                "format": self.gold.file.form,
                "guessed": self.gold.file.guessed,
                "sha256": self.gold.file.sha256,
            },
            "made": self.made.isoformat(timespec="seconds"),
            "notes": list(self.notes),
            "counts": self.pairs.counts,
            "extra": list(self.pairs.extra),
            "figures": [_figure_dict(one) for one in self.figures],
            "by": {one.by: _groups_dict(one) for one in self.breakdowns},
            "against": _comparison_dict(self.against) if self.against else None,
            "risk_coverage": [[_number(coverage), _number(risk)] for coverage, risk in self.curve],
            "reliability": [_bin_dict(one) for one in self.bins],
            "questions": [self._question_dict(case) for case in self.pairs.cases],
        }

    def _question_dict(self, case: Case) -> Data:
        ident = case.question.id
        scores = {f"{one.section}: {one.name}": one.rows[ident] for one in self.measures if ident in one.rows}
        told = {name: [_number(value) for value in row] for name, row in scores.items()}
        return {"id": ident, "type": case.question.type, "outcome": outcome(case), "rows": told}


def reported(
    run: Run, gold: Gold, collection: Collection, about: Mapping[str, Any], *, other: Run | None, judges: Judges
) -> Report:
    """Score a run, beside another where there is one, with `judges` for what cannot be counted."""
    pairs, scored = _scored(run, gold, collection, judges)
    against = None
    if other is not None:
        against = compared(str(other.path), _scored(other, gold, collection, judges)[1], scored)
    return Report(
        run=run,
        gold=gold,
        made=datetime.now(UTC),
        pairs=pairs,
        measures=tuple(scored),
        figures=tuple(figure(measure) for measure in scored),
        breakdowns=tuple(breakdowns(pairs.cases, scored, collection)),
        against=against,
        curve=tuple(risk_coverage(pairs.cases)),
        bins=tuple(reliability(pairs.cases)),
        notes=tuple(notes(run, gold.file, about, pairs, other)),
    )


def _scored(run: Run, gold: Gold, collection: Collection, judges: Judges) -> tuple[Pairs, list[Measure]]:
    pairs = paired(gold.questions, run.answers)
    return pairs, [*measures(pairs.cases, collection), *judges(run, pairs.cases, collection)]


def _number(value: float) -> float | None:
    return round(float(value), DIGITS) if isfinite(value) else None


def _measure_dict(measure: Measure) -> Data:
    return {
        "section": measure.section,
        "name": measure.name,
        "unit": measure.unit,
        "about": measure.about,
        "aside": measure.aside,
        "judge": measure.judge,
    }


def _figure_dict(figure: Figure) -> Data:
    values = {"value": _number(figure.value), "low": _number(figure.low), "high": _number(figure.high), "n": figure.n}
    return {**_measure_dict(figure.measure), **values}


def _groups_dict(breakdown: Breakdown) -> Data:
    return {name: [_figure_dict(one) for one in figures] for name, figures in breakdown.groups.items()}


def _comparison_dict(against: Comparison) -> Data:
    return {"file": against.path, "differences": [_difference_dict(one) for one in against.differences]}


def _difference_dict(one: Difference) -> Data:
    values = {"first": one.first.value, "second": one.second.value, "difference": one.value}
    doubt = {"low": one.low, "high": one.high, "p": one.p}
    told = {name: _number(value) for name, value in {**values, **doubt}.items()}
    return {**_measure_dict(one.second), **told, "n": one.n}


def _bin_dict(one: Bin) -> Data:
    numbers = {"low": one.low, "high": one.high, "confidence": one.confidence, "share": one.share}
    return {**{name: _number(value) for name, value in numbers.items()}, "n": one.n}
