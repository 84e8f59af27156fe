"""Feeds and sitemaps that stand on the web: which of the articles they name are taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ingest.documents import Article
from ingest.formats.entries import Entry
from ingest.outcomes import Refusal
from ingest.webaddress import tidied

if TYPE_CHECKING:
    from ingest.fetch import Fetched

MOST_SITEMAPS = 50  # of an index; each is a request, and may name 50,000 pages
MORE = "raise most under [ingest.links] in config.toml to take more"


@dataclass
class Listing:
    """A feed or sitemap that was fetched, and what becomes of what it names.

    `stamp` is kept only if all of it was `settled`, so that what failed is tried again by the next run.
    """

    address: str
    kind: str
    stamp: str
    pages: list[Entry]
    sitemaps: list[Entry] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    settled: bool = True

    def leave(self, address: str, reason: str) -> None:
        """Note something that was not taken, and why."""
        self.refusals.append(Refusal(address, reason))
        self.settled = False

    def chosen_pages(self, most: int) -> list[Entry]:
        """The pages to fetch, each once: the newest, where there are too many and dates are given."""
        chosen, of = _newest(self.pages, most)
        if len(chosen) < of:
            self.leave(self.address, f"{len(chosen):,} of {of:,} articles were taken; {MORE}")
        return chosen

    def chosen_sitemaps(self) -> list[Entry]:
        """The sitemaps to fetch, if this is an index of some."""
        chosen, of = _newest(self.sitemaps, MOST_SITEMAPS)
        if len(chosen) < of:
            self.leave(self.address, f"{len(chosen):,} of its {of:,} sitemaps were read; give others by their address")
        return chosen


def listing_of(address: str, fetched: Fetched) -> Listing:
    """The feed or sitemap that was fetched from an address. UnreadableError if it is neither, or is broken."""
    from ingest.formats.feed import entries, is_feed
    from ingest.formats.sitemap import addresses

    def here(found: Sequence[Entry]) -> list[Entry]:
        return [_at(fetched.url_final, entry) for entry in found]

    if is_feed(fetched.data):
        return Listing(address, "feed", fetched.stamp, here(entries(fetched.data)))
    found = addresses(fetched.data)
    # That an index is unchanged says nothing of the sitemaps in it.
    stamp = "" if found.sitemaps else fetched.stamp
    return Listing(address, "sitemap", stamp, here(found.pages), here(found.sitemaps))


def _at(base: str, entry: Entry) -> Entry:
    """With a whole address: links are relative to where the list stands."""
    if not entry.link:
        return entry
    link = tidied(urljoin(base, entry.link))
    return replace(entry, link=link, fields=replace(entry.fields, url=link))


def is_listing(data: bytes) -> bool:
    """Whether some bytes are a feed or a sitemap, told by their beginning."""
    from ingest.formats.feed import is_feed
    from ingest.formats.sitemap import is_sitemap

    return is_feed(data) or is_sitemap(data)


def _newest(found: Sequence[Entry], most: int) -> tuple[list[Entry], int]:
    """So many of them at most, and how many there are; those of unknown age come last, in their order."""
    once: dict[str, Entry] = {}
    for entry in found:
        once.setdefault(entry.link or entry.key, entry)
    return sorted(once.values(), key=lambda entry: -entry.when)[:most], len(once)
