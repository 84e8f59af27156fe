"""What a reader can do with an answer: copy it, ask again, put the question differently, take it back, rate it."""

from __future__ import annotations

from typing import Any

from qa.conversation import Turn
from qa.feedback import Feedback
from web import copied, markup, stopped

THUMBS = {"up": "A good answer", "down": "Not a good answer"}


def acts(number: int, of: int, turn: Turn, given: Feedback | None) -> str:
    """The buttons under answer `number` of `of`; `given` is what this reader thought of it before."""
    about = {"data_turn": number, "data_answer": turn.answer["id"]}
    replacing = {**about, "data_of": of, "data_confirm": _warning(of - number)}
    buttons = [
        _button("Copy", class_="copy", data_text=copied.copied(turn.answer)),
        _button("Ask again", data_event="again", **replacing),
        _button("Edit", class_="edit", **replacing),
    ]
    if number == of:
        buttons.append(_button("Undo", data_event="undo", data_of=of, **about))
    if not stopped.is_stopped(turn.answer):
        buttons.append(_thumbs(about, given))
    return markup.element("div", "".join(buttons), class_="acts", role="group", aria_label=f"Answer {number}")


def _warning(later: int) -> str | None:
    """What is said before an older answer is replaced; None for the last one."""
    if not later:
        return None
    rest = "the answer that comes" if later == 1 else f"the {later:,} answers that come"
    return f"This replaces the answer, and {rest} after it, when the new one is there. Go on?"


def _thumbs(about: dict[str, Any], given: Feedback | None) -> str:
    """A thumb up and a thumb down; `data-thumb` is what a click on one makes of it: the same again takes it back."""
    made = []
    for kind, label in THUMBS.items():
        pressed = given is not None and given.thumb == kind
        state = {"data_thumb": "" if pressed else kind, "aria_pressed": str(pressed).lower()}
        made.append(
            _button("", class_=f"thumb {kind}", data_event="rate", data_kind=kind, aria_label=label, **state, **about)
        )
    reason = markup.element("span", markup.text(given.reason), class_="said") if given and given.reason else ""
    return "".join(made) + reason


def _button(words: str, **values: Any) -> str:
    return markup.element("button", markup.text(words), type="button", **values)
