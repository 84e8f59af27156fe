"""A batch: a file of questions answered into a file of answers, from wherever it stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from evaluation.questionfile import QuestionFile, Refused
from evaluation.questions import Question
from evaluation.running.answerfile import ANEW, AnswerFile
from evaluation.running.header import Header, Manner, differences, header_of, read_header, write_header
from evaluation.running.pool import in_order
from evaluation.running.rows import Answer
from index.errors import LibraryError, OwnedError
from ingest.errors import VouchError
from qa.answers import Answer as Blank
from qa.engine import INSTEAD
from qa.language.plain import plain
from qa.service import Service

TOLD = 5  # differences between two runs that are named
STATUSES = {"answered": "answered", "conflicting": "conflicting", "not_in_sources": "declined", "error": "errors"}


@dataclass(slots=True)
class Tally:
    """What came of the questions so far, by status; and from which state of the library, by fingerprint.

    `instead`: answers that were extracted because the language model failed.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    instead: int = 0

    def add(self, answer: Answer) -> None:
        self.statuses[answer["status"]] += 1
        self.states[answer["system"].get("fingerprint", "")] += 1
        self.instead += INSTEAD in answer["notice"]

    @property
    def answers(self) -> int:
        return self.statuses.total()

    def as_dict(self) -> dict[str, int]:
        """The number of answered, conflicting, declined, errors.

        >>> Tally(Counter(answered=2, not_in_sources=1)).as_dict()
        {'answered': 2, 'conflicting': 0, 'declined': 1, 'errors': 0}
        """
        return {name: self.statuses[status] for status, name in STATUSES.items()}


OnAnswer = Callable[[Tally], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be answered, and how."""

    questions: QuestionFile
    manner: Manner

    def run(self, service: Service, output: AnswerFile, on_answer: OnAnswer = lambda _: None) -> Tally:
        """Answer what is not answered yet, and write each answer as soon as it and those before it are there.

        `on_answer` is told after each, and once at the beginning. VouchError if the file holds another run;
        OwnedError and LibraryError if the library cannot be asked any more: what is written then stays.
        """
        steady = service.repeatable(self.manner.engine, self.manner.seed)
        if self.manner.scope:
            steady.search("", self.manner.scope, 1)  # one that is wrong is wrong for all
        about = steady.about()
        header = self._begun(output, header_of(about, self._asked(), self.manner))
        tally, rows = Tally(), self.questions.rows
        for answer in output.kept([row.id for row in rows]):
            tally.add(answer)
        on_answer(tally)
        system = {key: about[key] for key in ("version", "model", "embedder")}
        system["fingerprint"] = about["library"]["fingerprint"]
        answered = partial(answer_of, steady, manner=self.manner, system=system)
        for answer in in_order(answered, islice(rows, tally.answers, None), self.manner.workers):
            output.append(answer)
            tally.add(answer)
            on_answer(tally)
        self._finish(output, header, tally)
        return tally

    def _asked(self) -> dict[str, Any]:
        """The questions, as the header names them."""
        asked = self.questions
        known = {"file": asked.path.name, "form": asked.form, "sha256": asked.sha256}
        return {**known, "n": len(asked.questions) + len(asked.refused), "refused": len(asked.refused)}

    def _begun(self, output: AnswerFile, header: Header) -> Header:
        """The header of the run that is gone on with, or is now begun."""
        if output.anew:
            output.clear()
        old = read_header(output.path) if output.begun else None
        if old is None:
            header |= {"workers": self.manner.workers, "started": _now(), "finished": None}
            write_header(output.path, header)
            return header
        if differs := differences(old, header):
            more = f"; and {len(differs) - TOLD} more" if len(differs) > TOLD else ""
            message = f"{output.path} was begun otherwise: {'; '.join(differs[:TOLD])}{more}"
            raise VouchError(message, hint=f"answer as it was begun, {ANEW}")
        return old

    def _finish(self, output: AnswerFile, header: Header, tally: Tally) -> None:
        output.sync()
        if header["finished"] is None:
            more: dict[str, Any] = {"states": dict(tally.states)} if changed(header, tally) else {}
            if tally.instead:
                more["instead"] = tally.instead
            write_header(output.path, {**header, "finished": {"at": _now(), **tally.as_dict(), **more}})


def changed(header: Header, tally: Tally) -> int:
    """How many answers are from another state of the library than the run was begun with."""
    return tally.answers - tally.states[header["library"]["fingerprint"]]


def answer_of(service: Service, row: Question | Refused, manner: Manner, system: Mapping[str, str]) -> Answer:
    """The answer object of one row; what fails is its error, unless it is the library that does."""
    if isinstance(row, Refused):
        return _failed(row, f"line {row.line} {row.reason}", system)
    try:
        answer = service.ask(row.question, dict(row.scope) or manner.scope or None)
    except (OwnedError, LibraryError):
        raise
    except VouchError as error:
        return _failed(row, f"{error.message}; {error.hint}" if error.hint else error.message, system)
    except Exception as error:  # the edge of a row
        return _failed(row, f"{type(error).__name__}: {error}", system)
    return {**answer, "id": row.id}


def _failed(row: Question | Refused, reason: str, system: Mapping[str, str]) -> Answer:
    asked = plain(row.question)
    blank = Blank(row.id, asked, asked, "error", "extractive", reason=reason, system=dict(system))
    return blank.as_dict()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
