"""From addresses to articles, end to end from a site on this machine."""

import gzip
import time
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest
from newsstand import Clock, Page, Site, fetcher_for

from ingest.config import IngestConfig, LinksConfig
from ingest.links import is_link, read_links
from ingest.media import name_of
from ingest.parsers import Parsers
from ingest.webaddress import names_page, tidied

CONFIG = IngestConfig(links=LinksConfig(allow_private=True, delay_s=0.0, timeout_s=5.0))


def page(title, text, head=""):
    body = f"<article><h1>{title}</h1><p>{text}</p><p>More was said of it on the quay that evening.</p></article>"
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()
    )


@pytest.fixture(scope="module")
def parsers():
    with closing(Parsers(CONFIG)) as parsers:
        yield parsers


@pytest.fixture
def site():
    site = Site()
    site.pages["/ferry"] = Page(page("Ferry stops", "The ferry stopped on Monday."))
    site.pages["/goats"] = Page(page("Goats came", "Goats were brought by monks."))
    yield site
    site.close()


@pytest.fixture
def read(parsers):
    """Reads links, one run after the other; what was settled is known to the next."""
    stamps = {}

    def reading(*urls, known=stamps, config=CONFIG, fetcher=None):
        found = list(read_links(urls, config, parsers, lambda url: known.get(url, ""), fetcher or fetcher_for()))
        stamps.update({read.path: read.stamp for read in found if not read.unchanged})
        return found

    return reading


def reasons(reads):
    return [refusal.reason for read in reads for refusal in read.refusals]


def titles(reads):
    return [article.title for read in reads for article in read.articles]


def feed(site, *items, title="Pebble Gazette", path="/feed"):
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    text = f'<rss version="2.0" {space}><channel><title>{title}</title>{"".join(items)}</channel></rss>'
    site.pages[path] = Page(text.encode(), "application/rss+xml")
    return site.at(path)


def item(link, day=1, whole="", title=""):
    content = f"<content:encoded><![CDATA[{whole}]]></content:encoded>" if whole else ""
    when = f"<pubDate>{day:02} Feb 2025 10:00:00 GMT</pubDate>" if day else ""
    return f"<item><title>{title or link}</title><link>{link}</link>{when}{content}</item>"


def test_a_page(site, read):
    [got] = read(site.at("/ferry"))
    [article] = got.articles
    assert (got.path, got.refusals, got.unchanged, got.last) == (site.at("/ferry"), (), False, True)
    assert (article.origin, article.url, article.title) == (site.at("/ferry"), site.at("/ferry"), "Ferry stops")
    assert "The ferry stopped on Monday." in article.text
    assert article.reading.said_by["url"] == "link"
    assert got.stamp


def test_an_unchanged_page_is_not_read_again(site, read):
    [first], [again] = read(site.at("/ferry")), read(site.at("/ferry"))
    assert not first.unchanged
    assert (again.unchanged, again.articles, again.refusals, again.stamp) == (True, (), (), first.stamp)
    site.pages["/ferry"] = Page(page("Ferry sails", "The ferry sails again."))
    assert titles(read(site.at("/ferry"))) == ["Ferry sails"]


def test_the_page_may_say_where_it_stands_on_its_own_site(site, read):
    own, other = site.at("/own", "pebble.example"), "https://elsewhere.example/own"
    site.pages["/own"] = Page(page("Ferry stops", "It stopped.", f"<link rel='canonical' href='{own}'>"))
    site.pages["/other"] = Page(page("Ferry stops", "It stopped.", f"<link rel='canonical' href='{other}'>"))
    site.pages["/moved"] = Page(status=301, headers={"Location": "/other"})
    found = read(site.at("/own?a=1", "pebble.example"), site.at("/own", "pebble.example"), site.at("/moved"))
    assert [article.url for read in found for article in read.articles] == [site.at("/other"), own]
    assert reasons(found) == ["it is no longer there (404); check the address"]  # of /own?a=1


def test_the_same_page_is_read_once(site, read):
    found = read(site.at("/ferry"), site.at("/ferry#top"), site.at("/ferry?utm_source=mail&fbclid=1"))
    assert len(found) == 1
    assert site.paths() == ["/ferry"]


def test_one_that_fails_does_not_stop_the_others(site, read):
    site.pages["/gone"] = Page(status=410)
    site.pages["/empty"] = Page(b"<html></html>")
    site.pages["/picture"] = Page(b"\x89PNG", "image/png")
    urls = ["/gone", "/empty", "/picture", "/ferry"]
    found = read("ftp://pebble.example/x", *map(site.at, urls), "http://[::1")
    assert sorted(titles(found)) == ["Ferry stops"]
    assert len(found) == 6
    told = {read.path: read.refusals[0].reason for read in found if read.refusals}
    assert told[site.at("/gone")].startswith("it is no longer there (410)")
    assert "image/png" in told[site.at("/picture")]
    assert told["ftp://pebble.example/x"].startswith("ftp addresses are not read")
    assert len(told) == 5
    stamps = {read.path: bool(read.stamp) for read in found}
    assert not stamps[site.at("/gone")]  # tried again by the next run
    assert stamps[site.at("/empty")]  # as it is, there is nothing in it


def test_a_password_in_an_address_is_not_shown(read):
    [got] = read("https://ana:secret@pebble.example/ferry?x=1")
    [refusal] = got.refusals
    assert (got.path, refusal.origin) == ("https://…@pebble.example/ferry?x=1",) * 2
    assert "password" in refusal.reason
    assert "secret" not in refusal.reason


def test_a_list_that_keeps_its_parser_busy_is_a_refusal(site):
    config = replace(CONFIG, read_timeout_s=1.0)
    whole = f"<rss version='2.0'><channel><title>x</title>{'<item><title/></item>' * 450_000}</channel></rss>"
    site.pages["/feed"] = Page(whole.encode(), "application/rss+xml")
    with closing(Parsers(config)) as parsers:
        [read] = read_links([site.at("/feed")], config, parsers, lambda _: "", fetcher_for())
    assert (read.path, read.articles) == (site.at("/feed"), ())
    assert "more than 1 s" in read.refusals[0].reason


def test_a_bug_in_fetching_is_a_refusal_too(site, read):
    class Broken:
        def fetch(self, url, *, stamp=""):
            raise RuntimeError("oh")

        def stop(self):
            """Nothing to stop."""

    assert "RuntimeError: oh" in reasons(read(site.at("/ferry"), fetcher=Broken()))[0]


def test_the_encoding_that_the_server_states_goes_before_what_the_page_says(site, read):
    data = page("Паром", "Паром снова идёт на остров.", "<meta charset='windows-1251'>").decode().encode("koi8-r")
    site.pages["/letters"] = Page(data, "text/html; charset=KOI8-R")
    [got] = read(site.at("/letters"))
    assert "Паром снова идёт" in got.articles[0].text


@pytest.mark.parametrize(
    ("url", "media_type", "name"),
    [
        ("https://p.example/a/story.php?id=3", "text/html", "story.html"),
        ("https://p.example/", "text/html", "page.html"),
        ("https://p.example/notes.md", "text/plain", "notes.md"),
        ("https://p.example/notes.php", "text/plain", "notes.txt"),
        ("https://p.example/report.pdf", "application/octet-stream", "report.pdf"),
        ("https://p.example/download", "application/octet-stream", "download"),
        ("https://p.example/%2e%2e%2fa.pdf", "", "a.pdf"),
    ],
)
def test_what_a_page_would_be_called_as_a_file(url, media_type, name):
    assert name_of(url, media_type) == name


def test_a_feed_gives_its_articles_and_then_itself(site, read):
    url = feed(site, item("/goats", 2, title="Goats!"), item(site.at("/ferry?utm_source=rss"), 1), item("/gone", 3))
    found = read(url)
    assert [read.path for read in found] == [site.at("/gone"), site.at("/goats"), site.at("/ferry"), url]
    gone, goats, _, itself = found
    assert (gone.articles, len(gone.refusals)) == ((), 1)
    [article] = goats.articles
    assert (article.title, article.outlet, article.published) == ("Goats came", "Pebble Gazette", date(2025, 2, 2))
    assert article.reading.said_by["published"] == "feed"
    assert (article.url, article.origin) == (site.at("/goats"), site.at("/goats"))
    assert (itself.articles, itself.refusals, itself.stamp) == ((), (), "")  # one is missing: look again


def test_a_feed_that_is_settled_is_not_opened_again(site, read):
    url = feed(site, item("/goats"), item("/ferry"))
    assert read(url)[-1].stamp
    asked = len(site.asked)
    [again] = read(url)
    assert (again.path, again.unchanged) == (url, True)
    assert [path for path, _ in site.asked[asked:]] == ["/robots.txt", "/feed"]


def test_the_newest_of_many(site, read):
    url = feed(site, *(item(f"/{n}", n) for n in range(6)), item("/5", 5))
    found = read(url, config=replace(CONFIG, links=replace(CONFIG.links, most=2)))
    assert [read.path for read in found] == [site.at("/5"), site.at("/4"), url]
    assert (
        reasons(found)[-1] == "2 of 6 articles were taken; raise most under [ingest.links] in config.toml to take more"
    )
    assert not found[-1].stamp


def test_the_feeds_text_stands_in_for_a_page_that_is_not_given(site, read):
    site.pages["/shut"] = Page(status=403)
    whole = "<p>Bread costs more since the mill closed.</p><p>Nobody knows why that is so.</p>"
    url = feed(site, item("/shut", 4, whole, "Bread"), item("/ferry", 3, whole))
    shut, ferry, _ = read(url)
    [bread] = shut.articles
    assert "Bread costs more since the mill closed." in bread.text
    assert (bread.title, bread.published, bread.url) == ("Bread", date(2025, 2, 4), site.at("/shut"))
    assert (shut.refusals, shut.stamp) == ((), "")
    assert "The ferry stopped" in ferry.articles[0].text  # the page itself goes before the feed's text


def test_the_feeds_text_does_not_replace_a_page_that_was_read_before(site, read):
    url = feed(site, item("/ferry", 3, "<p>Only this much of it is in the feed. No more.</p>"))
    stamp = read(url)[0].stamp
    site.pages["/ferry"] = Page(status=503)
    [ferry, _] = read(url, known={site.at("/ferry"): stamp})
    assert ferry.articles == ()
    assert "busy (503)" in ferry.refusals[0].reason


def test_an_entry_without_an_address_is_read_from_the_feed(site, read):
    whole = "<p>Bread costs more since the mill closed.</p><p>Nobody knows why that is so.</p>"
    url = feed(site, item("", 4, whole, "Bread").replace("<link></link>", "<guid isPermaLink='false'>b1</guid>"))
    [got] = read(url)
    assert [article.origin for article in got.articles] == [f"{url}#b1"]


def test_a_feed_in_a_feed_is_not_followed(site, read):
    inner = feed(site, item("/ferry"), path="/inner")
    found = read(feed(site, item("/inner")))
    assert reasons(found) == ["it is a list of articles itself; give its address to take them"]
    assert found[0].path == inner


def test_a_broken_feed(site, read):
    site.pages["/feed"] = Page(b"<rss version='2.0'><channel></channel></rss>", "application/rss+xml")
    assert reasons(read(site.at("/feed"))) == ["there is no article in the feed"]


def sitemap(site, path, *locations, tag="url", packed=False):
    root = "urlset" if tag == "url" else "sitemapindex"
    inner = "".join(f"<{tag}><loc>{site.at(location)}</loc></{tag}>" for location in locations)
    data = f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{root}>'.encode()
    site.pages[path] = Page(gzip.compress(data), "application/x-gzip") if packed else Page(data, "text/xml")
    return site.at(path)


def test_a_sitemap(site, read):
    found = read(sitemap(site, "/sitemap.xml", "/ferry", "/goats", "/ferry"))
    assert titles(found) == ["Ferry stops", "Goats came"]
    assert found[-1].stamp


def test_a_page_that_is_unchanged_by_its_sitemap_is_not_asked_for(site, read):
    def listing(**changed):
        pages = "".join(f"<url><loc>/{name}</loc><lastmod>{day}</lastmod></url>" for name, day in changed.items())
        site.pages["/sitemap.xml"] = Page(f"<urlset>{pages}</urlset>".encode(), "text/xml")

    listing(ferry="2025-01-02")
    assert titles(read(site.at("/sitemap.xml"))) == ["Ferry stops"]
    listing(ferry="2025-01-02", goats="2025-01-03")
    assert [(one.path, one.unchanged) for one in read(site.at("/sitemap.xml"))] == [
        (site.at("/goats"), False),
        (site.at("/ferry"), True),
        (site.at("/sitemap.xml"), False),
    ]
    assert site.paths().count("/ferry") == 1
    listing(ferry="2025-01-04", goats="2025-01-03")
    read(site.at("/sitemap.xml"))
    assert (site.paths().count("/ferry"), site.paths().count("/goats")) == (2, 1)


def test_an_index_is_opened_again_for_what_is_new_in_its_sitemaps(site, read):
    sitemap(site, "/1.xml", "/ferry")
    url = sitemap(site, "/index.xml", "/1.xml", tag="sitemap")
    assert titles(read(url)) == ["Ferry stops"]
    sitemap(site, "/1.xml", "/ferry", "/goats")
    assert titles(read(url)) == ["Goats came"]


def test_an_index_of_sitemaps_is_followed_one_level(site, read):
    sitemap(site, "/1.xml.gz", "/ferry", packed=True)
    sitemap(site, "/2.xml", "/goats")
    sitemap(site, "/deep.xml", "/1.xml.gz", tag="sitemap")
    url = sitemap(site, "/index.xml", "/1.xml.gz", "/2.xml", "/deep.xml", "/gone.xml", "/goats", tag="sitemap")
    found = read(url)
    assert sorted(titles(found)) == ["Ferry stops", "Goats came"]
    told = {refusal.origin: refusal.reason for refusal in found[-1].refusals}
    assert set(told) == {site.at("/gone.xml"), site.at("/goats")}
    assert told[site.at("/goats")] == "it is no sitemap"
    assert not found[-1].stamp


def test_hosts_take_turns_and_the_order_does_not_change(site, read):
    paths = [f"/{n}" for n in range(4)]
    site.pages.update({path: Page(page(path, f"This is page {path}.")) for path in paths})
    urls = [site.at(path, host) for host in ("pebble.example", "harbour.example") for path in paths]
    orders = []
    for _ in range(2):
        clock = Clock()
        orders.append([got.path for got in read(*urls, known={}, fetcher=fetcher_for(clock, delay_s=1.0))])
    turns = [site.at(path, host) for path in paths for host in ("pebble.example", "harbour.example")]
    assert orders == [turns, turns]


def test_leaving_early_ends_the_threads(site, parsers):
    urls = [site.at(f"/{n}") for n in range(50)]
    reads = read_links(urls, CONFIG, parsers, lambda _: "", fetcher_for())
    assert next(reads).path == urls[0]
    reads.close()
    assert len(site.paths()) < 20


def test_leaving_early_does_not_wait_for_pauses(site, parsers):
    urls = [site.at(f"/{n}") for n in range(9)]
    began = time.monotonic()
    reads = read_links(urls, CONFIG, parsers, lambda _: "", fetcher_for(delay_s=600.0))
    assert next(reads).path == urls[0]
    reads.close()
    assert site.paths() == ["/0"]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://pebble.example/a", True),
        (" HTTP://pebble.example", True),
        ("file:///clips", True),
        ("ftp://pebble.example", True),
        ("clips/a.html", False),
        ("C:\\clips", False),
        ("mailto:ana@pebble.example", False),
        ("", False),
    ],
)
def test_an_address_is_told_from_a_path(text, link):
    assert is_link(text) is link


@pytest.mark.parametrize(
    ("address", "tidy"),
    [
        ("http://Pebble.Example:80", "http://pebble.example/"),
        ("https://pebble.example:443/A?b=1#c", "https://pebble.example/A?b=1"),
        ("https://pebble.example:80/", "https://pebble.example:80/"),
        ("https://p.example/?utm_source=x&id=3&UTM_Medium=y&gclid=z&fbclid=", "https://p.example/?id=3"),
        ("https://p.example/?q=utm_source", "https://p.example/?q=utm_source"),
        ("http://[::1]:80/", "http://[::1]/"),
        ("http://[::1", "http://[::1"),
        ("https://User@p.example/", "https://User@p.example/"),
    ],
)
def test_two_ways_of_writing_an_address(address, tidy):
    assert tidied(address) == tidy
    assert tidied(tidy) == tidy


def test_which_address_a_page_may_claim():
    at = "https://www.pebble.example/ferry?page=1"
    assert names_page("https://pebble.example/ferry", at)
    assert not names_page("https://harbour.example/ferry", at)
    assert not names_page("https://pebble.example/", at)  # many sites say so of every page
    assert not names_page("javascript:alert(1)", at)
    assert names_page("https://pebble.example/", "https://pebble.example/")
