"""A run that was written by `vouch batch`: its answers by the id of their question, and its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evaluation.running.header import Header, read_header
from evaluation.running.rows import Answer, Row, rows
from ingest.errors import VouchError

AGAIN = "finish it: run vouch batch again with the same questions and the same -o"


@dataclass(frozen=True, slots=True)
class Run:
    """Answers in the order of the file; `header` None: the file has none beside it."""

    path: Path
    header: Header | None
    answers: Mapping[str, Answer]


def read_run(path: Path) -> Run:
    """Read a run strictly: VouchError, naming file and line, for what is no answer object, and for an id given twice.

    A run may lack answers at its end, but no line may be torn.
    """
    try:
        header, answers = read_header(path), dict[str, Answer]()
        with path.open("rb") as file:
            for row in rows(file):
                if row.torn:
                    raise _torn(path, row, header)
                _put(path, row, answers)
    except OSError as exc:
        raise VouchError(f"{path} cannot be read: {exc.strerror}", hint="name what vouch batch wrote") from exc
    return Run(path, header, answers)


def _put(path: Path, row: Row, answers: dict[str, Answer]) -> None:
    if row.answer is None:
        hint = "it must be as vouch batch wrote it: one JSON object a line, with id and status"
        raise VouchError(f"{path}, line {row.number}: no answer object", hint=hint)
    ident = row.answer["id"]
    if ident in answers:
        first = list(answers).index(ident) + 1
        raise VouchError(
            f"{path}, line {row.number}: the id {ident!r} is that of line {first}", hint="take one of them out"
        )
    answers[ident] = row.answer


def _torn(path: Path, row: Row, header: Header | None) -> VouchError:
    whole = f" of {header['questions']['n']:,}" if header else ""
    message = f"{path}, line {row.number}: torn; the run is not finished: {row.number - 1:,}{whole} answers"
    return VouchError(message, hint=AGAIN)
