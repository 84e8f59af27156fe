"""Whether the sources answer a question: how sure, and if not, what is missing. Pure.

Similarity finds what is near, and near is not enough: what the question asks for, a thing of its kind and its head
noun, must be in the evidence. Logistic regression on what speaks for the best sentence; fitted on 290 questions of
CLAPnq, 1,547 of SQuAD 2.0, 40 about two articles of news (short ones) and 236 of MultiHop-RAG (long ones).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.asked import Asked, asked
from qa.evidence import READER_MARGIN, Evidence, is_long
from qa.kinds import MEASURES, NAME

# Short questions. AUROC of similarity, and with the reader: SQuAD 2.0 (adversarial) .61, .69; news .90, .94.
SCORE, MARGIN, SHORT_BIAS = 0.223, 0.162, -2.3
# Long ones, which no single span answers. AUROC on MultiHop-RAG .95.
LONG_SCORE, LONG_HEAD, LONG_BIAS = 1.477, 2.086, -15.49
# What a sentence loses that has nothing of the kind asked for, or not the thing that is to be counted, or names a
# person but nothing of what the person is asked to have done or to be (log-odds).
NO_KIND, NO_HEAD = 1.5, 1.5
NO_CHOICE = 0.8  # what one loses that lacks the thing to be chosen ("which airline"): often said in other words
MEASURE = 1.0  # what one gains that has a duration, a distance or an age where that is asked for
NO_NAME = 1.5  # what one loses whose passage and title have none of the names in the question
LEAST_MET = 0.3  # how well a word must be met to count as there

# What is declined: an answer of less confidence.
THRESHOLDS = {"cautious": 0.55, "balanced": 0.4, "eager": 0.25, "never": 0.0}

_KIND_NAMES = {
    "time": "a time",
    "count": "a number",
    "duration": "a length of time",
    "distance": "a distance",
    "age": "an age",
    "money": "a sum of money",
    "person": "a person",
    "place": "a place",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`confidence` is the estimated chance that the sources answer, 0..1; `reason` says what speaks against it."""

    confidence: float
    reason: str


def judge(question: str, evidence: Sequence[Evidence]) -> Verdict:
    """Judge by the best sentence; no evidence, no confidence."""
    if not evidence:
        return Verdict(0.0, "No sentence of the passages found has to do with the question.")
    wanted, best = asked(question), evidence[0]
    odds = _long_odds(best) if is_long(wanted) else _short_odds(best, wanted)
    return Verdict(1.0 / (1.0 + math.exp(-odds)), _reason(question, best, wanted))


def _long_odds(best: Evidence) -> float:
    return LONG_SCORE * best.similarity + LONG_HEAD * best.head + LONG_BIAS


def _short_odds(best: Evidence, wanted: Asked) -> float:
    margin = READER_MARGIN if best.margin is None else best.margin
    odds = SCORE * best.similarity + MARGIN * margin + SHORT_BIAS - NO_NAME * (1 - best.named)
    if not best.kind:
        odds -= NO_KIND
    elif wanted.kind in MEASURES:
        odds += MEASURE
    if best.head < LEAST_MET:
        odds -= NO_HEAD if wanted.kind in {"count", "money"} else NO_CHOICE
    if wanted.kind == "person" and best.plain < LEAST_MET:
        odds -= NO_HEAD
    return odds


def _reason(question: str, best: Evidence, wanted: Asked) -> str:
    """What is missing, as far as it can be said."""
    if wanted.head and best.head < LEAST_MET:
        return f"The nearest passages say nothing of “{wanted.head}”."
    if not best.kind and wanted.kind in _KIND_NAMES:
        return f"The nearest passages do not give {_KIND_NAMES[wanted.kind]}, which the question asks for."
    if best.missing:
        return f"The nearest passages say nothing of “{_as_written(best.missing, question)}” in answer to this."
    return "The nearest passages are about something near, but do not answer the question."


def _as_written(word: str, question: str) -> str:
    """A word with the rest of its name, if it is part of one.

    >>> _as_written("given", "Who was captain of the Ever Given?")
    'Ever Given'
    """
    names = (match.group() for match in re.finditer(rf"{NAME.pattern}(?:\s+{NAME.pattern})*", question))
    return next((name for name in names if word in name.lower().split()), word)
