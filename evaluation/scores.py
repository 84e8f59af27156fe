"""Everything that is counted of a run, section after section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from evaluation.answering import measures as answering
from evaluation.cases import Case
from evaluation.citing import measures as citing
from evaluation.collection import Collection
from evaluation.costs import measures as costs
from evaluation.declining import measures as declining
from evaluation.measures import Measure, Section
from evaluation.retrieval import measures as retrieval
from evaluation.supported import measures as supported

SCORED = (retrieval, answering, declining, citing, supported, costs)
SECTIONS: tuple[Section, ...] = get_args(Section)
HEADINGS: dict[Section, str] = {
    "retrieval": "Finding",
    "answers": "Answers",
    "declining": "Declining",
    "citations": "Citations",
    "support": "Support",
    "cost": "Cost",
    "judged": "Judged by a model",
}


def measures(cases: Sequence[Case], collection: Collection) -> list[Measure]:
    """Every measure that can be counted on these cases; those with nothing to count are left out."""
    found = (measure for scored in SCORED for measure in scored(cases, collection))
    return [measure for measure in found if measure.rows]
