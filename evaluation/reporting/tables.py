"""The figures as tables of the page, each interval drawn beside its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from evaluation.reporting.markup import Element, element, said
from evaluation.reporting.table import ASIDE, COMPARED, chance, interval, number
from evaluation.scoring.breakdown import Breakdown, title
from evaluation.scoring.comparison import Comparison
from evaluation.scoring.measures import Difference, Figure
from evaluation.scoring.scores import HEADINGS, SECTIONS

WIDTH, HEIGHT, MIDDLE = 100, 12, 6  # of a bar, in its own units: a share of 1 is as long as the bar


def card(figure: Figure) -> Element:
    """A headline figure, large."""
    measure = figure.measure
    doubt = interval(figure.low, figure.high, measure.unit)
    return element(
        "div",
        element("p", title(measure), class_="label"),
        element("p", number(figure.value, measure.unit), class_="value"),
        _bar(figure),
        element("p", f"{doubt} · n {figure.n:,}" if doubt else f"n {figure.n:,}", class_="quiet"),
        class_="card",
        title=measure.about or None,
    )


def _bar(figure: Figure) -> Element | None:
    """Value and interval of a share on a line from 0 to 1; none for what is no share."""
    if figure.measure.unit or not isfinite(figure.value):
        return None
    parts = [_stroke("track", 0, WIDTH)]
    if isfinite(figure.low) and isfinite(figure.high):
        parts.append(_stroke("doubt", WIDTH * figure.low, WIDTH * figure.high))
    place = f"{WIDTH * figure.value:.1f}"
    parts.append(element("line", x1=place, x2=place, y1=1, y2=HEIGHT - 1, class_="point"))
    return element(
        "svg", *parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", preserveAspectRatio="none", class_="bar", aria_hidden="true"
    )


def _stroke(name: str, start: float, end: float) -> Element:
    return element("line", x1=f"{start:.1f}", x2=f"{end:.1f}", y1=MIDDLE, y2=MIDDLE, class_=name)


def figure_tables(figures: Sequence[Figure]) -> Iterator[Element]:
    """A table for each section; what is no measure of quality apart, last, with the reason why."""
    for section in SECTIONS:
        shown = [one for one in figures if one.measure.section == section and not one.measure.aside]
        if shown:
            yield _figures(HEADINGS[section], shown)
    if asides := [one for one in figures if one.measure.aside]:
        yield _figures(ASIDE, asides, "aside")


def _figures(caption: str, figures: Sequence[Figure], name: str = "") -> Element:
    return element("table", element("caption", caption), _headings("", "", "value", "95 % interval", "n"),
                   element("tbody", *map(_figure, figures)), class_=f"figures {name}".strip())  # fmt: skip


def _headings(*names: str) -> Element:
    return element("thead", element("tr", *(element("th", name, scope="col") for name in names)))


def _figure(one: Figure) -> Element:
    measure = one.measure
    judge = f" Judged by {measure.judge}." if measure.judge else ""
    about = element("span", f"{measure.about}{judge}", class_="about")
    return element(
        "tr",
        element("th", element("div", element("span", measure.name), about), scope="row"),
        element("td", _bar(one)),
        element("td", number(one.value, measure.unit)),
        element("td", interval(one.low, one.high, measure.unit)),
        element("td", f"{one.n:,}"),
    )


def group_table(breakdown: Breakdown) -> Element:
    """The headline figures of every group."""
    first = next(iter(breakdown.groups.values()))
    names = [title(figure.measure) for figure in first]
    rows = (element("tr", element("th", said(name), scope="row"), *map(_cell, figures))
            for name, figures in breakdown.groups.items())  # fmt: skip
    left = f"{breakdown.left_out:,} more are not shown, each with few questions." if breakdown.left_out else ""
    table = element("table", element("caption", f"By {breakdown.by}"), _headings("", *names), element("tbody", *rows))
    return element("div", table, element("p", left, class_="quiet") if left else None, class_="scrolled", tabindex=0)


def _cell(figure: Figure) -> Element:
    if not figure.n:
        return element("td", "–")
    doubt = interval(figure.low, figure.high, figure.measure.unit)
    title = f"{doubt}, n {figure.n:,}" if doubt else f"n {figure.n:,}"
    return element("td", number(figure.value, figure.measure.unit), element("small", title))


def against_table(against: Comparison) -> Element:
    """Each measure of both runs, and how sure it is that they differ."""
    bodies = []
    for section, differences in against.sections():
        head = element("tr", element("th", HEADINGS[section], colspan=len(COMPARED) + 1, scope="rowgroup"))
        bodies.append(element("tbody", head, *map(_difference, differences)))
    same = element("p", f"{against.same:,} other figures are the same in both runs.", class_="quiet")
    table = element("table", _headings("", *COMPARED), *bodies)
    return element("div", table, same if against.same else None, class_="scrolled", tabindex=0)


def _difference(one: Difference) -> Element:
    unit, sign = one.second.unit, "+" if one.value > 0 else ""
    cells = (
        number(one.first.value, unit),
        number(one.second.value, unit),
        sign + number(one.value, unit),
        interval(one.low, one.high, unit),
        chance(one.p),
    )
    return element("tr", element("th", one.second.name, scope="row"), *(element("td", cell) for cell in cells))
