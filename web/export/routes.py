"""The exports' addresses. Whoever knows a conversation's id may take it along; feedback is each person's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from qa.feedback import Feedback, Feedbacks
from web.export import conversation as conversations
from web.export import questions
from web.export.conversation import KINDS
from web.export.filename import disposition, file_name
from web.export.lines import json_lines
from web.opening import Opening
from web.people.person import HEADER

if TYPE_CHECKING:
    from fastapi import APIRouter

NO_CONVERSATION = "This conversation is not there: it was deleted, or its address is incomplete."
NO_KIND = "A conversation can be had as {}; as nothing else."
JSONL = "application/jsonl"


def router(opening: Opening) -> APIRouter:
    """GET /export/feedback.jsonl, /export/questions.jsonl, and /export/ID.md, .bib, .json and .jsonl."""
    from fastapi import APIRouter

    routes = APIRouter(prefix="/export", default_response_class=Response)

    def feedback(person: str, form: Callable[[Feedback], dict[str, Any]], name: str) -> Response:
        mine = sorted(Feedbacks(opening.engine().library).of(person).values(), key=lambda one: (one.given, one.answer))
        return _file(json_lines(map(form, mine)), JSONL, name)

    # Before those of conversations, whose ids are never words.
    @routes.get("/feedback.jsonl")
    def all_given(request: Request) -> Response:
        return feedback(request.headers.get(HEADER, ""), questions.given, "feedback.jsonl")

    @routes.get("/questions.jsonl")
    def as_questions(request: Request) -> Response:
        return feedback(request.headers.get(HEADER, ""), questions.question, "questions.jsonl")

    @routes.get("/{conversation}.{ending}")
    def whole(conversation: str, ending: str) -> Response:
        kind = KINDS.get(ending)
        if kind is None:
            return _missing(NO_KIND.format(", ".join(f".{known}" for known in KINDS)))
        engine = opening.engine()
        turns = engine.conversations.turns(conversation)
        if not turns:
            return _missing(NO_CONVERSATION)
        return _file(kind.made(engine, turns), kind.type, file_name(conversations.title(turns), ending))

    return routes


def _file(content: str, kind: str, name: str) -> Response:
    headers = {"content-disposition": disposition(name), "cache-control": "no-store"}
    return Response(content.encode(), media_type=f"{kind}; charset=utf-8", headers=headers)


def _missing(sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", 404)
