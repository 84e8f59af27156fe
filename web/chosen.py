"""The scope as it is chosen on the page: two days and some outlets, in the browser's form and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from index.scope import Scope
from ingest.errors import VouchError
from web import markup

NAMES = {"since": "From", "until": "Until"}  # as the page calls the two days
EARLIEST = date(1000, 1, 1)  # a year of fewer digits is one that is still being typed


def form(scope: Scope) -> dict[str, Any]:
    """As the browser keeps it.

    >>> form(Scope(("Harbour Post",), since=date(2024, 5, 3)))
    {'since': '2024-05-03', 'until': '', 'outlets': ['Harbour Post']}
    """
    return {"since": iso(scope.since), "until": iso(scope.until), "outlets": list(scope.outlets)}


def iso(day: date | None) -> str:
    """A day as a field for dates wants it; "" for none."""
    return day.isoformat() if day else ""


def chosen(given: Mapping[str, Any], outlets: Sequence[str]) -> Scope:
    """The scope that a reader asks for, where `outlets` are the library's; others are left out.

    VouchError, in words for the page, where a day is none or the first comes after the last.
    """
    since, until = day("since", given), day("until", given)
    if since and until and since > until:
        first, last = markup.long_date(since.isoformat()), markup.long_date(until.isoformat())
        raise VouchError(f"{first} is after {last}; nothing was changed")
    wanted = given.get("outlets")
    named = frozenset(map(str, wanted)) if isinstance(wanted, list | tuple) else frozenset()
    return Scope(tuple(outlet for outlet in outlets if outlet in named), since, until)


def kept(given: Mapping[str, Any], outlets: Sequence[str]) -> Scope:
    """The scope that a browser kept; everything, where that is none any more."""
    try:
        return chosen(given, outlets)
    except VouchError:
        return Scope()


def day(name: str, given: Mapping[str, Any]) -> date | None:
    """The first or the last day ("since" or "until") of what was given; None where it is left open."""
    written = str(given.get(name) or "")
    if not written:
        return None
    try:
        found = date.fromisoformat(written)
    except ValueError:
        found = date.min
    if found < EARLIEST:
        raise VouchError(f"“{NAMES[name]}” is no whole date; nothing was changed")
    return found
