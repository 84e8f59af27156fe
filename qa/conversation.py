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
    """The conversations of a library. Every turn is durable when `append` returns.

    Each belongs to a person, who alone has it listed; one of nobody ("") is listed for everybody. Whoever knows its id,
    which cannot be guessed, may read it: so a link shares it.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def create(self) -> str:
        """Begin a conversation; it is listed once it has a turn."""
        return uuid.uuid4().hex

    def person(self, conversation: str) -> str:
        """Whose it is; "" for nobody's, and for one that does not exist."""
        rows = self._library.rows("SELECT person FROM conversations WHERE id = ?", (conversation,))
        return str(rows[0][0]) if rows else ""

    def may_change(self, conversation: str, person: str) -> bool:
        """Whether it is this person's to go on with, to cut and to remove: their own, or nobody's."""
        return self.person(conversation) in {"", person}

    def turns(self, conversation: str) -> list[Turn]:
        """The turns of a conversation in order; [] for one that does not exist."""
        sql = "SELECT question, answer FROM turns WHERE conversation = ? ORDER BY ordinal"
        return [Turn(question, json.loads(answer)) for question, answer in self._library.rows(sql, (conversation,))]

    def turn(self, conversation: str, number: int) -> Turn | None:
        """One turn, the first is 1, without reading the others; None where there is none."""
        sql = "SELECT question, answer FROM turns WHERE conversation = ? AND ordinal = ?"
        rows = self._library.rows(sql, (conversation, number - 1))
        return Turn(rows[0][0], json.loads(rows[0][1])) if rows else None

    def append(self, conversation: str, turn: Turn, person: str = "", after: int | None = None) -> None:
        """Keep a turn; the first names the conversation, and says whose it is.

        It comes behind the first `after` turns, in place of those that stood there; None: behind all.
        """
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        with self._library.transaction():
            if after is not None:
                self._cut(conversation, after)
            count = self._library.rows("SELECT count(*) FROM turns WHERE conversation = ?", (conversation,))[0][0]
            values = (conversation, count, plain(turn.question), json.dumps(turn.answer, ensure_ascii=False))
            self._library.rows("INSERT INTO turns VALUES (?, ?, ?, ?)", values)
            title = " ".join(plain(turn.question).split())[:TITLE_LENGTH]
            begun = (conversation, title, now, person)
            self._library.rows("INSERT OR IGNORE INTO conversations VALUES (?, ?, ?, ?)", begun)
            self._library.rows("UPDATE conversations SET updated = ? WHERE id = ?", (now, conversation))

    def cut(self, conversation: str, turns: int) -> None:
        """Keep the first turns only; with none left, the conversation goes."""
        with self._library.transaction():
            self._cut(conversation, turns)
            if turns == 0:
                self.remove(conversation)

    def copy(self, conversation: str, person: str) -> str:
        """The same turns as a conversation of this person's own; its id."""
        own = self.create()
        with self._library.transaction():
            for turn in self.turns(conversation):
                self.append(own, turn, person)
        return own

    def remove(self, conversation: str) -> None:
        with self._library.transaction():
            self._cut(conversation, 0)
            self._library.rows("DELETE FROM conversations WHERE id = ?", (conversation,))

    def _cut(self, conversation: str, turns: int) -> None:
        self._library.rows("DELETE FROM turns WHERE conversation = ? AND ordinal >= ?", (conversation, turns))

    # Last, since below it `list` would mean this method in annotations.
    def list(self, person: str = "") -> list[Conversation]:
        """A person's conversations and those of nobody, the newest first."""
        sql = "SELECT id, title, updated FROM conversations WHERE person IN (?, '') ORDER BY updated DESC, id"
        rows = self._library.rows(sql, (person,))
        return [Conversation(ident, title, datetime.fromisoformat(updated)) for ident, title, updated in rows]
