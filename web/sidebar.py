"""The sidebar: a new conversation, the old ones, the scope of the search, and what the library holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from web import finder, markup

SEARCHED = 4  # conversations from which on their list can be searched: fewer are seen at a glance


class Entry(Protocol):
    """A conversation as the list shows it."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def updated(self) -> datetime: ...


class Holding(Protocol):
    """What a library counts of itself; `last_ingested` is a moment in ISO form, "" for never."""

    @property
    def articles(self) -> int: ...
    @property
    def undated(self) -> int: ...
    @property
    def refusals(self) -> int: ...
    @property
    def last_ingested(self) -> str: ...


def sidebar(conversations: Sequence[Entry], current: str, scope: str, library: Holding, now: datetime) -> str:
    """All of it; `scope` is the part that limits the search, as HTML."""
    items = "".join(markup.element("li", _entry(each, each.id == current, now)) for each in conversations)
    listed = markup.element("ul", items, class_="conversations")
    if not items:
        listed = markup.element("p", "Conversations are kept here.", class_="hint")
    if len(conversations) >= SEARCHED:
        listed = finder.finder(listed, "Search conversations", "No conversation is called that.")
    return _frame(listed, scope + _library(library, now))


def waiting(what: str) -> str:
    """The sidebar before the library is open."""
    return _frame("", markup.element("p", markup.text(what), class_="library", role="status"))


def _frame(conversations: str, below: str) -> str:
    fresh = markup.element("button", "New conversation", type="button", class_="fresh", data_event="fresh")
    return fresh + markup.element("nav", conversations, aria_label="Conversations") + below


def _library(counts: Holding, now: datetime) -> str:
    """How much there is, since when, and a way to what was refused."""
    held = markup.element("p", markup.text(holds(counts)))
    when = ""
    if counts.last_ingested:
        ago = markup.relative_date(datetime.fromisoformat(counts.last_ingested), now)
        when = markup.element("p", markup.text(f"Last ingested {ago}"))
    words = f"{counts.refusals:,} refused"
    opens = {"type": "button", "class_": "refused", "data_go": "library", "data_show": "refusals"}
    refused = markup.element("p", markup.element("button", words, **opens)) if counts.refusals else ""
    title = markup.element("h2", "Library")
    return markup.element("section", title + held + when + refused, class_="library", aria_label="Library")


def holds(counts: Holding) -> str:
    """As "18 articles, 3 undated"."""
    undated = f", {counts.undated:,} undated" if counts.undated else ""
    return f"{markup.counted(counts.articles, 'article')}{undated}"


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
