from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from index.scope import Scope
from ingest.errors import VouchError
from qa.scopes import scope_of

OUTLETS = ["Pebble Gazette", "Kettle.com | News", "The Lantern"]


def test_outlets_go_by_what_people_call_them_and_days_by_iso() -> None:
    given = {"outlets": ["kettle", "PEBBLE GAZETTE"], "since": "2024-05-03", "until": "2024-05-03"}
    day = date(2024, 5, 3)
    assert scope_of(given, OUTLETS) == Scope(("Kettle.com | News", "Pebble Gazette"), day, day)
    assert scope_of({"outlets": [], "since": None}, OUTLETS) == Scope()


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"outlets": ["Peble Gazete"]}, "no article is by an outlet called “Peble Gazete”", "perhaps Pebble Gazette"),
        ({"outlets": ["Quill"]}, "no article is by an outlet called “Quill”", "the library's outlets: vouch articles"),
        ({"since": "last May"}, "since = 'last May' is no day", "write it as 2023-10-31"),
        ({"from": "2024-05-03"}, "a scope has no “from”", "it has outlets, since, until, as_of"),
        ({"since": "2024-05-04", "until": "2024-05-03"}, "since 2024-05-04 is after until 2024-05-03", "exchange them"),
    ],
)
def test_a_mistake_is_named_with_what_to_do(given: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(VouchError) as told:
        scope_of(given, OUTLETS)
    assert (told.value.message, told.value.hint) == (message, hint)
