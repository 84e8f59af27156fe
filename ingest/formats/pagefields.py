"""What a web page says of its article outside the article, and where in the page it says so."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ingest.byline import names, outlet_in_title
from ingest.dates import parse_date
from ingest.formats.jsonld import article_in
from ingest.formats.reading import Read, one_line
from ingest.imprint import IMPRINT

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Metas = Mapping[str, str]

OG_PUBLISHED = ("article:published_time", "og:article:published_time", "og:published_time")
OG_UPDATED = ("article:modified_time", "og:article:modified_time", "og:updated_time")
TITLE = ("citation_title", "dc.title", "dcterms.title", "headline", "parsely-title", "sailthru.title", "twitter:title")
OUTLET = (
    "citation_journal_title", "publisher", "dc.publisher", "dcterms.publisher", "sailthru.publisher", "rbpubname",
    "application-name",
)  # fmt: skip
AUTHOR = (
    "author", "authors", "byl", "byline", "article:author", "citation_author", "dc.creator", "dcterms.creator",
    "parsely-author", "sailthru.author",
)  # fmt: skip
PUBLISHED = (
    "datepublished", "date", "dc.date", "dc.date.issued",
    "dcterms.date", "dcterms.issued", "dcterms.created", "dc.date.created", "pubdate", "publishdate", "publish-date",
    "published_time", "publish_date", "publication_date", "sailthru.date", "parsely-pub-date",
    "cxenseparse:recs:publishtime", "citation_publication_date", "citation_date",
)  # fmt: skip
UPDATED = (
    "datemodified", "last-modified", "lastmod", "revised", "dcterms.modified", "dc.date.modified", "modified_time",
    "article:modified", "date.modified",
)  # fmt: skip
LANGUAGE = ("language", "content-language", "dc.language", "dcterms.language", "og:locale")

DAY_IN_ADDRESS = re.compile(r"/(\d{4})([/-])(\d{2})\2(\d{2})(?=[/-])")
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)

# Elements that tell when: by their own mark, or, as many pages do it, by their class.
MADE_CLASSES = ("published", "entry-date", "dt-published")
CHANGED_CLASSES = ("updated", "modified", "dt-updated")
MADE = "//*[@itemprop='datePublished'] | //time[@pubdate or {classes}]".format(
    classes=" or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in MADE_CLASSES)
)
CHANGED = "//*[@itemprop='dateModified'] | //time[{classes}]".format(
    classes=" or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in CHANGED_CLASSES)
)


def places(tree: "HtmlElement") -> list[tuple[str, Read]]:
    """What the parts of a page say, the surest first: the order in which its fields are believed.

    The canonical link, which is there to say the address; JSON-LD; OpenGraph; other meta tags, the page's language
    among them; <time> elements; the page's own title; its foot; and last a day in its address.
    """
    metas = _metas(tree)
    link = next((href for href in tree.xpath("//link[contains(@rel, 'canonical')]/@href") if _is_address(href)), "")
    url = link or next((value for value in [metas.get("og:url", "")] if _is_address(value)), "")
    heads = [one_line(element.text_content()) for element in tree.xpath("//head/title | //h1")]
    titles = [title for title in [metas.get("og:title", ""), *heads] if title]
    scripts = [element.text_content() for element in tree.xpath("//script[@type='application/ld+json']")]
    found = [
        ("canonical link", Read("", url=link)),
        ("json-ld", article_in(scripts, titles, url)),
        ("opengraph", _open_graph(metas, url)),
        ("meta tag", _meta_tags(tree, metas)),
        ("time element", _times(tree)),
        ("page title", _title(tree)),
        ("foot", Read("", outlet=_imprint(tree))),
        ("address", Read("", published=_day_in(url))),
    ]
    outlets = {read.outlet for _, read in found if read.outlet}
    return [(place, _tidied(read, outlets)) for place, read in found]


def _metas(tree: "HtmlElement") -> Metas:
    """The meta tags by name; of several of one name the first, and all authors of a learned article."""
    found: dict[str, str] = {}
    for meta in tree.xpath("//meta[@content]"):
        value = one_line(meta.get("content"))
        for key in ("property", "name", "itemprop", "http-equiv"):
            name = (meta.get(key) or "").strip().lower()
            if name and value:
                if name == "citation_author":
                    value = "; ".join(filter(None, [found.pop(name, ""), _turned(value)]))
                found.setdefault(name, value)
    return found


def _open_graph(metas: Metas, url: str) -> Read:
    return Read(
        "",
        title=metas.get("og:title", ""),
        outlet=metas.get("og:site_name", ""),
        published=_first_day(metas, OG_PUBLISHED),
        updated=_first_day(metas, OG_UPDATED),
        url=url,
    )


def _meta_tags(tree: "HtmlElement", metas: Metas) -> Read:
    declared = [tree.get("lang") or tree.get("xml:lang") or "", *(metas.get(name, "") for name in LANGUAGE)]
    return Read(
        "",
        title=_first(metas, TITLE),
        outlet=_first(metas, OUTLET),
        authors=next((people for name in AUTHOR if (people := _people(metas.get(name, "")))), ()),
        published=_first_day(metas, PUBLISHED),
        updated=_first_day(metas, UPDATED),
        language=next((tag.replace("_", "-") for tag in declared if LANGUAGE_TAG.fullmatch(tag)), ""),
    )


def _turned(name: str) -> str:
    """A name as people say it: learned journals give "Verde, Ana"."""
    last, comma, first = name.partition(", ")
    return f"{first} {last}" if comma else name


def _people(value: str) -> tuple[str, ...]:
    """The names in a meta tag, where some pages give addresses of profiles, or of the newspaper."""
    return () if "://" in value or DOMAIN.fullmatch(value) else names(value)


def _times(tree: "HtmlElement") -> Read:
    changed = set(tree.xpath(CHANGED))
    marked = [element for element in tree.xpath(MADE) if element not in changed]
    within = tree.xpath("(//article | //main)//time[@datetime]") or tree.xpath("//time[@datetime]")
    # One day alone may be that of publication; of several nothing says which.
    days = {_day(element) for element in within if element not in changed}
    published = next(filter(None, map(_day, marked)), None) or (days.pop() if len(days) == 1 else None)
    return Read("", published=published, updated=next(filter(None, map(_day, tree.xpath(CHANGED))), None))


def _day(element: "HtmlElement") -> date | None:
    return parse_date(element.get("datetime") or element.get("content") or element.text_content())


def _title(tree: "HtmlElement") -> Read:
    """The headline on the page, if it has but one, else its title; and the outlet that its title ends with."""
    page = next((one_line(title.text_content()) for title in tree.xpath("//head/title")), "")
    outlet = outlet_in_title(page)
    headings = [one_line(heading.text_content()) for heading in tree.xpath("//article//h1 | //main//h1")]
    headings = headings or [one_line(heading.text_content()) for heading in tree.xpath("//h1")]
    headline = headings[0] if len(headings) == 1 and headings[0] != outlet else ""
    return Read("", title=headline or page, outlet=outlet)


def _imprint(tree: "HtmlElement") -> str:
    feet = (one_line(foot.text_content()) for foot in tree.xpath("//footer"))
    return next((match["name"] for match in map(IMPRINT.search, feet) if match), "")


def _day_in(url: str) -> date | None:
    match = DAY_IN_ADDRESS.search(re.split("[?#]", url)[0])
    return parse_date(f"{match[1]}-{match[3]}-{match[4]}") if match else None


def _is_address(url: str) -> bool:
    return url.strip().startswith(("https://", "http://"))


def _tidied(read: Read, outlets: Iterable[str]) -> Read:
    """A title without the name of the newspaper behind it, and a domain not taken for such a name."""
    title = next(filter(None, (_cut(read.title, outlet) for outlet in outlets)), read.title)
    return replace(read, title=title, outlet="" if DOMAIN.fullmatch(read.outlet) else read.outlet)


def _cut(title: str, outlet: str) -> str:
    """The title before its last separator, if the outlet stands behind that; else nothing."""
    head = title.removesuffix(outlet).rstrip()
    return head.rstrip("|•·–—- ") if head != title and head.endswith(tuple("|•·–—-")) else ""


def _first(metas: Metas, candidates: Iterable[str]) -> str:
    return next((metas[name] for name in candidates if name in metas), "")


def _first_day(metas: Metas, candidates: Iterable[str]) -> date | None:
    return next(filter(None, (parse_date(metas.get(name)) for name in candidates)), None)
