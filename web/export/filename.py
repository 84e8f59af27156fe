"""A file's name that speaks, and that no system stumbles over. Pure."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from web.export.sources import line

LONGEST = 60  # characters: readable in a list of downloads, and far below every system's limit
_FORBIDDEN = re.compile(r'[\\/:*?"<>|%;]+')  # in names on Windows or in paths; the last two confuse browsers
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)  # devices on Windows


def file_name(title: str, ending: str) -> str:
    r"""A name made of a title.

    >>> file_name("How tall is the lighthouse?", "md"), file_name("../../etc/passwd", "bib"), file_name("?", "json")
    ('How tall is the lighthouse.md', 'etc passwd.bib', 'conversation.json')
    """
    words = line(_FORBIDDEN.sub(" ", line(title))).strip(". ")
    if len(words) > LONGEST:
        words = words[:LONGEST].rsplit(" ", 1)[0]
    words = words.strip(". ")
    if not words or _RESERVED.fullmatch(words):
        words = f"conversation {words}".strip()
    return f"{words}.{ending}"


def disposition(name: str) -> str:
    r"""The header that has a browser keep a reply under this name: RFC 6266, other letters than ASCII by RFC 5987.

    >>> disposition("Él Niño.md")
    'attachment; filename="El Nino.md"; filename*=UTF-8\'\'%C3%89l%20Ni%C3%B1o.md'
    """
    decomposed = unicodedata.normalize("NFKD", name)
    ascii_name = re.sub(r"[^ -~]", "", decomposed).replace('"', "").replace("\\", "").strip()
    stem, _, ending = ascii_name.rpartition(".")
    plain_name = f"{stem.strip() or 'conversation'}.{ending}"
    return f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name, safe='')}"
