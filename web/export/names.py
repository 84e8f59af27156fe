"""An author as a bibliography wants it: family name and given names where that is safe to say, else whole. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.byline import NOBODY, PRESS, ROLE

# Two words, initials between them and small words before the family name allowed. More words are not parted: which of
# "Gabriel García Márquez" is the family name, nobody can tell from the letters.
_WORD = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:[-’'][^\W\d_]+)*"
_INITIALS = r"(?:[^\W\d_a-z]\.[ -]?)+"
_SMALL = r"(?:van|von|der|den|de|del|della|di|da|la|le|du|dos|bin|ibn|al|el|ter|ten)"
_PERSON = re.compile(
    rf"(?P<given>(?:{_WORD}|{_INITIALS})(?: ?{_INITIALS})?)(?<! ) (?P<particle>{_SMALL}(?: {_SMALL}){{0,2}} )?"
    rf"(?P<family>{_WORD})"
)
_TURNED = re.compile(rf"(?P<family>{_WORD}(?: {_WORD})?), (?P<given>{_WORD}(?: {_WORD}| {_INITIALS})?|{_INITIALS})")
# Words that stand in the names of bodies and in nobody's own.
_BODY = re.compile(
    r"\b(?:agence|agencia|association|associated|authority|bank|board|bureau|cent(?:re|er)|city|college|commission"
    r"|committee|company|congress|council|court|department|editors?|embassy|federation|forum|foundation|fund|government"
    r"|group|human|institute|international|judiciary|league|ministry|nations?|national|office|organi[sz]ation|party"
    r"|police|project|research|rights|school|science|senate|service|society|staff|state|states|team|trust|union|united"
    r"|university|watch|white|world)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts; one that was not parted stands whole in `literal`."""

    literal: str = ""
    family: str = ""
    given: str = ""
    particle: str = ""


def parted(author: str) -> Name:
    """The parts of a person's name; bodies, single names and all that leaves a doubt stay whole.

    >>> parted("Ana M. Verde"), parted("Ludwig van Beethoven").particle
    (Name(literal='', family='Verde', given='Ana M.', particle=''), 'van')
    >>> parted("Amnesty International").literal, parted("Gabriel García Márquez").literal
    ('Amnesty International', 'Gabriel García Márquez')
    """
    found = _PERSON.fullmatch(author) or _TURNED.fullmatch(author)
    nobody = author.casefold() in NOBODY or any(kind.search(author) for kind in (PRESS, ROLE, _BODY))
    if found is None or nobody:
        return Name(literal=author)
    particle = found.groupdict().get("particle") or ""
    return Name(family=found["family"], given=found["given"].strip(), particle=particle.strip())
