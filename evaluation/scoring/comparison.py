"""One run beside another on the same questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from evaluation.scoring.measures import Difference, Measure, Section
from evaluation.scoring.scores import SECTIONS
from evaluation.scoring.uncertainty import difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much higher a run is than another, measure by measure; `path` is where the other was read from."""

    path: str
    differences: tuple[Difference, ...]

    def sections(self) -> Iterator[tuple[Section, list[Difference]]]:
        """What differs, section by section; scores of others are left out."""
        for section in SECTIONS:
            shown = [one for one in self._compared if one.second.section == section and not _same(one)]
            if shown:
                yield section, shown

    @property
    def same(self) -> int:
        """How many figures are the same in both."""
        return sum(map(_same, self._compared))

    @property
    def _compared(self) -> list[Difference]:
        return [one for one in self.differences if not one.second.aside]


def _same(one: Difference) -> bool:
    """Whether there is nothing to tell: no difference, or one that neither run has a value for."""
    return one.value == 0 or isnan(one.value)


def compared(path: str, other: Sequence[Measure], ours: Sequence[Measure]) -> Comparison:
    """The differences, ours less the other's, of what was measured of both."""
    named = {(measure.section, measure.name, measure.judge): measure for measure in other}
    both = ((named.get((one.section, one.name, one.judge)), one) for one in ours)
    return Comparison(path, tuple(difference(first, second) for first, second in both if first is not None))
