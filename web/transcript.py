"""A whole conversation, or the welcome where there is none yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.documents import Passage
from qa.conversation import Turn
from qa.feedback import Feedback
from web import acts, markup, message

NONE: Mapping[str, Feedback] = {}


def transcript(
    conversation: str,
    turns: Sequence[Turn],
    passages: Mapping[str, Passage],
    notices: Sequence[str],
    feedback: Mapping[str, Feedback] = NONE,
) -> str:
    """Every question with its answer; a notice that the answer before gave already is not repeated.

    `feedback` is what this reader thought of the answers, by their ids.
    """
    parts, said = [_notices(notices)], ""
    for number, turn in enumerate(turns, start=1):
        notice = turn.answer["notice"]
        shown = notice if notice != said else ""
        buttons = acts.acts(number, len(turns), turn, feedback.get(turn.answer["id"]))
        parts.append(message.turn(number, turn.question, turn.answer, passages, shown, buttons))
        said = notice
    return _log("".join(parts), conversation)


def opening() -> str:
    """What stands there before the library is open."""
    return markup.element("div", _greeting(), class_="welcome")


def welcome(examples: Sequence[str], notices: Sequence[str], *, empty: bool) -> str:
    """No conversation yet: what this is, and questions to begin with, or how to get articles into an empty library."""
    lines = _greeting() + (_nothing() if empty else _examples(examples))
    return _log(_notices(notices) + markup.element("div", lines, class_="welcome"), "")


def _greeting() -> str:
    promise = "Every sentence of an answer carries a citation. Click one to read it where it stands, in its article."
    return markup.element("h1", "Ask the articles") + markup.element("p", promise)


def _examples(questions: Sequence[str]) -> str:
    items = "".join(markup.element("li", _example(each)) for each in questions)
    return markup.element("ul", items, class_="examples", aria_label="Example questions") if items else ""


def _example(question: str) -> str:
    asks = {"type": "button", "dir": "auto", "data_event": "suggest", "data_question": question}
    return markup.element("button", markup.text(question), **asks)


def _nothing() -> str:
    command = markup.element("code", "vouch ingest FOLDER")
    begin = {"type": "button", "class_": "begin", "data_go": "library"}
    button = markup.element("button", "Add articles in the Library tab", **begin)
    told = markup.element("p", f"There are no articles yet. Add some here, or with {command}.", class_="hint")
    return told + button


def _notices(notices: Sequence[str]) -> str:
    return "".join(markup.element("p", markup.text(each), class_="banner", role="status") for each in notices)


def _log(content: str, conversation: str) -> str:
    """What changes is read out by a line of its own (see draft.js), or the buttons would be read out as well."""
    about = {"role": "log", "aria_live": "off", "aria_label": "Conversation", "data_conversation": conversation}
    return markup.element("div", content, class_="log", **about)
