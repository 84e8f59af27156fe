"""The lines between a headline and its article: who wrote it, for whom, and when. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ingest.dates import parse_date

LONGEST = 150  # characters

LABEL = re.compile(
    r"(?P<label>title|headline|author|authors|byline|written by|source|outlet|publisher|publication"
    r"|date|published|posted|first published|publication date|date published|published on|published at"
    r"|updated|last updated|modified|last modified)"
    r"\s*:\s*(?P<rest>\S.*)",
    re.IGNORECASE,
)
PUBLISHED = re.compile(r"(?:first\s+)?(?:published|posted)(?:\s+(?:on|at))?:?\s+(?P<rest>\S.*)", re.IGNORECASE)
UPDATED = re.compile(r"(?:last\s+)?(?:updated|modified|revised)(?:\s+(?:on|at))?:?\s+(?P<rest>\S.*)", re.IGNORECASE)
NOT_NAMED = re.compile(
    r"(?:(?:by|from)\s+)?(?:(?:our|a|the)\s+)?(?:(?:own|special|staff|foreign|political|news)\s+)?"
    r"(?:correspondents?|staff(?:\s+(?:writers?|reporters?))?|reporters?|newsroom|news\s+desk|web\s+desk|agencies)",
    re.IGNORECASE,
)
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
    r"\b(?:writer|correspondent|reporter|editor|columnist|contributor|bureau|chief|min read)s?\b|@"
    r"|\b(?:staff|team|desk|newsroom)$",
    re.IGNORECASE,
)
NOBODY = {
    "staff", "admin", "administrator", "editor", "editors", "unknown", "anonymous", "(anonymous)", "none", "author",
    "agencies", "guest", "editorial", "editorial board", "webmaster", "user", "owner", "microsoft office user",
    "windows user",
}  # fmt: skip

# A line with nothing but a name; places have two words too, and rubrics.
ALONE = re.compile(rf"{UPPER}[\w’'-]+(?:\s+(?:{UPPER}\.|{PARTICLE})){{0,2}}\s+{UPPER}[\w’'-]+")
PLACE_OR_RUBRIC = re.compile(
    r"(?:new|san|santa|santo|los|las|el|la|saint|st|port|puerto|north|south|east|west|hong|buenos|rio|abu|addis|tel"
    r"|cape|kuala|mexico|united|latin|middle|top|breaking|latest)\b.*|.*\b(?:city|island|states|kingdom|county|beach"
    r"|park|news|politics|opinion|world|sports?|business|analysis|exclusive|today|report)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """What one such line says; empty or None where it says nothing."""

    title: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None


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
    if NOT_NAMED.fullmatch(line):
        return Byline()
    if match := BY.fullmatch(line):
        return _written_by(match["rest"])
    return _dated(line)


def name_alone(line: str) -> tuple[str, ...]:
    """Whoever a line names that holds nothing but a name, as it may stand above a date.

    >>> name_alone("Ana M. Verde"), name_alone("New York"), name_alone("Ferry Stops At Last")
    (('Ana M. Verde',), (), ())
    """
    is_name = ALONE.fullmatch(line) and not PLACE_OR_RUBRIC.fullmatch(line) and not _is_outlet(line)
    return names(line) if is_name else ()


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
    return _dated(f"Updated {rest}" if label in ("updated", "last updated", "modified", "last modified") else rest)


def _dated(line: str) -> Byline | None:
    """A line with a date, and perhaps an outlet: "Paper Lantern Post | Published 30 January 2025"."""
    parts, published, updated = _parted(line)
    if published is None and updated is None:
        return None
    outlet = next((part for part in parts if _is_outlet(part)), "")
    # Beside an outlet a name is a person's; alone it may be a place: "San Salvador, 30 January 2025".
    people = names(parts[0]) if outlet and parts[0] != outlet and all(map(_is_name, ANDS.split(parts[0]))) else ()
    return Byline(outlet=outlet, authors=people, published=published, updated=updated)


def _written_by(rest: str) -> Byline | None:
    parts, published, updated = _parted(rest)
    parts = [piece.removeprefix("the ") for part in parts for piece in FOR.split(PLACE.sub("", part)) if piece]
    known = all(ROLE.search(part) or all(map(_is_name, ANDS.split(part))) for part in parts)
    if not parts or not (known and _is_name(ANDS.split(parts[0])[0])):
        return None
    found = Byline(published=published, updated=updated)
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


def _parted(line: str) -> tuple[list[str], date | None, date | None]:
    """The parts of a line, the first date among them, and the first of an update; one with commas is one part."""
    published = updated = None
    others: list[str] = []
    for strong in STRONG.split(line):
        for part in _by_comma(strong):
            day = _day(part)
            if day and UPDATED.fullmatch(part):
                updated = updated or day
            elif day:
                published = published or day
            elif part:
                others.append(part)
    return others, published, updated


def _day(part: str) -> date | None:
    match = PUBLISHED.fullmatch(part) or UPDATED.fullmatch(part)
    return parse_date(match["rest"] if match else part)


def _by_comma(text: str) -> Iterator[str]:
    pieces = [piece.strip() for piece in text.split(",")]
    place = 0
    while place < len(pieces):
        for count in (4, 3, 2, 1):  # "Thursday, January 30, 2025, 5:30 p.m." has three commas
            part = ", ".join(pieces[place : place + count])
            if count == 1 or (place + count <= len(pieces) and _day(part)):
                yield part
                place += count
                break
