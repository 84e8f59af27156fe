"""The timeline of an answer's sources: what stands where, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_html import Seen, answer, article, cite, quoted

from ingest.documents import Article, Passage
from qa.answers import Disagreement, Sentence, Side, Support
from web import axis, reference, timeline
from web.axis import MOST_TICKS, Axis, axis_of
from web.timeline import Event, lanes

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))


def event(outlet: str, day: str | None, number: int | None = None, value: str = "") -> Event:
    return Event(outlet, f"About {day}", date.fromisoformat(day) if day else None, {}, number, value)


def plot(cited: Sequence[Article], beside: Sequence[Article] = (), **about: Any) -> Seen:
    sentences = [Sentence(each.text, (cite(each, each.text, n),), Support("quoted")) for n, each in enumerate(cited, 1)]
    made = answer(*sentences, **about)
    passages = [Passage(each, 0, len(each.text)) for each in beside]
    return Seen(timeline.timeline(reference.references(3, made), passages, made, 3))


def report(outlet: str, published: date | None, text: str = "Fog closed the quay.") -> Article:
    return article(text, f"Fog in the {outlet}", outlet=outlet, published=published)


MAY, JUNE, JULY = date(2024, 5, 3), date(2024, 6, 11), date(2024, 7, 1)


# What is on it.


def test_every_source_is_a_point_in_the_order_of_time_and_opens_its_article() -> None:
    late, early, found = report("Harbour Post", JULY), report("Kettle", MAY), report("Pebble Gazette", JUNE)
    seen = plot([late, early], [found])
    points = [attrs for tag, attrs in seen.elements if tag == "button"]
    assert [each["aria-label"] for each in points] == [
        "Kettle, 3 May 2024: Fog in the Kettle. Cited as 2",
        "Pebble Gazette, 11 June 2024: Fog in the Pebble Gazette. Found, not cited",
        "Harbour Post, 1 July 2024: Fog in the Harbour Post. Cited as 1",
    ]
    assert [each["class"] for each in points] == ["event cited", "event before", "event cited before"]
    assert [each["data-event"] for each in points] == ["cite", "passage", "cite"]
    assert (points[0]["data-turn"], points[0]["data-order"]) == ("3", "2")
    assert points[1]["data-passage"] == Passage(found, 0, len(found.text)).id
    assert seen.text("figcaption") == "Timeline 3 May to 1 Jul 2024found, not cited"
    assert seen.text("ol") == "21", "the numbers of the markers; one that is not cited is hollow"


def test_an_article_that_is_cited_twice_is_one_point_that_opens_its_first_citation() -> None:
    twice, other = report("Kettle", MAY, "One thing. Another thing."), report("Harbour Post", JUNE)
    made = answer(*quoted(twice, "One thing."), *quoted(twice, "Another thing."), *quoted(other, other.text))
    seen = Seen(timeline.timeline(reference.references(1, made), [], made, 1))
    assert [each["data-order"] for each in seen.having(data_event="cite")] == ["1", "3"]


def test_it_is_there_from_two_dated_sources_on_and_not_for_what_is_only_found() -> None:
    dated, undated = report("Kettle", MAY), report("Harbour Post", None)
    assert plot([dated, undated]).elements == []
    assert plot([dated], [report("Pebble Gazette", JUNE)]).elements != []
    assert plot([], [dated, report("Pebble Gazette", JUNE)]).elements == []


def test_undated_sources_stand_apart_at_the_end() -> None:
    seen = plot([report("Kettle", MAY), report("Harbour Post", None), report("Pebble Gazette", JUNE)])
    assert seen.text(class_="apart") == "undated"
    assert [each.get("class") for tag, each in seen.elements if tag == "li"] == [None, None, "undated"]
    last = [attrs for tag, attrs in seen.elements if tag == "button"][-1]
    assert str(last["aria-label"]).startswith("Harbour Post, undated: ")
    assert "apart" not in str(plot([report("Kettle", MAY), report("Post", JUNE)]).elements)


def test_where_sources_disagree_each_point_says_what_its_source_says() -> None:
    one, other, silent = report("Kettle", MAY), report("Harbour Post", JUNE), report("Pebble Gazette", JULY)
    sides = (Side("75 kilometres", (cite(one, "Fog"),)), Side("as far as one could walk", (cite(other, "Fog"),)))
    matter = Disagreement("How far", "conflict", sides)
    seen = plot([one, other, silent], disagreements=(matter,))
    assert seen.text(class_="value") == "75 kilometresas far as one co…"
    labels = [str(attrs["aria-label"]) for tag, attrs in seen.elements if tag == "button"]
    assert ["Says 75 kilometres. " in labels[0], "Says as far as one could walk. " in labels[1]] == [True, True]
    assert "Says" not in labels[2]
    assert plot([one, other], disagreements=(matter, matter)).text(class_="value") == "", "of two matters: which?"


# What stands where.


def test_outlets_have_lanes_in_the_order_of_their_first_report() -> None:
    events = [event("Kettle", "2024-06-01"), event("Post", "2024-05-01"), event("", None), event("Post", "2024-07-01")]
    made = lanes(events, axis_of([each.published for each in events if each.published]))
    assert [(lane.outlet, lane.row, len(lane.points)) for lane in made] == [
        ("Post", 0, 2),
        ("Kettle", 1, 1),
        ("", 2, 1),
    ]


def test_several_on_one_day_are_stacked_and_a_value_takes_room() -> None:
    days = axis_of([date(2024, 5, 1), date(2024, 7, 1)])
    same = lanes([event("Post", "2024-05-01", n) for n in (1, 2, 3)], days)
    assert [point.row for point in same[0].points] == [0, 1, 2]
    assert same[0].rows == 3
    apart = [event("Post", "2024-05-01", 1), event("Post", "2024-05-15", 2)]
    assert [point.row for point in lanes(apart, days)[0].points] == [0, 0]
    valued = [event("Post", "2024-05-01", 1, "75 kilometres"), event("Post", "2024-05-15", 2)]
    assert [point.row for point in lanes(valued, days)[0].points] == [0, 1]


@given(st.lists(st.tuples(st.sampled_from(["Post", "Kettle", ""]), st.none() | DAYS), min_size=1, max_size=14))
def test_no_two_points_stand_in_one_place_and_none_is_lost(made: list[tuple[str, date | None]]) -> None:
    events = [Event(outlet, "Fog", day, {}, n) for n, (outlet, day) in enumerate(made, start=1)]
    days = [day for _, day in made if day] or [MAY]
    points = [point for lane in lanes(events, axis_of(days)) for point in lane.points]
    assert sorted(point.event.number or 0 for point in points) == list(range(1, len(events) + 1))
    assert len({(point.row, point.x) for point in points}) == len(points)
    assert all(point.x is None or 0 <= point.x <= 1 for point in points)


# The axis.


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("2024-05-03", "2024-05-03", "3 May"),
        ("2024-05-03", "2024-05-05", "3 May, 4 May, 5 May"),
        ("2024-05-03", "2024-05-12", "3 May, 5 May, 7 May, 9 May, 11 May"),
        ("2024-05-03", "2024-06-02", "6 May, 13 May, 20 May, 27 May"),
        ("2023-11-20", "2024-03-10", "Dec, 2024, Feb, Mar"),
        ("2023-01-15", "2024-02-10", "Apr, Jul, Oct, 2024"),
        ("2021-03-25", "2025-03-28", "2022, 2023, 2024, 2025"),
        ("1911-06-01", "2025-03-28", "1950, 2000"),
    ],
)
def test_the_axis_names_days_months_or_years_whichever_fits(first: str, last: str, names: str) -> None:
    made = axis_of([date.fromisoformat(last), date.fromisoformat(first)])
    assert ", ".join(name for _, name in made.ticks) == names


@given(DAYS, DAYS)
def test_an_axis_has_a_few_names_in_order_and_inside(one: date, other: date) -> None:
    made = axis_of([one, other])
    assert 1 <= len(made.ticks) <= MOST_TICKS
    assert all(made.first <= day <= made.last for day, _ in made.ticks)
    assert all(before < after for (before, _), (after, _) in pairwise(made.ticks))
    if (made.last - made.first) > timedelta(days=8):
        assert len(made.ticks) > 1 or made.last.year > 9900


def test_places_on_the_axis_are_in_proportion_with_a_margin() -> None:
    made = axis_of([date(2024, 5, 1), date(2024, 5, 11)])
    assert [made.place(date(2024, 5, day)) for day in (1, 6, 11)] == [axis.MARGIN, 0.5, 1 - axis.MARGIN]
    assert Axis(MAY, MAY, ()).place(MAY) == 0.5


# Text is text.


def test_hostile_outlets_titles_and_values_are_text_and_reach_no_style() -> None:
    words = "\"><img src=x onerror=alert(1)>;background:url('http://evil.example/')"
    one, other = report(words, MAY), report(f"{words}2", JUNE)
    sides = (Side(words, (cite(one, "Fog"),), words), Side("b", (cite(other, "Fog"),)))
    seen = plot([one, other], disagreements=(Disagreement(words, "conflict", sides),))
    assert seen.tags() == {"figure", "figcaption", "b", "div", "span", "bdi", "i", "ol", "li", "button"}
    styles = [attrs["style"] for _, attrs in seen.elements if "style" in attrs]
    assert all(re.fullmatch(r"(--[a-z]+:[0-9.]+;?)+", str(style)) for style in styles)
    assert not [name for _, attrs in seen.elements for name in attrs if name.startswith("on")]
    assert words in seen.text("bdi")
