"""CLAPnq as published: a question, a passage, long answers and the sentences they rest on (arXiv 2404.02103). Pure."""

from __future__ import annotations

from evaluation.formats.fields import Record, once, records, text, texts, truth
from evaluation.questions import Evidence, Question


def fits(record: Record) -> bool:
    """Whether a record may be of this form."""
    return "passages" in record and "output" in record and bool({"input", "question"} & record.keys())


def question(record: Record, line: int) -> Question:
    """The question of a record: its passage goes by the title; evidence is each sentence that an annotator chose."""
    outputs, titles = records(record, "output"), once(text(each, "title") for each in records(record, "passages"))
    answers = once(text(each, "answer") for each in outputs)
    said = truth(record, "answerable")
    answerable = bool(answers) if said is None and outputs else said
    chosen = once(sentence for each in outputs for sentence in texts(each, "selected_sentences") or ())
    evidence = [Evidence(titles[0], quote) for quote in chosen] if answerable and len(titles) == 1 else []
    return Question(
        id=text(record, "id"),
        question=text(record, "input", "question"),
        answers=answers,
        answerable=answerable,
        evidence=tuple(evidence),
        articles=titles if answerable else (),
        line=line,
    )
