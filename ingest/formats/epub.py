"""An EPUB: a saved article, or a magazine of several, as a zip file of web pages."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from ingest.byline import names
from ingest.config import DEFAULTS, IngestConfig
from ingest.dates import parse_date
from ingest.errors import UnreadableError
from ingest.formats import packed
from ingest.formats.flow import flowing, tree_of
from ingest.formats.markup import local, parsed
from ingest.formats.reading import Fault, Read, Record, one_line, said, storable
from ingest.formats.text import decoding
from ingest.formats.visibility import without_unseen

SAID_BY = "EPUB metadata"
PAGES = {"application/xhtml+xml", "text/html"}
SHORTEST = 200  # words of an article in a magazine; less is a cover, a list of contents, a part of something
BOOK = "an EPUB"
EVENT = "{http://www.idpf.org/2007/opf}event"  # of which a date is; the file was made and changed on other days
PUBLICATION = {"publication", "original-publication"}


@dataclass(frozen=True, slots=True)
class Page:
    """One document of the book: where it stands in it, its text, its own heading."""

    place: str
    text: str
    heading: str
    unseen: int = 0

    @property
    def is_article(self) -> bool:
        return bool(self.heading) and len(self.text.split()) >= SHORTEST


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The articles of a book.

    Where at least two of its documents have a heading and SHORTEST words, each such document is an article, keyed
    by its place in the book; what is shorter (cover, contents) is passed over. Otherwise the book is one article.
    """
    with packed.opened(data, config, BOOK) as book:
        package, folder = _package(book)
        about = _about(package)
        found = list(_pages(book, package, folder))
    pages = [page for page in found if isinstance(page, Page)]
    yield from (fault for fault in found if isinstance(fault, Fault))
    articles = [page for page in pages if page.is_article]
    if len(articles) > 1:
        yield from (_article(page, about) for page in articles)
        return
    text = "\n\n".join(page.text for page in pages if page.text)
    if not text:
        if len(pages) < len(found):
            return  # its faults say why
        raise UnreadableError("no text in it")
    own = Read(storable(text), unseen=sum(page.unseen for page in pages))
    yield Record("", said(own, [(SAID_BY, about)]))


def _article(page: Page, about: Read) -> Record:
    """One of several: the book's title names the magazine, and is its outlet where it names no publisher."""
    magazine = replace(about, title="", outlet=about.outlet or about.title)
    heading = Read("", title=page.heading)
    own = Read(storable(page.text), unseen=page.unseen)
    return Record(page.place, said(own, [("heading", heading), (SAID_BY, magazine)]))


def _package(book: ZipFile) -> tuple[Any, str]:
    """The file that lists what the book is made of, and the folder from which it counts."""
    container = parsed(_part(book, "META-INF/container.xml"), "its list of contents")
    place = next((node.get("full-path", "") for node in container.iter("{*}rootfile")), "")
    return parsed(_part(book, place), "its list of contents"), posixpath.dirname(place)


def _part(book: ZipFile, name: str) -> bytes:
    try:
        return packed.content(book, book.getinfo(name))
    except KeyError as error:
        raise UnreadableError(f"not {BOOK}, or a damaged one: {name or 'a part'} is missing") from error


def _about(package: Any) -> Read:
    """What the book says of itself; its date is that of publication. Of several dates the first counts."""
    nodes = [node for node in package.iterfind("{*}metadata/*") if node.get(EVENT, "publication") in PUBLICATION]
    said_of = [(local(node), one_line(node.text or "")) for node in nodes]
    first = dict(reversed([(name, value) for name, value in said_of if value]))
    people = [name for field, value in said_of if field == "creator" for name in names(value)]
    return Read(
        "",
        title=first.get("title", ""),
        outlet=first.get("publisher", ""),
        authors=tuple(dict.fromkeys(people)),
        published=parse_date(first.get("date", "")),
        url=next((value for field, value in said_of if field == "source" and value.startswith("http")), ""),
        language=first.get("language", ""),
    )


def _pages(book: ZipFile, package: Any, folder: str) -> Iterator[Page | Fault]:
    """The documents in the order of reading, each once, those out of it ("linear=no") last; a bad one is a fault."""
    listed = {node.get("id"): node for node in package.iterfind("{*}manifest/{*}item")}
    spine = sorted(package.iterfind("{*}spine/{*}itemref"), key=lambda node: node.get("linear") == "no")
    items = dict.fromkeys(listed[node.get("idref")] for node in spine if node.get("idref") in listed)
    for item in items:
        if item.get("media-type") not in PAGES or "nav" in (item.get("properties") or "").split():
            continue
        place = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        try:
            yield _page(place, _part(book, place))
        except UnreadableError as error:
            yield Fault(place, error.message)


def _page(place: str, data: bytes) -> Page:
    source = decoding(data).text
    if "<!ENTITY" in source:
        raise UnreadableError("it defines entities, which can unfold to gigabytes")
    tree = tree_of(source)
    if tree is None:
        return Page(place, "", "")
    unseen = without_unseen(tree)
    headings = (one_line(node.text_content()) for node in tree.iter("h1", "h2", "h3"))
    return Page(place, flowing(tree), next(filter(None, headings), ""), unseen)
