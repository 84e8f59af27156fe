"""Conversations kept in the library."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from index.library import Library
from qa.language.plain import plain

TITLE_LENGTH = 80  # characters of the first question that name a conversation


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer, as `Answer.as_dict` gives it."""

    question: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as a list shows it."""

    id: str
    title: str
    updated: datetime


class Conversations:
    """The conversations of a library. Every turn is durable when `append` returns."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def create(self) -> str:
        """Begin a conversation; it is listed once it has a turn."""
        return uuid.uuid4().hex

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation in order; [] for one that does not exist."""
        sql = "SELECT question, answer FROM turns WHERE conversation = ? ORDER BY ordinal"
        return [Turn(question, json.loads(answer)) for question, answer in self._library.rows(sql, (conversation,))]

    def append(self, conversation: str, turn: Turn) -> None:
        """Keep a turn; the first names the conversation."""
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        with self._library.transaction():
            count = self._library.rows("SELECT count(*) FROM turns WHERE conversation = ?", (conversation,))[0][0]
            values = (conversation, count, plain(turn.question), json.dumps(turn.answer, ensure_ascii=False))
            self._library.rows("INSERT INTO turns VALUES (?, ?, ?, ?)", values)
            title = " ".join(plain(turn.question).split())[:TITLE_LENGTH]
            self._library.rows("INSERT OR IGNORE INTO conversations VALUES (?, ?, ?)", (conversation, title, now))
            self._library.rows("UPDATE conversations SET updated = ? WHERE id = ?", (now, conversation))

    def remove(self, conversation: str) -> None:
        with self._library.transaction():
            self._library.rows("DELETE FROM turns WHERE conversation = ?", (conversation,))
            self._library.rows("DELETE FROM conversations WHERE id = ?", (conversation,))

    # Last, since below it `list` would mean this method in annotations.
    def list(self) -> list[Conversation]:
        """All conversations, the newest first."""
        rows = self._library.rows("SELECT id, title, updated FROM conversations ORDER BY updated DESC, id")
        return [Conversation(ident, title, datetime.fromisoformat(updated)) for ident, title, updated in rows]
