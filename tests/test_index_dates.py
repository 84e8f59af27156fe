"""The times that a question names: days, months, years, spans, and those that count from a day that is known."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import Period, periods

WEDNESDAY = date(2023, 11, 22)


def names(text: str, as_of: date | None = None) -> list[str]:
    return [one.period.name for one in periods(text, as_of)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 2023-11-24", ["24 November 2023"]),
        ("at 2023-10-04T22:42:00+00:00", ["4 October 2023"]),
        ("on November 24, 2023", ["24 November 2023"]),
        ("on Nov. 24 2023", ["24 November 2023"]),
        ("on the 24th of November 2023", ["24 November 2023"]),
        ("on 24 Sept.", ["24 September"]),
        ("October 6th and 7 October", ["6 October", "7 October"]),
        ("February 29", ["29 February"]),
        ("in October 2023", ["October 2023"]),
        ("in early October", ["October"]),
        ("during 2023", ["2023"]),
        ("since 3 May 2024", ["since 3 May 2024"]),
        ("since March 2021", ["since March 2021"]),
        ("before 6 October 2023", ["before 6 October 2023"]),
        ("between November 9, 2023, and December 21, 2023", ["9 November 2023 to 21 December 2023"]),
        ("from 30 December to 2 January 2024", ["30 December 2023 to 2 January 2024"]),
        ("between 2021 and 2023", ["2021 to 2023"]),
        ("between the report on May 3, 2024, and that of May 9, 2024", ["3 May 2024", "9 May 2024"]),
    ],
)
def test_times_that_a_question_names(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "February 29, 2023",
        "2023-13-01 and 45 May",
        "7 mayors, 5 decoys, 2 separate cases and 10 marines",
        "What did May say to April, and who will march?",  # names and words
        "the 2023 season",  # a number
        "yesterday, last week and two months ago",  # nobody said what day it is
        "since October",  # of which year?
    ],
)
def test_what_is_no_time_of_publication(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", date(2023, 11, 22), date(2023, 11, 22)),
        ("yesterday", date(2023, 11, 21), date(2023, 11, 21)),
        ("this week", date(2023, 11, 20), date(2023, 11, 26)),
        ("last week", date(2023, 11, 13), date(2023, 11, 19)),
        ("this month", date(2023, 11, 1), date(2023, 11, 30)),
        ("last month", date(2023, 10, 1), date(2023, 10, 31)),
        ("last year", date(2022, 1, 1), date(2022, 12, 31)),
        ("in the past three days", date(2023, 11, 19), date(2023, 11, 22)),
        ("over the last 2 weeks", date(2023, 11, 8), date(2023, 11, 22)),
        ("ten days ago", date(2023, 11, 12), date(2023, 11, 12)),
        ("a week ago", date(2023, 11, 12), date(2023, 11, 18)),
        ("on Wednesday", date(2023, 11, 15), date(2023, 11, 15)),
        ("last Tuesday", date(2023, 11, 21), date(2023, 11, 21)),
        ("since October", date(2023, 10, 1), date.max),
        ("since December", date(2022, 12, 1), date.max),
        ("until 6 October", date.min, date(2023, 10, 6)),
    ],
)
def test_times_that_count_from_a_day(text: str, first: date, last: date) -> None:
    (one,) = periods(f"What was said {text}?", WEDNESDAY)
    assert (one.period.first, one.period.last) == (first, last)


def test_the_day_may_be_stated_and_then_is_not_asked_for() -> None:
    assert names("As of 3 May 2024, what was said yesterday?") == ["2 May 2024"]
    assert names("Today is 3 May 2024. What was said last month?", date(2020, 1, 1)) == ["April 2024"]


def test_a_span_is_named_as_short_as_may_be() -> None:
    assert names("this year", WEDNESDAY) == ["2023"]
    assert names("last week", WEDNESDAY) == ["13 November 2023 to 19 November 2023"]


def test_the_place_of_each_is_told() -> None:
    question = "Was it in May 2024 or on 3 June 2024?"
    assert [question[one.start : one.end] for one in periods(question)] == ["May 2024", "3 June 2024"]


def test_a_day_without_its_year_is_that_day_of_any_year() -> None:
    (day,) = periods("on 6 October")
    assert day.period.holds(date(2023, 10, 6))
    assert day.period.holds(date(1999, 10, 6))
    assert not day.period.holds(date(2023, 10, 7))
    assert not day.period.holds(None)


def test_a_period_holds_its_ends() -> None:
    period = Period("October 2023", date(2023, 10, 1), date(2023, 10, 31))
    held = [period.holds(date(2023, month, day)) for month, day in ((9, 30), (10, 1), (10, 31), (11, 1))]
    assert held == [False, True, True, False]


@pytest.mark.parametrize("as_of", [date.min, date(2024, 2, 29), date.max])
def test_no_day_to_count_from_is_too_early_or_too_late(as_of: date) -> None:
    for text in ("yesterday", "last year", "this week", "last month", "999 years ago", "on Monday", "since October"):
        for one in periods(text, as_of):
            assert one.period.first <= one.period.last


WORDS = [
    "between",
    "and",
    "since",
    "May",
    "3",
    "2024",
    ",",
    "October",
    "of",
    "last",
    "week",
    "2023-02-28",
    "29 February",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)))
def test_any_text_may_be_looked_at_for_times(text: str) -> None:
    found = periods(text, WEDNESDAY)
    assert all(one.start < one.end and one.period.name for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
