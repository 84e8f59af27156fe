"""The lines between a headline and its article: who wrote it, for whom, and when. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ingest.dates import parse_date

LONGEST = 150  # characters

LABEL = re.compile(
    r"(?P<label>title|headline|author|authors|byline|written by|source|outlet|publisher|publication"
    r"|date|published|posted|first published|publication date|date published|published on|published at)"
    r"\s*:\s*(?P<rest>\S.*)",
    re.IGNORECASE,
)
PUBLISHED = re.compile(r"(?:first\s+)?(?:published|posted)(?:\s+(?:on|at))?:?\s+(?P<rest>\S.*)", re.IGNORECASE)
BY = re.compile(r"(?:written\s+)?by:?\s+(?P<rest>\S.*)", re.IGNORECASE)

STRONG = re.compile(r"\s*[|•·–—\t]\s*|\s+-\s+")
ANDS = re.compile(r"\s+(?:and|&|y|und|et)\s+|\s*[;/]\s*")
FOR = re.compile(r"\s+(?:for|of)\s+(?=(?:the\s+)?[^\W\d_a-z])")
PLACE = re.compile(r"\s+in\s+[^\W\d_a-z].*")

UPPER = r"[^\W\d_a-zß-öø-ÿ]"
PARTICLE = r"(?:de|da|di|del|dela|la|van|von|der|den|bin|al|el|dos|du|le|y|e)"
NAME = re.compile(rf"{UPPER}[\w.’'-]*(?:\s+(?:{PARTICLE}\s+){{0,2}}{UPPER}[\w.’'-]*){{0,4}}")
PRESS = re.compile(
    r"\b(?:the|post|times|news|newspaper|herald|press|agency|tribune|gazette|journal|daily|weekly|wire|radio|tv|magazine"
    r"|courier|chronicle|observer|review|monitor|ledger|bulletin|dispatch|mail|star|guardian|standard|express"
    r"|telegraph|globe|register|mirror|reuters|bloomberg|ap|afp|bbc|cnn|npr|media|online|network|lantern|beacon)\b",
    re.IGNORECASE,
)
ROLE = re.compile(
    r"\b(?:writer|correspondent|reporter|editor|columnist|contributor|bureau|chief|min read)\b|@", re.IGNORECASE
)
NOBODY = {
    "staff",
    "admin",
    "administrator",
    "editor",
    "editors",
    "unknown",
    "anonymous",
    "(anonymous)",
    "none",
    "author",
}


@dataclass(frozen=True, slots=True)
class Byline:
    """What one such line says; empty or None where it says nothing."""

    title: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None


def byline(line: str) -> Byline | None:
    """Read a line, or give None if it is no such line, as when it merely begins with "By".

    >>> byline("By Ana Verde, Paper Lantern Post, 30 January 2025").outlet
    'Paper Lantern Post'
    >>> byline("By then it was over.") is None
    True
    """
    if len(line) > LONGEST:
        return None
    if match := LABEL.fullmatch(line):
        return _labelled(match["label"].lower(), match["rest"])
    if match := BY.fullmatch(line):
        return _written_by(match["rest"])
    return _dated(line)


def names(value: str) -> tuple[str, ...]:
    """The people in "Ana Verde, Bo Li and Luis Gil"; roles, addresses and "Staff" are nobody.

    >>> names("Ana Verde, staff writer; Bo Li and Luis Gil")
    ('Ana Verde', 'Bo Li', 'Luis Gil')
    """
    found = (name.strip(" ,.").removeprefix("By ") for part in value.split(",") for name in ANDS.split(part))
    return tuple(dict.fromkeys(name for name in found if _somebody(name)))


def outlet_in_title(title: str) -> str:
    """The newspaper in "Bridge reopens | The Pebble Gazette"; pages end their titles so."""
    parts = STRONG.split(title)
    return parts[-1] if len(parts) > 1 and _is_outlet(parts[-1]) else ""


def _somebody(name: str) -> bool:
    return bool(name) and name.lower() not in NOBODY and not ROLE.search(name)


def _labelled(label: str, rest: str) -> Byline | None:
    if label in ("title", "headline"):
        return Byline(title=rest)
    if label in ("author", "authors", "byline", "written by"):
        return Byline(authors=names(rest))
    if label in ("source", "outlet", "publisher", "publication"):
        return None if "://" in rest else Byline(outlet=rest)
    return _dated(rest)


def _dated(line: str) -> Byline | None:
    """A line with a date, and perhaps an outlet: "Paper Lantern Post | Published 30 January 2025"."""
    parts, published = _parted(line)
    if published is None:
        return None
    outlet = next((part for part in parts if _is_outlet(part)), "")
    # Beside an outlet a name is a person's; alone it may be a place: "San Salvador, 30 January 2025".
    people = names(parts[0]) if outlet and parts[0] != outlet and all(map(_is_name, ANDS.split(parts[0]))) else ()
    return Byline(outlet=outlet, authors=people, published=published)


def _written_by(rest: str) -> Byline | None:
    parts, published = _parted(rest)
    parts = [piece.removeprefix("the ") for part in parts for piece in FOR.split(PLACE.sub("", part)) if piece]
    known = all(ROLE.search(part) or all(map(_is_name, ANDS.split(part))) for part in parts)
    if not parts or not (known and _is_name(ANDS.split(parts[0])[0])):
        return None
    found = Byline(published=published)
    for place, part in enumerate(parts):
        outlet = _is_outlet(part) or (place == 1 and len(parts) == 2 and published is not None and _is_name(part))  # noqa: PLR2004
        if outlet and not found.outlet:
            found = replace(found, outlet=part)
        elif not outlet and all(_is_name(name) for name in ANDS.split(part)):
            found = replace(found, authors=found.authors + names(part))
    return found


def _is_name(part: str) -> bool:
    return NAME.fullmatch(part) is not None


def _is_outlet(part: str) -> bool:
    return bool(PRESS.search(part)) and _is_name(part) and not ROLE.search(part) and not ANDS.search(part)


def _parted(line: str) -> tuple[list[str], date | None]:
    """The parts of a line, and the first date among them; a date that holds commas is one part."""
    published = None
    others: list[str] = []
    for strong in STRONG.split(line):
        for part in _by_comma(strong):
            match = PUBLISHED.fullmatch(part)
            day = parse_date(match["rest"] if match else part)
            published = published or day
            if not day and part:
                others.append(part)
    return others, published


def _by_comma(text: str) -> Iterator[str]:
    pieces = [piece.strip() for piece in text.split(",")]
    place = 0
    while place < len(pieces):
        for count in (4, 3, 2, 1):  # "Thursday, January 30, 2025, 5:30 p.m." has three commas
            part = ", ".join(pieces[place : place + count])
            match = PUBLISHED.fullmatch(part)
            if count == 1 or (place + count <= len(pieces) and parse_date(match["rest"] if match else part)):
                yield part
                place += count
                break
