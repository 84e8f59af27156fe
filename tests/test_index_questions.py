"""What a question says of where and when: outlets and their clauses, days; and how scores are brought together."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clauses import Clause, clauses, names_of, without_outlets
from index.dates import is_on, named_days
from index.fuse import interleaved, mixed, standardised

OUTLETS = ["The Age", "TechCrunch", "CNBC | World Business News Leader", "Fox News - Health", "CBSSports.com", "Wired"]


# --- fusion


def test_standardised_by_hand() -> None:
    """2, 4, 9: mean 5, deviations -3, -1, 4, variance (9 + 1 + 16) / 3."""
    spread = sqrt(26 / 3)
    assert standardised({"a": 2, "b": 4, "c": 9}) == pytest.approx(
        {"a": -3 / spread, "b": -1 / spread, "c": 4 / spread}
    )


def test_scores_that_do_not_differ_say_nothing() -> None:
    assert standardised({"a": 7.0, "b": 7.0}) == {"a": 0.0, "b": 0.0}
    assert standardised({"a": 7.0}) == {"a": 0.0}
    assert standardised({}) == {}


def test_mixed_by_hand() -> None:
    """Words 0, 0, 6: mean 2, spread 2√2, so -1/√2, -1/√2, √2. Meaning .1, .5, .3: spread .4/√6, so -√1.5, √1.5, 0."""
    fused = mixed({"a": 0, "b": 0, "c": 6}, {"a": 0.1, "b": 0.5, "c": 0.3}, dense_weight=0.25)
    assert fused == pytest.approx(
        {
            "a": -0.75 / sqrt(2) - 0.25 * sqrt(1.5),
            "b": -0.75 / sqrt(2) + 0.25 * sqrt(1.5),
            "c": 0.75 * sqrt(2),
        }
    )


def test_at_the_ends_one_search_decides() -> None:
    words, meaning = {"a": 1.0, "b": 2.0}, {"a": 0.9, "b": 0.1}
    assert mixed(words, meaning, 0) == {"a": -1.0, "b": 1.0}
    assert mixed(words, meaning, 1) == {"a": 1.0, "b": -1.0}


def test_interleaved_takes_turns_and_each_key_once() -> None:
    assert interleaved([["a", "b", "c"], [], ["b", "d"], ["e"]]) == ["a", "b", "e", "d", "c"]
    assert interleaved([]) == []


# --- outlets


def test_a_question_that_names_nobody_has_no_clauses() -> None:
    assert clauses("How far is it?", OUTLETS) == []
    assert clauses("How far is it?", []) == []
    assert without_outlets("How far is it?", []) == "How far is it?"


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did The Age report?", ["The Age"]),
        ("What did the TechCrunch article say?", ["TechCrunch"]),
        ("In 'CNBC' they said so.", ["CNBC | World Business News Leader"]),
        ("According to CNBC's report", ["CNBC | World Business News Leader"]),
        ("Fox News said", ["Fox News - Health"]),
        ("CBSSports and “Wired” agree", ["CBSSports.com", "Wired"]),
        ("He was wired to the ferryAge", []),  # names are names, whole and in their own letters
    ],
)
def test_outlets_are_known_by_what_people_call_them(question: str, named: list[str]) -> None:
    assert [outlet for clause in clauses(question, OUTLETS) for outlet in clause.outlets] == named


def test_each_outlet_has_the_clause_that_names_it() -> None:
    question = "Did the TechCrunch report on Orrin claim a profit, while Wired's report on Vale claimed a loss?"
    assert clauses(question, OUTLETS) == [
        Clause(("TechCrunch",), "Did report on Orrin claim a profit"),
        Clause(("Wired",), "while report on Vale claimed a loss"),
    ]


def test_one_name_for_two_outlets() -> None:
    assert clauses("Fox News said", ["Fox News - Health", "Fox News - Travel"]) == [
        Clause(("Fox News - Health", "Fox News - Travel"), "said")
    ]


def test_the_same_clause_counts_once() -> None:
    assert len(clauses("Wired, Wired", ["Wired"])) == 1


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_any_question_and_any_outlets(question: str, outlets: list[str]) -> None:
    for clause in clauses(question, outlets):
        assert set(clause.outlets) <= set(outlets)
    without_outlets(question, outlets)


def test_names_of_an_outlet() -> None:
    assert names_of("CNBC | World Business News Leader") == ["CNBC | World Business News Leader", "CNBC"]
    assert names_of("Wired") == ["Wired"]


# --- days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 2023-11-24", [(2023, 11, 24)]),
        ("on November 24, 2023", [(2023, 11, 24)]),
        ("on Nov. 24 2023", [(2023, 11, 24)]),
        ("on the 24th of November 2023", [(2023, 11, 24)]),
        ("on 24 Sept.", [(None, 9, 24)]),
        ("October 6th and 7 October", [(None, 10, 6), (None, 10, 7)]),
        ("February 29", [(None, 2, 29)]),
        ("February 29, 2023", []),
        ("2023-13-01 and 45 May", []),
        ("7 mayors, 5 decoys, 2 separate cases and 10 marines", []),
        ("in October 2023", []),
        ("", []),
    ],
)
def test_days_that_a_question_names(text: str, days: list[tuple[int | None, int, int]]) -> None:
    assert named_days(text) == days


def test_a_day_without_its_year_is_that_day_of_any_year() -> None:
    published = date(2023, 10, 6)
    assert is_on(published, (2023, 10, 6))
    assert is_on(published, (None, 10, 6))
    assert not is_on(published, (2022, 10, 6))
    assert not is_on(published, (None, 10, 7))
    assert not is_on(None, (None, 10, 6))


@given(st.text(max_size=60))
def test_any_text_may_be_looked_at_for_days(text: str) -> None:
    for year, month, day in named_days(text):
        date(year or 2000, month, day)
