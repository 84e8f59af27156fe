"""A file of questions as it was read: its questions, the rows that hold none, and what form it was taken for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from evaluation.formats import beir
from evaluation.formats.fields import RowError
from evaluation.formats.forms import FORMS, guessed
from evaluation.formats.rows import ASKED, UTF8, Broken, Row
from evaluation.formats.source import content, is_table, rows
from evaluation.questions import Question
from ingest.errors import VouchError

LONGEST_QUESTION = 10_000  # characters; ArguAna's queries are whole arguments, and stay well below
MOST_SHOWN = 10
FIELDS = "docs/questions.md says what each form holds"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that holds no usable question: where it stands, and why, with what to do.

    `id` is the row's own, or "line-N" where it has none that is its alone, so that an `error` line can be written
    for it. `question` is what it asks, as far as that could be read.
    """

    id: str
    line: int
    reason: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The questions of a file in their order, no two with the same id; one without an id is called "q" and its line.

    `form` is one of cli.FORMS, `guessed` says that nobody named it. `sha256` is that of what was read. `refused` are
    the rows that could not be used: a batch writes each as an `error` line, and gold with any of them is refused.
    """

    questions: tuple[Question, ...]
    form: str
    guessed: bool
    sha256: str
    refused: tuple[Refused, ...] = ()
    path: Path = Path()

    @property
    def rows(self) -> tuple[Question | Refused, ...]:
        """Questions and refused rows together, in the order of the file: what a batch writes a line for."""
        return tuple(sorted((*self.questions, *self.refused), key=lambda row: row.line))

    def whole(self) -> tuple[Question, ...]:
        """The questions, if every row is one; else VouchError with the lines that are none."""
        if self.refused:
            raise VouchError(f"{self.path}: {listed(self.refused)}", hint=f"correct these lines; {FIELDS}")
        return self.questions


def listed(refused: Iterable[Refused], most: int = MOST_SHOWN) -> str:
    """The refused rows in words, a line for each of the first, and how many more there are.

    >>> listed([Refused("line-3", 3, "has no question")])
    'line 3 has no question'
    """
    lines = [f"line {row.line} {row.reason}" for row in refused]
    more = [f"… and {len(lines) - most:,} more"] if len(lines) > most else []
    return "\n  ".join(lines[:most] + more)


def read_questions(path: Path, form: str | None = None) -> QuestionFile:
    """The questions of a file, or of a folder in BEIR's form; `form` is guessed where none is named.

    A bad row stops no other: it is among `refused`. VouchError if the file cannot be read, is in no known form, or
    holds no question at all.
    """
    if form is not None and form not in FORMS:
        raise VouchError(f"there is no form {form!r} of questions", hint=f"take one of: {', '.join(FORMS)}")
    queries, qrels = beir.files(path) if beir.is_beir(path) else (path, None)
    data, judgements = content(queries), content(qrels) if qrels else b""
    given = list(rows(queries, data, form))
    taken = form or ("beir" if queries != path else guessed(given))
    if not taken:
        raise VouchError(f"{path} is in no form that is known: {_seen(given)}", hint=FIELDS)
    if form is None and taken == "jsonl" and is_table(queries, data):
        taken = "csv"
    found = _unique(_judged(_made(given, taken), qrels, judgements))
    questions = tuple(row for row in found if isinstance(row, Question))
    refused = tuple(row for row in found if isinstance(row, Refused))
    if not questions:
        raise VouchError(f"{path} holds no question: {listed(refused, 3) or 'it has no rows'}", hint=FIELDS)
    return QuestionFile(questions, taken, form is None, hashlib.sha256(data + judgements).hexdigest(), refused, path)


def _made(given: Iterable[Row], form: str) -> Iterator[Question | Refused]:
    for line, row in FORMS[form].unfolded(given):
        if isinstance(row, Mapping):
            yield _question(row, line, form)
        else:
            reason = row.reason if isinstance(row, Broken) else 'is no object; write it as {"question": "…"}'
            yield Refused(f"line-{line}", line, reason)


def _question(row: Mapping[str, object], line: int, form: str) -> Question | Refused:
    try:
        question = FORMS[form].question(row, line)
        _check(question, form)
    except RowError as error:
        asked = next((str(row[name]) for name in row if name in ASKED), "")
        own = row.get("id", row.get("_id"))
        ident = str(own).strip() if isinstance(own, str | int) else ""
        return Refused(ident or f"line-{line}", line, error.message, asked[:LONGEST_QUESTION])
    return question if question.id else replace(question, id=f"q{line}")


def _check(question: Question, form: str) -> None:
    if not question.question:
        raise RowError(f"has no question, as a row in the form {form} must")
    if len(question.question) > LONGEST_QUESTION:
        long = f"{len(question.question):,} characters"
        raise RowError(f"asks a question of {long}; {LONGEST_QUESTION:,} are the most")


def _judged(found: Iterable[Question | Refused], qrels: Path | None, judgements: bytes) -> Iterator[Question | Refused]:
    """With judgements of BEIR: only the questions judged there, each with its relevant articles."""
    if qrels is None:
        yield from found
        return
    try:
        judged = dict(beir.judged(judgements.decode("utf-8-sig")))
    except UnicodeDecodeError as exc:
        raise VouchError(f"{qrels} is not UTF-8", hint=UTF8) from exc
    except VouchError as error:
        raise VouchError(f"{qrels}: {error.message}", hint=error.hint) from error
    for row in found:
        relevant = judged.pop(row.id, None)
        if isinstance(row, Refused):
            yield row
        elif relevant is not None:
            yield replace(row, articles=relevant)
    yield from (Refused(ident, 0, f"of {beir.QUERIES} is judged, and is not there: {ident!r}") for ident in judged)


def _unique(found: Iterable[Question | Refused]) -> list[Question | Refused]:
    """The same, each id once, since a batch and its gold know a question by it.

    The first question that has an id keeps it; whatever else has it is refused, and called by its line.
    """
    rows, kept = list(found), list[Question | Refused]()
    lines = {row.id: row.line for row in reversed(rows) if isinstance(row, Question)}
    taken = set(lines)
    for row in rows:
        if isinstance(row, Question) and lines[row.id] == row.line:
            kept.append(row)
            continue
        again = f"has the id of line {lines.get(row.id)}, {row.id!r}; give it one of its own"
        ident = row.id if row.id not in taken else f"line-{row.line}"
        while ident in taken:
            ident += "-again"
        taken.add(ident)
        kept.append(Refused(ident, row.line, row.reason if isinstance(row, Refused) else again, row.question))
    return kept


def _seen(given: Iterable[Row]) -> str:
    """What stands in the first row of a file that nobody understands."""
    for line, row in given:
        if isinstance(row, Broken):
            return f"line {line} {row.reason}"
        if isinstance(row, Mapping):
            return f"its first row has the fields {', '.join(map(str, row))}"
    return "it holds no objects"
