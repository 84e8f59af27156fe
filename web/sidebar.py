"""The sidebar: a new conversation, the old ones, and what the library holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from web import markup


class Entry(Protocol):
    """A conversation as the list shows it."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def updated(self) -> datetime: ...


class Holding(Protocol):
    """What a library counts of itself."""

    @property
    def articles(self) -> int: ...
    @property
    def undated(self) -> int: ...
    @property
    def refusals(self) -> int: ...


def sidebar(conversations: Sequence[Entry], current: str, library: str, now: datetime) -> str:
    """All of it; `library` is a line of plain text."""
    items = "".join(markup.element("li", _entry(each, each.id == current, now)) for each in conversations)
    nothing = markup.element("p", "Conversations are kept here.", class_="hint")
    listed = markup.element("ul", items, class_="conversations") if items else nothing
    return _frame(markup.element("nav", listed, aria_label="Conversations"), library)


def waiting(what: str) -> str:
    """The sidebar before the library is open."""
    return _frame(markup.element("nav", aria_label="Conversations"), what)


def _frame(content: str, library: str) -> str:
    fresh = markup.element("button", "New conversation", type="button", class_="fresh", data_event="fresh")
    foot = markup.element("p", markup.text(library), class_="library", role="status")
    return fresh + content + foot


def library_line(counts: Holding) -> str:
    """As "18 articles, 3 undated, 0 refused"."""
    return f"{markup.counted(counts.articles, 'article')}, {counts.undated:,} undated, {counts.refusals:,} refused"


def _entry(conversation: Entry, current: bool, now: datetime) -> str:
    title = markup.element("span", markup.text(conversation.title), class_="subject", dir="auto")
    when = markup.element("span", markup.relative_date(conversation.updated, now), class_="when")
    choose = markup.element(
        "button",
        title + when,
        type="button",
        class_="choose",
        aria_current="true" if current else None,
        data_event="choose",
        data_conversation=conversation.id,
    )
    remove = markup.element(
        "button",
        "✕",
        type="button",
        class_="icon remove",
        aria_label=f"Delete conversation: {conversation.title}",
        data_event="remove",
        data_conversation=conversation.id,
        data_confirm="Delete this conversation?",
    )
    return choose + remove
