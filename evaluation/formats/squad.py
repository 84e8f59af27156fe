"""SQuAD as published: articles of paragraphs with their questions; or laid out flat, a question a row. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from evaluation.formats.fields import Record, RowError, as_text, once, records, text, truth
from evaluation.formats.rows import Broken, Row
from evaluation.questions import Evidence, Question
from ingest.split import sentences


def fits(record: Record) -> bool:
    """Whether a record may be of this form: an article of paragraphs, or a question with its context."""
    return "paragraphs" in record or {"question", "context", "answers"} <= record.keys()


def unfolded(rows: Iterable[Row]) -> Iterator[Row]:
    """The questions of articles of paragraphs, counted from 1 through the file; other rows as they are."""
    place = 0
    for line, row in rows:
        if not isinstance(row, Mapping) or "paragraphs" not in row:
            place += 1
            yield line, row
            continue
        for asked in _asked(row):
            place += 1
            yield place, asked


def _asked(article: Record) -> Iterator[Record | Broken]:
    try:
        for paragraph in records(article, "paragraphs"):
            about = {"title": article.get("title"), "context": paragraph.get("context")}
            yield from ({**asked, **about} for asked in records(paragraph, "qas"))
    except RowError as error:  # nothing behind it in this article can be counted on
        yield Broken(error.message)


def question(record: Record, line: int) -> Question:
    """The question of a row. Its article goes by the title; its evidence is the sentence of the first answer."""
    title, context = text(record, "title"), record.get("context")
    spans = _spans(record)
    answers = once(answer.strip() for answer, _ in spans)
    impossible = truth(record, "is_impossible")
    if impossible is None and record.get("answers") is not None:
        impossible = not answers
    evidence: tuple[Evidence, ...] = ()
    if answers and not impossible and title and isinstance(context, str):
        evidence = tuple(Evidence(title, quote) for quote in _sentence(context, *spans[0]))
    return Question(
        id=text(record, "id"),
        question=text(record, "question"),
        answers=() if impossible else answers,
        answerable=None if impossible is None else not impossible,
        evidence=evidence,
        articles=once([title]),
        line=line,
    )


def _spans(record: Record) -> list[tuple[str, int]]:
    """The answers with where they begin in the context, -1 where that is not said."""
    given = record.get("answers")
    if isinstance(given, Mapping):  # laid out flat: {"text": […], "answer_start": […]}
        found, starts = given.get("text") or [], given.get("answer_start") or []
        given = [{"text": each, "answer_start": start} for each, start in zip(found, starts, strict=False)]
    spans = []
    for each in records({"answers": given}, "answers"):
        start = each.get("answer_start")
        spans.append((as_text("answers", each.get("text")), start if isinstance(start, int) else -1))
    return spans


def _sentence(context: str, answer: str, start: int) -> list[str]:
    """The sentence in which an answer stands, or the whole context; nothing if it does not stand there."""
    if start < 0 or not context[start:].lstrip().startswith(answer):
        return []
    end = start + len(answer)
    found = [context[first:last] for first, last in sentences(context) if first <= start and end <= last]
    return found or [context.strip()]
