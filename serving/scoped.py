"""A scope as a request gives it: outlets by name, days as 2023-10-31."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOST_OUTLETS = 200
LONGEST_OUTLET = 200  # characters

Day = Annotated[str, Field(pattern=DAY, examples=["2024-05-03"])]
Outlet = Annotated[str, Field(min_length=1, max_length=LONGEST_OUTLET, examples=["Harbour Post"])]


class Scoped(BaseModel):
    """What may be searched: articles of these outlets, published from `since` to `until`, both days included.

    `as_of` leaves nothing out: it is the day that “yesterday” in a question counts from.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    outlets: list[Outlet] = Field(default=[], max_length=MOST_OUTLETS)
    since: Day | None = None
    until: Day | None = None
    as_of: Day | None = None

    def given(self) -> dict[str, Any]:
        """As `qa.scopes.scope_of` takes it."""
        return self.model_dump(exclude_defaults=True)


def in_query(
    outlet: Annotated[list[Outlet], Query(max_length=MOST_OUTLETS, description="May be given several times")] = [],  # noqa: B006  # FastAPI copies it
    since: Annotated[Day | None, Query()] = None,
    until: Annotated[Day | None, Query()] = None,
) -> Scoped:
    """The same, of a request without a body."""
    return Scoped(outlets=outlet, since=since, until=until)
