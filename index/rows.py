"""An article as a row of the library, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from ingest.documents import Article, Reading

COLUMNS = "id, origin, sha256, text, title, outlet, authors, published, updated, url, language, pages, reading"


def row_of(article: Article) -> dict[str, str]:
    """Columns and values; an unknown date is ""."""
    return {
        "id": article.id,
        "version": article.version,
        "origin": article.origin,
        "sha256": article.sha256,
        "text": article.text,
        "title": article.title,
        "outlet": article.outlet,
        "authors": json.dumps(article.authors),
        "published": _iso(article.published),
        "updated": _iso(article.updated),
        "url": article.url,
        "language": article.language,
        "pages": json.dumps(article.pages),
        "reading": json.dumps(asdict(article.reading)),
    }


def article_of(row: tuple[Any, ...]) -> Article:
    """The article of a row of COLUMNS."""
    ident, origin, sha256, text, title, outlet, authors, published, updated, url, language, pages, reading = row
    return Article(
        ident,
        origin,
        sha256,
        text,
        title,
        outlet,
        tuple(json.loads(authors)),
        date_of(published),
        date_of(updated),
        url,
        language,
        tuple(json.loads(pages)),
        Reading(**json.loads(reading)),
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def date_of(value: str) -> date | None:
    """The day of a column; None for ""."""
    return date.fromisoformat(value) if value else None
