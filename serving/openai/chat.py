"""POST /v1/chat/completions: what every chat client speaks, answered from the library."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from qa.answers import Answer
from qa.engine import Delta, Event
from serving.desk import Desk
from serving.errors import RESPONSES, from_exception
from serving.openai import parameters
from serving.openai.answering import Answering, Asked, Question
from serving.openai.completions import ALIVE, DONE, Completion, Reply, event
from serving.openai.models import VOUCH, checked
from serving.openai.wording import Shown, message
from web.waiting import Line

if TYPE_CHECKING:
    from fastapi import APIRouter

ALIVE_S = 10.0  # proxies close a connection that is silent for 30 s or 60 s
LOOK_S = 1.0  # while nothing comes, how often it is looked whether the client still waits
GONE = 499  # to nobody: the client has left
STREAM = {"cache-control": "no-cache", "x-accel-buffering": "no"}  # or proxies collect it first
EVENTS = 'data: {"object": "chat.completion.chunk", …}\n\ndata: [DONE]\n\n'
EXAMPLE: JsonDict = {
    "model": VOUCH,
    "messages": [{"role": "user", "content": parameters.QUESTION}],
    "vouch": {"scope": {"since": "2024-05-01"}},
}


class StreamOptions(BaseModel):
    """How a stream is sent."""

    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """A chat. Parameters that shape how a model samples (temperature, top_p, stop, max_tokens, …) are passed over."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    model: str = Field(examples=[VOUCH])
    messages: list[parameters.Message] = Field(min_length=1, max_length=parameters.MOST_MESSAGES)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    seed: int | None = Field(None, ge=-(2**63), lt=2**63, description="For the language model, where one writes")
    vouch: parameters.Extension | None = None
    n: parameters.OneChoice = None
    tools: parameters.NoTools = None
    tool_choice: parameters.NoToolChoice = None
    functions: parameters.NoFunctions = None
    function_call: parameters.NoToolChoice = None
    response_format: parameters.PlainText = None
    logprobs: parameters.NoProbabilities = None
    top_logprobs: parameters.NoTopProbabilities = None
    modalities: parameters.TextOnly = None
    audio: parameters.NoAudio = None
    prediction: parameters.NoPrediction = None
    web_search_options: parameters.NoWebSearch = None


def router(desk: Desk, line: Line | None = None, answering: Answering | None = None) -> APIRouter:
    """The route. `line` is the page's, whose places it then shares; or hand in what answers, to share that."""
    from fastapi import APIRouter

    routes = APIRouter(tags=["chat"], responses=RESPONSES)
    answers = answering or Answering(desk, line)
    streamed = {"description": "The completion; a stream of chunks where `stream` is true."}
    content = {"application/json": {}, "text/event-stream": {"example": EVENTS}}

    @routes.post("/v1/chat/completions", response_model=Completion, responses={200: {**streamed, "content": content}})
    async def chat(asked: ChatRequest, request: Request) -> Response:
        """Answer the last message of the user from the library; every claim is cited."""
        text, earlier = parameters.questions(asked.messages, "messages")
        model = checked(asked.model, desk.config)
        question = Question(text, model, earlier, parameters.sent(asked.vouch), asked.seed)
        usage = bool(asked.stream_options and asked.stream_options.include_usage)
        reply = Reply(model, str(request.base_url), usage)
        events = await answers.ask(question)
        if asked.stream:
            return StreamingResponse(_streamed(events, reply), media_type="text/event-stream", headers=STREAM)
        answer = await whole(events, request)
        return JSONResponse(reply.whole(answer, message(answer))) if answer else Response(status_code=GONE)

    return routes


async def whole(asked: Asked, request: Request) -> Answer | None:
    """The answer; None if its client left before it came."""
    async with aclosing(asked.events(LOOK_S)) as events:
        async for item in events:
            if isinstance(item, Answer):
                return item
            if await request.is_disconnected():
                break
    return None


async def _streamed(asked: Asked, reply: Reply) -> AsyncIterator[str]:
    """The answer in chunks; where something goes wrong, an error that the client raises, and no more."""
    shown = Shown()
    yield reply.opening()
    try:
        async with aclosing(asked.events(ALIVE_S)) as events:
            async for item in events:
                yield _part(item, shown, reply)
    except Exception as error:  # the edge of a request: what has begun can only end with an error
        yield event(from_exception(error).body())


def _part(item: Event | None, shown: Shown, reply: Reply) -> str:
    """What is sent of it; steps are not: the content would have them."""
    if isinstance(item, Delta):
        more = shown.feed(item.text)
        return reply.words(more) if more else ""
    if isinstance(item, Answer):
        return _ending(item, shown.text, reply)
    return "" if item else ALIVE


def _ending(answer: Answer, said: str, reply: Reply) -> str:
    """What is left of the content, then the citations and all else."""
    written = message(answer, said)
    rest = written.text[len(said) :]
    words = reply.words(rest) if rest else ""
    return f"{words}{reply.closing(answer, written)}{reply.counted(answer)}{DONE}"
