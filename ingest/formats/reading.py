"""What every format gives: the text of an article, and what the file says of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
FIELDS = ("title", "outlet", "authors", "published", "updated", "url", "language")


@dataclass(frozen=True, slots=True)
class Read:
    """One article as a format read it; what the file does not say is empty or None.

    `said_by` tells of fields where in the file they were said; `said` merges several such places. `pages` and
    `unseen` are as in Article and Reading. `format` is that of the file it stood in, which may lie in another.
    """

    text: str
    title: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    url: str = ""
    language: str = ""
    pages: tuple[int, ...] = ()
    encoding: str = ""
    unseen: int = 0
    said_by: Mapping[str, str] = field(default_factory=dict)
    format: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One article of several in a file, with the key that tells it from the others."""

    key: str
    read: Read


@dataclass(frozen=True, slots=True)
class Fault:
    """A record that could not be read, and why."""

    key: str
    reason: str


def said(text: Read, places: Sequence[tuple[str, Read]]) -> Read:
    """`text` with each field filled in by the first of the places that says it, and a note of which that was.

    >>> both = said(Read("…"), [("front matter", Read("", title="A")), ("byline", Read("", title="B", url="u"))])
    >>> both.title, both.said_by
    ('A', {'title': 'front matter', 'url': 'byline'})
    """
    found: dict[str, object] = {}
    said_by = dict(text.said_by)
    for name in FIELDS:
        for place, read in places:
            if not getattr(text, name) and (value := getattr(read, name)):
                found[name], said_by[name] = value, read.said_by.get(name, place)
                break
    return replace(text, **found, said_by=said_by)  # type: ignore[arg-type]  # FIELDS are fields


def storable(text: str) -> str:
    """The text without NUL, and with lone surrogates replaced: neither can be stored, and neither is text.

    Everything else stays, line endings too, since citations count characters.
    """
    return UNSTORABLE.sub(lambda match: "" if match.group() == "\x00" else "\ufffd", text.removeprefix("\ufeff"))


def one_line(value: str) -> str:
    """A field such as a title: storable, and without line breaks or doubled white space."""
    return " ".join(storable(value).split())
