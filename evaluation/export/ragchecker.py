"""A run as RAGChecker reads it (arXiv 2408.08067). Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from evaluation.cases import Case
from evaluation.export.said import gold_answer, hits, response
from evaluation.export.texts import Texts


def ragchecker(cases: Sequence[Case], texts: Texts) -> str:
    """{"results": […]}, with the passages found as the context."""
    results = [
        {
            "query_id": case.question.id,
            "query": case.question.question,
            "gt_answer": gold_answer(case),
            "response": response(case),
            "retrieved_context": [
                {"doc_id": hit["passage"], "text": texts.text(hit["article"], hit["passage"])} for hit in hits(case)
            ],
        }
        for case in cases
    ]
    return json.dumps({"results": results}, ensure_ascii=False, indent=1) + "\n"
