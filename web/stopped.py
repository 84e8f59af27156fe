"""An answer that its reader stopped: what had come of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from qa.answers import Answer
from qa.conversation import Turn
from qa.followup import stand_alone

REASON = "Stopped after {seconds}. This is how far the answer had come; it was not checked against its sources."


def stopped(question: str, history: Sequence[Turn], said: str, after_s: float) -> Answer:
    """An answer without sentences, since none was checked; its text is what had been said."""
    return Answer(
        id=uuid.uuid4().hex,
        question=question,
        standalone_question=stand_alone(question, [turn.answer["standalone_question"] for turn in history]),
        status="error",
        engine="generative",  # whoever said it: nothing in it is known to be a quote
        reason=REASON.format(seconds=f"{after_s:.1f} s"),
        text=said,
        timings_ms={"total": round(1000 * after_s, 1)},
    )


def is_stopped(answer: dict[str, Any]) -> bool:
    """Whether an answer, as `Answer.as_dict` gives it, is one that was stopped: a failed one has no text."""
    return bool(answer["status"] == "error" and answer["text"] and not answer["sentences"])
