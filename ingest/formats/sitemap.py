"""Sitemaps: the addresses of a site's pages, and for news sites what the articles are called."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ingest.dates import parse_date
from ingest.errors import UnreadableError
from ingest.formats.entries import Entry
from ingest.formats.reading import Read, one_line
from ingest.formats.root import HEAD, root_of

if TYPE_CHECKING:
    from lxml.etree import _Element

TAGS = ("url", "sitemap")
GZIP = b"\x1f\x8b"
MOST_BYTES = 50 * 1024 * 1024  # unpacked; the standard's own limit (sitemaps.org)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a sitemap names: pages, or further sitemaps."""

    pages: tuple[Entry, ...] = ()
    sitemaps: tuple[Entry, ...] = ()


def is_sitemap(data: bytes) -> bool:
    """Whether a document is a sitemap or an index of them, packed or not."""
    return root_of(_head(data)) in {"urlset", "sitemapindex"}


def addresses(data: bytes) -> Listing:
    """The pages and sitemaps named, in order; pages with what a news sitemap says of them.

    `lastmod` is for sorting only: sites give there any change of the page. UnreadableError if it is no sitemap.
    """
    if not is_sitemap(data):
        raise UnreadableError("it is no sitemap")
    found = list(_located(_unpacked(data)))
    pages, sitemaps = (tuple(_entry(fields) for name, fields in found if name == wanted) for wanted in TAGS)
    return Listing(pages, sitemaps)


def _head(data: bytes) -> bytes:
    if not data.startswith(GZIP):
        return data[:HEAD]
    try:
        return zlib.decompressobj(31).decompress(data, HEAD)
    except zlib.error:
        return b""


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(GZIP):
        return data
    unpacker = zlib.decompressobj(31)
    try:
        plain = unpacker.decompress(data, MOST_BYTES + 1)
    except zlib.error as error:
        raise UnreadableError(f"it is packed wrongly ({error})") from error
    if len(plain) > MOST_BYTES:
        raise UnreadableError("a sitemap larger than 50 MB, the most that a sitemap may have")
    return plain


def _located(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Each `url` or `sitemap` with the texts in it by their names. A document that breaks off is no list of all."""
    from lxml import etree

    tags = [f"{{*}}{tag}" for tag in TAGS]
    steps = etree.iterparse(io.BytesIO(data), tag=tags, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        for _, element in steps:
            fields = {_local(part): one_line(part.text or "") for part in element.iter("{*}*")}
            if fields.get("loc"):
                yield _local(element), fields
            element.clear()
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"a sitemap that is not well-formed ({error.msg})") from error


def _local(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _entry(fields: dict[str, str]) -> Entry:
    published = parse_date(fields.get("publication_date", ""))
    about = Read(
        "",
        title=fields.get("title", ""),
        outlet=fields.get("name", ""),
        published=published,
        language=fields.get("language", ""),
    )
    stated = fields.get("publication_date") or fields.get("lastmod") or ""
    when = _when(stated, published or parse_date(stated))
    return Entry(fields["loc"], fields["loc"], about, when=when, changed=fields.get("lastmod", ""))


def _when(stated: str, day: date | None) -> float:
    """To the second where it is said so; at midnight where only the day is."""
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        if day is None:
            return 0.0
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
