"""POST /v1/responses: the openai client's newer way to ask, answered from the library. Nothing is stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from qa.answers import Answer
from qa.engine import Delta
from serving.answered import ANSWERED
from serving.desk import Desk
from serving.errors import RESPONSES, from_exception
from serving.openai import parameters
from serving.openai.answering import Answering, Asked, Question
from serving.openai.chat import ALIVE_S, GONE, STREAM, whole
from serving.openai.completions import ALIVE, CITED, WORDS, event
from serving.openai.models import VOUCH, checked
from serving.openai.parameters import Only, OtherMessage, UserMessage
from serving.openai.respond import Respond
from serving.openai.wording import Shown, message
from web.waiting import Line

if TYPE_CHECKING:
    from fastapi import APIRouter

KEPT = "Vouch keeps no responses; send the earlier messages as input"
Messages = Annotated[list[parameters.Message], Field(max_length=parameters.MOST_MESSAGES)]
Nothing = Annotated[Any, Only((), KEPT)]
AtOnce = Annotated[Any, Only((False,), "Vouch answers while the client waits")]
EVENTS = 'event: response.created\ndata: {"type": "response.created", …}\n\n'

PART = {"type": "output_text", "text": WORDS, "annotations": [{"type": "url_citation", **CITED["url_citation"]}]}
EXAMPLE: dict[str, Any] = {
    "id": "resp_6acc5be168ff4de091f1a41508f1b05a",
    "object": "response",
    "created_at": 1_718_010_000,
    "status": "completed",
    "model": VOUCH,
    "output": [{"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [PART]}],
    "vouch": ANSWERED,
}


class TextFormat(BaseModel):
    """What the answer is written in."""

    format: parameters.PlainText = None


class ResponsesRequest(BaseModel):
    """A question, or messages. What shapes how a model samples is passed over, and so are instructions."""

    model: str = Field(examples=[VOUCH])
    input: str | Messages = Field(examples=[parameters.QUESTION])
    stream: bool | None = None
    vouch: parameters.Extension | None = None
    tools: parameters.NoTools = None
    tool_choice: parameters.NoToolChoice = None
    text: TextFormat | None = None
    previous_response_id: Nothing = None
    conversation: Nothing = None
    prompt: Annotated[Any, Only((), "Vouch has no stored prompts")] = None
    background: AtOnce = None
    top_logprobs: parameters.NoTopProbabilities = None

    @property
    def messages(self) -> list[UserMessage | OtherMessage]:
        """The input as messages."""
        return [UserMessage(role="user", content=self.input)] if isinstance(self.input, str) else self.input


class ResponseBody(BaseModel):
    """A response as OpenAI's API has it; `vouch` holds the whole answer."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [EXAMPLE]})

    id: str
    object: Literal["response"]
    created_at: int
    status: Literal["completed"]
    model: str
    output: list[dict[str, Any]]
    vouch: dict[str, Any]


def router(desk: Desk, line: Line | None = None, answering: Answering | None = None) -> APIRouter:
    """The route. `line` is the page's, whose places it then shares; or hand in what answers, to share that."""
    from fastapi import APIRouter

    routes = APIRouter(tags=["chat"], responses=RESPONSES)
    answers = answering or Answering(desk, line)
    streamed = {"description": "The response; a stream of events where `stream` is true."}
    content = {"application/json": {}, "text/event-stream": {"example": EVENTS}}

    @routes.post("/v1/responses", response_model=ResponseBody, responses={200: {**streamed, "content": content}})
    async def responses(asked: ResponsesRequest, request: Request) -> Response:
        """Answer a question, or the last message of the user, from the library; every claim is cited."""
        text, earlier = parameters.questions(asked.messages, "input")
        model = checked(asked.model, desk.config)
        events = await answers.ask(Question(text, model, earlier, parameters.sent(asked.vouch)))
        respond = Respond(model, str(request.base_url))
        if asked.stream:
            return StreamingResponse(_streamed(events, respond), media_type="text/event-stream", headers=STREAM)
        answer = await whole(events, request)
        return JSONResponse(respond.whole(answer, message(answer))) if answer else Response(status_code=GONE)

    return routes


async def _streamed(asked: Asked, respond: Respond) -> AsyncIterator[str]:
    """The answer in events; where something goes wrong, an error that the client raises, and no more."""
    shown = Shown()
    for each in respond.opening():
        yield each
    try:
        async with aclosing(asked.events(ALIVE_S)) as events:
            async for item in events:
                if item is None:
                    yield ALIVE
                elif isinstance(item, Delta) and (more := shown.feed(item.text)):
                    yield respond.words(more)
                elif isinstance(item, Answer):
                    for each in respond.closing(item, message(item, shown.text), shown.text):
                        yield each
    except Exception as error:  # the edge of a request: what has begun can only end with an error
        refusal = from_exception(error)
        yield event({"type": "error", **refusal.body()["error"], **refusal.body()}, "error")
