"""A declined question: why, what was nearest, and whether it is answered where it was not to be looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.answers import Answer, Citation
from qa.confidence import Verdict
from qa.evidence import Evidence

NEAREST = 3  # quotes of the nearest passages: enough to judge by, few enough to read


def declined(answer: Answer, evidence: Sequence[Evidence], verdict: Verdict) -> Answer:
    """The answer that says that the sources do not, with the reason and the nearest passages."""
    return replace(
        answer, status="not_in_sources", reason=verdict.reason, cause="not_answered", nearest=nearest(evidence)
    )


def nearest(evidence: Sequence[Evidence]) -> tuple[Citation, ...]:
    """The best sentence of each of the nearest passages."""
    best = {item.hit.passage.id: item for item in reversed(evidence)}
    passages = list(dict.fromkeys(item.hit.passage.id for item in evidence))[:NEAREST]
    return tuple(
        Citation(number, best[ident].hit.passage, best[ident].start, best[ident].end)
        for number, ident in enumerate(passages, start=1)
    )
