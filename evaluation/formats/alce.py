"""ALCE's data (ASQA, QAMPARI, ELI5) as published (arXiv 2305.14627). Pure."""

from __future__ import annotations

from evaluation.formats.fields import Record, once, records, text, texts
from evaluation.questions import Question

SCORED = ("qa_pairs", "annotations", "claims", "answers", "answer")  # what its own script scores against


def fits(record: Record) -> bool:
    """Whether a record may be of this form."""
    return "question" in record and bool({"qa_pairs", "claims", "docs"} & record.keys())


def question(record: Record, line: int) -> Question:
    """The question of a record. Any of its short answers is right, of its lists of names, or else its long answer.

    Its `docs` are what a search found, and no gold; its own script asks for every short answer, ours for one.
    """
    answers = _answers(record)
    return Question(
        id=text(record, "sample_id", "qampari_id", "id"),
        question=text(record, "question"),
        answers=answers,
        answerable=True if answers else None,
        line=line,
        more={name: record[name] for name in SCORED if record.get(name) is not None},
    )


def _answers(record: Record) -> tuple[str, ...]:
    short = once(each for pair in records(record, "qa_pairs") for each in texts(pair, "short_answers") or ())
    lists = record.get("answers") if isinstance(record.get("answers"), list) else []
    names = once(each for given in lists or [] for each in texts({"answers": given}, "answers") or ())
    return short or names or texts(record, "answer") or ()
