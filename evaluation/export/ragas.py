"""A run as samples of ragas: a line of JSON for each question, for its EvaluationDataset. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from evaluation.cases import Case
from evaluation.export.said import gold_answer, hits, response
from evaluation.export.texts import Texts
from evaluation.running.rows import line_of


def ragas(cases: Sequence[Case], texts: Texts) -> str:
    """Every sample has the same fields, since ragas looks for them in the first alone; what is not known is empty."""
    return "".join(line_of(sample).decode() for sample in _samples(cases, texts))


def _samples(cases: Sequence[Case], texts: Texts) -> Iterator[dict[str, Any]]:
    for case in cases:
        found = hits(case)
        yield {
            "user_input": case.question.question,
            "response": response(case),
            "retrieved_contexts": [texts.text(hit["article"], hit["passage"]) for hit in found],
            "retrieved_context_ids": [hit["passage"] for hit in found],
            "reference": gold_answer(case),
            "reference_contexts": [one.quote for one in case.question.evidence],
        }
