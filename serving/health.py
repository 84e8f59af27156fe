"""Whether the server lives, and whether it can answer: open to everybody, and says nothing else."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from qa.engine import Engine
from serving.desk import Desk
from web.opening import Opening

LATER_S = 2  # when to ask again whether it is ready


class Alive(BaseModel):
    """The process answers."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ok": True}]})

    ok: Literal[True] = True


class Ready(BaseModel):
    """How far the library is: `indexes` says which are in use; without one, answers come from what stands in for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"ready": True, "library": "open", "indexes": {"chroma": True, "lexical": True}}]
        }
    )

    ready: bool
    library: Literal["opening", "proving", "open", "failed"]
    indexes: dict[str, bool] = {}


def opened(opening: Opening) -> Engine | None:
    """The engine if it is open; waits for nothing, and raises nothing."""
    first = opening.first
    return first.result() if first.done() and not first.cancelled() and first.exception() is None else None


def readiness(opening: Opening) -> Ready:
    """Whether questions are answered without waiting: the library is open, and its indexes are proven."""
    engine = opened(opening)
    if engine is None:
        return Ready(ready=False, library="failed" if opening.first.done() else "opening")
    indexes = engine.store.indexes
    return Ready(ready=indexes.proven, library="open" if indexes.proven else "proving", indexes=indexes.states)


def router(desk: Desk) -> APIRouter:
    """/healthz and /readyz; not in threads, which may all be waiting for the library."""
    routes = APIRouter(tags=["Health"])

    @routes.get("/healthz", summary="Whether the server lives")
    async def healthz() -> Alive:
        return Alive()

    example = {"ready": False, "library": "opening", "indexes": {}}
    not_yet = {"model": Ready, "description": "Not yet", "content": {"application/json": {"example": example}}}

    @routes.get("/readyz", summary="Whether the library is open and its indexes proven", responses={503: not_yet})
    async def readyz(response: Response) -> Ready:
        ready = readiness(desk.opening)
        if not ready.ready:
            response.status_code = 503
            response.headers["retry-after"] = str(LATER_S)
        return ready

    return routes
