"""What a run cost: how questions ended, calls, tokens and times, with what failed and what is missing."""

from __future__ import annotations

from math import isnan
from typing import Any

import numpy as np
import pytest

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.questions import Question
from evaluation.scoring.costs import late, measures, median
from evaluation.scoring.measures import Measure


class NoShelf:
    """Costs stand in the answers: the articles are not asked for."""

    def articles(self) -> list[dict[str, Any]]:
        raise AssertionError

    def article(self, ident: str) -> dict[str, Any]:
        raise AssertionError(ident)

    passages = article


def case(
    ident: str, status: str, calls: int = 0, tokens: tuple[int, int] = (0, 0), ms: tuple[float, float] = (0, 0)
) -> Case:
    usage = {"calls": calls, "prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
    timings = {"search": ms[0], "answer": ms[1], "total": sum(ms)}
    return Case(Question(ident, "What?"), {"status": status, "usage": usage, "timings_ms": timings})


CASES = [
    case("1", "answered", 1, (1000, 50), (10.0, 90.0)),
    case("2", "conflicting", 2, (1500, 80), (20.0, 280.0)),
    case("3", "not_in_sources", 1, (800, 5), (30.0, 20.0)),
    Case(Question("4", "What?"), {"status": "error", "reason": "the disk is full", "usage": {}, "timings_ms": {}}),
    Case(Question("5", "What?"), {"status": "error", "reason": "the disk is full"}),
    Case(Question("6", "What?"), None),
]  # fmt: skip


@pytest.fixture
def found() -> dict[str, Measure]:
    return {one.name: one for one in measures(CASES, Collection(NoShelf()))}


def test_the_ways_to_end_are_shares_of_all_questions(found: dict[str, Measure]) -> None:
    ends = ("answered", "answered, sources differ", "declined", "failed", "missing")
    shares = [found[name].value for name in ends]
    assert shares == pytest.approx([1 / 6, 1 / 6, 1 / 6, 2 / 6, 1 / 6])
    assert sum(shares) == pytest.approx(1)


def test_calls_and_tokens_are_by_question_and_in_all(found: dict[str, Measure]) -> None:
    told = {name: (measure.value, measure.unit, len(measure.rows)) for name, measure in found.items()}
    assert told["model calls, mean"] == (pytest.approx(4 / 3), "calls", 3)
    assert told["model calls in all"] == (4, "calls", 3)
    assert told["prompt tokens, mean"] == (1100, "tokens", 3)
    assert told["prompt tokens in all"] == (3300, "tokens", 3)
    assert told["completion tokens, mean"] == (45, "tokens", 3)
    assert told["completion tokens in all"] == (135, "tokens", 3)


def test_times_are_those_of_whoever_was_answered(found: dict[str, Measure]) -> None:
    times = {name: measure.value for name, measure in found.items() if measure.unit == "ms"}
    # Totals are 100, 300 and 50; between the second and the third of three lies 90 % of the way at 95 %.
    assert times == pytest.approx({
        "time, median": 100, "time, 95th percentile": 100 + 0.9 * 200,
        "search time, median": 20, "search time, 95th percentile": 20 + 0.9 * 10,
        "answer time, median": 90, "answer time, 95th percentile": 90 + 0.9 * 190,
        "time in all": 450,
    })  # fmt: skip


def test_the_median_and_what_one_in_twenty_exceeds() -> None:
    rows = np.array([[float(n)] for n in range(101)])
    assert (median(rows), late(rows)) == (50, 95)


def test_nothing_to_count_has_no_value() -> None:
    empty = measures([], Collection(NoShelf()))
    assert all(isnan(one.value) for one in empty)
    missing = {one.name: one for one in measures(CASES[5:], Collection(NoShelf()))}
    assert missing["missing"].value == 1
    assert missing["time, median"].rows == {}


def test_every_measure_says_what_it_is(found: dict[str, Measure]) -> None:
    assert all(len(name) <= 28 and one.about.endswith(".") and one.section == "cost" for name, one in found.items())
    assert len(found) == len(measures(CASES, Collection(NoShelf())))
