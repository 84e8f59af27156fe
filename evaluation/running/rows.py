"""The lines of a run's file as they stand there: whole, torn by a kill or a power cut, or no answers at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from qa.answers import Status

# Characters that JSON allows in a string and at which Python's `splitlines`, and others, end a line.
_BREAKS = {"\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A line, counted from 1, where it begins in the file, and its answer object; None if it holds none.

    `torn`: it was not written to its end, or holds what a file system leaves of bytes that it had no time to write.
    """

    number: int
    start: int
    answer: Answer | None
    torn: bool


def rows(lines: Iterable[bytes]) -> Iterator[Row]:
    r"""The lines of a file that was opened for bytes.

    >>> [(row.number, row.start, row.torn) for row in rows([b'{}\n', b'{"id": "q2", "sta'])]
    [(1, 0, False), (2, 3, True)]
    """
    start = 0
    for number, line in enumerate(lines, start=1):
        torn = not line.endswith(b"\n") or b"\0" in line
        yield Row(number, start, None if torn else _answer(line), torn)
        start += len(line)


def line_of(answer: Mapping[str, Any]) -> bytes:
    r"""An answer as one line, whoever reads it.

    >>> line_of({"text": "Ünï\u2028code"}).decode()
    '{"text": "Ünï\\u2028code"}\n'
    """
    line = json.dumps(answer, ensure_ascii=False)
    for character, escaped in _BREAKS.items():
        line = line.replace(character, escaped)
    try:
        return f"{line}\n".encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return f"{json.dumps(answer)}\n".encode()


def _answer(line: bytes) -> Answer | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(found, dict) and isinstance(found.get("id"), str) and found.get("status") in get_args(Status)
    return found if whole else None
