"""What every format gives: the text of an article, and what the file says of it."""

import re
from dataclasses import dataclass
from datetime import date

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Read:
    """One article as a format read it. Make it with `Read.of`; what the file does not say is empty or None."""

    text: str
    title: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    url: str = ""
    language: str = ""


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


def storable(text: str) -> str:
    """The text without NUL, and with lone surrogates replaced: neither can be stored, and neither is text.

    Everything else stays, line endings too, since citations count characters.
    """
    return UNSTORABLE.sub(lambda match: "" if match.group() == "\x00" else "\ufffd", text.removeprefix("\ufeff"))


def one_line(value: str) -> str:
    """A field such as a title: storable, and without line breaks or doubled white space."""
    return " ".join(storable(value).split())
