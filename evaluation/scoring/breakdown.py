"""The headline figures group by group: by the type of the question, and by the outlets that its answer stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.scoring.measures import Figure, Measure, Section
from evaluation.scoring.uncertainty import figure

# What a reader looks for first; of each line the first that a run has, since not every gold names evidence.
HEADLINES: tuple[tuple[tuple[Section, str], ...], ...] = (
    (("retrieval", "all evidence@10"), ("retrieval", "RR@10, passages"), ("retrieval", "RR@10, articles")),
    (("answers", "token F1"),),
    (("answers", "strict match"),),
    (("declining", "F1"),),
    (("citations", "quotes verbatim"),),
    (("citations", "cited article F1"),),
)
# Most groups are of questions that all have an answer, or have none; and a quote that does not stand is a fault.
SAME_EVERYWHERE = ("declining F1", "quotes verbatim")
FEWEST = 5  # questions of an outlet: the interval of fewer says nothing
MOST = 15  # groups: more are no longer compared at a glance
UNNAMED = "(none)"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Groups, largest first, with the headline figures of each; so many are `left_out`, being small or too many."""

    by: str
    groups: Mapping[str, tuple[Figure, ...]]
    left_out: int


def headlines(measures: Sequence[Measure]) -> list[Measure]:
    """Those of the measures that are told first."""
    named = {(measure.section, measure.name): measure for measure in measures}
    found = (next((named[name] for name in names if name in named), None) for names in HEADLINES)
    return [measure for measure in found if measure is not None]


def title(measure: Measure) -> str:
    """What a measure is called where it stands without its section.

    >>> title(Measure("F1", "declining", {})), title(Measure("token F1", "answers", {}))
    ('declining F1', 'token F1')
    """
    return f"{measure.section} {measure.name}" if measure.section == "declining" else measure.name


def breakdowns(cases: Sequence[Case], measures: Sequence[Measure], collection: Collection) -> list[Breakdown]:
    """By type and by outlet, wherever there is more than one group and anything to compare them by."""
    found = (
        _breakdown("type", _by_type(cases), measures, fewest=1),
        _breakdown("outlet", _by_outlet(cases, collection), measures, fewest=FEWEST),
    )
    return [breakdown for breakdown in found if len(breakdown.groups) > 1 and all(breakdown.groups.values())]


def _breakdown(by: str, groups: Mapping[str, set[str]], measures: Sequence[Measure], fewest: int) -> Breakdown:
    largest = sorted(groups, key=lambda name: (-len(groups[name]), name))
    shown = [name for name in largest if len(groups[name]) >= fewest][:MOST]
    first = [one for one in headlines(measures) if title(one) not in SAME_EVERYWHERE]
    told = {name: tuple(figure(measure.of(groups[name])) for measure in first) for name in shown}
    return Breakdown(by, told, len(groups) - len(shown))


def _by_type(cases: Sequence[Case]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        groups[case.question.type or UNNAMED].add(case.question.id)
    return groups


def _by_outlet(cases: Sequence[Case], collection: Collection) -> dict[str, set[str]]:
    """A question whose answer stands in articles of several outlets counts with each."""
    groups: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        for article in case.question.articles:
            outlet = collection.sources[article]["outlet"] if article in collection.sources else ""
            groups[outlet or UNNAMED].add(case.question.id)
    return groups
