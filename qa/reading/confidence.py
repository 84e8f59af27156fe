"""Whether the sources answer a question: how sure, and if not, what is missing. Pure.

Similarity finds what is near, and near is not enough; a reader tells whether it answers, and errs elsewhere. So both
are weighed by a logistic model of five signs (signs.py): one for questions about one fact that a reader has read, one
for those where none has, one for questions of many facts, which no single span answers. Fitted and measured by
`python -m benchmarks.declining --fit`; docs/declining.md tells on what, and what other signs gained.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from qa import answers
from qa.answers import Cause
from qa.language.asked import Asked, asked
from qa.language.kinds import NAME
from qa.reading.evidence import Evidence, is_long
from qa.reading.signs import LEAST_MET, near, signs, unnamed

Model = Literal["read", "unread", "long"]

# Log-odds for each unit of a sign, and those of none; as fitted, rounded, but "read" near to that: how and why is told
# in docs/declining.md. AUROC, with the reader and without: CLAPnq .923, .886; SQuAD 2.0 .704, .624; news .936, .930;
# MultiHop-RAG .999.
WEIGHTS: Mapping[Model, Mapping[str, float]] = {
    "read": {"similarity": 0.11, "near": 3.2, "read": 0.25, "named": 1.6, "missed": -0.7, "": -4.02},
    "unread": {"similarity": 0.31, "near": 1.33, "read": 0.0, "named": 1.8, "missed": -0.33, "": -6.4},
    "long": {"similarity": 0.4, "near": 18.5, "read": 0.0, "named": 12.5, "missed": -2.1, "": -21.1},
}

# What is declined: an answer of less confidence. Precision and recall at each word stand in docs/declining.md;
# "balanced" declines all of MultiHop-RAG's questions without an answer and .014 of the others; of news .90 and .06.
THRESHOLDS: Mapping[str, float] = {"cautious": 0.55, "balanced": 0.4, "eager": 0.25, "never": 0.0}

# A mean cosine of question and passages below which nothing found is on the subject. Of questions to articles on
# other subjects 40 (609 articles) to 90 in 100 (twenty) are below it, of those on its own 5; at .3, 70 to 98 and 20.
FAR = 0.2

# How much of the confidence a sentence of a model's answer keeps by its verdict. By hand: it takes a model to fit them.
KEPT: Mapping[answers.Verdict, float] = {
    "quoted": 1.0,
    "supported": 1.0,
    "not checked": 0.8,
    "partly": 0.5,
    "not supported": 0.0,
}

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
    """`confidence` is the estimated chance that the sources answer, 0..1, if every other question were answerable.

    `reason` says what speaks against it, and `cause` whether anything found is on the subject at all.
    """

    confidence: float
    reason: str
    cause: Cause = "not_answered"


def judge(question: str, evidence: Sequence[Evidence]) -> Verdict:
    """Judge by the best sentences; no evidence, no confidence."""
    if not evidence:
        return Verdict(0.0, "No sentence of the passages found has to do with the question.", "off_subject")
    wanted = asked(question)
    return Verdict(_confidence(wanted, evidence), *_reason(question, wanted, evidence))


def after(verdict: Verdict, sentences: Sequence[answers.Sentence]) -> float:
    """The confidence in an answer that was written: lower by the share of its sentences that the sources do not carry.

    >>> written = [answers.Sentence("", (), answers.Support(said)) for said in ("supported", "not supported")]
    >>> after(Verdict(0.8, ""), written)
    0.4
    """
    if not sentences:
        return verdict.confidence
    return verdict.confidence * fmean(KEPT[sentence.support.verdict] for sentence in sentences)


def model_for(wanted: Asked, evidence: Sequence[Evidence]) -> Model:
    """Which of the three models judges a question."""
    if is_long(wanted):
        return "long"
    return "unread" if all(item.margin is None for item in evidence) else "read"


def _confidence(wanted: Asked, evidence: Sequence[Evidence]) -> float:
    weights = WEIGHTS[model_for(wanted, evidence)]
    odds = weights[""] + sum(weights[name] * sign for name, sign in signs(wanted, evidence).items())
    return 0.5 * (1.0 + math.tanh(odds / 2))  # the logistic function, which cannot overflow so


def _reason(question: str, wanted: Asked, evidence: Sequence[Evidence]) -> tuple[str, Cause]:
    """What is missing, as far as it can be said, in words of the question only."""
    missing = unnamed(wanted, evidence)
    if near(evidence) < FAR or (missing and len(missing) == len(wanted.names)):
        what = f" about “{_as_written(missing[0], question)}”" if missing else " on this subject"
        return f"Nothing was found{what}.", "off_subject"
    said = _lacking(question, wanted, evidence[0])
    if missing and is_long(wanted):
        said = f"say nothing of “{_as_written(missing[0], question)}”"
    return f"The nearest passages {said}.", "not_answered"


def _lacking(question: str, wanted: Asked, best: Evidence) -> str:
    if wanted.head and best.head < LEAST_MET:
        return f"say nothing of “{wanted.head}”"
    if not best.kind and wanted.kind in _KIND_NAMES:
        return f"do not give {_KIND_NAMES[wanted.kind]}, which the question asks for"
    if best.missing:
        return f"say nothing of “{_as_written(best.missing, question)}” in answer to this"
    return "are about something near, but do not answer the question"


def _as_written(word: str, question: str) -> str:
    """A word with the rest of its name, if it is part of one.

    >>> _as_written("given", "Who was captain of the Ever Given?")
    'Ever Given'
    """
    names = (match.group() for match in re.finditer(rf"{NAME.pattern}(?:\s+{NAME.pattern})*", question))
    return next((name for name in names if word in name.lower().split()), word)
