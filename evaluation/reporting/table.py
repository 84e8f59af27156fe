"""The report as text for a terminal, 110 columns at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from textwrap import wrap

from evaluation.reporting.report import Report
from evaluation.scoring.breakdown import Breakdown, title
from evaluation.scoring.comparison import Comparison
from evaluation.scoring.measures import Difference, Figure, Measure
from evaluation.scoring.scores import HEADINGS, SECTIONS
from qa.language.plain import plain

COLUMNS = 110
COMPARED = ("other", "this", "difference", "95 % interval", "p")
ABOUT = "    "
NAME, VALUE, DOUBT, COUNT = 44, 11, 24, 8
ASIDE = "For comparison with others, no headline"
SURE = 0.001  # a p below it is only told to be below it
NOTHING = "–"
MS, LONG_MS = 1000, 10_000  # longer is told in seconds
COARSE = 100  # from here on numbers with a unit are told without decimals


def table(report: Report) -> str:
    """The whole report."""
    parts = [_head(report), *_figures(report.figures), *map(_breakdown, report.breakdowns)]
    if report.against:
        parts.append(_comparison(report.against))
    parts += _asides(report.figures)
    return "\n\n".join("\n".join(plain(line).rstrip() for line in part) for part in parts if part)


def number(value: float, unit: str = "") -> str:
    """A share as 0.512, anything else with its unit; an en dash for what has no value.

    >>> number(0.5), number(1234.5, "tokens"), number(83148.0, "ms"), number(float("nan"))
    ('0.500', '1,234 tokens', '83.1 s', '–')
    """
    return _scaled((value,), unit)[0] + _suffix((value,), unit)


def interval(low: float, high: float, unit: str = "") -> str:
    """Both ends, where they are told.

    >>> interval(0.25, 0.5), interval(290.0, 310.0, "ms")
    ('0.250 to 0.500', '290 to 310 ms')
    """
    if not (isfinite(low) and isfinite(high)):
        return ""
    return " to ".join(_scaled((low, high), unit)) + _suffix((low, high), unit)


def _scaled(values: tuple[float, ...], unit: str) -> list[str]:
    """The digits of one or two numbers, as many as there is a use for."""
    if not unit:
        return [f"{value:.3f}" if isfinite(value) else NOTHING for value in values]
    if _in_seconds(values, unit):
        values, unit = tuple(value / MS for value in values), "s"
    whole = unit != "s" and (max(map(abs, values)) >= COARSE or all(value == 0 for value in values))
    return [f"{value:,.0f}" if whole else f"{value:,.1f}" for value in values]


def _suffix(values: tuple[float, ...], unit: str) -> str:
    shown = "s" if _in_seconds(values, unit) else unit
    return f" {shown}" if shown and all(map(isfinite, values)) else ""


def _in_seconds(values: tuple[float, ...], unit: str) -> bool:
    return unit == "ms" and max(map(abs, values)) >= LONG_MS


def chance(p: float) -> str:
    """A probability as it is printed.

    >>> chance(0.0312), chance(0.0001), chance(float("nan"))
    ('0.031', '< 0.001', '–')
    """
    return "< 0.001" if p < SURE else number(p)


def _head(report: Report) -> list[str]:
    counts = report.pairs.counts
    gold = report.gold
    form = f"{gold.file.form}{', guessed' if gold.file.guessed else ''}"
    told = [f"{counts[name]:,} {name}" for name in ("answered", "declined", "error", "missing", "extra")]
    lines = [
        *wrap(f"{report.run.path} scored against {gold.file.path} ({form})", COLUMNS),
        f"{counts['questions']:,} questions: {', '.join(told)}",
    ]
    for note in report.notes:
        lines += wrap(f"note: {note}", COLUMNS, subsequent_indent="      ")
    return lines


def _figures(figures: Sequence[Figure]) -> Iterator[list[str]]:
    for section in SECTIONS:
        shown = [one for one in figures if one.measure.section == section and not one.measure.aside]
        if shown:
            yield [_columns(HEADINGS[section], "value", "95 % interval", "n"), *map(_figure, shown)]


def _figure(one: Figure) -> str:
    measure = one.measure
    name = f"{measure.name} ({measure.judge})" if measure.judge else measure.name
    value, doubt = number(one.value, measure.unit), interval(one.low, one.high, measure.unit)
    return _columns(f"  {name}", value, doubt, f"{one.n:,}")


def _columns(name: str, value: str, doubt: str, count: str) -> str:
    return f"{_short(name, NAME - 1):{NAME}}{value:>{VALUE}}{doubt:>{DOUBT}}{count:>{COUNT}}"


def _asides(figures: Sequence[Figure]) -> Iterator[list[str]]:
    """What others print, apart from the rest, with the reason why it stands there."""
    asides = [one for one in figures if one.measure.aside]
    if asides:
        lines = [_columns(ASIDE, "value", "95 % interval", "n")]
        for one in asides:
            why = wrap(one.measure.about, COLUMNS - 8, initial_indent=ABOUT, subsequent_indent=ABOUT)
            lines += [_figure(one), *why]
        yield lines


def _breakdown(breakdown: Breakdown) -> list[str]:
    """A line for every group: the headline figures with their n."""
    measures = _headings(breakdown)
    width = max(12, min(18, (COLUMNS - 28) // max(1, len(measures))))
    lines = [f"{'By ' + breakdown.by:28}" + "".join(f"{_short(title(one), width - 1):>{width}}" for one in measures)]
    for name, figures in breakdown.groups.items():
        cells = (f"{number(one.value, one.measure.unit)} of {one.n:,}" if one.n else "–" for one in figures)
        lines.append(f"  {_short(name, 25):26}" + "".join(f"{cell:>{width}}" for cell in cells))
    if breakdown.left_out:
        lines.append(f"  and {breakdown.left_out:,} more, each with few questions")
    return lines


def _headings(breakdown: Breakdown) -> list[Measure]:
    return [figure.measure for figure in next(iter(breakdown.groups.values()))]


def _short(name: str, width: int) -> str:
    """A name on one line and of so many characters at most; what it is indented by stays."""
    whole = " " * (len(name) - len(name.lstrip(" "))) + " ".join(name.split())
    return whole if len(whole) <= width else f"{whole[: width - 1]}…"


def _comparison(against: Comparison) -> list[str]:
    lines = [_compared(f"Beside {Path(against.path).name}", *COMPARED)]
    for section, differences in against.sections():
        lines += [HEADINGS[section], *map(_difference, differences)]
    return [*lines, f"{against.same:,} other figures are the same in both runs"] if against.same else lines


def _difference(one: Difference) -> str:
    unit = one.second.unit
    values = (number(one.first.value, unit), number(one.second.value, unit), number(one.value, unit))
    sign = "+" if one.value > 0 else ""
    return _compared(
        f"  {one.second.name}", values[0], values[1], sign + values[2], interval(one.low, one.high, unit), chance(one.p)
    )


def _compared(*cells: str) -> str:
    name, first, second, value, doubt, p = cells
    return f"{_short(name, 35):36}{first:>12}{second:>12}{value:>14}{doubt:>26}{p:>9}"
