"""The numbers of an answer's citations: one for each passage, by first appearance. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qa.answers import Citation, Disagreement, Sentence, ShortAnswer, Side


class Numbers:
    """Gives each passage the number of its first appearance; those of an earlier sentence stay."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def sentences(self, found: Iterable[Sentence]) -> tuple[Sentence, ...]:
        return tuple(replace(one, citations=self._all(one.citations)) for one in found)

    def disagreements(self, found: Iterable[Disagreement]) -> tuple[Disagreement, ...]:
        return tuple(replace(one, sides=tuple(map(self._side, one.sides))) for one in found)

    def short(self, found: ShortAnswer | None) -> ShortAnswer | None:
        return replace(found, citation=self._one(found.citation)) if found else None

    def _side(self, side: Side) -> Side:
        return replace(side, citations=self._all(side.citations))

    def _all(self, citations: Iterable[Citation]) -> tuple[Citation, ...]:
        return tuple(map(self._one, citations))

    def _one(self, citation: Citation) -> Citation:
        number = self._numbers.setdefault(citation.passage.id, len(self._numbers) + 1)
        return replace(citation, number=number)
