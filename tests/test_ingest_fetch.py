"""Fetching: it ends, in time and within a size, is polite, and asks again only for what has changed."""

import gzip
import os
import ssl
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import trustme
from newsstand import Clock, Page, Site, fetcher_for, resolve

from ingest.config import LinksConfig
from ingest.errors import UnreadableError
from ingest.exchange import PIECE
from ingest.fetch import Fetcher
from ingest.replies import redirected, type_and_charset
from ingest.stamps import conditions, same_bytes, stamp_of

STORY = b"<html><body><p>The ferry stopped on Monday. It sails again.</p></body></html>"
MEGABYTE = 1_000_000


@pytest.fixture
def site():
    site = Site()
    site.pages["/story"] = Page(STORY)
    yield site
    site.close()


def refusal(fetcher, url, **others):
    with pytest.raises(UnreadableError) as refused:
        fetcher.fetch(url, **others)
    return f"{refused.value.message}; {refused.value.hint}"


def test_a_page(site):
    got = fetcher_for().fetch(site.at("/story"))
    assert (got.url_final, got.data, got.media_type, got.charset) == (site.at("/story"), STORY, "text/html", "utf-8")
    assert not got.unchanged
    [_, (path, headers)] = site.asked
    assert path == "/story"
    assert headers["User-Agent"].startswith("Vouch/")
    assert headers["Host"] == f"127.0.0.1:{site.port}"
    assert headers["Cookie"] is headers["Authorization"] is headers["Referer"] is None


def test_the_environment_is_not_asked(site, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ana password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    fetcher_for().fetch(site.at("/story"))
    assert site.asked[-1][1]["Authorization"] is None


def test_cookies_are_not_kept(site):
    site.pages["/start"] = Page(status=302, headers={"Location": "/story", "Set-Cookie": "who=ana"})
    fetcher = fetcher_for()
    fetcher.fetch(site.at("/start"))
    fetcher.fetch(site.at("/story"))
    assert all(headers["Cookie"] is None for _, headers in site.asked)


# ---- it ends


def drip(piece, times=1000, pause=0.05):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")
        for _ in range(times):
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(pause)

    return answer


@pytest.mark.parametrize("piece", [b"X", b"\r\nX", b""], ids=["headers", "body", "silence"])
def test_a_slow_drip_ends_in_time(site, piece):
    site.pages["/slow"] = drip(b"X-Drop: 1\r\n" if piece == b"X" else piece)
    began = time.monotonic()
    assert "within the time given" in refusal(fetcher_for(timeout_s=0.6), site.at("/slow"))
    assert time.monotonic() - began < 1.6


def test_a_chain_of_slow_redirects_ends_in_time(site):
    def slowly(handler):
        time.sleep(0.3)
        return Page(status=302, headers={"Location": handler.path + "x"})

    site.pages.update({"/r" + "x" * n: slowly for n in range(6)})
    began = time.monotonic()
    assert "within the time given" in refusal(fetcher_for(timeout_s=0.5), site.at("/r"))
    assert time.monotonic() - began < 1.5


def packed(data, coding):
    if coding == "deflate":
        return zlib.compress(data)
    if coding == "raw":
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(data) + packer.flush()
    return gzip.compress(data)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "raw"])
def test_packed_pages_are_unpacked(site, coding):
    said = "deflate" if coding == "raw" else coding
    site.pages["/packed"] = Page(packed(STORY, coding), headers={"Content-Encoding": said})
    assert fetcher_for().fetch(site.at("/packed")).data == STORY


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw"])
def test_a_bomb_is_not_unpacked(site, coding):
    bomb = packed(bytes(100 * MEGABYTE), coding)
    said = "deflate" if coding == "raw" else coding
    site.pages["/bomb"] = Page(bomb, headers={"Content-Encoding": said})
    fetcher = fetcher_for(max_mb=1)
    fetcher.fetch(site.at("/story"))  # what is needed once is not counted
    tracemalloc.start()
    try:
        assert "larger than 1 MB; raise max_mb" in refusal(fetcher, site.at("/bomb"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * MEGABYTE  # the limit, room for it to grow in, and the bomb as it is packed


def endless(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        handler.server.site.sent = getattr(handler.server.site, "sent", 0) + PIECE
        handler.wfile.write(f"{PIECE:x}\r\n".encode() + b"a" * PIECE + b"\r\n")


def test_endless_chunks_end_at_the_limit(site):
    site.pages["/endless"] = endless
    assert "larger than 1 MB" in refusal(fetcher_for(max_mb=1), site.at("/endless"))
    assert site.sent < 20 * MEGABYTE  # what stands in the buffers of the system comes on top


def test_endless_packed_nothing_ends_in_time(site):
    def nothing(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n")
        handler.wfile.write(gzip.compress(b"")[:10])
        while True:
            handler.wfile.write(b"\x00\x00\x00\xff\xff" * 1000)

    site.pages["/nothing"] = nothing
    began = time.monotonic()
    assert "within the time given" in refusal(fetcher_for(timeout_s=0.5), site.at("/nothing"))
    assert time.monotonic() - began < 1.5


def test_what_is_stated_too_large_is_not_begun(site):
    def large(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n")

    site.pages["/large"] = large
    assert "larger than 1 MB" in refusal(fetcher_for(max_mb=1), site.at("/large"))


def test_a_page_just_within_the_limit_is_whole(site):
    site.pages["/full"] = Page(b"a" * MEGABYTE)
    assert len(fetcher_for(max_mb=1).fetch(site.at("/full")).data) == MEGABYTE


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({"Content-Length": "1000"}, b"half", "it cannot be reached"),
        ({"Content-Encoding": "gzip"}, gzip.compress(os.urandom(1000))[:500], "it broke off"),
        ({"Content-Encoding": "gzip"}, b"no gzip at all", "packed wrongly"),
        ({"Content-Encoding": "br"}, b"\x0b\x02\x80", "packed as br"),
        ({"Content-Encoding": "gzip, gzip"}, gzip.compress(gzip.compress(STORY)), "packed as gzip, gzip"),
    ],
)
def test_half_a_page_is_none(site, headers, body, reason):
    def once(handler):
        handler.close_connection = True
        return Page(body, headers={"Connection": "close", **headers})

    site.pages["/half"] = once
    assert reason in refusal(fetcher_for(timeout_s=2.0), site.at("/half"))


def test_rubbish_is_no_answer(site):
    site.pages["/rubbish"] = lambda handler: handler.wfile.write(b"\x00\xff rubbish\r\n\r\n") and None
    assert "it cannot be reached" in refusal(fetcher_for(), site.at("/rubbish"))


# ---- what is an article


@pytest.mark.parametrize("media_type", ["image/png", "video/mp4", "application/wasm", "text/css", "font/woff2"])
def test_what_is_no_article_is_not_read(site, media_type):
    site.pages["/other"] = Page(b"\x89PNG", media_type)
    assert f"it is no article but {media_type}" in refusal(fetcher_for(), site.at("/other"))


@pytest.mark.parametrize("media_type", ["application/pdf", "text/plain", "application/octet-stream", "TEXT/HTML", ""])
def test_what_may_be_an_article_is(site, media_type):
    site.pages["/some"] = Page(b"It is.", media_type)
    assert fetcher_for().fetch(site.at("/some")).data == b"It is."


def test_types_as_servers_write_them():
    stated = ["text/html", 'Text/HTML;Charset="Latin-1"', "text/html ; charset=utf-8; a=b", "rubbish", ""]
    found = [type_and_charset(httpx.Headers({"content-type": text})) for text in stated]
    assert found == [
        ("text/html", ""), ("text/html", "latin-1"), ("text/html", "utf-8"), ("text/plain", ""), ("", ""),
    ]  # fmt: skip


# ---- answers that are no page


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "no longer there (404)"),
        (410, "no longer there (410)"),
        (401, "does not give it to programs (401); save"),
        (403, "does not give it to programs (403)"),
        (451, "does not give it to programs (451)"),
        (500, "answered 500"),
        (204, "answered 204"),
        (304, "answered 304"),
        (418, "answered 418"),
        (302, "without saying where"),
    ],
)
def test_answers_that_are_no_page(site, status, reason):
    site.pages["/none"] = Page(status=status)
    assert reason in refusal(fetcher_for(), site.at("/none"))


def test_nobody_listens():
    site = Site()
    site.close()
    assert "it cannot be reached" in refusal(fetcher_for(respect_robots=False), site.at("/story"))


def test_redirects_are_followed_five_times(site):
    site.pages.update({f"/{n}": Page(status=301, headers={"Location": f"/{n + 1}"}) for n in range(5)})
    site.pages["/5"] = Page(STORY)
    assert fetcher_for().fetch(site.at("/0")).url_final == site.at("/5")
    site.pages["/5"] = Page(status=308, headers={"Location": "/story"})
    assert "redirects more than 5 times" in refusal(fetcher_for(), site.at("/0"))


def test_a_loop_ends(site):
    site.pages["/loop"] = Page(status=302, headers={"Location": "/loop"})
    assert "more than 5 times" in refusal(fetcher_for(), site.at("/loop"))
    assert len(site.paths()) == 6


# ---- only what has changed


def test_an_unchanged_page_is_not_sent_again(site):
    def answer(handler):
        marks = {"ETag": '"v1"', "Last-Modified": "Sat, 01 Feb 2025 10:00:00 GMT"}
        if handler.headers["If-None-Match"] == '"v1"' and handler.headers["If-Modified-Since"]:
            return Page(status=304, headers=marks)
        return Page(STORY, headers=marks)

    site.pages["/story"] = answer
    first = fetcher_for().fetch(site.at("/story"))
    again = fetcher_for().fetch(site.at("/story"), stamp=first.stamp)
    assert (again.unchanged, again.data, again.stamp) == (True, b"", first.stamp)


def test_a_site_without_marks_is_told_by_its_bytes(site):
    first = fetcher_for().fetch(site.at("/story"))
    assert fetcher_for().fetch(site.at("/story"), stamp=first.stamp).unchanged
    site.pages["/story"] = Page(STORY + b" ")
    assert not fetcher_for().fetch(site.at("/story"), stamp=first.stamp).unchanged


@pytest.mark.parametrize("stamp", ["", "rubbish", "[]", "7", '"x"', "{}", '{"sha256": null}'])
def test_a_stamp_that_is_none_of_ours_asks_for_all(site, stamp):
    assert not fetcher_for().fetch(site.at("/story"), stamp=stamp).unchanged
    assert conditions(stamp) == {}


def test_marks_that_could_break_a_header_are_not_kept():
    for mark in ('"a\r\nX: 1"', '"é"', '"' + "a" * 1000 + '"'):
        assert conditions(stamp_of({"etag": mark}, b"")) == {}
    assert not same_bytes("", stamp_of({}, b""))


# ---- polite


def robots(site, text, status=200):
    site.pages["/robots.txt"] = Page(text, "text/plain", status)


def test_robots_are_asked_once_and_heeded(site):
    robots(site, b"User-agent: *\nDisallow: /private/\n")
    site.pages["/private/story"] = Page(STORY)
    fetcher = fetcher_for()
    fetcher.fetch(site.at("/story"))
    reason = refusal(fetcher, site.at("/private/story"))
    assert "robots.txt asks programs not to read it" in reason
    assert "respect_robots" in reason
    assert [path for path, _ in site.asked] == ["/robots.txt", "/story"]


def test_robots_may_speak_of_us_by_name(site):
    robots(site, b"User-agent: vouch\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    assert "asks programs not" in refusal(fetcher_for(), site.at("/story"))


def test_robots_hold_for_where_a_redirect_leads(site):
    robots(site, b"User-agent: *\nDisallow: /private/\n")
    site.pages["/start"] = Page(status=302, headers={"Location": "/private/story"})
    assert "asks programs not" in refusal(fetcher_for(), site.at("/start"))
    assert site.paths() == ["/start"]


def test_robots_need_not_be_respected(site):
    robots(site, b"User-agent: *\nDisallow: /\n")
    assert fetcher_for(respect_robots=False).fetch(site.at("/story")).data == STORY
    assert [path for path, _ in site.asked] == ["/story"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_allow_all(site, status):
    robots(site, b"", status)
    assert fetcher_for().fetch(site.at("/story")).data == STORY


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_that_cannot_be_had_allow_nothing(site, status):
    robots(site, b"", status)
    reason = refusal(fetcher_for(), site.at("/story"))
    assert f"its robots.txt cannot be read: the site answered {status}" in reason
    assert "respect_robots" in reason
    assert site.paths() == []


def test_robots_are_asked_once_by_many_threads(site):
    fetcher = fetcher_for()
    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(fetcher.fetch, [site.at("/story")] * 8))) == 8
    assert [path for path, _ in site.asked].count("/robots.txt") == 1


def test_a_host_is_given_a_pause_and_others_do_not_wait_for_it(site):
    clock = Clock()
    fetcher = fetcher_for(clock, delay_s=2.0)
    for host in ("pebble.example", "pebble.example", "harbour.example", "pebble.example"):
        fetcher.fetch(site.at("/story", host))
    assert clock.slept == [2.0, 2.0]


def test_a_pause_asked_for_by_robots(site):
    robots(site, b"User-agent: *\nCrawl-delay: 7\n")
    clock = Clock()
    fetcher = fetcher_for(clock, delay_s=2.0)
    for _ in range(2):
        fetcher.fetch(site.at("/story"))
    robots(site, b"User-agent: *\nCrawl-delay: 86400\n")
    for _ in range(2):
        fetcher.fetch(site.at("/story", "pebble.example"))
    assert clock.slept == [7.0, 30.0]


def test_pauses_do_not_count_as_time_to_answer(site):
    clock = Clock()
    fetcher = fetcher_for(clock, delay_s=100.0, timeout_s=5.0)
    assert [fetcher.fetch(site.at("/story")).data for _ in range(2)] == [STORY, STORY]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "3"},
        {"Retry-After": "Sat, 01 Feb 2025 10:00:03 GMT", "Date": "Sat, 01 Feb 2025 10:00:00 GMT"},
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_site_is_asked_once_more(site, status, headers):
    def answer(handler):
        if site.paths().count("/busy") > 1:
            return Page(STORY)
        handler.send_response_only(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        return None

    site.pages["/busy"] = answer
    clock = Clock()
    assert fetcher_for(clock).fetch(site.at("/busy")).data == STORY
    assert clock.slept == [3.0]


@pytest.mark.parametrize(
    ("stated", "when"),
    [("120", "in 120 s"), ("Sat, 01 Feb 2031 10:00:00 GMT", "in "), ("soon", "after soon"), ("", "later")],
)
def test_a_site_that_is_busy_for_long_is_left_alone(site, stated, when):
    site.pages["/busy"] = Page(status=429, headers={"Retry-After": stated} if stated else {})
    clock = Clock()
    assert f"the site is busy (429); try again {when}" in refusal(fetcher_for(clock), site.at("/busy"))
    assert clock.slept == []
    assert site.paths() == ["/busy"]


def test_a_site_that_stays_busy_is_asked_no_third_time(site):
    site.pages["/busy"] = Page(status=503, headers={"Retry-After": "1"})
    clock = Clock()
    assert "the site is busy (503); try again in 1 s" in refusal(fetcher_for(clock), site.at("/busy"))
    assert site.paths() == ["/busy", "/busy"]


# ---- safe addresses


@pytest.fixture
def secure():
    """A site with a certificate for secure.example, and the authority that gave it."""
    authority, site = trustme.CA(), Site()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("secure.example").configure_cert(served)
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    site.secure(served)
    site.pages["/story"] = Page(STORY)
    yield site, trusted
    site.close()


def test_a_certificate_is_checked_by_name_though_the_address_is_pinned(secure):
    site, trusted = secure
    config = LinksConfig(allow_private=True, delay_s=0.0, timeout_s=5.0, respect_robots=False)
    fetcher = Fetcher(config, resolve=resolve, trust=trusted)
    url = site.at("/story", "secure.example").replace("http:", "https:")
    assert fetcher.fetch(url).data == STORY
    assert "certificate" in refusal(fetcher, url.replace("secure.", "pebble."))
    assert "certificate" in refusal(Fetcher(config, resolve=resolve), url)
    site.pages["/down"] = Page(status=302, headers={"Location": "http://pebble.example/story"})
    assert "from https to http" in refusal(fetcher, url.replace("/story", "/down"))


def test_up_is_allowed_and_down_is_not():
    class Reply:
        headers = httpx.Headers({"location": "//harbour.example/story"})

    assert redirected(httpx.URL("https://pebble.example/"), Reply) == "https://harbour.example/story"
    Reply.headers["location"] = "https://pebble.example/story"
    assert redirected(httpx.URL("http://pebble.example/"), Reply) == "https://pebble.example/story"
