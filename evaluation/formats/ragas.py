"""Samples as ragas has them, of today (user_input, reference …) and before (question, ground_truth, contexts). Pure."""

from __future__ import annotations

import re

from evaluation.formats.fields import Record, text, texts
from evaluation.questions import Evidence, Question

HOP = re.compile(r"^<\d+-hop>\s*")  # what its generator of questions puts before each context of several
REFERENCES = ("reference", "ground_truth", "ground_truths")


def fits(record: Record) -> bool:
    """Whether a record may be of this form."""
    return "user_input" in record or (
        "question" in record and bool({"ground_truth", "ground_truths", "contexts"} & record.keys())
    )


def question(record: Record, line: int) -> Question:
    """The question of a sample. Its contexts name no article: each belongs to the one in which it stands."""
    answers = texts(record, *REFERENCES) or ()
    contexts = texts(record, "reference_contexts") or ()
    return Question(
        id=text(record, "id", "_id"),
        question=text(record, "user_input", "question"),
        type=text(record, "synthesizer_name"),
        answers=answers,
        answerable=True if answers else None,
        evidence=tuple(Evidence("", HOP.sub("", context)) for context in contexts),
        line=line,
    )
