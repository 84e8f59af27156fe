"""Feeds and sitemaps as files: what they name, what they carry, and what they may not do."""

import gzip
from datetime import date

import pytest

from ingest.errors import UnreadableError
from ingest.formats.feed import entries, is_feed, records
from ingest.formats.reading import Fault, Record
from ingest.formats.root import root_of
from ingest.formats.sitemap import addresses, is_sitemap

FERRY = "<p>The ferry stopped on Monday &amp; Tuesday.</p><p style='display:none'>Unseen.</p><p>It sails again.</p>"
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Pebble Gazette</title><link>https://pebble.example/</link><language>en-GB</language>
<lastBuildDate>Sun, 02 Feb 2025 10:00:00 GMT</lastBuildDate>
<item><title>Ferry &amp;amp; tide</title><link>https://pebble.example/ferry</link><guid isPermaLink="false">f1</guid>
<dc:creator>Ana Verde</dc:creator><pubDate>Sat, 01 Feb 2025 23:30:00 -0500</pubDate>
<description>It stopped.</description>
<content:encoded><![CDATA[{FERRY}]]></content:encoded></item>
<item><title>Goats</title><link>https://pebble.example/goats</link><description>Goats came.</description></item>
</channel></rss>""".encode()
ATOM = b"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Harbour Post</title>
<updated>2025-02-03T00:00:00Z</updated>
<author><name>The Desk of All</name></author>
<entry><id>tag:harbour.example,2025:1</id><title type="html">Bread &lt;b&gt;costs&lt;/b&gt; more</title>
<link rel="alternate" href="https://harbour.example/bread"/><author><name>Bo Li</name></author>
<author><name>Ana Verde</name></author>
<published>2025-01-30T08:00:00+09:00</published><updated>2025-01-31T08:00:00+09:00</updated>
<content type="html">&lt;p&gt;Bread costs more since the mill closed.&lt;/p&gt;</content></entry>
<entry><id>tag:harbour.example,2025:2</id><title>No date</title><link href="https://harbour.example/none"/>
<content type="text">Nobody counts the goats.
They are many.</content></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://pebble.example/"><title>Pebble Gazette</title></channel>
<item rdf:about="https://pebble.example/ferry"><title>Ferry</title><link>https://pebble.example/ferry</link></item></rdf:RDF>"""
NEWS = b"""<?xml version="1.0" encoding="UTF-8"?><!-- news -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://pebble.example/ferry </loc><lastmod>2025-03-01</lastmod><news:news>
<news:publication><news:name>Pebble Gazette</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2025-02-01T23:30:00-05:00</news:publication_date><news:title>Ferry &amp; tide</news:title>
</news:news></url>
<url><loc>https://pebble.example/goats</loc><lastmod>2025-01-02</lastmod></url>
<url><lastmod>2025-01-02</lastmod></url></urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://pebble.example/1.xml</loc><lastmod>2025-01-02T03:04:05Z</lastmod></sitemap></sitemapindex>"""
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss version="2.0"><channel><title>&b;</title><item><title>&b;</title></item></channel></rss>"""


def test_an_article_whose_whole_text_is_in_the_feed():
    ferry, goats = records(RSS)
    assert isinstance(ferry, Record)
    assert ferry.key == "f1"
    read = ferry.read
    assert "The ferry stopped on Monday & Tuesday." in read.text
    assert "Unseen" not in read.text
    assert "<" not in read.text
    assert (read.title, read.outlet, read.authors) == ("Ferry & tide", "Pebble Gazette", ("Ana Verde",))
    assert (read.published, read.updated) == (date(2025, 2, 1), None)  # the day where it was written
    assert (read.url, read.language) == ("https://pebble.example/ferry", "en-GB")
    assert read.said_by["published"] == "feed"
    assert goats == Fault(
        "https://pebble.example/goats",
        "only a summary is in the feed; ingest the feed by its address to fetch the article",
    )


def test_atom():
    bread, none = records(ATOM)
    assert bread.read.text.strip() == "Bread costs more since the mill closed."
    assert (bread.read.title, bread.read.authors) == ("Bread costs more", ("Bo Li", "Ana Verde"))
    assert (bread.read.published, bread.read.updated) == (date(2025, 1, 30), date(2025, 1, 31))
    assert (bread.read.outlet, bread.read.language) == ("Harbour Post", "de")
    assert " ".join(none.read.text.split()) == "Nobody counts the goats. They are many."
    assert none.read.published is None  # neither the feed's own date nor now


def test_what_is_due_is_known_of_all():
    ferry, goats = entries(RSS)
    assert (ferry.link, goats.link) == ("https://pebble.example/ferry", "https://pebble.example/goats")
    assert ferry.when > goats.when == 0.0
    assert goats.fields.outlet == "Pebble Gazette"
    assert [entry.link for entry in entries(RDF)] == ["https://pebble.example/ferry"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_encodings(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel><title>Gazette de Pébble</title>'
    data = f"{text}<item><title>Thé</title><link>https://p.example/</link></item></channel></rss>".encode(encoding)
    [entry] = entries(data)
    assert (entry.fields.title, entry.fields.outlet) == ("Thé", "Gazette de Pébble")


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes():
    broken = RSS.replace(b"Goats came.", b"Goats & sheep came.<br>")
    assert [entry.fields.title for entry in entries(broken)] == ["Ferry & tide", "Goats"]


def test_an_entry_that_is_there_twice():
    twice = RSS.replace(b"</channel>", RSS[RSS.index(b"<item>") : RSS.index(b"<item><title>Goats")] + b"</channel>")
    found = list(records(twice))
    assert [type(item) for item in found] == [Record, Fault, Fault]
    assert "twice" in found[-1].reason


@pytest.mark.parametrize("data", [LAUGHS, LAUGHS.decode().replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16")])
def test_entities_are_not_expanded(data):
    with pytest.raises(UnreadableError, match="entities"):
        entries(data)


def test_entities_of_a_sitemap_are_not_expanded(tmp_path):
    (tmp_path / "secret").write_text("secret")
    head = f'<!DOCTYPE urlset [<!ENTITY s SYSTEM "file://{tmp_path}/secret"><!ENTITY a "ha">]>'
    text = f"{head}<urlset><url><loc>https://p.example/&s;&a;</loc></url></urlset>"
    try:
        found = [entry.link for entry in addresses(text.encode()).pages]
    except UnreadableError:
        found = []
    assert "secret" not in str(found)
    assert "ha" not in str(found)


def test_a_feed_cannot_have_a_file_read(tmp_path):
    (tmp_path / "feed").write_bytes(RSS)
    for data in (str(tmp_path / "feed").encode(), b"http://127.0.0.1:9/"):
        with pytest.raises(UnreadableError, match="it is no feed"):
            entries(data)


@pytest.mark.parametrize("data", [b"", b"<html><body>x</body></html>", b"\x00\x01", NEWS, b"rss"])
def test_what_is_no_feed(data):
    assert not is_feed(data)
    with pytest.raises(UnreadableError, match="it is no feed"):
        entries(data)


def test_an_empty_feed():
    with pytest.raises(UnreadableError, match="no article in the feed"):
        list(records(b"<rss version='2.0'><channel><title>Pebble Gazette</title></channel></rss>"))


def test_a_feed_that_would_keep_us_busy():
    with pytest.raises(UnreadableError, match="larger than 10 MB"):
        entries(RSS + b" " * 10_000_000)


def test_a_news_sitemap():
    ferry, goats = addresses(NEWS).pages
    assert (ferry.link, goats.link) == ("https://pebble.example/ferry", "https://pebble.example/goats")
    assert (ferry.fields.title, ferry.fields.outlet) == ("Ferry & tide", "Pebble Gazette")
    assert (ferry.fields.published, ferry.fields.language) == (date(2025, 2, 1), "en")
    assert goats.fields.published is goats.fields.updated is None  # a change of the page is no date of the article
    assert ferry.when > goats.when > 0


def test_an_index_of_sitemaps():
    found = addresses(gzip.compress(INDEX))
    assert [entry.link for entry in found.sitemaps] == ["https://pebble.example/1.xml"]
    assert found.pages == ()
    assert is_sitemap(gzip.compress(INDEX))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html/>", "it is no sitemap"),
        (NEWS[:-20], "not well-formed"),
        (gzip.compress(NEWS)[:2] + b"rubbish", "it is no sitemap"),
        (gzip.compress(b"<urlset>" + bytes(60_000_000)), "larger than 50 MB"),
    ],
)
def test_what_is_no_sitemap(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        addresses(data)


@pytest.mark.parametrize(
    ("data", "root"),
    [
        (b"\xef\xbb\xbf  <?xml version='1.0'?>\n<!-- <a> --> <!DOCTYPE rss [<!ENTITY a 'b'>]><rss>", "rss"),
        ("<feed>".encode("utf-16"), "feed"),
        (b"<!DOCTYPE html><HTML>", "html"),
        (b"<?xml" * 2000, ""),
        (b"<!-- " * 2000, ""),
        (b"<??>" * 2000, ""),
        (b"text <rss>", ""),
    ],
)
def test_the_outermost_element(data, root):
    assert root_of(data) == root
