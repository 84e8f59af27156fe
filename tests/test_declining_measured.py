"""The figures of the benchmark of declining, by hand."""

from __future__ import annotations

import pytest

from benchmarks.declining import SIGNS, Case, declining, fitted, reliability, worth
from qa.reading.confidence import Model

NONE = (0.0,) * len(SIGNS)


def cases(collection: str, model: Model, **sign: tuple[list[float], list[float]]) -> list[Case]:
    """Cases that differ in one sign: those with an answer, and those without."""
    ((name, (known, unknown)),) = sign.items()
    place = SIGNS.index(name)
    return [
        Case(collection, answerable, model, 0.5, (*NONE[:place], value, *NONE[place + 1 :]))
        for answerable, values in ((True, known), (False, unknown))
        for value in values
    ]


def test_what_is_declined_by_hand() -> None:
    assert declining([0.9, 0.3, 0.8, 0.7], [0.1, 0.6], least=0.5) == "0.500/0.250  0.50  0.50"


def test_nothing_declined_is_nothing_wrongly_declined() -> None:
    assert declining([0.9], [0.6], least=0.0) == "0.000/0.000  1.00  0.00"


def test_how_far_the_confidence_is_true_by_hand() -> None:
    # Each of the two with an answer weighs a quarter, the one without a half: .9 and .3 of .9 and .5.
    said = reliability([0.9, 0.9], [0.3])
    assert said == "said→true 0.30→0.00 0.90→1.00, calibration error 0.200"  # half of .3 and half of .1


def test_a_fit_follows_the_sign_that_tells_and_no_other() -> None:
    judged = cases("one", "read", read=([1.0, 2.0, 3.0, 4.0], [-1.0, 0.0, 1.0, 2.0]))
    weights = fitted(judged)
    assert weights["read"] > 0
    assert {name: weights[name] for name in SIGNS if name != "read"} == dict.fromkeys(set(SIGNS) - {"read"}, 0.0)
    # Even odds lie half way between the means, 2.5 and .5.
    assert weights["read"] * 1.5 + weights[""] == pytest.approx(0.0, abs=0.05)


def test_collections_count_alike_whatever_their_size() -> None:
    small = cases("small", "read", near=([1.0, 1.0], [0.0, 0.0]))
    large = cases("large", "read", near=([0.0] * 50 + [1.0] * 50, [0.0] * 50 + [1.0] * 50))
    assert fitted([*small, *large])["near"] == pytest.approx(fitted([*small * 50, *large])["near"], rel=0.2)


def test_the_worth_of_a_fit_elsewhere() -> None:
    there = cases("there", "read", near=([0.9, 0.4], [0.4, 0.1]))
    weights = {**dict.fromkeys(SIGNS, 0.0), "near": 2.0}
    assert worth(weights, "there", there) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
