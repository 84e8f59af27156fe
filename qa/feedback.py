"""What people thought of answers, kept in the library with the question, the answer and what it was made with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from index.library import Library
from qa.language.plain import plain

Thumb = Literal["up", "down"]
LONGEST_REASON = 2000  # characters


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's thumb on one answer, with a reason in their own words, or none. `record` is the answer, whole."""

    answer: str
    person: str
    thumb: Thumb
    reason: str
    given: datetime
    question: str
    record: dict[str, Any]


class Feedbacks:
    """The feedback kept in a library. It outlives the conversation; giving it again replaces it."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def give(self, record: dict[str, Any], person: str, thumb: Thumb, reason: str = "") -> None:
        """Keep a thumb on an answer, given as `Answer.as_dict` does."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        said = plain(reason).strip()[:LONGEST_REASON]
        values = (record["id"], person, thumb, said, now, record["question"], json.dumps(record, ensure_ascii=False))
        with self._library.transaction():
            self._library.rows("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def take_back(self, answer: str, person: str) -> None:
        with self._library.transaction():
            self._library.rows("DELETE FROM feedback WHERE answer = ? AND person = ?", (answer, person))

    def of(self, person: str) -> dict[str, Feedback]:
        """What this person gave, by the answer's id."""
        rows = self._library.rows("SELECT * FROM feedback WHERE person = ?", (person,))
        return {each.answer: each for each in _read(rows)}

    def all(self) -> list[Feedback]:
        """Everything given, the oldest first."""
        return _read(self._library.rows("SELECT * FROM feedback ORDER BY given, answer, person"))


def _read(rows: Iterable[Any]) -> list[Feedback]:
    return [
        Feedback(answer, person, thumb, reason, datetime.fromisoformat(given), question, json.loads(record))
        for answer, person, thumb, reason, given, question, record in rows
    ]
