"""A whole conversation, or the welcome where there is none yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.documents import Passage
from qa.conversation import Turn
from web import markup, message


def transcript(
    conversation: str, turns: Sequence[Turn], passages: Mapping[str, Passage], notices: Sequence[str]
) -> str:
    """Every question with its answer; a notice that the answer before gave already is not repeated."""
    parts, said = [_notices(notices)], ""
    for number, turn in enumerate(turns, start=1):
        notice = turn.answer["notice"]
        parts.append(message.turn(number, turn.question, turn.answer, passages, notice if notice != said else ""))
        said = notice
    return _log("".join(parts), conversation)


def welcome(examples: Sequence[str], notices: Sequence[str], *, empty: bool) -> str:
    """No conversation yet: what this is, and questions to begin with, or how to get articles into an empty library."""
    title = markup.element("h1", "Ask the articles")
    promise = "Every sentence of an answer carries a citation. Click one to read it where it stands, in its article."
    lines = title + markup.element("p", promise) + (_nothing() if empty else _examples(examples))
    return _log(_notices(notices) + markup.element("div", lines, class_="welcome"), "")


def _examples(questions: Sequence[str]) -> str:
    items = "".join(markup.element("li", _example(each)) for each in questions)
    return markup.element("ul", items, class_="examples", aria_label="Example questions") if items else ""


def _example(question: str) -> str:
    asks = {"type": "button", "dir": "auto", "data_event": "suggest", "data_question": question}
    return markup.element("button", markup.text(question), **asks)


def _nothing() -> str:
    command = markup.element("code", "vouch ingest FOLDER")
    return markup.element("p", f"There are no articles yet. Add some with {command}.", class_="hint")


def _notices(notices: Sequence[str]) -> str:
    return "".join(markup.element("p", markup.text(each), class_="banner", role="status") for each in notices)


def _log(content: str, conversation: str) -> str:
    return markup.element(
        "div", content, class_="log", role="log", aria_label="Conversation", data_conversation=conversation
    )
