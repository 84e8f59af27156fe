"""Feeds, RSS and Atom: the articles whose whole text they carry, and the links of all."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from ingest.byline import names
from ingest.config import DEFAULTS, IngestConfig
from ingest.dates import parse_date
from ingest.errors import UnreadableError
from ingest.formats.entries import Entry
from ingest.formats.reading import Fault, Read, Record, one_line, said
from ingest.formats.root import root_of

ROOTS = ("rss", "feed", "rdf")
ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
MARKUP = re.compile(r"<\w+[^>]*>|&\w+;")
MOST_BYTES = 10_000_000  # thousands of whole articles; a hostile feed of as much keeps feedparser busy for a minute
BROKEN = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)  # what feedparser raises over a feed that is cut or mixed up
SUMMARY = "only a summary is in the feed; ingest the feed by its address to fetch the article"

Fields = Mapping[str, Any]


def is_feed(data: bytes) -> bool:
    """Whether a document is a feed, whatever it is called."""
    return root_of(data) in ROOTS


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The articles of a feed as a file: those with their whole text in it. The others are faults."""
    taken: set[str] = set()
    for entry in entries(data):
        if entry.key in taken:
            yield Fault(entry.key, f"the feed has {entry.key!r} twice; the first is kept")
        elif not entry.markup:
            yield Fault(entry.key, SUMMARY)
        else:
            yield _record(entry, config)
        taken.add(entry.key)


def entries(data: bytes) -> list[Entry]:
    """All that a feed names, in its order. UnreadableError if it is no feed, or not a harmless one."""
    if not is_feed(data):
        raise UnreadableError("it is no feed: neither RSS nor Atom")
    if len(data) > MOST_BYTES:
        raise UnreadableError("a feed larger than 10 MB", hint="ingest its articles by their own addresses")
    if ENTITY.search(data.replace(b"\x00", b"")):
        raise UnreadableError("it defines entities of its own, which may be made to expand without end")
    import feedparser

    try:  # as a stream: a string would be taken for an address to fetch
        found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except BROKEN as error:
        raise UnreadableError("a damaged feed", hint="ingest its articles by their own addresses") from error
    if not found.entries:
        raise UnreadableError("there is no article in the feed")
    outlet, language = _line(found.feed, "title"), _line(found.feed, "language")
    return [_entry(item, outlet, language, place) for place, item in enumerate(found.entries, start=1)]


def page_of(entry: Entry) -> bytes:
    """The text of an entry as a page that any reader of pages can read."""
    body = entry.markup if MARKUP.search(entry.markup) else "".join(f"<p>{line}</p>" for line in _lines(entry.markup))
    title = escape(entry.fields.title)
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><article>{body}</article></body></html>".encode(
            "utf-8-sig"
        )
    )


def _lines(text: str) -> Iterator[str]:
    return (escape(line, quote=False) for line in text.splitlines() if line.strip())


def _record(entry: Entry, config: IngestConfig) -> Record | Fault:
    try:
        return Record(entry.key, text_of(entry, config))
    except UnreadableError as error:
        return Fault(entry.key, error.message)


def text_of(entry: Entry, config: IngestConfig) -> Read:
    """An entry as an article: its visible text, with what the feed says of it."""
    from ingest.formats.html import read

    found = read(page_of(entry), config)
    return said(Read(found.text, unseen=found.unseen), [("feed", entry.fields), ("file", found)])


def _entry(item: Fields, outlet: str, language: str, place: int) -> Entry:
    link = _line(item, "link")
    source = item.get("source")
    published = parse_date(_own(item, "published"))
    updated = parse_date(_own(item, "updated"))
    fields = Read(
        "",
        title=one_line(_text(_line(item, "title"))),
        outlet=(_line(source, "title") if isinstance(source, Mapping) else "") or outlet,
        authors=_authors(item),
        published=published,
        updated=updated if updated != published else None,
        url=link if link.startswith(("http://", "https://")) else "",
        language=language,
    )
    return Entry(
        _line(item, "id") or link or str(place),
        link,
        fields,
        _whole(item),
        _when(item),
        str(_own(item, "updated") or ""),
    )


def _own(item: Fields, name: str) -> Any:
    """A date of the item; `get` would give one for another."""
    return item[name] if name in item else None  # noqa: SIM401


def _line(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return one_line(value) if isinstance(value, str) else ""


def _text(markup: str) -> str:
    """A title without the markup that some feeds put into it."""
    if not MARKUP.search(markup):
        return markup
    from lxml import etree
    from lxml.html import fromstring

    try:
        return str(fromstring(markup).text_content())
    except (etree.ParserError, ValueError):
        return ""


def _authors(item: Fields) -> tuple[str, ...]:
    people = [_line(person, "name") for person in item.get("authors", ()) if isinstance(person, Mapping)]
    return tuple(dict.fromkeys(name for person in people or [_line(item, "author")] for name in names(person)))


def _whole(item: Fields) -> str:
    """The longest of the contents that are text; a feed may give several forms of it."""
    contents = (part for part in item.get("content", ()) if isinstance(part, Mapping))
    texts = [
        part.get("value") or ""
        for part in contents
        if str(part.get("type", "text/html")).startswith(("text/", "application/xhtml"))
    ]
    return max(texts, key=len, default="")


def _when(item: Fields) -> float:
    """Only to sort by; a day is taken from what the feed says as written."""
    for name in ("published_parsed", "updated_parsed"):
        if moment := _own(item, name):
            return float(calendar.timegm(moment))
    return 0.0
