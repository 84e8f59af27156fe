"""What a search may see: outlets and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Scope:
    """Empty means everything. `since` and `until` are inclusive, and leave undated articles out.

    `as_of` leaves nothing out: it is the day that "yesterday" and "last week" in a question count from.
    """

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: date | None = None

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.outlets or self.since or self.until)

    def as_dict(self) -> dict[str, Any]:
        scope = {
            "outlets": list(self.outlets),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }
        return {**scope, "as_of": self.as_of.isoformat()} if self.as_of else scope
