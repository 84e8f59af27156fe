"""A fetched page → its articles, with the address at which a reader finds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.documents import Article
from ingest.formats.entries import Entry
from ingest.media import in_utf8, name_of
from ingest.outcomes import FileRead, Refusal
from ingest.parsers import Item, Parsers, reason_of
from ingest.stamps import listed
from ingest.webaddress import names_page, without_password

if TYPE_CHECKING:
    from ingest.fetch import Fetched

NESTED = "it is a list of articles itself; give its address to take them"


@dataclass(frozen=True)
class Link:
    """An address to fetch, and what the feed or sitemap (`kind`) that named it says of the article there."""

    address: str
    kind: str = ""
    entry: Entry | None = None

    @property
    def changed(self) -> str:
        """What the list says of the page's last change."""
        return self.entry.changed if self.entry else ""


def page_read(link: Link, got: Fetched | Exception, parsers: Parsers, *, is_new: bool) -> FileRead:
    """What a page gives. One that cannot be had, or holds no article, gives what the feed has of it, if that is new."""
    if not isinstance(got, Exception) and got.unchanged:
        return FileRead(link.address, got.stamp, unchanged=True)
    items = _items(link, got, parsers)
    if is_new and not any(isinstance(item, Article) for item in items):
        items = [*entry_items(link.address, link.entry, parsers)] or items
    stamp = "" if isinstance(got, Exception) else listed(got.stamp, link.changed)
    return file_read(link.address, stamp, items)


def entry_items(origin: str, entry: Entry | None, parsers: Parsers) -> list[Article]:
    """The article of an entry that holds its whole text; otherwise nothing."""
    if entry is None or not entry.markup:
        return []
    from ingest.formats.feed import page_of

    items = parsers.read(origin, "entry.html", page_of(entry), before=[("feed", entry.fields)])
    return [item for item in items if isinstance(item, Article)]


def file_read(address: str, stamp: str, items: Sequence[Item]) -> FileRead:
    """Articles and refusals, told apart."""
    articles = tuple(item for item in items if isinstance(item, Article))
    refusals = (item for item in items if isinstance(item, Refusal))
    hidden = tuple(replace(refusal, origin=without_password(refusal.origin)) for refusal in refusals)
    return FileRead(without_password(address), stamp, articles, hidden)


def _items(link: Link, got: Fetched | Exception, parsers: Parsers) -> list[Item]:
    from ingest.listings import is_listing

    if isinstance(got, Exception):
        return [Refusal(link.address, reason_of(got))]
    if is_listing(got.data):
        return [Refusal(link.address, NESTED)]
    data = in_utf8(got.data, got.media_type, got.charset)
    after = [(link.kind, replace(link.entry.fields, url=""))] if link.entry else []
    items = parsers.read(link.address, name_of(got.url_final, got.media_type), data, after=after)
    return list(_addressed(items, link.address, got.url_final))


def _addressed(items: Sequence[Item], origin: str, final: str) -> Iterator[Item]:
    """With the address that the page gives as its own, if it may, or else where it was found.

    One of several articles in a file keeps whatever address is given for it.
    """
    for item in items:
        if isinstance(item, Refusal):
            yield item
            continue
        stated = item.url if "url" in item.reading.said_by else ""
        if stated if item.origin != origin else names_page(stated, final):
            yield item
        else:
            said_by = {**item.reading.said_by, "url": "link"}
            yield replace(item, url=final, reading=replace(item.reading, said_by=said_by))
