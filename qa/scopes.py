"""A scope as people and programs give it: outlets by name, days as text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from index.outlets import names_of
from index.scope import Scope
from ingest.errors import VouchError

DAYS = ("since", "until", "as_of")


def scope_of(given: Mapping[str, Any], outlets: Sequence[str]) -> Scope:
    """The scope that is meant, where `outlets` are the library's; VouchError for an outlet or a day that is none.

    An outlet may be given by what people call it, whatever its case.

    >>> scope_of({"outlets": ["the verge"], "since": "2023-10-01"}, ["The Verge", "Wired"])
    Scope(outlets=('The Verge',), since=datetime.date(2023, 10, 1), until=None, as_of=None)
    """
    if unknown := sorted(given.keys() - {"outlets", *DAYS}):
        raise VouchError(f"a scope has no “{unknown[0]}”", hint=f"it has outlets, {', '.join(DAYS)}")
    wanted = given.get("outlets") or ()
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(wanted, list | tuple):
        raise VouchError(f"outlets = {wanted!r} is no list of names", hint='write it as ["The Verge", "Wired"]')
    named = tuple(dict.fromkeys(one for name in wanted for one in _called(name, outlets)))
    scope = Scope(named, **{key: _day(key, given.get(key)) for key in DAYS})
    if scope.since and scope.until and scope.since > scope.until:
        raise VouchError(f"since {scope.since} is after until {scope.until}", hint="exchange them")
    return scope


def _called(name: str, outlets: Sequence[str]) -> list[str]:
    """The outlets of the library that go by a name."""
    wanted = str(name).strip().casefold()
    found = [outlet for outlet in outlets if wanted in {one.casefold() for one in names_of(outlet)}]
    if found:
        return found
    near = get_close_matches(str(name), outlets, n=3, cutoff=0.5)
    hint = f"perhaps {' or '.join(near)}" if near else "the library's outlets: vouch articles"
    raise VouchError(f"no article is by an outlet called “{name}”", hint=hint)


def _day(key: str, given: Any) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError as exc:
        raise VouchError(f"{key} = {given!r} is no day", hint="write it as 2023-10-31") from exc
