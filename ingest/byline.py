"""The lines between a headline and its article: who wrote it, for whom, and when. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ingest import bylinewords as words
from ingest.bylinewords import either
from ingest.dates import parse_date

LONGEST = 150  # characters
LONGEST_NAMES = 5_000  # characters; what is longer lists no authors
LONGEST_OUTLET = 8  # words; what is longer behind "Source:" is a sentence

MEANINGS = {
    "title": words.TITLE,
    "authors": words.AUTHOR,
    "outlet": words.OUTLET,
    "published": words.PUBLISHED,
    "updated": words.UPDATED,
}
LABEL = re.compile(
    "(?:" + "|".join(f"(?P<{meaning}>{either(listed)})" for meaning, listed in MEANINGS.items()) + ")"
    r"\s*:\s*(?P<rest>\S.*)",
    re.IGNORECASE,
)
ON = r"(?:\s+(?:on|at|le|el|am|il|em|op))?:?\s+(?P<rest>\S.*)"
PUBLISHED = re.compile(rf"(?:first\s+)?{either(words.DATE_FOLLOWS)}{ON}", re.IGNORECASE)
UPDATED = re.compile(rf"(?:last\s+)?{either((*words.UPDATED, 'revised'))}{ON}", re.IGNORECASE)
NOT_NAMED = re.compile(
    r"(?:(?:by|from)\s+)?(?:(?:our|a|the)\s+)?(?:(?:own|special|staff|foreign|political|news)\s+)?"
    r"(?:correspondents?|staff(?:\s+(?:writers?|reporters?))?|reporters?|newsroom|news\s+desk|web\s+desk|agencies)"
    rf"|(?:{either(words.BY_ABROAD)}\s+)?{either(words.NOT_NAMED)}",
    re.IGNORECASE,
)
BY = re.compile(r"(?:written\s+)?by:?\s+(?P<rest>\S.*)", re.IGNORECASE)
BY_ABROAD = re.compile(rf"{either(words.BY_ABROAD)}\s*:?\s+(?P<rest>\S.*)", re.IGNORECASE)

STRONG = re.compile(r"\s*[|•·–—\t]\s*|\s+-\s+")
FOR = re.compile(r"\s+(?:for|of)\s+(?=(?:the\s+)?[^\W\d_a-z])")

UPPER = r"[^\W\d_a-zß-öø-ÿά-ώа-џ]"
PARTICLE = r"(?:de|da|di|del|dela|la|van|von|der|den|bin|al|el|dos|du|le|y|e)"
# "e" stands in names, too: Costa e Silva.
ANDS = re.compile(rf"\s+(?:and|&|y|und|et|и)\s+|\s+e\s+(?={UPPER}[\w.’'-]*\s+{UPPER})|\s*[;/]\s*")
NAME = re.compile(rf"{UPPER}[\w.’'-]*(?:\s+(?:{PARTICLE}\s+){{0,2}}{UPPER}[\w.’'-]*){{0,4}}")
FULL_NAME = re.compile(rf"{UPPER}[\w.’'-]*(?:\s+(?:{PARTICLE}\s+){{0,2}}{UPPER}[\w.’'-]*){{1,3}}")
IN = re.compile(rf"\sin\s+(?={UPPER})")
MAIL = r"(?<![\w.+-])[\w.+-]++@[\w-]+\.[\w.-]+"
NAMED_ADDRESS = re.compile(rf"{MAIL}\s?\((?P<name>[^()@]+)\)")
ADDRESS = re.compile(rf"[<(\[]?{MAIL}[>)\]]?")
PRESS = re.compile(
    r"\b(?:the|post|times|news|newspaper|herald|press|agency|tribune|gazette|journal|daily|weekly|wire|radio|tv|magazine"
    r"|courier|chronicle|observer|review|monitor|ledger|bulletin|dispatch|mail|star|guardian|standard|express"
    r"|telegraph|globe|register|mirror|reuters|bloomberg|ap|afp|bbc|cnn|npr|media|online|network|lantern|beacon)\b"
    rf"|\b(?:{'|'.join(words.PRESS)})\b",
    re.IGNORECASE,
)
ROLE = re.compile(
    r"\b(?:writer|correspondent|reporter|editor|columnist|contributor|journalist|photographer|bureau|chief)s?\b"
    rf"|@|\bmin reads?\b|\b(?:staff|team|desk|newsroom)$|\b(?:{'|'.join(words.ROLES)})$|^(?:{'|'.join(words.ROLES)})\b",
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


def byline(line: str, *, first: bool = False) -> Byline | None:
    """Read a line, or give None if it is no such line, as when it merely begins with "By".

    The `first` line of an article may be its headline: there "Von Miller Wins" names nobody who wrote.

    >>> byline("By Ana Verde, Paper Lantern Post, 30 January 2025").outlet
    'Paper Lantern Post'
    >>> byline("By then it was over.") is None
    True
    """
    if len(line) > LONGEST:
        return None
    if match := LABEL.fullmatch(line):
        return _labelled(next(meaning for meaning in MEANINGS if match[meaning]), match["rest"])
    if NOT_NAMED.fullmatch(line):
        return Byline()
    if match := BY.fullmatch(line):
        return _written_by(match["rest"])
    return (None if first else _below_headline(line)) or _dated(line)


def name_alone(line: str) -> tuple[str, ...]:
    """Whoever a line names that holds nothing but a name, as it may stand above a date.

    >>> name_alone("Ana M. Verde"), name_alone("New York"), name_alone("Ferry Stops At Last")
    (('Ana M. Verde',), (), ())
    """
    is_name = ALONE.fullmatch(line) and not PLACE_OR_RUBRIC.fullmatch(line) and not _is_outlet(line)
    return names(line) if is_name else ()


def names(value: str) -> tuple[str, ...]:
    """The people in "Ana Verde, Bo Li and Luis Gil"; roles, addresses and "Staff" are nobody.

    >>> names("Ana Verde, staff writer; Bo Li in San Salvador and mail@pebble.example (Luis Gil)")
    ('Ana Verde', 'Bo Li', 'Luis Gil')
    """
    if len(value) > LONGEST_NAMES:
        return ()
    several = ANDS.split(_without_by(_without_addresses(value)))
    found = (name.strip(" ,.") for some in several for name in _without_place(some).split(","))
    return tuple(dict.fromkeys(name for name in found if _somebody(name)))


def outlet_in_title(title: str) -> str:
    """The newspaper in "Bridge reopens | The Pebble Gazette"; pages end their titles so."""
    parts = STRONG.split(title)
    return parts[-1] if len(parts) > 1 and _is_outlet(parts[-1]) else ""


def _somebody(name: str) -> bool:
    return bool(name) and name.lower() not in NOBODY and not ROLE.search(name)


def _without_addresses(value: str) -> str:
    """Mail gives "ana@pebble.example (Ana Verde)" and "Ana Verde <ana@pebble.example>"."""
    return ADDRESS.sub("", NAMED_ADDRESS.sub(r"\g<name>", value))


def _without_by(value: str) -> str:
    match = BY.fullmatch(value.strip()) or BY_ABROAD.fullmatch(value.strip())
    # "Von" and "Di" begin names, too: Von Miller.
    return match["rest"] if match and (match.re is BY or FULL_NAME.match(match["rest"])) else value


def _labelled(meaning: str, rest: str) -> Byline | None:
    if meaning == "title":
        return Byline(title=rest)
    if meaning == "authors":
        return Byline(authors=names(rest))
    if meaning == "outlet":
        return None if "://" in rest or len(rest.split()) > LONGEST_OUTLET else Byline(outlet=rest)
    return _dated(f"Updated {rest}" if meaning == "updated" else rest)


def _below_headline(line: str) -> Byline | None:
    """What is meant so only there: "Par Ana Verde", "Ana Verde | Pebble Gazette"."""
    if match := BY_ABROAD.fullmatch(line):
        found = _written_by(match["rest"])
        return found if found and found.authors and all(map(_is_full_name, found.authors)) else None
    parts = STRONG.split(line)
    if len(parts) == 2 and name_alone(parts[0]) and _is_outlet(parts[1]):  # noqa: PLR2004
        return Byline(authors=names(parts[0]), outlet=parts[1])
    return None


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
    parts = list(_without_places(parts))
    known = all(ROLE.search(part) or all(map(_is_name, ANDS.split(part))) for part in parts)
    if not parts or not (known and _is_name(ANDS.split(parts[0])[0])):
        return None
    found = Byline(published=published, updated=updated)
    for place, part in enumerate(parts):
        alone = place == 1 and len(parts) == 2 and published is not None  # noqa: PLR2004
        called = place > 0 and words.ARTICLE.match(part) is not None
        outlet = called or _is_outlet(part) or (alone and _is_name(part))
        if outlet and not found.outlet:
            found = replace(found, outlet=part)
        elif not outlet and all(_is_name(name) for name in ANDS.split(part)):
            found = replace(found, authors=found.authors + names(part))
    return found


def _without_places(parts: Sequence[str]) -> Iterator[str]:
    """The parts without "in San Salvador", nor "California" behind "in Oakland"; and what stands behind "for" apart."""
    placed = False
    for part in parts:
        who = _without_place(part)
        goes_on = placed and who == part and not _is_outlet(part)
        placed = who != part
        if not goes_on:
            yield from (piece.removeprefix("the ") for piece in FOR.split(who) if piece)


def _without_place(part: str) -> str:
    """Who "Ana Verde in San Salvador" is; "Women in Film" is one name."""
    found = IN.search(part)
    who = part[: found.start()] if found else ""
    return who if " " in who.strip() else part


def _is_full_name(name: str) -> bool:
    return FULL_NAME.fullmatch(name) is not None and not PLACE_OR_RUBRIC.fullmatch(name)


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
