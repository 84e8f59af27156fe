"""The plots of a report: how sure is sure, and how the groups of questions compare."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from evaluation.reporting.drawing import FIRST, PAPER, QUIET, SECOND, drawn
from evaluation.reporting.markup import Element, carried
from evaluation.scoring.breakdown import Breakdown, title
from evaluation.scoring.declining import Bin
from evaluation.scoring.measures import Figure

PAIR = ((FIRST, "o", FIRST), (SECOND, "s", PAPER))  # colour, marker and its filling: told apart without colour too
DOT = {"color": FIRST, "markersize": 3.5, "clip_on": False}
APART = 0.16  # of a row, from its middle
HEIGHT_IN, ROW_IN, FRAME_IN = 2.6, 0.27, 0.75
LONGEST = 22  # characters of a group's name


def risk_coverage(curve: Sequence[tuple[float, float]]) -> Element:
    """How often the answers are wrong, when only the surest are given."""

    def draw(axes: Any) -> None:
        coverage, risk = zip(*curve, strict=True)
        axes.plot(coverage, risk, color=FIRST, linewidth=1.6, clip_on=False)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="coverage: share of questions answered", ylabel="risk: share wrong")

    return drawn("risk", draw, HEIGHT_IN, f"Risk by coverage. {_risks(curve)}")


def _risks(curve: Sequence[tuple[float, float]]) -> str:
    """The curve in words: its risk at a quarter, half and all of the coverage."""
    nearest = (min(curve, key=lambda point: abs(point[0] - share)) for share in (0.25, 0.5, 1.0))
    return " ".join(f"Answering {coverage:.0%}: {risk:.0%} wrong." for coverage, risk in nearest)


def reliability(bins: Sequence[Bin]) -> Element:
    """How often the sources answer questions of some confidence; on the diagonal, confidence is what it says."""
    full = [one for one in bins if one.n]

    def draw(axes: Any) -> None:
        axes.plot((0, 1), (0, 1), color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
        widths = [one.high - one.low for one in full]
        axes.bar(
            [one.low for one in full], [one.share for one in full], widths, align="edge", color=FIRST, alpha=0.25,
            edgecolor=FIRST, linewidth=0.8,
        )  # fmt: skip
        axes.plot([one.confidence for one in full], [one.share for one in full], "o", **DOT)
        for one in full:
            axes.annotate(
                f"{one.n:,}", ((one.low + one.high) / 2, one.share), (0, 5), textcoords="offset points", ha="center",
                fontsize=7, color=QUIET,
            )  # fmt: skip
        axes.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="confidence told", ylabel="share that the sources answer")

    told = " ".join(f"Confidence {one.confidence:.2f}: {one.share:.0%} of {one.n}." for one in full)
    return drawn("reliability", draw, HEIGHT_IN, f"Share of questions that the sources answer, by confidence. {told}")


def groups(breakdown: Breakdown) -> Element:
    """The first two of a breakdown's figures for every group, with their intervals."""
    rows = list(breakdown.groups.items())
    pair = len(PAIR[: len(rows[0][1])])

    def draw(axes: Any) -> None:
        for order, (colour, marker, face) in enumerate(PAIR[:pair]):
            figures = [figures[order] for _, figures in rows]
            places = [place + APART * (2 * order - pair + 1) for place in range(len(rows))]
            axes.hlines(places, [f.low for f in figures], [f.high for f in figures], color=colour, linewidth=1.4)
            axes.plot(
                [f.value for f in figures], places, marker, color=colour, markerfacecolor=face, markersize=4.5,
                label=_label(title(figures[0].measure)), clip_on=False,
            )  # fmt: skip
        axes.set_yticks(range(len(rows)), [f"{_label(name)} · {_largest(figures):,}" for name, figures in rows])
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
        axes.figure.legend(loc="outside upper left", ncols=2, handletextpad=0.2)

    told = " ".join(f"{name}: {_values(figures[:pair])}." for name, figures in rows)
    height = FRAME_IN + ROW_IN * len(rows)
    return drawn(f"by-{breakdown.by}", draw, height, f"Score by {breakdown.by}. {told}")


def _values(figures: Sequence[Figure]) -> str:
    return ", ".join(f"{title(one.measure)} {one.value:.2f}" for one in figures if isfinite(one.value))


def _largest(figures: Sequence[Figure]) -> int:
    return max((figure.n for figure in figures), default=0)


def _label(name: str) -> str:
    """A name on one line, short enough to stand beside a plot."""
    line = " ".join(carried(name).split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
