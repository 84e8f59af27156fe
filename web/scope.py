"""The part of the sidebar that limits what is searched, and says what is then seen and what is not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.census import Census
from index.scope import Scope
from ingest.errors import VouchError
from web import chosen, finder, markup

FOLDED = 10  # outlets from which on their list is closed at first: more would push the conversations away
SEARCHED = 12  # outlets from which on their list can be searched: as many are seen at once


@dataclass(frozen=True, slots=True)
class Sight:
    """What a scope lets be seen: `inside` of `total` articles. `undated` are left out for their want of a date alone.

    `outlets` are all of the library, each with its number of articles within the days.
    """

    scope: Scope
    total: int
    inside: int
    undated: int
    outlets: tuple[tuple[str, int], ...]


def sight(census: Census, outlets: Sequence[str], scope: Scope) -> Sight:
    """Count what a scope sees, in a library of these outlets."""
    seen = census.within(scope)
    dated = bool(scope.since or scope.until)
    undated = census.within(Scope(scope.outlets)).undated if dated else 0
    held = census.outlets(scope)
    counts = ((name, held.get(name, 0)) for name in outlets)
    total = seen.articles + seen.left_out
    return Sight(scope, total, seen.articles, undated, tuple(sorted(counts, key=lambda one: one[0].casefold())))


def line(seen: Sight) -> str:
    """As "1,204 of 8,310 articles; 96 undated left out"."""
    if not seen.scope:
        return ("All " if seen.total > 1 else "") + markup.counted(seen.total, "article")
    out = f"; {seen.undated:,} undated left out" if seen.undated else ""
    return f"{seen.inside:,} of {markup.counted(seen.total, 'article')}{out}"


def panel(seen: Sight, given: Mapping[str, Any] | None = None, problem: str = "") -> str:
    """The whole part. Where what was `given` cannot be, it says the `problem` and keeps the scope in force."""
    given = given if given and problem else chosen.form(seen.scope)
    days = "".join(_day(name, given, seen.scope, wrong=bool(problem)) for name in chosen.NAMES)
    told = markup.element("p", markup.text(line(seen)), class_="sees" if seen.inside else "sees none", role="status")
    alert = markup.element("p", markup.text(problem), class_="problem", role="alert", id="scope-problem")
    content = _head(seen.scope) + markup.element("div", days, class_="days") + _outlets(seen) + told
    return markup.element(
        "section",
        content + (alert if problem else ""),
        class_="scope",
        aria_label="Scope",
        data_scope=json.dumps(chosen.form(seen.scope)),
    )


def _head(scope: Scope) -> str:
    title = markup.element("h2", "Scope")
    return markup.element("div", title + markup.element("button", "Clear", **_clear(scope)), class_="scope-head")


def _clear(scope: Scope) -> dict[str, str | None]:
    """Always there, so that the focus stays on it once it has done its work."""
    return {"type": "button", "class_": "clear", "aria_disabled": None if scope else "true"}


def _day(name: str, given: Mapping[str, Any], scope: Scope, *, wrong: bool) -> str:
    """A field for a day: with what was given, if that is one, else with what is in force."""
    label = markup.element("span", chosen.NAMES[name])
    field = markup.void(
        "input",
        type="date",
        name=name,
        value=_typed(name, given, scope),
        aria_invalid="true" if wrong else None,
        aria_describedby="scope-problem" if wrong else None,
    )
    return markup.element("label", label + field)


def _typed(name: str, given: Mapping[str, Any], scope: Scope) -> str:
    try:
        return chosen.iso(chosen.day(name, given))
    except VouchError:
        return chosen.iso(getattr(scope, name))


def _outlets(seen: Sight) -> str:
    """Every outlet with its number of articles; all are searched while none is chosen."""
    if not seen.outlets:
        return ""
    many = len(seen.scope.outlets)
    told = markup.element("span", f"{many} of {len(seen.outlets):,}" if many else f"all {len(seen.outlets):,}")
    items = "".join(_outlet(name, count, checked=name in seen.scope.outlets) for name, count in seen.outlets)
    listed = markup.element("ul", items)
    if len(seen.outlets) > SEARCHED:
        listed = finder.finder(listed, "Search outlets", "No outlet is called that.")
    opened = {} if len(seen.outlets) > FOLDED else {"open": ""}
    return markup.element("details", markup.element("summary", "Outlets " + told) + listed, class_="outlets", **opened)


def _outlet(name: str, count: int, *, checked: bool) -> str:
    box = markup.void("input", type="checkbox", name="outlet", value=name, checked="" if checked else None)
    words = markup.element("span", markup.text(name), class_="outlet", dir="auto", title=name)
    number = markup.element("span", f"{count:,}", class_="count", title=markup.counted(count, "article"))
    return markup.element("li", markup.element("label", box + words + number))
