"""The report as one HTML page: no script, nothing loaded, everything on it as text that was written by others."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from evaluation.collection import Collection
from evaluation.reporting import plots
from evaluation.reporting.entry import COLUMNS, entry
from evaluation.reporting.markup import Element, element, said, written
from evaluation.reporting.ran import ran
from evaluation.reporting.report import Report
from evaluation.reporting.tables import against_table, card, figure_tables, group_table
from evaluation.scoring.breakdown import headlines
from evaluation.scoring.paired import outcome

COUNTED = {"error": "failed"}
DOCTYPE = "<!doctype html>\n"
# What the radio buttons above the questions leave of them, and which outcomes those are.
FILTERS = {
    "all": ("All", ()),
    "right": ("Right", ("right", "rightly declined")),
    "wrong": ("Wrong", ("wrong", "wrongly declined")),
    "declined": ("Declined", ("rightly declined", "wrongly declined", "declined")),
    "failed": ("Failed or missing", ("error", "missing")),
}


def page(report: Report, collection: Collection) -> str:
    """The whole page; reads the texts of the articles that are shown on it."""
    style = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
    parts = (_head(report), _notes(report), _cards(report), _plots(report), _figures(report), _groups(report))
    body = element("main", *parts, _against(report), ran(report), _questions(report, collection))
    return DOCTYPE + written(element("html", _metadata(report, style), element("body", body), lang="en"))


def _metadata(report: Report, style: str) -> Element:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", http_equiv="x-dns-prefetch-control", content="off"),  # the articles' hosts are not looked up
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{_name(report)}: scores, {_day(report)}"),
        element("style", style),
    )


def _name(report: Report) -> str:
    return report.run.path.stem


def _day(report: Report) -> str:
    return f"{report.made.day} {report.made:%B %Y}"


def _head(report: Report) -> Element:
    counts = report.pairs.counts
    told = [
        f"{counts['questions']:,} questions",
        f"{counts['answered']:,} answered",
        f"{counts['declined']:,} declined",
    ]
    told += [f"{counts[name]:,} {word}" for name, word in (("error", "failed"), ("missing", "missing")) if counts[name]]
    line = element("p", f"{', '.join(told)}. Scored on {_day(report)} against ", said(report.gold.file.path.name), ".")
    return element("header", element("p", "Vouch", class_="name"), element("h1", said(_name(report))), line)


def _notes(report: Report) -> Element | None:
    lines = (said(f"{note[0].upper()}{note[1:]}.", "li") for note in report.notes)
    return element("ul", *lines, class_="notes") if report.notes else None


def _cards(report: Report) -> Element:
    first = headlines(report.measures)
    shown = [one for one in report.figures if one.measure in first]
    return element("section", *map(card, shown), class_="cards", aria_label="Headline figures")


def _plots(report: Report) -> Element | None:
    drawn = list(_drawn(report))
    return element("section", *drawn, class_="plots", aria_label="Plots") if drawn else None


def _drawn(report: Report) -> Iterator[Element]:
    if report.curve:
        yield _plot(plots.risk_coverage(report.curve), "How often wrong, when only the surest are answered")
    if report.bins:
        caption = "How often the sources answer, by the confidence told; the numbers are n"
        yield _plot(plots.reliability(report.bins), caption)
    for breakdown in report.breakdowns:
        caption = f"Score by {breakdown.by}, with 95 % intervals; the number beside each is n"
        yield _plot(plots.groups(breakdown), caption)


def _plot(drawing: Element, caption: str) -> Element:
    return element("figure", element("figcaption", caption), drawing)


def _figures(report: Report) -> Element:
    return element("section", element("h2", "Figures"), element("div", *figure_tables(report.figures), class_="tables"))


def _groups(report: Report) -> Element | None:
    tables = [group_table(one) for one in report.breakdowns]
    return element("section", element("h2", "Group by group"), *tables) if tables else None


def _against(report: Report) -> Element | None:
    if report.against is None:
        return None
    return element(
        "section", element("h2", "Beside ", said(Path(report.against.path).name)), against_table(report.against)
    )


def _questions(report: Report, collection: Collection) -> Element:
    head = element("div", *(element("span", name) for name in COLUMNS), class_="columns", aria_hidden="true")
    rows = (entry(place, case, report, collection) for place, case in enumerate(report.pairs.cases, start=1))
    choices = element("fieldset", element("legend", "Show"), *_filters(report), class_="filters")
    return element("section", element("h2", "Questions"), choices, head, *rows, class_="questions")


def _filters(report: Report) -> Iterator[Element]:
    outcomes = [outcome(case) for case in report.pairs.cases]
    for name, (label, wanted) in FILTERS.items():
        count = sum(outcome in wanted for outcome in outcomes) if wanted else len(outcomes)
        button = element("input", type="radio", name="show", id=f"show-{name}", checked=name == "all")
        yield element("label", button, f"{label} {count:,}")
