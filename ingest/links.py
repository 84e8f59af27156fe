"""From web addresses to articles: pages, and the pages that feeds and sitemaps name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.abreast import abreast
from ingest.config import IngestConfig
from ingest.errors import UnreadableError
from ingest.outcomes import FileRead, Refusal
from ingest.parsers import Parsers, reason_of
from ingest.stamps import is_as_listed
from ingest.webaddress import is_link, tidied
from ingest.webpages import Link, entry_items, file_read, page_read

if TYPE_CHECKING:
    from ingest.fetch import Fetched, Fetcher
    from ingest.formats.entries import Entry
    from ingest.listings import Listing

__all__ = ["is_link", "read_links"]

Known = Callable[[str], str]  # an address → the stamp it was last read with, "" if it was not


def read_links(
    urls: Sequence[str], config: IngestConfig, parsers: Parsers, known: Known, fetcher: Fetcher | None = None
) -> Iterator[FileRead]:
    """What each address gives. A feed or sitemap gives each article it names as an input of its own, then itself.

    Whatever is wrong with one becomes a refusal; nothing is raised. The order depends on the addresses alone: hosts
    take turns, and lists come last.
    """
    from ingest.fetch import Fetcher

    reader = _Reader(config, parsers, known, fetcher or Fetcher(config.links))
    yield from reader.read(list(dict.fromkeys(map(tidied, urls))))


class _Reader:
    def __init__(self, config: IngestConfig, parsers: Parsers, known: Known, fetcher: Fetcher) -> None:
        self._config = config
        self._parsers = parsers
        self._known = known
        self._fetcher = fetcher

    def read(self, addresses: Sequence[str]) -> Iterator[FileRead]:
        """First what was asked for, then what is named there, then the lists themselves."""
        listings: list[Listing] = []
        for link, got in self._fetched([Link(address) for address in addresses]):
            found = self._given(link, got)
            if isinstance(found, FileRead):
                yield found
            else:
                listings.append(found)
        for listing in listings:
            self._open_sitemaps(listing)
        yield from self._named(listings, set(addresses))
        for one in listings:
            stamp = one.stamp if one.settled else ""
            yield FileRead(one.address, stamp, tuple(one.articles), tuple(one.refusals))

    def _given(self, link: Link, got: Fetched | Exception) -> FileRead | Listing:
        """The list that a link is, or else what its page gives."""
        from ingest.listings import is_listing, listing_of

        if isinstance(got, Exception) or got.unchanged or not is_listing(got.data):
            return self._page(link, got)
        try:
            return self._parsers.call(listing_of, link.address, got)
        except Exception as error:  # one list must not stop the rest, whatever its parser does
            return file_read(link.address, got.stamp, [Refusal(link.address, reason_of(error))])

    def _open_sitemaps(self, index: Listing) -> None:
        """Put the pages of the sitemaps that an index names into it; one level deep."""
        links = [Link(entry.link, "sitemap", entry) for entry in index.chosen_sitemaps()]
        for link, got in self._fetched(links, anew=True):
            try:
                index.pages += self._inner(link.address, got).pages
            except Exception as error:  # as everywhere here: one must not stop the rest
                index.leave(link.address, reason_of(error))

    def _inner(self, address: str, got: Fetched | Exception) -> Listing:
        """The sitemap that an index named."""
        from ingest.listings import is_listing, listing_of

        if isinstance(got, Exception):
            raise got
        if not is_listing(got.data):
            raise UnreadableError("it is no sitemap")
        return self._parsers.call(listing_of, address, got)

    def _named(self, listings: Sequence[Listing], taken: set[str]) -> Iterator[FileRead]:
        """The pages that lists name, each once."""
        links: dict[str, tuple[Link, Listing]] = {}
        for listing in listings:
            for entry in listing.chosen_pages(self._config.links.most):
                if not entry.link:
                    self._keep(listing, entry)
                elif entry.link not in taken:
                    links.setdefault(entry.link, (Link(entry.link, listing.kind, entry), listing))
        for link, got in self._fetched([link for link, _ in links.values()]):
            read = self._page(link, got)
            links[link.address][1].settled &= bool(read.stamp)
            yield read

    def _page(self, link: Link, got: Fetched | Exception) -> FileRead:
        return page_read(link, got, self._parsers, is_new=not self._known(link.address))

    def _keep(self, listing: Listing, entry: Entry) -> None:
        """An entry that stands nowhere else."""
        origin = f"{listing.address}#{entry.key}"
        items = entry_items(origin, entry, self._parsers)
        listing.articles += items
        if not items:
            listing.refusals.append(Refusal(origin, "the feed gives neither its text nor its address"))

    def _fetched(self, links: Sequence[Link], *, anew: bool = False) -> Iterator[tuple[Link, Fetched | Exception]]:
        """Each link with what was fetched, or why nothing was; `anew` even if it is known."""

        def job(link: Link) -> Callable[[], Fetched | Exception]:
            stamp = "" if anew else self._known(link.address)
            return lambda: self._tried(link, stamp)

        return abreast(links, lambda link: link.address, job, self._fetcher.stop)

    def _tried(self, link: Link, stamp: str) -> Fetched | Exception:
        from ingest.fetch import Fetched

        if is_as_listed(stamp, link.changed):
            return Fetched(link.address, stamp=stamp, unchanged=True)
        try:
            return self._fetcher.fetch(link.address, stamp=stamp)
        except Exception as error:  # one address must not stop the rest, whatever is wrong with it
            return error
