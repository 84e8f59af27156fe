"""The numbers of an answer's citations: one for each passage, by first appearance. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qa.answers import Citation, Disagreement, Sentence, Side


def numbered(found: Iterable[Disagreement], answer: Iterable[Sentence]) -> tuple[Disagreement, ...]:
    """The same disagreements, each passage under the number that the answer's sentences gave it, others after these."""
    numbers = {cited.passage.id: cited.number for sentence in answer for cited in sentence.citations}

    def cite(cited: Citation) -> Citation:
        return replace(cited, number=numbers.setdefault(cited.passage.id, max(numbers.values(), default=0) + 1))

    def number(side: Side) -> Side:
        return replace(side, citations=tuple(map(cite, side.citations)))

    return tuple(replace(one, sides=tuple(map(number, one.sides))) for one in found)
