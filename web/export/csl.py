"""Sources as CSL-JSON, which Zotero, pandoc and most reference managers read. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from web.export.keys import keys
from web.export.names import parted
from web.export.sources import Source

# The elements that CSL-JSON allows in a text: a title that holds one is not to be set in italics.
_RICH = re.compile(r"<(/?(?:i|b|sub|sup|sc|span)\b[^<>]*)>", re.IGNORECASE)


def csl_json(sources: Sequence[Source]) -> str:
    """An array, an item of it on each line, under the same keys as in BibTeX."""
    named = keys(sources)
    items = (json.dumps(item(named[source.article], source), ensure_ascii=False) for source in sources)
    return "[\n" + ",\n".join(items) + "\n]\n"


def item(key: str, source: Source) -> dict[str, Any]:
    """One source: a newspaper's article, a page of the web, or, with neither outlet nor address, a document."""
    fields = {
        "id": key,
        "type": "article-newspaper" if source.outlet else "webpage" if source.url else "document",
        "title": text(source.title or "Untitled"),
        "author": [_name(author) for author in source.authors],
        "container-title": text(source.outlet),
        "issued": _date(source.published),
        "accessed": _date(source.accessed) if source.url else None,
        "URL": source.url,
        "language": source.language,
    }
    return {name: value for name, value in fields.items() if value}


def text(value: str) -> str:
    """Text in which nothing is an element.

    >>> text("<i>Not</i> 1 < 2 <img>")
    '‹i›Not‹/i› 1 < 2 <img>'
    """
    return _RICH.sub(r"‹\1›", value)


def _name(author: str) -> dict[str, str]:
    name = parted(author)
    person = {"family": name.family, "given": name.given, "non-dropping-particle": name.particle}
    return {kind: text(part) for kind, part in {**person, "literal": name.literal}.items() if part}


def _date(day: date | None) -> dict[str, Any] | None:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None
