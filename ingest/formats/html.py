"""A web page: its article, without menus and without what a reader of the page would not see."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.byline import names, outlet_in_title
from ingest.dates import parse_date
from ingest.errors import UnreadableError
from ingest.formats.jsonld import article_in
from ingest.formats.reading import Read, one_line, storable
from ingest.formats.text import MARKS, decoded
from ingest.imprint import IMPRINT

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
DECLARED_WITHIN = 4096  # bytes; the standard asks for the first 1024

UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
UNSEEN = "//*[@hidden or @aria-hidden='true' or self::template or self::noscript or self::dialog]"
DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.date", "dcterms.created", "dc.date.created", "pubdate", "publishdate", "publish-date", "published_time",
    "publish_date", "publication_date", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime",
    "citation_publication_date", "citation_date",
)  # fmt: skip
DAY_IN_ADDRESS = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/")
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
TABLE_RULE = re.compile(r"^\|[-| ]+\|[ ]*\n", re.MULTILINE)
TABLE_EDGE = re.compile(r"^\| | \|[ ]*$", re.MULTILINE)
SENTENCE_END = re.compile(r"[.!?。！？]")
LONGEST_MENU = 200  # characters; a text longer than this without a full stop may still be a poem or a list


def read(data: bytes) -> Read:
    """The article of a page. Its date is taken only from where pages state it, never estimated from the text."""
    from lxml import etree
    from lxml.html import document_fromstring

    source = DECLARATION.sub("", _decoded(data).replace("\x00", ""))
    try:
        tree = document_fromstring(source)
    except (etree.ParserError, ValueError) as error:
        raise UnreadableError("no article in it: the page is empty") from error
    said = [article_in(script.text_content()) for script in tree.xpath("//script[@type='application/ld+json']")]
    published, outlet = _published(tree), _outlet(tree)
    _remove_unseen(tree)
    read = _extracted(tree)
    named = read.outlet if not DOMAIN.fullmatch(read.outlet) else ""
    return replace(
        read,
        outlet=named or next((one.outlet for one in said if one.outlet), "") or outlet or read.outlet,
        authors=read.authors or next((one.authors for one in said if one.authors), ()),
        published=next((one.published for one in said if one.published), published),
    )


def _decoded(data: bytes) -> str:
    """By byte order mark, else as the page declares, if that is true of it, else as any text."""
    declared = CHARSET.search(data[:DECLARED_WITHIN])
    if declared and not data.startswith(tuple(mark for mark, _ in MARKS)):
        try:
            return data.decode(declared[1].decode("ascii"))
        except (UnicodeDecodeError, LookupError):
            pass
    return decoded(data)


def _remove_unseen(tree: "HtmlElement") -> None:
    for element in tree.xpath(UNSEEN):
        element.drop_tree()
    for element in tree.xpath("//*[@style]"):
        # The whole page may be hidden until its script has run; then it is not the page that hides anything.
        if UNSEEN_STYLE.search(element.get("style")) and element.tag not in ("html", "body"):
            element.drop_tree()


def _extracted(tree: "HtmlElement") -> Read:
    from trafilatura import bare_extraction

    found: Any = bare_extraction(tree, with_metadata=True, include_comments=False, include_tables=True)
    text = TABLE_EDGE.sub("", TABLE_RULE.sub("", storable((found.text if found else "") or "")))
    if not (SENTENCE_END.search(text) or len(text) > LONGEST_MENU):
        raise UnreadableError("no article in it: nothing but menus, or a page that needs a browser to show its text")
    return Read(
        text=text,
        title=one_line(found.title or ""),
        outlet=one_line(found.sitename or ""),
        authors=tuple(name for author in (found.author or "").split(";") for name in names(author)),
        url=found.url or "",
        language=tree.get("lang") or tree.get("xml:lang") or "",
    )


def _outlet(tree: "HtmlElement") -> str:
    """What the page's own title ends with, if that is a newspaper's name, or else whose copyright its foot claims."""
    for title in tree.xpath("//head/title"):
        if outlet := outlet_in_title(one_line(title.text_content())):
            return outlet
    feet = (one_line(foot.text_content()) for foot in tree.xpath("//footer"))
    found = (IMPRINT.search(foot) for foot in feet)
    return next((match["name"] for match in found if match), "")


def _published(tree: "HtmlElement") -> date | None:
    return next((day for day in _dates(tree) if day), None)


def _dates(tree: "HtmlElement") -> Iterator[date | None]:
    """The surest first: meta tags, an element marked as the time of publication, the address."""
    stated = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): meta.get("content")
        for meta in tree.xpath("//meta[@content]")
    }
    yield from (parse_date(stated.get(name)) for name in DATES)
    for element in tree.xpath("//*[@itemprop='datePublished'] | //time[@pubdate]"):
        yield parse_date(element.get("datetime") or element.get("content") or element.text_content())
    times = tree.xpath("(//article | //main)//time[@datetime]") or tree.xpath("//time[@datetime]")
    days = {parse_date(element.get("datetime")) for element in times}
    yield days.pop() if len(days) == 1 else None
    for link in tree.xpath("//link[@rel='canonical']/@href"):
        yield parse_date("-".join(match.groups())) if (match := DAY_IN_ADDRESS.search(link)) else None
