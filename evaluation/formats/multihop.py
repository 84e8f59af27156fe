"""MultiHop-RAG as published: queries with their answer and the facts that it rests on (arXiv 2401.15391). Pure."""

from __future__ import annotations

from evaluation.formats.fields import Record, RowError, once, records, text, texts
from evaluation.formats.own import says_nothing
from evaluation.questions import Evidence, Question


def fits(record: Record) -> bool:
    """Whether a record may be of this form."""
    return "query" in record and bool({"evidence_list", "question_type"} & record.keys())


def question(record: Record, line: int) -> Question:
    """The question of a record; its type without "_query", its articles by address and title, its facts as evidence."""
    given = texts(record, "answer") or ()
    answers = tuple(answer for answer in given if not says_nothing(answer))
    evidence = tuple(map(_fact, records(record, "evidence_list")))
    return Question(
        id=text(record, "id", "_id"),
        question=text(record, "query"),
        type=text(record, "question_type").removesuffix("_query"),
        answers=answers,
        answerable=bool(answers) if given else None,
        evidence=evidence,
        articles=once(one.article for one in evidence),
        line=line,
    )


def _fact(given: Record) -> Evidence:
    names = once(text(given, name) for name in ("url", "title"))
    quote = text(given, "fact")
    if not names or not quote:
        raise RowError("has an item in its “evidence_list” without a fact, or with neither url nor title")
    return Evidence(names[0], quote, names[1:])
