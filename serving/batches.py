"""/v1/batch: many questions in one request, answered a few at a time, in their order."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from evaluation.running.pool import done_by
from index.errors import LibraryError
from qa.answers import Answer
from qa.config import EngineName
from qa.language.plain import plain
from qa.service import Data, EngineService
from serving.answered import ANSWERED, Answered
from serving.desk import Desk
from serving.errors import ApiError, from_exception
from serving.scoped import Scoped

WORKERS = 4  # of all batches together: a language model answers while another question is searched for
AHEAD = 2 * WORKERS  # questions of one batch under way or waiting: few are wasted when nobody reads on
NDJSON = "application/x-ndjson"
LONGEST_QUESTION = 20_000  # characters
LARGEST_SEED = 2**31 - 1
EXAMPLE: dict[str, Any] = {
    "questions": [
        {"id": "q1", "question": "When does the ferry to Gull Rock sail?"},
        {"id": "q2", "question": "Who went on strike?", "scope": {"outlets": ["Harbour Post"]}},
    ],
    "engine": "extractive",
}


class Asked(BaseModel):
    """A question; its answer has its `id`, or else its place among the questions, from "1"."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    id: str | None = Field(default=None, min_length=1, max_length=200)
    scope: Scoped | None = None


class Batch(BaseModel):
    """Questions, and how all of them are to be answered; without `engine` as the settings say."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [EXAMPLE]})

    questions: list[Asked] = Field(min_length=1)
    engine: EngineName | None = None
    seed: int | None = Field(default=None, ge=0, le=LARGEST_SEED)


class Answers(BaseModel):
    """The answer to each question, in their order, under its `id`; of one that failed, status “error” and a reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [{**ANSWERED, "id": "q1"}]}]})

    object: Literal["list"] = "list"
    data: list[Answered]


class Pool:
    """Answers the questions of batches; its threads are started when the first one comes."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="vouch-batch")

    def answers(self, service: EngineService, questions: Sequence[Asked]) -> Iterator[Data]:
        """The answers as they come, in order; what is not begun when nobody reads on never is."""
        named = ((asked, asked.id or str(number)) for number, asked in enumerate(questions, start=1))
        return done_by(self._threads, lambda one: _answer(service, *one), named, AHEAD)

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _answer(service: EngineService, asked: Asked, ident: str) -> Data:
    """One answer, as `vouch batch` writes it: the edge at which whatever fails becomes its answer."""
    try:
        return {**service.ask(asked.question, asked.scope.given() if asked.scope else None), "id": ident}
    except LibraryError:  # nor can the others be answered
        raise
    except Exception as exc:
        question = plain(asked.question)
        failed = Answer(ident, question, question, "error", "extractive", reason=from_exception(exc).message)
        return failed.as_dict()


def router(desk: Desk, pool: Pool) -> APIRouter:
    """/v1/batch, as one object or, for who accepts it, as a line for each answer as it comes."""
    routes = APIRouter(tags=["Questions"])
    most = desk.config.api.max_batch
    line = {"schema": {"type": "string"}, "example": '{"id": "q1", "status": "answered", …}\n'}

    @routes.post(
        "/v1/batch",
        summary="Answer many questions",
        description=f"With `Accept: {NDJSON}` each answer is a line of its own, sent as soon as it is there.",
        response_model=Answers,
        responses={200: {"description": "The answers", "content": {NDJSON: line}}},
    )
    async def batch(request: Request, wanted: Batch) -> Response:
        if len(wanted.questions) > most:
            raise ApiError(
                400, f"questions: {len(wanted.questions):,}, more than {most:,} in one batch ([api] max_batch)",
                param="questions",
            )  # fmt: skip
        service = await run_in_threadpool(lambda: desk.service.repeatable(wanted.engine or "", wanted.seed))
        answers = iterate_in_threadpool(pool.answers(service, wanted.questions))
        if NDJSON in request.headers.get("accept", ""):
            return StreamingResponse(_lines(answers), media_type=NDJSON)
        return JSONResponse({"object": "list", "data": await _all(answers, request)})

    return routes


async def _lines(answers: AsyncIterator[Data]) -> AsyncIterator[str]:
    """A line for each; where the library itself fails, a last one that says so."""
    try:
        async for answer in answers:
            yield f"{json.dumps(answer, ensure_ascii=False)}\n"
    except Exception as exc:  # the edge of a request: what has begun can only end with an error
        yield f"{json.dumps(from_exception(exc).body(), ensure_ascii=False)}\n"


async def _all(answers: AsyncIterator[Data], request: Request) -> Sequence[Data]:
    """All answers; fewer where nobody waits for them any more."""
    found = []
    async for answer in answers:
        found.append(answer)
        if await request.is_disconnected():
            break
    return found
