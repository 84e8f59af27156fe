"""Web pages: which of their fields are believed, in which order, and what is not the article."""

import json
import re
from datetime import date

import pytest

from ingest.errors import UnreadableError
from ingest.formats import html
from ingest.formats.jsonld import article_in

PROSE = (
    "The old ferry over the Lune stopped on Monday after a century of crossings, the harbour office said.",
    "It carried forty people and, on market days, a few sheep. The captain kept the bell and went home early.",
    "A bridge is to open in the spring. Until then a bus goes round by the north road four times a day.",
)
DAY, NEXT = date(2025, 1, 30), date(2025, 1, 31)


def page(head="", body="", *, lang=" lang=en", title="<h1>Ferry stops</h1>", foot=""):
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    article = f"<main><article>{title}{prose}{body}</article></main>"
    return f"<!doctype html><html{lang}><head>{head}</head><body>{article}{foot}</body></html>".encode()


def read(head="", body="", **options):
    return html.read(page(head, body, **options))


def ld(*items):
    return (
        f'<script type="application/ld+json">{json.dumps(items[0] if len(items) == 1 else {"@graph": items})}</script>'
    )


def news(headline="Ferry stops", **fields):
    return {"@type": "NewsArticle", "headline": headline, **fields}


# --- where a field is said, and who is believed


def test_every_place_says_its_fields_and_where():
    head = (
        ld(news(publisher={"name": "Pebble Gazette"}, datePublished="2025-01-30", dateModified="2025-01-31"))
        + "<meta property=og:title content='Ferry stops for good'><meta property=og:site_name content='Other Post'>"
        "<meta property=article:published_time content=2020-01-01>"
        "<meta name=author content='Ana Verde'><link rel=canonical href=https://example.com/ferry>"
    )
    found = read(head)
    assert (found.title, found.outlet, found.authors) == ("Ferry stops", "Pebble Gazette", ("Ana Verde",))
    assert (found.published, found.updated) == (DAY, NEXT)
    assert (found.url, found.language, found.encoding) == ("https://example.com/ferry", "en", "utf-8")
    assert found.said_by == {
        "title": "json-ld", "outlet": "json-ld", "authors": "meta tag", "published": "json-ld", "updated": "json-ld",
        "url": "canonical link", "language": "meta tag",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("head", "body", "field", "expected", "place"),
    [
        ("<meta property=og:site_name content='Pebble Gazette'>", "", "outlet", "Pebble Gazette", "opengraph"),
        ("<meta property=article:published_time content=2025-01-30T08:00Z>", "", "published", DAY, "opengraph"),
        ("<meta property=article:modified_time content=2025-01-31>", "", "updated", NEXT, "opengraph"),
        ("<meta property=og:updated_time content=2025-01-31T10:00:00+01:00>", "", "updated", NEXT, "opengraph"),
        ("<meta property=og:url content=https://example.com/a>", "", "url", "https://example.com/a", "opengraph"),
        ("<meta name=citation_date content=2025/01/30>", "", "published", DAY, "meta tag"),
        ("<meta itemprop=dateModified content=2025-01-31>", "", "updated", NEXT, "meta tag"),
        ("<meta name=dc.publisher content='Pebble Press'>", "", "outlet", "Pebble Press", "meta tag"),
        ("", "<time itemprop=dateModified datetime=2025-01-31>x</time>", "updated", NEXT, "time element"),
        ("", "<time class='entry-date published' datetime=2025-01-30>x</time>", "published", DAY, "time element"),
        ("", "<time class='updated' datetime=2025-01-31>x</time>", "updated", NEXT, "time element"),
        ("<title>Ferry stops | The Pebble Gazette</title>", "", "outlet", "The Pebble Gazette", "page title"),
        ("<title>Ferry stops | The Pebble Gazette</title>", "", "title", "Ferry stops", "page title"),
        ("<link rel=canonical href=https://example.com/2025/01/30/ferry>", "", "published", DAY, "address"),
        ("<link rel=canonical href=https://example.com/2025-01-30-ferry>", "", "published", DAY, "address"),
    ],
)
def test_a_field_from_each_place(head, body, field, expected, place):
    found = read(head, body)
    assert getattr(found, field) == expected
    assert found.said_by[field] == place


def test_a_day_of_change_is_no_day_of_publication():
    assert read(body="<time class=updated datetime=2025-01-31>31 January</time>").published is None
    assert read("<meta name=last-modified content=2025-01-31>").published is None


def test_the_title_of_a_page_without_headline():
    found = read("<title>Ferry stops - The Pebble Gazette</title>", title="")
    assert (found.title, found.outlet) == ("Ferry stops", "The Pebble Gazette")


def test_a_title_ends_before_the_outlet():
    head = "<meta property=og:title content='Ferry stops — Pebble'><meta property=og:site_name content=Pebble>"
    assert read(head).title == "Ferry stops"
    head = "<meta property=og:title content='All about Pebble'><meta property=og:site_name content=Pebble>"
    assert read(head).title == "All about Pebble"


def test_the_outlet_in_the_foot():
    found = read(foot="<footer>© 2025 Pebble Gazette. All rights reserved.</footer>")
    assert (found.outlet, found.said_by["outlet"], found.published) == ("Pebble Gazette", "foot", None)


@pytest.mark.parametrize(
    ("head", "lang", "expected"),
    [
        ("", " lang=en-GB", "en-GB"),
        ("<meta property=og:locale content=es_ES>", "", "es-ES"),
        ("<meta http-equiv=content-language content=de>", "", "de"),
        ("<meta name=language content='not a language'>", "", ""),
    ],
)
def test_the_language(head, lang, expected):
    assert read(head, lang=lang).language == expected
    assert read(ld(news(inLanguage="fr")) + head, lang=lang).language == "fr"


@pytest.mark.parametrize("value", ["https://example.com/people/ana", "example.com", "Staff", "ana@example.com"])
def test_what_is_no_name_is_no_author(value):
    assert read(f"<meta name=author content='{value}'>").authors == ()


def test_the_authors_of_a_learned_article():
    head = "<meta name=citation_author content='Verde, Ana'><meta name=citation_author content='Bo Li'>"
    assert read(head).authors == ("Ana Verde", "Bo Li")


def test_an_outlet_that_is_a_domain_is_the_last_to_be_believed():
    head = "<meta property=og:site_name content=example.com>"
    assert read(head + "<title>Ferry stops | The Pebble Gazette</title>").outlet == "The Pebble Gazette"


# --- JSON-LD


def test_of_several_articles_the_one_on_the_page():
    other = news("Storm over Gull Rock", datePublished="2020-01-01", author={"name": "Bo Li"})
    own = news("Ferry stops", datePublished="2025-01-30")
    for order in ((other, own), (own, other)):
        found = read(ld(*order))
        assert (found.title, found.published, found.authors) == ("Ferry stops", DAY, ())


def test_of_several_articles_the_one_at_the_address_of_the_page():
    address = "https://example.com/ferry"
    other = news("Storm over Gull Rock", datePublished="2020-01-01")
    own = news("Boats and their end", datePublished="2025-01-30", mainEntityOfPage={"@id": address})
    assert read(ld(other, own) + f"<link rel=canonical href={address}>").published == DAY


def test_of_several_articles_that_are_not_the_page_none():
    found = read(ld(news("Storm", datePublished="2020-01-01"), news("Goats", datePublished="2021-01-01")))
    assert (found.title, found.published) == ("Ferry stops", None)


def test_references_are_followed():
    found = read(
        ld(
            news(author={"@id": "#ana"}, publisher={"@id": "#us"}),
            {"@type": "Person", "@id": "#ana", "name": "Ana Verde"},
            {"@type": "Organization", "@id": "#us", "name": "Pebble &amp; Sons"},
        )
    )
    assert (found.authors, found.outlet) == (("Ana Verde",), "Pebble & Sons")


def test_an_organisation_is_no_author():
    authors = [{"@type": "Organization", "name": "Pebble Gazette"}, {"@type": "Person", "name": "Ana Verde"}]
    assert read(ld(news(author=authors))).authors == ("Ana Verde",)
    assert read(ld(news(author="Pebble Gazette", publisher="Pebble Gazette"))).authors == ()


def test_the_page_around_an_article_adds_what_the_article_does_not_say():
    found = read(ld(news(datePublished="2025-01-30"), {"@type": "WebPage", "name": "Ferry stops - Pebble",
                                                      "datePublished": "2020-01-01", "dateModified": "2025-01-31",
                                                      "inLanguage": "en-GB"}))  # fmt: skip
    assert (found.title, found.published, found.updated, found.language) == ("Ferry stops", DAY, NEXT, "en-GB")


@pytest.mark.parametrize(
    "source",
    [
        "/*<![CDATA[*/ {} /*]]>*/", "<!-- {} -->", "//<![CDATA[\n{}\n//]]>",
    ],
)  # fmt: skip
def test_wrapped_blocks(source):
    assert article_in([source.replace("{}", json.dumps(news()))], [], "").title == "Ferry stops"


@pytest.mark.parametrize(
    "source", ["", "{", "null", "7", "[[[[]]]]", "[" * 100_000, '{"@type": ["NewsArticle"], "author": 7}']
)
def test_broken_blocks_say_nothing(source):
    assert article_in([source], ["Ferry stops"], "").title == ""


@pytest.mark.parametrize("address", ["http://[", "https://example.com/2025/99/99/x", "javascript:alert(1)"])
def test_odd_addresses_do_no_harm(address):
    assert read(f"<link rel=canonical href='{address}'>").published is None


# --- what is not the article


@pytest.mark.parametrize(
    "clutter",
    [
        "<div class='share-buttons'>Share this with everyone who likes it. Now.</div>",
        "<aside class='related-articles'><p>Related stories, among them one about boats.</p></aside>",
        "<div class='newsletter-signup'><p>Get the news in your inbox. It is free and it comes daily.</p></div>",
        "<div id='cookie-banner'><p>We use biscuits to make this page work better for everyone.</p></div>",
        "<section class='widget reactions'><p>How do you feel about this? Angry. Sad. Amused by it all.</p></section>",
        "<ul class='tag-list'><li>ferry traffic on rivers.</li><li>bells of ships.</li></ul>",
        "<div class='article-recommended'><p>You will love these other stories, chosen for you.</p></div>",
        "<div role=dialog><p>Please subscribe to read more of what we write here.</p></div>",
        "<nav><p>More pages are to be found here, sorted by what they speak of.</p></nav>",
    ],
)
def test_boxes_in_the_midst_of_an_article_go(clutter):
    words = " ".join(re.sub("<[^>]+>", " ", clutter).split()[:4])
    found = read(body=f"{clutter}<p>The captain wept.</p>")
    assert words not in found.text
    assert "The captain wept." in found.text


@pytest.mark.parametrize(
    "name", ["related", "has-ads", "no-comments", "share", "shareholders", "modal-verbs", "paywall-content", "reader"]
)
def test_an_article_in_a_box_of_that_name_stays(name):
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    found = html.read(f"<html><body><div class='{name}'><h1>Ferry stops</h1>{prose}</div></body></html>".encode())
    assert all(paragraph in found.text for paragraph in PROSE)


def test_long_prose_in_a_box_of_that_name_stays():
    box = "<div class=related-content>" + "".join(f"<p>{paragraph}</p>" for paragraph in PROSE * 2) + "</div>"
    assert PROSE[0] in html.read(page().replace(b"<article>", b"<article>" + box.encode())).text


# --- pages that cannot be read


@pytest.mark.parametrize("depth", [20_000, 100_000])
def test_a_page_that_is_nested_too_deeply_says_so(depth):
    with pytest.raises(UnreadableError, match="too deeply"):
        html.read(b"<div>" * depth + b"Text." + b"</div>" * depth)


def test_a_page_that_is_nested_deeply_is_read():
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE).encode()
    assert PROSE[0] in html.read(b"<body>" + b"<div>" * 400 + prose + b"</div>" * 400).text


@pytest.mark.parametrize(
    "control", ["\x0b", "\x0c", "&#12;", "\x11", "\x1f", "\x7f", "\uffff", "&#0;", "&#x1F;", "&#11;", "\x92", "&#146;"]
)
def test_a_control_character_does_not_cost_the_article(control):
    found = read(body=f"<p>The cap{control}tain wept, and so did the sheep.</p>")
    assert PROSE[0] in found.text
    assert re.search("The cap.?tain wept", found.text)


@pytest.mark.parametrize(
    ("declared", "encoding"), [("utf-8", "utf-8"), ("windows-1252", "windows-1252"), ("iso-8859-1", "windows-1252")]
)
def test_the_encoding_is_told(declared, encoding):
    data = page(f"<meta charset={declared}>", "<p>El Niño came.</p>").decode().encode(declared)
    assert html.read(data).encoding == encoding
    assert "El Niño came." in html.read(data).text


@pytest.mark.parametrize("declared", ["utf-16", "utf-7", "idna", "rot13", "undefined", "x", "unicode_escape"])
def test_a_declaration_that_is_not_true_is_not_believed(declared):
    read = html.read(page(f"<meta charset={declared}>", "<p>El Niño came.</p>"))
    assert "El Niño came." in read.text
    assert read.encoding == "utf-8"


def test_typographic_quotes_under_the_name_of_latin_1():
    data = (
        page("<meta charset=iso-8859-1>", "<p>\u201cIt is over\u201d, the captain said.</p>").decode().encode("cp1252")
    )
    assert "\u201cIt is over\u201d" in html.read(data).text


@pytest.mark.parametrize("sign", ["&#xFFFE;", "&#65535;", "&#x0001", "&#1 ", "&#x1b", "&#0;", "\ufffe", "&#xD800;"])
def test_signs_that_are_no_characters_do_not_cost_the_article(sign):
    prose = f"The ferry stopped on{sign} Monday, the harbour office said. It had run for a century."
    page = f"<html><body><article><h1>Fer{sign}ry</h1><p>{prose}</p><p>{prose}</p></article></body></html>"
    assert "the harbour office said" in html.read(page.encode()).text
