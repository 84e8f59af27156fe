from __future__ import annotations

import pytest

from qa.language.kinds import Kind
from qa.reading.values import Relation, relation, spans_of, value_of


def between(one: str, other: str, kind: Kind) -> Relation:
    """How two spans stand to each other, which must not depend on which comes first."""
    found = relation(value_of(one, kind), value_of(other, kind))
    assert relation(value_of(other, kind), value_of(one, kind)) == found
    return found


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("1,200", "twelve hundred", "count"),
        ("1,200 guards", "1.200", "count"),
        ("about 40", "42", "count"),
        ("1,200", "1,203", "count"),
        ("more than 1,200", "1,250 prisoners", "count"),
        ("nearly 300", "between 290 and 310", "count"),
        ("10 to 15", "12", "count"),
        ("two thirds", "67 %", "count"),
        ("$6 million", "6 million dollars", "money"),
        ("two weeks", "14 days", "duration"),
        ("36 hours", "a day and a half or 1.5 days", "duration"),
        ("5 km", "3.1 miles", "distance"),
        ("42.7 years", "42.7", "age"),
        ("3 May", "3 May 2024", "time"),
        ("May 2024", "on 3 May", "time"),
        ("1871", "12 June 1871", "time"),
        ("the 1870s", "1871", "time"),
        ("Marco Rubio", "Rubio", "person"),
        ("President Ada Quill", "Ada Quill", "person"),
        ("J. Quill", "Joan Quill", "person"),
        ("Mumbai, India", "Mumbai", "place"),
        ("the United States", "America", "place"),
        ("UN", "United Nations", "thing"),
        ("Salvadoran", "El Salvador", "thing"),
        ("the reed frog", "a reed frog", "thing"),
        ("1,066", "1,066 people", "thing"),
    ],
)
def test_two_ways_of_giving_one_value_agree(one: str, other: str, kind: Kind) -> None:
    assert between(one, other, kind) == "same"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("12", "17", "count"),
        ("40", "42", "count"),
        ("1,200", "1,500", "count"),
        ("about 40", "60", "count"),
        ("at least 12", "17", "count"),
        ("10 %", "12 percent", "count"),
        ("$6 million", "$6.5 million", "money"),
        ("two weeks", "20 days", "duration"),
        ("5 km", "5 miles", "distance"),
        ("3 May", "4 May 2024", "time"),
        ("May 2024", "3 June 2024", "time"),
        ("1871", "1872", "time"),
        ("Ada Quill", "Joan Quill", "person"),
        ("Ada Quill", "Ned Marsh", "person"),
        ("Boston", "New York City", "place"),
        ("Portland, Oregon", "Portland, Maine", "place"),
        ("the reed frog", "a tree toad", "thing"),
        ("June 1910", "January 1900", "thing"),
    ],
)
def test_values_that_cannot_both_be_meant_differ(one: str, other: str, kind: Kind) -> None:
    assert between(one, other, kind) == "differ"


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("3", "3 %", "count"),
        ("$6 million", "€6 million", "money"),
        ("184 km", "428", "count"),
        ("8.2 people per square mile", "428", "count"),
        ("in the fourth", "four", "count"),
        ("3 May", "1871", "time"),
        ("the steelwork", "1871", "time"),
        ("a prison guard", "the guard of the night shift", "thing"),
        ("Sam", "the reed frog", "thing"),
        ("a long account of how seven old keepers fed their only lion", "Sam", "thing"),
        ("", "Sam", "thing"),
    ],
)
def test_what_cannot_be_compared_neither_agrees_nor_differs(one: str, other: str, kind: Kind) -> None:
    assert between(one, other, kind) == "unclear"


def test_the_words_around_a_span_say_about_how_many_and_of_what() -> None:
    about = value_of("40", "count", before="They counted about ", after=" guards.")
    dollars = value_of("40", "money", before="It cost $", after=" in all.")
    assert relation(about, value_of("42", "count")) == "same"
    assert relation(dollars, value_of("€40", "money")) == "unclear"


@pytest.mark.parametrize(
    ("kind", "found"),
    [("count", ["238"]), ("money", ["$6"]), ("duration", ["two"]), ("distance", ["5"]), ("time", ["3 May"])],
)
def test_a_sentence_shows_where_its_amounts_of_a_kind_are(kind: Kind, found: list[str]) -> None:
    text = "On 3 May 238 men walked 5 km in two days for $6."
    spans = [text[start:end].lstrip("$") for start, end in spans_of(text, kind)]
    assert spans == [words.lstrip("$") for words in found]
