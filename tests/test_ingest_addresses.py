"""Only the open web is connected to: whatever an address looks like, nothing on this machine is reached."""

import socket
import time
from dataclasses import replace
from ipaddress import ip_address

import pytest
from newsstand import Page, Site

from ingest.addresses import is_private, is_public, look_up, reachable
from ingest.config import LinksConfig
from ingest.errors import UnreadableError
from ingest.fetch import Fetcher

STRICT = LinksConfig(delay_s=0.0, timeout_s=2.0, respect_robots=False)

HOSTS = [
    # this machine, in every way of writing it
    "127.0.0.1", "127.0.0.2", "127.255.255.254", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1",
    "0177.0.0.1", "017700000001", "0177.1", "0x7f.0.1", "0", "0.0.0.0", "0x0", "localhost", "localhost.", "LOCALHOST",
    "①②⑦.⓪.⓪.①", "127。0。0。1", "127%2e0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::ffff:0.0.0.0]",
    # this machine behind a door
    "[2002:7f00:1::]", "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2001:0:7f00:1::]", "[::ffff:0:127.0.0.1]",
    # the user's network, the provider's, the cloud's
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "[fe80::1]",
    "[fec0::1]", "[fd00:ec2::254]", "[fe80::1%25lo]",
    # nobody's
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "192.88.99.1", "[ff02::1]", "[2001:db8::1]",
    "[100::1]", "[3fff::1]",
]  # fmt: skip
TRICKS = [
    "http://user@127.0.0.1:{port}/", "http://example.com@127.0.0.1:{port}/", "http://example.com:80@127.0.0.1:{port}/",
    "http://example.com#@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@example.com/", "http://a b@127.0.0.1:{port}/",
    "http://:{port}/", "http:///127.0.0.1:{port}/", "http:127.0.0.1:{port}/", "http://[::1", "http://127.0.0.1:99999/",
    "//127.0.0.1:{port}/", "127.0.0.1:{port}", "file:///etc/hostname", "file://127.0.0.1/etc/hostname",
    "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1:{port}/", "dict://127.0.0.1:{port}/", "unix:///run/some.sock",
    "http+unix://%2Frun%2Fsome.sock/", "ws://127.0.0.1:{port}/", "data:text/html,<p>x", "javascript:alert(1)", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def listener():
    """Answers at all addresses of this machine, of both kinds; nothing may come in."""
    site = Site("::" if socket.has_dualstack_ipv6() else "0.0.0.0")
    site.pages["/"] = Page(b"<p>Inside.</p>")
    yield site
    site.close()


def strictly(site, **others):
    return Fetcher(STRICT, ports=(80, 443, site.port), **others)


@pytest.mark.parametrize("host", HOSTS)
def test_no_way_of_writing_an_address_reaches_inside(listener, host):
    with pytest.raises(UnreadableError) as refused:
        strictly(listener).fetch(f"http://{host}:{listener.port}/")
    assert listener.connections == 0
    assert "reached" not in refused.value.message  # it was not even tried


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_reaches_inside(listener, trick):
    with pytest.raises(UnreadableError):
        strictly(listener).fetch(trick.format(port=listener.port))
    assert listener.connections == 0


def test_the_listener_would_have_noticed():
    site = Site()
    site.pages["/"] = Page(b"<p>Inside.</p>")
    try:
        config = replace(STRICT, allow_private=True)
        assert b"Inside" in Fetcher(config).fetch(site.at("/", "127.1")).data
        assert b"Inside" in Fetcher(config).fetch(site.at("/", "localhost")).data
        assert site.connections == 2
    finally:
        site.close()


@pytest.mark.parametrize(
    "place",
    ["http://0.0.0.0:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "http://169.254.169.254/", "http://u@127.0.0.1:{port}/",
     "file:///etc/hostname", "ftp://127.0.0.1/", "//0:{port}/"],
)  # fmt: skip
def test_a_redirect_is_checked_like_any_address(place):
    site = Site()
    site.pages["/"] = Page(b"<p>Inside.</p>")
    site.pages["/start"] = Page(status=302, headers={"Location": place.format(port=site.port)})
    try:
        with pytest.raises(UnreadableError):
            Fetcher(replace(STRICT, allow_private=True)).fetch(site.at("/start"))
        assert site.paths() == ["/start"]
    finally:
        site.close()


def test_a_name_that_changes_its_mind_is_held_to_its_first_answer():
    answers = [["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]]
    with pytest.raises(UnreadableError, match=r"93\.184\.215\.14"):  # the only connection that is tried
        Fetcher(STRICT, resolve=lambda _: answers.pop(0)).fetch("http://rebinding.example/")
    assert len(answers) == 2


@pytest.mark.parametrize(
    "others", [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:10.0.0.1"], ["64:ff9b::a00:1"]]
)
def test_one_address_inside_is_enough_to_refuse_a_name(listener, others):
    with pytest.raises(UnreadableError, match="not on the open web") as refused:
        strictly(listener, resolve=lambda _: others).fetch(f"http://two-faced.example:{listener.port}/")
    assert "allow_private" in refused.value.hint
    assert listener.connections == 0


@pytest.mark.parametrize("port", [22, 25, 8080, 6379])
def test_other_ports_of_the_web_are_not_knocked_at(port):
    with pytest.raises(UnreadableError, match=f"port {port}"):
        Fetcher(STRICT, resolve=lambda _: ["93.184.215.14"]).fetch(f"http://pebble.example:{port}/")


DOORS = [
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:93.184.215.14", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::1",
    "2001::7f00:1", "fec0::1", "fe80::1", "ff0e::1", "2001:db8::1", "3fff::1", "5f00::1", "4000::1", "100.64.0.1",
    "192.88.99.1", "224.0.1.1", "198.18.0.1", "203.0.113.1", "240.0.0.1", "192.0.0.8", "0.0.0.1", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("text", DOORS)
def test_doors_and_nobodys_addresses_are_not_the_open_web(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00::1"])
def test_the_open_web_is_open(text):
    assert is_public(ip_address(text))
    assert not is_private(ip_address(text))
    assert reachable(text.join("[]") if ":" in text else text, look_up, 1.0, allow_private=False) == [text]


def test_what_is_the_users_own_may_be_allowed_but_not_the_machines_secrets():
    own = ["127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.0.9", "::1", "fd12::1"]
    assert [text for text in own if is_private(ip_address(text)) and not is_public(ip_address(text))] == own
    for text in ("169.254.169.254", "100.100.100.200", "fe80::1", "0.0.0.0", "224.0.0.1"):
        with pytest.raises(UnreadableError):
            reachable(text, look_up, 1.0, allow_private=True)


def test_a_name_that_is_not_found():
    with pytest.raises(UnreadableError, match=r"there is no host pebble\.example"):
        Fetcher(STRICT).fetch("http://pebble.example/")


def test_a_resolver_that_hangs_does_not_hold_us():
    began = time.monotonic()
    with pytest.raises(UnreadableError, match="within the time"):
        reachable("slow.example", lambda _: time.sleep(2) or [], 0.2, allow_private=False)
    assert time.monotonic() - began < 1
