"""What a person puts right in an article: fields that no later ingest changes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ingest.dates import parse_date
from ingest.documents import Article
from ingest.errors import VouchError
from ingest.formats.reading import FIELDS, one_line


def checked(field: str, value: str) -> str:
    """A correction as it is kept. VouchError for a field that articles do not have, or a value it cannot have.

    Authors are separated by semicolons; an empty value means that it is not known.
    """
    if field not in FIELDS:
        raise VouchError(f"articles have no field {field!r}", hint=f"these can be corrected: {', '.join(FIELDS)}")
    value = one_line(value)
    if field == "title" and not value:
        raise VouchError("an article needs a title", hint="give one, or leave the title as it is")
    if field in ("published", "updated") and value:
        return _day(field, value)
    return value


def _day(field: str, value: str) -> str:
    day = parse_date(value)
    if day is None:
        raise VouchError(f"{field} = {value!r} is no day that can be told", hint="write it as 2025-01-30")
    return day.isoformat()


def _date(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def _authors(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(";") if name.strip())


PARSED: Mapping[str, Callable[[str], Any]] = {"published": _date, "updated": _date, "authors": _authors}


def corrected(article: Article, corrections: Mapping[str, str]) -> Article:
    """The article with corrected fields, which say that they were corrected."""
    if not corrections:
        return article
    fields = {field: PARSED.get(field, str)(value) for field, value in corrections.items()}
    said_by = {**article.reading.said_by, **dict.fromkeys(corrections, "correction")}
    return replace(article, **fields, reading=replace(article.reading, said_by=said_by))
