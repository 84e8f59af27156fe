"""A date is a whole day that can mean one thing only, or it is unknown."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import parse_date

DAY = date(2025, 1, 30)


@pytest.mark.parametrize(
    "value",
    [
        "2025-01-30",
        "20250130",
        20250130,
        "2025-01-30T23:59:59-06:00",
        "2025-01-30T10:00:00.123456789Z",
        "2025-01-30 10:00:00 UTC",
        "2025-01-30 10:00",
        "2025/01/30",
        "Thu, 30 Jan 2025 10:00:00 GMT",
        "Thu, 30 Jan 2025 23:00:00 -0600",
        "30 January 2025",
        "January 30, 2025",
        "Jan. 30, 2025",
        "jan 30 2025",
        "30-Jan-2025",
        "30th of January, 2025",
        "Thursday, January 30, 2025 at 5:30 PM EST",
        "Thursday,  30\u00a0January 2025",
        "5:30 PM EST, Thu January 30, 2025",
        "17:30, 30 January 2025",
        "30/01/2025",
        "01/30/2025",
        "30.01.2025",
        "30 de enero de 2025",
        "30. Januar 2025",
        "30 janvier 2025",
        "2025年1月30日",
        1738238400,
        1738238400000,
        1738238400.5,
        "1738238400",
        DAY,
        datetime(2025, 1, 30, 12, tzinfo=UTC),
        datetime(2025, 1, 30, 23, tzinfo=timezone(timedelta(hours=-6))),
    ],
)
def test_one_day_written_in_many_ways(value):
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    "value",
    [
        None, "", "yesterday", "Monday", "2025", 2025, "2025-01", "January 2025", "January 30", "30/01/25",
        "03/04/2025", "4.3.2025", "2025-13-45", "Feb 30, 2025", "31/02/2025", "2025-02-30", "1025-01-30", "2500-01-30",
        "30 people died in March 2025", "the 30 men of 2025", "Over 30 in January 2025", True, 1.5, 12, float("nan"),
        float("inf"), 10**40, "9" * 70, ["2025-01-30"], {"date": "2025-01-30"}, b"2025-01-30",
    ],
)  # fmt: skip
def test_anything_else_is_unknown(value):
    assert parse_date(value) is None


def test_two_equal_parts_are_unambiguous():
    assert parse_date("05/05/2025") == date(2025, 5, 5)


@settings(deadline=None)
@given(st.dates(date(1700, 1, 1), date(2099, 12, 31)))
def test_every_day_in_english_and_iso(day):
    month = day.strftime("%B")
    for text in (day.isoformat(), f"{day.day} {month} {day.year}", f"{month[:3]} {day.day}, {day.year}"):
        assert parse_date(text) == day


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.text(max_size=90), st.integers(), st.floats(), st.binary(max_size=9)))
def test_nothing_raises(value):
    assert parse_date(value) is None or isinstance(parse_date(value), date)
