"""What the run was, on the page: what answered, from which library, with which settings, asked what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evaluation.reporting.markup import Element, element, said
from evaluation.reporting.report import Report

FORM = "vouch_run"  # of the header, which tells a reader nothing


def ran(report: Report) -> Element:
    """The run's header and the gold's file, values within values folded."""
    gold = report.gold.file
    facts: dict[str, Any] = {
        "answers": str(report.run.path),
        **{name: value for name, value in (report.run.header or {}).items() if name != FORM},
        "gold": {
            "file": str(report.gold.file.path),
            "format": gold.form,
            "guessed": gold.guessed,
            "sha256": gold.sha256,
        },
        "scored": report.made.isoformat(timespec="seconds"),
    }
    return element("section", element("h2", "The run"), element("dl", *_pairs(facts)), class_="ran")


def _pairs(facts: Mapping[str, Any]) -> Iterator[Element]:
    for name, value in facts.items():
        yield said(name.replace("_", " "), "dt")
        yield element("dd", _value(value))


def _value(value: Any) -> Element:
    if isinstance(value, Mapping) and value:
        inner = element("dl", *_pairs(value))
        return element("details", element("summary", f"{len(value)} values"), inner) if _deep(value) else inner
    if isinstance(value, list):
        return said(", ".join(map(str, value)) or "–")
    if isinstance(value, bool):
        return element("span", "yes" if value else "no")
    return said("–" if value in (None, "", {}) else str(value))


def _deep(value: Mapping[str, Any]) -> bool:
    """Whether there is more in it than is read at a glance."""
    return any(isinstance(inner, Mapping) for inner in value.values())
