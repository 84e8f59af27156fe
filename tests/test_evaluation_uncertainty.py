"""Doubt told truly: an interval holds the truth as often as it says, and p is as rare as it says."""

from __future__ import annotations

from itertools import product
from math import isnan

import numpy as np
import pytest

from evaluation.scoring.calibration import told_apart
from evaluation.scoring.measures import Measure, Rows, Statistic, mean, ratio
from evaluation.scoring.uncertainty import difference, figure

RUNS = 400  # simulated; the share of them that an interval should hold then strays by .011 (one standard error)


def measured(rows: Rows, statistic: Statistic = mean, unit: str = "") -> Measure:
    return Measure("x", "answers", {str(i): tuple(map(float, row)) for i, row in enumerate(rows)}, statistic, unit=unit)


def scores(*values: float) -> Measure:
    return measured(np.array(values).reshape(-1, 1))


def slow_mean(rows: Rows) -> float:
    """As the mean, by the way that any statistic takes."""
    return mean(rows)


def slow_ratio(rows: Rows) -> float:
    return ratio(rows)


def drawn(rng: np.random.Generator, kind: str, n: int) -> tuple[Rows, Statistic, float]:
    """Rows of a kind, and the true value that they are drawn around."""
    if kind == "right or wrong":
        return (rng.random((n, 1)) < 0.8).astype(float), mean, 0.8
    if kind == "partly right":  # nothing in half of the cases, else Beta(2, 1)
        return np.where(rng.random((n, 1)) < 0.5, 0.0, rng.beta(2, 1, (n, 1))), mean, 1 / 3
    cited = rng.poisson(2, n)
    return np.column_stack([rng.binomial(cited, 0.7), cited]).astype(float), ratio, 0.7


@pytest.mark.parametrize("kind", ["right or wrong", "partly right", "of those cited"])
@pytest.mark.parametrize("n", [60, 236])
def test_an_interval_holds_the_truth_as_often_as_it_says(kind: str, n: int) -> None:
    rng = np.random.default_rng(20)
    held = []
    for _ in range(RUNS):
        rows, statistic, truth = drawn(rng, kind, n)
        found = figure(measured(rows, statistic), samples=1000)
        held.append(found.low <= truth <= found.high)
    assert 0.92 <= np.mean(held) <= 0.97


def test_the_interval_of_a_mean_is_about_two_standard_errors_either_way() -> None:
    values = np.random.default_rng(1).random((400, 1))
    found = figure(measured(values))
    error = values.std() / 20
    assert (found.low, found.high) == pytest.approx((found.value - 1.96 * error, found.value + 1.96 * error), abs=0.003)
    assert found.n == 400


@pytest.mark.parametrize(("quick", "slow"), [(mean, slow_mean), (ratio, slow_ratio)])
def test_any_statistic_gets_the_same_doubt_as_those_that_are_sums(quick: Statistic, slow: Statistic) -> None:
    rng = np.random.default_rng(2)
    rows = np.column_stack([rng.integers(0, 3, 50), rng.integers(3, 5, 50)]).astype(float)
    other = rows + [[1.0, 0.0]] * 50
    one, two = figure(measured(rows, quick)), figure(measured(rows, slow))
    assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high))
    first = difference(measured(rows, quick), measured(other, quick))
    second = difference(measured(rows, slow), measured(other, slow))
    assert (first.value, first.low, first.high, first.p) == pytest.approx(
        (second.value, second.low, second.high, second.p)
    )


def test_a_statistic_of_two_kinds_passes_over_samples_with_one_kind_only() -> None:
    rows = np.array([[0.9, 1.0], [0.8, 1.0], [0.7, 0.0], [0.2, 0.0], [0.1, 0.0], [0.95, 0.0]])
    found = figure(measured(rows, told_apart))
    assert found.low < found.value < found.high == 1
    assert isnan(figure(measured(rows[:2], told_apart)).low)  # no sample has both


def test_of_nothing_or_of_one_question_no_doubt_is_told() -> None:
    nothing = figure(scores())
    assert (nothing.n, isnan(nothing.value), isnan(nothing.low)) == (0, True, True)
    one = figure(scores(0.7))
    assert (one.n, one.value, isnan(one.low), isnan(one.high)) == (1, 0.7, True, True)


def test_of_a_ratio_those_questions_are_counted_that_count_below_its_line() -> None:
    rows = np.array([[1.0, 2.0], [0.0, 0.0], [0.0, 1.0]])
    assert figure(measured(rows, ratio)).n == 2
    assert figure(measured(rows[1:2], ratio)).n == 0


@pytest.mark.parametrize("n", [3, 29, 207])
def test_all_or_nothing_has_the_exact_interval_of_a_share(n: int) -> None:
    """A bootstrap would be sure of it. The chance of n in n is .025 at its lower end."""
    every, none = figure(scores(*[1.0] * n)), figure(scores(*[0.0] * n))
    assert every.low**n == pytest.approx(0.025)
    assert every.high == 1
    assert (none.low, none.high) == pytest.approx((0, 1 - every.low))
    cited = figure(measured(np.array([[2.0, 2.0]] * n + [[0.0, 0.0]]), ratio))
    assert (cited.low, cited.high) == pytest.approx((every.low, 1))


def test_what_is_the_same_everywhere_but_no_share_has_no_interval() -> None:
    for found in (figure(scores(0.5, 0.5, 0.5)), figure(measured(np.ones((3, 1)), unit="calls"))):
        assert isnan(found.low)
        assert isnan(found.high)


def test_the_same_seed_draws_the_same() -> None:
    some = scores(*np.random.default_rng(3).random(40))
    assert figure(some) == figure(some)
    assert figure(some).low != figure(some, seed=1).low


def test_p_of_five_questions_worked_by_hand() -> None:
    """Gains of 3, 2, 1, 1 and -1: of 32 ways of signs, counted one by one, so many sum to 6 or more, or -6 or less."""
    gains = (0.3, 0.2, 0.1, 0.1, -0.1)
    sums = [sum(sign * gain for sign, gain in zip(signs, gains, strict=True)) for signs in product((1, -1), repeat=5)]
    large = sum(abs(total) > 0.6 - 1e-9 for total in sums)
    found = difference(scores(0, 0, 0, 0, 0.1), scores(0.3, 0.2, 0.1, 0.1, 0))
    assert large == 8  # 8 (once), and 6 when one of the three of 1 is against: three times; and as many below
    assert found.p == large / 32
    assert found.value == pytest.approx(0.6 / 5)


def test_of_many_questions_p_is_by_lot_and_never_0() -> None:
    worse, better = scores(*[0.0] * 100), scores(*[1.0] * 100)
    found = difference(worse, better)
    assert found.p == 1 / 2001
    assert (found.value, found.n) == (1, 100)
    assert difference(better, worse).value == -1
    assert difference(worse, worse).p == 1


def test_p_is_as_rare_as_it_says_when_there_is_no_difference() -> None:
    """Under the null p is uniform: no more than a share of a of the runs has p <= a."""
    rng = np.random.default_rng(4)
    found = []
    for _ in range(RUNS):
        skill = rng.random((40, 1))  # a question is easy or hard for both
        first, second = (skill + 0.3 * rng.standard_normal((40, 1)) for _ in range(2))
        found.append(difference(measured(first), measured(second), samples=500).p)
    for level in (0.05, 0.1, 0.25, 0.5, 0.75):
        strays = (level * (1 - level) / RUNS) ** 0.5  # one standard error
        assert np.mean(np.array(found) <= level) == pytest.approx(level, abs=3 * strays)


def test_a_true_difference_is_found() -> None:
    rng = np.random.default_rng(5)
    first = (rng.random((236, 1)) < 0.5).astype(float)
    second = np.maximum(first, rng.random((236, 1)) < 0.2)
    found = difference(measured(first), measured(second))
    assert found.p < 0.001
    assert 0 < found.low < found.value < found.high


def test_runs_are_compared_over_the_questions_of_both() -> None:
    first = Measure("x", "answers", {"a": (0.0,), "b": (0.5,), "only here": (1.0,)})
    second = Measure("x", "answers", {"only there": (1.0,), "b": (1.0,), "a": (1.0,)})
    found = difference(first, second)
    assert (found.value, found.n) == (0.75, 2)
    assert found.p == 1 / 2  # both swapped, or none, of four ways
    apart = difference(scores(1.0), Measure("x", "answers", {"other": (1.0,)}))
    assert (apart.n, isnan(apart.value), isnan(apart.p)) == (0, True, True)


def test_a_run_with_nothing_to_divide_by_has_no_difference() -> None:
    never = measured(np.array([[0.0, 0.0]] * 5), ratio)
    some = measured(np.array([[1.0, 1.0]] * 5), ratio)
    found = difference(never, some)
    assert isnan(found.value)
    assert isnan(found.p)
