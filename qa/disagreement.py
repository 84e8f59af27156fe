"""Sources that differ over what a question asks: conflicts, and updates told apart from them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answers import Disagreement
from qa.evidence import Evidence


def disagreements(question: str, evidence: Sequence[Evidence]) -> tuple[Disagreement, ...]:
    """The matters in which sources differ, each with all its sides; their citations are not numbered yet."""
    return ()
