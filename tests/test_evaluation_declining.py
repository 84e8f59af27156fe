"""Declining scored: its precision and recall, and the worth of the confidence, by hand and beside scikit-learn."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.questions import Question
from evaluation.scoring.calibration import auroc, balanced_error, calibration_error, risk_area
from evaluation.scoring.declining import Bin, measures, reliability, risk_coverage
from evaluation.scoring.measures import Measure

RIGHT, WRONG, DECLINED, FAILED = "right", "wrong", "declined", "failed"


class NoShelf:
    """A library that must not be asked for anything."""

    def articles(self) -> list[dict[str, Any]]:
        raise AssertionError

    def article(self, ident: str) -> dict[str, Any]:
        raise AssertionError(ident)

    def passages(self, ident: str) -> list[dict[str, Any]]:
        raise AssertionError(ident)


def answer(kind: str, confidence: float) -> dict[str, Any] | None:
    if kind == DECLINED:
        return {"status": "not_in_sources", "confidence": confidence}
    if kind == FAILED:
        return {"status": "error", "confidence": confidence}
    words = "ferry" if kind == RIGHT else "lamp"
    return {"status": "answered", "short": {"text": words}, "confidence": confidence}


def known(ident: str, kind: str | None, confidence: float = 0.5) -> Case:
    """A question that the sources answer, with "ferry"; None: it has no answer."""
    question = Question(ident, "?", answers=("ferry",), answerable=True)
    return Case(question, answer(kind, confidence) if kind else None)


def unknown(ident: str, kind: str | None, confidence: float = 0.5) -> Case:
    return Case(Question(ident, "?", answerable=False), answer(kind, confidence) if kind else None)


def scored(cases: Sequence[Case]) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures(cases, Collection(NoShelf()))}


def test_precision_recall_and_f1_worked_by_hand() -> None:
    """Of three questions without an answer two are declined; of five with one, one is declined, one missing."""
    cases = [unknown("u1", DECLINED), unknown("u2", DECLINED), unknown("u3", WRONG)]
    cases += [known("k1", DECLINED), known("k2", RIGHT), known("k3", WRONG), known("k4", RIGHT), known("k5", None)]
    found = scored(cases)
    assert found["precision"].value == pytest.approx(2 / 3)
    assert found["recall"].value == pytest.approx(2 / 3)
    assert found["F1"].value == pytest.approx(2 * 2 / (3 + 3))
    assert found["answerable, not answered"].value == pytest.approx(2 / 5)


def test_who_never_declines_has_no_precision_and_an_f1_of_0() -> None:
    found = scored([unknown("u", WRONG), known("k", RIGHT)])
    assert isnan(found["precision"].value)
    assert found["recall"].value == found["F1"].value == 0


def test_a_failed_or_missing_answer_does_not_decline() -> None:
    found = scored([unknown("u1", FAILED, 0.0), unknown("u2", None), known("k", RIGHT, 0.5)])
    assert found["recall"].value == 0
    assert found["AUROC of the confidence"].value == 0  # as if it had been sure of what is not there
    assert found["answerable, not answered"].value == 0


def test_without_unanswerable_questions_declining_is_not_scored() -> None:
    found = scored([known("k1", RIGHT), known("k2", DECLINED)])
    assert list(found) == ["answerable, not answered", "risk-coverage area", "risk at full coverage"]


def test_a_question_of_which_nobody_knows_is_left_out() -> None:
    case = Case(Question("q", "?"), answer(DECLINED, 0.1))
    assert not any(measure.rows for measure in scored([case]).values())
    assert risk_coverage([case]) == []
    assert reliability([case]) == []


def test_a_gold_answer_or_article_shows_that_the_collection_answers() -> None:
    cases = [Case(Question("q", "?", articles=("a",)), answer(DECLINED, 0.1)), unknown("u", DECLINED)]
    assert scored(cases)["precision"].value == 1 / 2


def test_risk_and_coverage_worked_by_hand() -> None:
    """Right at .9; at .6 one right, one wrong, together; an answer to what nobody says at .4; one declined at .1."""
    cases = [known("a", RIGHT, 0.9), known("b", RIGHT, 0.6), known("c", WRONG, 0.6)]
    cases += [unknown("d", WRONG, 0.4), known("e", DECLINED, 0.1)]
    curve = [(1 / 5, 0), (3 / 5, 1 / 3), (4 / 5, 1 / 2), (1, 3 / 5)]
    for order in (cases, cases[::-1]):
        assert risk_coverage(order) == [pytest.approx(point) for point in curve]
        found = scored(order)
        # Of b and c either may come first: a half wrong of two, one of three.
        area = (0 + 0.5 / 2 + 1 / 3 + 2 / 4 + 3 / 5) / 5
        assert found["risk-coverage area"].value == pytest.approx(area)
        assert found["risk at full coverage"].value == pytest.approx(3 / 5)


def test_where_no_gold_answers_are_known_any_answer_to_an_answerable_question_is_fine() -> None:
    question = Question("q", "?", answerable=True)
    given, kept_back = Case(question, answer(WRONG, 0.8)), Case(question, answer(DECLINED, 0.8))
    assert risk_coverage([given]) == [(1, 0)]
    assert risk_coverage([kept_back]) == [(1, 1)]


def test_a_confidence_that_tells_nothing_has_the_risk_of_all_as_its_area() -> None:
    rows = np.array([[0.5, wrong] for wrong in (1.0, 0.0, 0.0, 1.0, 0.0)])
    assert risk_area(rows) == pytest.approx(2 / 5)
    assert isnan(risk_area(rows[:0]))


def test_auroc_is_scikit_learns() -> None:
    rng = random.Random(7)
    for size in (2, 5, 40, 300):
        scores = [round(rng.random(), 1) for _ in range(size)]  # with ties
        truth = [True, False, *(rng.random() < 0.4 for _ in range(size - 2))]
        ours = auroc(*([s for s, t in zip(scores, truth, strict=True) if t is kind] for kind in (True, False)))
        assert ours == pytest.approx(roc_auc_score(truth, scores))


def test_auroc_wants_both_kinds() -> None:
    assert auroc([0.9, 0.8], [0.1]) == 1
    assert auroc([0.5], [0.5, 0.5]) == 1 / 2
    assert isnan(auroc([], [0.1]))
    assert isnan(auroc([0.1], []))


def test_bins_hold_their_lower_end_and_the_last_also_1() -> None:
    cases = [known("a", RIGHT, 0.0), known("b", RIGHT, 0.3), known("c", RIGHT, 0.38), unknown("d", WRONG, 0.31)]
    cases += [known("e", RIGHT, 1.0), unknown("f", DECLINED, 0.9)]
    assert reliability(cases) == [
        Bin(0.0, 0.1, 1, 0.0, 1.0),
        Bin(0.3, 0.4, 3, pytest.approx(0.33), pytest.approx(2 / 3)),
        Bin(0.9, 1.0, 2, pytest.approx(0.95), 1 / 2),
    ]


def test_calibration_error_is_that_of_the_bins_by_their_size() -> None:
    """Of .9 and .7 in a bin each; 2 of 4 and 1 of 1 came true."""
    rows = np.array([[0.92, 1], [0.92, 1], [0.92, 0], [0.92, 0], [0.7, 1]])
    assert calibration_error(rows) == pytest.approx(4 / 5 * 0.42 + 1 / 5 * 0.3)
    assert calibration_error(np.array([[1.0, 1.0], [0.0, 0.0]])) == 0


def test_the_balanced_error_does_not_depend_on_how_many_are_answerable() -> None:
    """At .8 of every two one comes true whose other kind is at .8 too: off by .3, whether 1 or 9 of 10 do."""
    few = np.array([[0.8, 1.0]] + [[0.8, 0.0]] * 9)
    many = np.array([[0.8, 1.0]] * 9 + [[0.8, 0.0]])
    assert balanced_error(few) == pytest.approx(0.3) == balanced_error(many)
    assert calibration_error(few) == pytest.approx(0.7)
    assert isnan(balanced_error(many[:9]))


def test_an_honest_confidence_is_found_to_be_true_and_a_boastful_one_is_not() -> None:
    rng = np.random.default_rng(0)
    said = rng.random(20_000)
    happened = (rng.random(20_000) < said).astype(float)
    assert calibration_error(np.column_stack([said, happened])) < 0.02
    assert calibration_error(np.column_stack([np.sqrt(said), happened])) == pytest.approx(1 / 6, abs=0.02)


def test_names_are_short_enough_for_a_table_and_each_says_what_it_counts() -> None:
    for measure in scored([known("k", RIGHT), unknown("u", DECLINED)]).values():
        assert len(measure.name) <= 28
        assert measure.about.endswith(".")
