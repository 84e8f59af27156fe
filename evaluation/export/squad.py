"""Predictions as SQuAD 2.0's published script reads them, and beside them how likely there is no answer. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from evaluation.cases import Case
from evaluation.export.said import short

# The script gives a point for "" where there is no answer, and leaves out a question without prediction: both would
# reward a run that failed. This is no answer to anything, and counts as wrong wherever it stands.
FAILED = "[error]"


def predictions(cases: Sequence[Case]) -> str:
    """{id: text}: the short answer, else the sentences; "" where the answer is that the sources do not say."""
    given = {case.question.id: "" if case.declined else short(case) or FAILED for case in cases}
    return json.dumps(given, ensure_ascii=False, indent=1) + "\n"


def no_answer(cases: Sequence[Case]) -> str:
    """{id: probability that there is no answer}, for the script's --na-prob-file: what confidence lacks of 1."""
    return json.dumps({case.question.id: _lacking(case) for case in cases}, ensure_ascii=False, indent=1) + "\n"


def _lacking(case: Case) -> float:
    if case.answer is None or not (case.given or case.declined):
        return 0.0
    return round(1 - float(case.answer.get("confidence", case.given)), 4)
