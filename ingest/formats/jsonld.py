"""Structured data in web pages (JSON-LD, schema.org)."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.formats.fields import described, plain
from ingest.formats.reading import Read, said

DEEPEST = 8  # levels of nesting; real pages have four
ARTICLES = ("Article", "Posting", "Report")
PAGES = ("WebPage",)
GROUPS = ("Organization", "Corporation")  # as an author, a newspaper or an agency and no person
WRAPPING = re.compile(
    r"^(?:<!--|/[*/]\s{0,9}<!\[CDATA\[\s{0,9}(?:\*/)?)|(?:-->|(?:/[*/])?\s{0,9}\]\]>\s{0,9}(?:\*/)?)$"
)  # comments in which older pages keep what old browsers would have shown

Item = dict[str, object]


def article_in(sources: Sequence[str], titles: Sequence[str], address: str) -> Read:
    """What the JSON-LD blocks of a page say of its article.

    Comments, reviews and other articles in them have authors and dates of their own. Of several articles it is the
    one whose headline is among the page's `titles`, or whose address is the page's; if none is, none is believed.
    """
    found = [item for source in sources for item in _objects(_loaded(source), DEEPEST)]
    named = {str(item["@id"]): item for item in found if "@id" in item and len(item) > 1}
    articles = [item for item in found if _is_a(item, ARTICLES)]
    chosen = [item for item in articles if _is_of_page(item, titles, address)] or articles * (len(articles) == 1)
    pages = [item for item in found if _is_a(item, PAGES)] if len(articles) <= 1 else []
    merged = said(Read(""), [("json-ld", _described(item, named)) for item in [*chosen, *_without_names(pages)]])
    return replace(merged, said_by={})


def _loaded(source: str) -> object:
    try:
        return json.loads(WRAPPING.sub("", source.strip()), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object, depth: int) -> Iterator[Item]:
    """All objects that may be articles, people or publishers, but not what is said about or by way of an article."""
    if isinstance(value, list) and depth:
        for part in value:
            yield from _objects(part, depth - 1)
    elif isinstance(value, dict) and depth:
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(value.get(key), depth - 1)


def _is_a(item: Item, kinds: Sequence[str]) -> bool:
    types = item.get("@type")
    words = types if isinstance(types, list) else [types]
    return any(str(word).rpartition("/")[2].endswith(tuple(kinds)) for word in words)


def _is_of_page(item: Item, titles: Sequence[str], address: str) -> bool:
    headline = _bare(plain(item.get("headline")) or plain(item.get("name")))
    if headline and any(headline == _bare(title) or f" {headline} " in f" {_bare(title)} " for title in titles):
        return True
    main = item.get("mainEntityOfPage")
    main = main.get("@id") or main.get("url") if isinstance(main, dict) else main
    return bool(address) and address in (item.get("url"), item.get("@id"), main)


def _bare(title: str) -> str:
    """The words of a title, for comparing."""
    return " ".join(re.findall(r"\w+", html.unescape(title).lower()))


def _without_names(pages: Sequence[Item]) -> Iterator[Item]:
    """A page's own name often has the newspaper's in it, and its author is who made the website."""
    for page in pages:
        yield {key: value for key, value in page.items() if key not in ("name", "headline", "author", "creator")}


def _described(item: Item, named: dict[str, Item]) -> Read:
    whole = {key: _resolved(value, named) for key, value in item.items()}
    for key in ("author", "creator"):
        people = whole.get(key)
        listed = people if isinstance(people, list) else [people]
        whole[key] = [one for one in listed if not (isinstance(one, dict) and _is_a(one, GROUPS))]
    read = described(whole, "")
    return replace(
        read,
        title=html.unescape(read.title),
        outlet=html.unescape(read.outlet),
        authors=tuple(html.unescape(name) for name in read.authors if "://" not in name and name != read.outlet),
        url=read.url if read.url.startswith(("https://", "http://")) else "",
    )


def _resolved(value: object, named: dict[str, Item]) -> object:
    """What a reference such as {"@id": "#publisher"} refers to."""
    if isinstance(value, list):
        return [_resolved(part, named) for part in value]
    return named.get(str(value["@id"]), value) if isinstance(value, dict) and set(value) == {"@id"} else value
