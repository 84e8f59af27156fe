"""/v1/search: the passages that a question finds, without an answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from serving.answered import FOUND, SOURCE, TEXT, Found, Source
from serving.desk import Desk
from serving.errors import ApiError
from serving.scoped import Scoped, in_query

LONGEST_QUERY = 20_000  # characters; the longest question of the bench's sets has 2,000
MOST_HITS = 100
HITS = 10
QUESTION = "When does the ferry to Gull Rock sail?"
EXAMPLE: dict[str, Any] = {
    "query": QUESTION,
    "scope": {"outlets": ["Harbour Post"]},
    "k": 5,
}
HIT = {**FOUND, "start": 0, "end": len(TEXT), "text": TEXT, "source": SOURCE}


class Search(BaseModel):
    """What is to be found: at most `k` passages."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [EXAMPLE]})

    query: str = Field(
        min_length=1,
        max_length=LONGEST_QUERY,
        validation_alias=AliasChoices("query", "question"),
        description="In words, or as a question; may be called “question” as well",
    )
    scope: Scoped | None = None
    k: int = Field(default=HITS, ge=1, le=MOST_HITS)


class Hit(Found):
    """A passage, with its text, which stands at [start, end) of its article's, and with its source."""

    start: int
    end: int
    text: str
    source: Source


class Hits(BaseModel):
    """The passages found, best first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [HIT]}]})

    object: Literal["list"] = "list"
    data: list[Hit]


def router(desk: Desk) -> APIRouter:
    """POST, and GET for what fits into an address."""
    routes = APIRouter(tags=["Search"])

    def found(query: str, scope: Scoped | None, k: int) -> Hits:
        if not query.strip():
            raise ApiError(400, "query: there are no words in it", param="query")
        hits = desk.service.search(query, scope.given() if scope else None, k)
        return Hits(data=[Hit(**hit) for hit in hits])

    @routes.post("/v1/search", summary="Find passages")
    def search(wanted: Search) -> Hits:
        return found(wanted.query, wanted.scope, wanted.k)

    @routes.get("/v1/search", summary="Find passages, by an address")
    def look_up(
        query: Annotated[str, Query(min_length=1, max_length=LONGEST_QUERY, examples=[QUESTION])],
        scope: Annotated[Scoped, Depends(in_query)],
        k: Annotated[int, Query(ge=1, le=MOST_HITS)] = HITS,
    ) -> Hits:
        return found(query, scope, k)

    return routes
