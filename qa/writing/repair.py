"""Citations that a model left out, asked for in one more call. It is asked for tags alone, so that no word changes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from qa.checking.citations import MarkerParser
from qa.model.budget import Budget
from qa.model.faults import ModelError
from qa.model.llm import LanguageModel, complete
from qa.writing.marked import Marked
from qa.writing.prompts import Prompt, asking, repair

LINE = re.compile(r"^\W{0,5}(\d{1,3})\s{0,3}[:.)\]–-](.*)$", re.MULTILINE)
MOST_TAGS = 3  # for one sentence: who names every passage has looked for none


def repaired(marked: Marked, prompt: Prompt, model: LanguageModel, budget: Budget) -> Marked | None:
    """The same words with markers for sentences that lacked them; None where there is nothing to gain.

    Sentences that name a passage stay as they are, and so do all the numbers that were shown. A failure of this call
    costs the answer nothing.
    """
    lacking = marked.lacking()
    if not lacking or not budget.can_ask:
        return None
    spans = marked.spans
    messages = repair(prompt, [marked.words[slice(*spans[place])] for place in lacking])
    if asking(messages) > model.window:
        return None
    try:
        reply = complete(model, messages, budget)
    except ModelError:
        return None
    codes = named(reply, lacking, prompt.passages.keys())
    return marked.with_codes(codes) if codes else None


def named(reply: str, places: Sequence[int], codes: Collection[str]) -> dict[int, tuple[str, ...]]:
    r"""The codes that a reply names for each sentence, by its place; lines of any other form say nothing.

    >>> named("1: [[kqzt]]\n2: none\n3: [[aaaa]]\nAll done: [[kqzt]]", [0, 4, 5], {"kqzt"})
    {0: ('kqzt',)}
    """
    found: dict[int, tuple[str, ...]] = {}
    for number, rest in LINE.findall(reply):
        if 1 <= int(number) <= len(places) and (tags := _codes(rest, codes)):
            found.setdefault(places[int(number) - 1], tags[:MOST_TAGS])
    return found


def _codes(text: str, codes: Collection[str]) -> tuple[str, ...]:
    parser = MarkerParser(codes)
    parser.feed(text)
    parser.finish()
    return tuple(dict.fromkeys(mark.code for mark in parser.marks if mark.code))
