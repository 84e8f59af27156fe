"""A hard question split into questions that stand alone, by one call to a language model."""

from __future__ import annotations

import re

from qa.language.asked import asked
from qa.language.plain import plain
from qa.model.budget import Budget
from qa.model.faults import ModelError
from qa.model.llm import LanguageModel, complete
from qa.reading.evidence import is_long
from qa.writing.prompts import split as prompt

MOST_PARTS = 4  # as many facts as the hardest questions of MultiHop-RAG combine
MOST_CHARS = 300  # of one part; a longer line is no question
COMPARES = re.compile(
    r"\b(?:compar\w+|both|versus|vs|than|whereas|while|respectively|consisten\w+|contradict\w*|(?:dis)?agree\w*|"
    r"differ\w*|same)\b",
    re.IGNORECASE,
)
ASKS = ("?", "？", "؟", ";", "՞")  # how a question ends: Latin, Chinese, Arabic, Greek, Armenian
BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.):])\s*")


def is_hard(question: str) -> bool:
    """Whether a question may ask for several things: it compares, or is long, or holds several questions."""
    several = sum(question.count(mark) for mark in ASKS[:3]) > 1
    return several or COMPARES.search(question) is not None or is_long(asked(question))


def split(question: str, model: LanguageModel, budget: Budget) -> tuple[str, ...]:
    """Two to four questions that stand alone; () where it is one question, or where the model gave nothing of use.

    An easy question costs no call. Trouble with the model is none of the search's: the whole question is searched.
    """
    if not is_hard(question) or not budget.can_ask:
        return ()
    try:
        return read(complete(model, prompt(question, MOST_PARTS), budget), question)
    except ModelError:
        return ()


def read(reply: str, question: str) -> tuple[str, ...]:
    r"""The parts in a reply that is nothing but two to four different questions, one to a line; () for any other.

    >>> read("1. Who built the bridge?\n2. Who paid for it?", "Who built the bridge, and who paid for it?")
    ('Who built the bridge?', 'Who paid for it?')
    >>> read("Sure! Here they are:\nWho built it?\nWho paid?", "Who built it, and who paid?")
    ()
    """
    lines = [plain(BULLET.sub("", line)).strip(" \t\"'*“”") for line in reply.splitlines()]
    parts = dict.fromkeys(line for line in lines if line)
    if question.strip() in parts or not 1 < len(parts) <= MOST_PARTS:
        return ()
    return tuple(parts) if all(part.endswith(ASKS) and len(part) <= MOST_CHARS for part in parts) else ()
