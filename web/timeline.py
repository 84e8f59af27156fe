"""Who reported what when: the sources of an answer as points on an axis of dates, a lane for each outlet.

It is a list in the order of time, laid out as a plot: what a screen reader reads and what the keyboard walks along is
the list; the lanes, the axis and the values beside the points are drawn for the eye alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ingest.documents import Passage
from qa.answers import source_dict
from web import markup, reference
from web.axis import Axis, axis_of
from web.reference import Reference

FEWEST = 2  # dated sources: one alone has no time between
NOT_CITED = "found, not cited"
NO_OUTLET = "No outlet"
LONGEST_VALUE = 16  # characters of a value beside its point
# Pixels, to keep the points of a lane apart on the narrowest page; on a wider one they have more room. There: the axis,
# the part of it that undated points take, a point with the space around it, a letter of a value.
NARROWEST, UNDATED, POINT, LETTER = 206, 56, 24, 6.2


@dataclass(frozen=True, slots=True)
class Event:
    """One article on the timeline. `number` is what its markers show, None where it is not cited.

    `value` is what it gives where sources differ; `acts` are the attributes that open it and fill the card over it.
    """

    outlet: str
    title: str
    published: date | None
    acts: Mapping[str, Any] = field(default_factory=dict)
    number: int | None = None
    value: str = ""

    @property
    def label(self) -> str:
        """The event in words: "Harbour Post, 3 May 2024: A lamp for Gull Rock. Cited as 1"."""
        day = markup.long_date(self.published.isoformat() if self.published else None)
        said = f". Says {self.value}" if self.value else ""
        cited = f"Cited as {self.number}" if self.number else "Found, not cited"
        return f"{self.outlet or NO_OUTLET}, {day}: {self.title or 'Untitled'}{said}. {cited}"


@dataclass(frozen=True, slots=True)
class Point:
    """Where an event is drawn: `x` from 0 to 1, None for an undated one, in one row of the plot."""

    event: Event
    x: float | None
    row: int


@dataclass(frozen=True, slots=True)
class Lane:
    """An outlet's rows of the plot."""

    outlet: str
    row: int
    points: tuple[Point, ...]

    @property
    def rows(self) -> int:
        return 1 + max(point.row for point in self.points) - self.row


def timeline(cited: Sequence[Reference], beside: Sequence[Passage], answer: Mapping[str, Any], turn: int) -> str:
    """The plot, as HTML; "" where nothing is cited, or fewer than two sources have a date."""
    events = [*_cited(cited, _values(answer)), *_beside(beside, turn)]
    days = [event.published for event in events if event.published]
    if not cited or len(days) < FEWEST:
        return ""
    axis = axis_of(days)
    plot = _plot(lanes(events, axis), axis, undated=len(days) < len(events))
    return markup.element("figure", _caption(days, bool(beside)) + plot, class_="timeline")


def lanes(events: Sequence[Event], axis: Axis) -> list[Lane]:
    """The outlets in the order of their first report, and in each its events, none over another."""
    by_outlet: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.published or date.max, event.number or len(events))):
        by_outlet.setdefault(event.outlet, []).append(event)
    width = NARROWEST - (0 if all(event.published for event in events) else UNDATED)
    made: list[Lane] = []
    row = 0
    for outlet, of_it in by_outlet.items():
        placed = [(event, axis.place(event.published) if event.published else None) for event in of_it]
        made.append(Lane(outlet, row, tuple(_rows(placed, width, row))))
        row += made[-1].rows
    return made


def _rows(placed: Sequence[tuple[Event, float | None]], width: float, first: int) -> list[Point]:
    """Each event in the first row where it has room beside those before it."""
    taken: list[tuple[int, float, float]] = []
    points = []
    for event, x in placed:
        left, right = _extent(event, x, width)
        row = first
        while any(at == row and left < end and begin < right for at, begin, end in taken):
            row += 1
        taken.append((row, left, right))
        points.append(Point(event, x, row))
    return points


def _extent(event: Event, x: float | None, width: float) -> tuple[float, float]:
    """The pixels that a point and its value take where the axis is so wide; undated ones stand beyond its end."""
    middle = width + UNDATED / 2 if x is None else x * width
    value = len(_short(event.value)) * LETTER
    before, after = (value, 0.0) if _before(x) else (0.0, value)
    return middle - POINT / 2 - before, middle + POINT / 2 + after


def _before(x: float | None) -> bool:
    """Whether a value stands to the left of its point, since there is no room to the right."""
    return x is None or x > 1 / 2


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE].rstrip()}…"


# From an answer to events.


def _cited(cited: Sequence[Reference], values: Mapping[str, str]) -> list[Event]:
    """One event for each article that is cited; it opens at the first of its citations."""
    firsts = {each.article: each for each in reversed(cited)}
    return [_cited_event(each, values.get(article, "")) for article, each in firsts.items()]


def _cited_event(cited: Reference, value: str) -> Event:
    source, published = cited.source, cited.source.get("published")
    title = source.get("title") or ""
    acts = {"data_title": title, **reference.glance(cited), **reference.opens(cited)}
    day = date.fromisoformat(published) if published else None
    return Event(source.get("outlet") or "", title, day, acts, cited.number, value)


def _beside(found: Sequence[Passage], turn: int) -> list[Event]:
    """One event for each passage that was found and not cited."""
    return [_found_event(passage, turn) for passage in found]


def _found_event(passage: Passage, turn: int) -> Event:
    article = passage.article
    shown = {"data_by": reference.byline(source_dict(article)), "data_title": article.title, "data_note": NOT_CITED}
    acts = {**shown, "data_event": "passage", "data_turn": turn, "data_passage": passage.id}
    return Event(article.outlet, article.title, article.published, acts)


def _values(answer: Mapping[str, Any]) -> dict[str, str]:
    """What each article gives where sources differ over one matter; with several, a value says nothing by itself."""
    matters = answer["disagreements"]
    if len(matters) != 1:
        return {}
    sides = matters[0]["sides"]
    return {citation["article"]: side["value"] for side in sides for citation in side["citations"]}


# From events to HTML.


def _caption(days: Sequence[date], beside: bool) -> str:
    name = markup.element("b", "Timeline")
    key = markup.element("span", NOT_CITED, class_="key") if beside else ""
    return markup.element("figcaption", f"{name} {markup.date_range(days)}{key}")


def _plot(made: Sequence[Lane], axis: Axis, *, undated: bool) -> str:
    every = [point for lane in made for point in lane.points]
    every.sort(key=lambda point: point.event.published or date.max)
    drawn = _names(made) + _ticks(axis) + (markup.element("span", "undated", class_="apart") if undated else "")
    events = markup.element("ol", "".join(_point(point) for point in every), aria_label="Sources by date")
    rows = max(point.row for point in every) + 1
    ground = markup.element("div", drawn, class_="ground", aria_hidden="true")
    kind = "plot with-undated" if undated else "plot"
    return markup.element("div", ground + events, class_=kind, style=f"--rows:{rows}")


def _names(made: Sequence[Lane]) -> str:
    return "".join(
        markup.element(
            "span",
            markup.element("bdi", markup.text(lane.outlet or NO_OUTLET)),
            class_="lane",
            style=f"--row:{lane.row};--many:{lane.rows}",
        )
        for lane in made
    )


def _ticks(axis: Axis) -> str:
    return "".join(
        markup.element("span", markup.element("i", name), class_="tick", style=f"--x:{axis.place(day)}")
        for day, name in axis.ticks
    )


def _point(point: Point) -> str:
    event = point.event
    dot = markup.element("span", str(event.number or ""), class_="dot")
    value = markup.element("span", markup.text(_short(event.value)), class_="value") if event.value else ""
    kinds = ["event", "cited" if event.number else "", "before" if _before(point.x) else ""]
    button = markup.element(
        "button",
        dot + value,
        type="button",
        class_=" ".join(kind for kind in kinds if kind),
        aria_label=event.label,
        **event.acts,
    )
    place = f"--row:{point.row}" if point.x is None else f"--row:{point.row};--x:{point.x}"
    return markup.element("li", button, style=place, class_="undated" if point.x is None else None)
