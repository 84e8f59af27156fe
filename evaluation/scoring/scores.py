"""Everything that is counted of a run, section after section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.scoring.answering import measures as answering
from evaluation.scoring.citing import measures as citing
from evaluation.scoring.costs import measures as costs
from evaluation.scoring.declining import measures as declining
from evaluation.scoring.measures import Measure, Section
from evaluation.scoring.retrieval import measures as retrieval
from evaluation.scoring.supported import measures as supported

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
