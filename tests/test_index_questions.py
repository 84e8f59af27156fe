"""What a question is read to ask for: outlets, and the parts that it consists of; how scores are brought together."""

from __future__ import annotations

from datetime import date
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.clauses import Clause, understood
from index.dates import Period
from index.fuse import by_turns, mixed, standardised
from index.outlets import names_of, outlets_named, without_outlets

OUTLETS = ["The Age", "TechCrunch", "CNBC | World Business News Leader", "Fox News - Health", "CBSSports.com", "Wired"]


def parts(question: str) -> list[str]:
    return [clause.text for clause in understood(question, OUTLETS).clauses]


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


def test_lists_take_turns_and_within_a_turn_the_surest_comes_first() -> None:
    lists = [{"a": 1.0, "b": 0.9}, {}, {"b": 3.0, "d": 2.0}, {"e": 2.0}]
    assert by_turns(lists) == ["b", "e", "a", "d"]
    assert by_turns([{"b": 1.0, "a": 1.0}]) == ["a", "b"]  # ties by key
    assert by_turns([]) == []


# --- outlets


def named(question: str, outlets: list[str] = OUTLETS) -> list[str]:
    return [outlet for one in outlets_named(question, outlets) for outlet in one.outlets]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How far is it?", []),
        ("What did The Age report?", ["The Age"]),
        ("What did the TechCrunch article say?", ["TechCrunch"]),
        ("In 'CNBC' they said so.", ["CNBC | World Business News Leader"]),
        ("According to CNBC's report", ["CNBC | World Business News Leader"]),
        ("Fox News said", ["Fox News - Health"]),
        ("CBSSports and “Wired” agree", ["CBSSports.com", "Wired"]),
        ("He was wired to the ferryAge", []),  # names are names, whole and in their own letters
    ],
)
def test_outlets_are_known_by_what_people_call_them(question: str, expected: list[str]) -> None:
    assert named(question) == expected


def test_a_short_name_may_be_written_in_capitals() -> None:
    assert named("CNBC said", ["Cnbc | World Business News Leader"]) == ["Cnbc | World Business News Leader"]
    assert named("WIRED TO", ["The Wired Gazette"]) == []


def test_one_name_for_two_outlets() -> None:
    both = ("Fox News - Health", "Fox News - Travel")
    (clause,) = understood("Fox News said", both).clauses
    assert clause.outlets == (both,)


def test_the_question_without_its_outlets() -> None:
    assert without_outlets("What did the Harbour Post say?", ["Harbour Post"]) == "What did say?"
    assert without_outlets("How far  is it?", []) == "How far  is it?"


def test_names_of_an_outlet() -> None:
    assert names_of("CNBC | World Business News Leader") == ["CNBC | World Business News Leader", "CNBC"]
    assert names_of("Wired") == ["Wired"]


# --- parts


def test_a_plain_question_is_one_part() -> None:
    asked = understood("How far is the island?", OUTLETS)
    assert asked.clauses == (Clause("How far is the island"),)
    assert asked.names == asked.outlets == ()
    assert understood("?!", OUTLETS).clauses == (Clause("?!"),)


def test_each_part_has_the_outlet_and_the_time_that_it_names() -> None:
    question = (
        "Did TechCrunch report in May 2024 on Orrin's first profit, while Wired saw Vale's losses grow in June 2024?"
    )
    asked = understood(question, OUTLETS)
    assert asked.names == ("TechCrunch", "Wired", "May 2024", "June 2024")
    assert asked.outlets == ("TechCrunch", "Wired")
    may = Period("May 2024", date(2024, 5, 1), date(2024, 5, 31))
    june = Period("June 2024", date(2024, 6, 1), date(2024, 6, 30))
    assert asked.clauses == (
        Clause("Did report in May 2024 on Orrin's first profit", (("TechCrunch",),), (may,)),
        Clause("while saw Vale's losses grow in June 2024", (("Wired",),), (june,)),
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # a part that says little goes to the one before
        (
            "Who built the tall lighthouse, as reported by Wired, and mended the old ferry engine?",
            ["Who built the tall lighthouse as reported by", "and mended the old ferry engine"],
        ),
        # and the first to the one behind
        (
            "Which firm, praised for its bright new lamps, failed?",
            ["Which firm praised for its bright new lamps failed"],
        ),
        # neither a date nor a quotation is cut, nor a name
        (
            "Was the harbour shut on October 6, 2023, for the storm?",
            ["Was the harbour shut on October 6, 2023 for the storm"],
        ),
        (
            "Who called it 'a long, slow and costly farewell' to coal?",
            ["Who called it 'a long, slow and costly farewell' to coal"],
        ),
    ],
)
def test_where_a_question_is_cut(question: str, expected: list[str]) -> None:
    assert parts(question) == expected


def test_an_outlet_whose_name_has_a_joining_word_is_not_cut() -> None:
    outlet = "Arts and Letters Weekly"
    (clause,) = understood(f"What did {outlet} write of the painted ceiling?", [outlet]).clauses
    assert clause.outlets == ((outlet,),)


def test_at_once_is_everything_in_one_part() -> None:
    asked = understood("Did Wired find cheap lamps, while TechCrunch tested heavy anchors in May 2024?", OUTLETS)
    assert len(asked.clauses) == 2
    assert asked.at_once.outlets == (("Wired",), ("TechCrunch",))
    assert [period.name for period in asked.at_once.periods] == ["May 2024"]


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_any_question_and_any_outlets(question: str, outlets: list[str]) -> None:
    asked = understood(question, outlets, date(2024, 5, 3))
    assert asked.clauses
    assert set(asked.outlets) <= set(outlets)
    without_outlets(question, outlets)


@given(
    st.lists(st.sampled_from([*OUTLETS, "and", ",", "on 3 May 2024,", "'a, b'", "lamp", "ferry", "goat"]), max_size=14)
)
def test_no_telling_word_of_a_question_is_lost(words: list[str]) -> None:
    asked = understood(" ".join(words), OUTLETS)
    whole = " ".join(clause.text for clause in asked.clauses)
    for word in ("lamp", "ferry", "goat", "May"):
        assert whole.count(word) == " ".join(words).count(word)
