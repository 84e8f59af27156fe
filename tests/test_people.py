"""Who a request comes from: browsers by their cookie, users who log in, people whom a proxy names."""

from __future__ import annotations

import logging
import stat
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from commands import people
from ingest.errors import ConfigError, VouchError
from qa.config import UiConfig
from web.people import users as users_module
from web.people.badge import badge
from web.people.browsers import Browsers
from web.people.door import Door, user_name
from web.people.entrance import open_door, users_file, warning
from web.people.login import AGAIN, LARGEST_FORM, WRONG, Login, local
from web.people.password import hashed, parse
from web.people.person import HEADER, Persons
from web.people.proxy import STRANGER, UNNAMED, ByProxy, Forwarded
from web.people.sessions import IDLE_S, Sessions
from web.people.throttle import FORGOTTEN_S, FREE_TRIES, MOST_KEYS, Throttle
from web.people.users import Users, keep

HTTP, HTTPS = "http://127.0.0.1:7860", "https://vouch.example"
PASSWORD, OTHER = "a lamp on the rock", "the ferry at seven"
SESSION = "vouch-session"
USERS = {"ada": PASSWORD, "bo": OTHER}


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Replies with every person that the request claims."""
    persons = Request(scope).headers.getlist(HEADER)
    await PlainTextResponse("\n".join(persons))(scope, receive, send)


def browser(door: Door | None = None, base: str = HTTP, peer: str = "127.0.0.1", **headers: str) -> TestClient:
    """A browser with cookies of its own."""
    app = Forwarded(Persons(echo, door))
    return TestClient(app, base_url=base, headers=headers, client=(peer, 40000), follow_redirects=False)


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


# --- browsers without a name


def test_a_browser_keeps_its_person_and_another_is_another() -> None:
    first, second = browser(), browser()
    person = first.get("/").text
    assert len(person) == 32
    assert [first.get("/").text, first.post("/anything").text] == [person, person]
    assert second.get("/").text != person


def test_the_cookie_is_out_of_reach_of_scripts_and_over_https_of_everything_but_https() -> None:
    plain = browser().get("/").headers["set-cookie"]
    assert plain.startswith("vouch=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(plain.split("; "))
    assert "Secure" not in plain
    safe = browser(base=HTTPS)
    first = safe.get("/")
    assert first.headers["set-cookie"].startswith("__Host-vouch=")
    assert "; Secure" in first.headers["set-cookie"]
    assert safe.get("/").text == first.text
    assert "set-cookie" not in safe.get("/").headers


def test_a_proxy_of_this_machine_may_say_that_it_speaks_https_and_nobody_else() -> None:
    assert "; Secure" in browser(**{"x-forwarded-proto": "https"}).get("/").headers["set-cookie"]
    stranger = browser(peer="192.0.2.1", **{"x-forwarded-proto": "https"})
    assert "; Secure" not in stranger.get("/").headers["set-cookie"]


@pytest.mark.parametrize("name", ["x-vouch-person", "X-Vouch-Person", "X-VOUCH-PERSON"])
def test_the_header_is_never_believed_from_outside(name: str) -> None:
    told = browser().get("/", headers=[(name, "user:ada"), (name, "0" * 32)]).text
    assert len(told.splitlines()) == 1
    assert told not in {"user:ada", "0" * 32}


def test_a_websocket_is_closed_before_anybody_asks_whose_it_is() -> None:
    with pytest.raises(WebSocketDisconnect) as caught, browser().websocket_connect("/"):
        pass
    assert caught.value.code == 1008


@pytest.mark.parametrize("value", ["user:ada", "0" * 31, "0" * 33, "A" * 32, "0" * 32 + "%0a", '"user:ada"', ""])
def test_a_cookie_of_another_form_is_none_of_ours(value: str) -> None:
    told = browser().get("/", headers={"cookie": f"vouch={value}"})
    assert told.text not in {value, "user:ada", ""}
    assert "set-cookie" in told.headers


def test_over_https_a_cookie_from_a_neighbouring_host_is_not_ours() -> None:
    assert browser(base=HTTPS).get("/", headers={"cookie": f"vouch={'0' * 32}"}).text != "0" * 32


def test_cookies_of_other_programs_do_no_harm() -> None:
    mine = "0123456789abcdef" * 2
    others = f'a[]=1; b={{"c": 2}}; ;=; vouch={mine}; caf\xe9=\xff'
    told = browser().get("/", headers=[(b"cookie", others.encode("latin-1"))])
    assert told.text == mine


# --- users who log in


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vouch") / "users.txt"
    path.write_text("".join(f"{name}:{hashed(password, cost=2)}\n" for name, password in USERS.items()))
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def login(file: Path, clock: Clock) -> Login:
    return Login(Users(file), Sessions(clock), Throttle(clock))


def log_in(client: TestClient, name: str = "ada", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login", data={"name": name, "password": password, **more})


def test_without_a_session_the_page_leads_to_the_log_in_and_all_else_is_closed(login: Login) -> None:
    client = browser(login)
    page = client.get("/?c=abc")
    assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2F%3Fc%3Dabc")
    for method, path in (("GET", "/config"), ("POST", "/"), ("GET", "/gradio_api/info"), ("POST", "/gradio_api/x"),
                         ("GET", "/login/"), ("GET", "/LOGIN"), ("GET", "/healthz/../config"),
                         ("DELETE", "/library/1"), ("PUT", "/")):  # fmt: skip
        refused = client.request(method, path)
        assert (refused.status_code, refused.json()["detail"]) == (401, AGAIN), (method, path)
    assert [client.get(path).status_code for path in ("/healthz", "/favicon.ico", "/login")] == [200, 200, 200]
    assert client.get("/healthz").text == "", "nobody in particular"
    assert "set-cookie" not in client.get("/login").headers


def test_whoever_logs_in_is_that_user_until_logging_out(login: Login) -> None:
    client = browser(login)
    done = log_in(client, next="/?c=abc")
    assert (done.status_code, done.headers["location"]) == (303, "/?c=abc")
    cookie = done.headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Max-Age" not in cookie
    page = client.get("/")
    assert (page.text, page.headers["cache-control"]) == ("user:ada", "no-store")
    assert client.get("/", headers={HEADER: "user:bo"}).text == "user:ada"
    assert client.get("/login?next=/?c=1").headers["location"] == "/?c=1", "there already"
    assert browser(login).get("/").status_code == 303, "another browser is nobody"
    token = client.cookies[SESSION]
    assert client.get("/logout").status_code == 405
    left = client.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert SESSION not in client.cookies
    kept = client.get("/config", headers={"cookie": f"{SESSION}={token}"})
    assert kept.status_code == 401, "a token that somebody kept is worth nothing"


def test_the_session_cookie_over_https(login: Login) -> None:
    client = browser(login, HTTPS)
    cookie = log_in(client).headers["set-cookie"]
    assert cookie.startswith("__Host-vouch-session=")
    assert "; Secure" in cookie
    assert client.get("/").text == "user:ada"
    assert client.post("/logout").headers["set-cookie"].startswith('__Host-vouch-session=""; ')
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("token", ["", "x", "a" * 22, "é", "user:ada", "a" * 5000])
def test_a_guessed_token_opens_nothing(login: Login, token: str) -> None:
    cookie = f"{SESSION}={token}; vouch={'0' * 32}".encode("latin-1")
    assert browser(login).get("/config", headers=[(b"cookie", cookie)]).status_code == 401


def test_the_token_is_kept_only_as_a_hash() -> None:
    sessions = Sessions()
    token = sessions.begin("ada", hashed(PASSWORD))
    assert len(token) == 22, "128 bits"
    assert token not in repr(vars(sessions))
    assert token != sessions.begin("ada", hashed(PASSWORD))


def test_a_session_ends_when_it_was_idle_for_long(login: Login, clock: Clock) -> None:
    client = browser(login)
    log_in(client)
    for _ in range(3):
        clock.seconds += IDLE_S - 1
        assert client.get("/config").status_code == 200
    clock.seconds += IDLE_S
    assert client.get("/config").status_code == 401


@pytest.mark.parametrize(("name", "password"), [("ada", OTHER), ("nobody", PASSWORD), ("", ""), ("ada", "")])
def test_a_wrong_password_and_an_unknown_name_are_told_the_same(login: Login, name: str, password: str) -> None:
    refused = log_in(browser(login), name, password, next="/?c=1")
    assert refused.status_code == 401
    assert WRONG in refused.text
    assert 'value="/?c=1"' in refused.text
    assert "set-cookie" not in refused.headers


def test_an_unknown_name_costs_a_check_of_a_password_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    scrypt = users_module.Hashed.matches
    monkeypatch.setattr(
        users_module.Hashed, "matches", lambda self, typed: checked.append(typed) or scrypt(self, typed)
    )
    users = Users(file)
    assert users.check("nobody", PASSWORD) is None
    assert users.check("nobody", "") is None, "the one that stands in for it is no password"
    assert checked == [PASSWORD, ""]


def test_what_is_typed_is_text_on_the_page(login: Login) -> None:
    hostile = '"><script>alert(1)</script>'
    page = log_in(browser(login), hostile, "x", next=f"/?c={hostile}")
    assert "<script" not in page.text
    assert "&quot;&gt;&lt;script&gt;" in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "evil", "", "/\t/evil.example",
     "/a\r\nset-cookie: x=1", " //evil.example", "\\\\evil.example", "/ /evil",
     "/login?next=/login", "/logout", "/\x00"],
)  # fmt: skip
def test_after_the_log_in_nobody_is_led_elsewhere(login: Login, elsewhere: str) -> None:
    assert local(elsewhere) == "/"
    client = browser(login)
    assert log_in(client, next=elsewhere).headers["location"] == "/"
    assert client.get("/login", params={"next": elsewhere}).headers["location"] == "/"


def test_a_link_on_another_site_finds_the_session_that_its_cookie_was_left_behind_for(login: Login) -> None:
    """A strict cookie is not sent with it, but is from our own page, which leads on to the log-in."""
    onward = browser(login).get("/?c=abc", headers={"sec-fetch-site": "cross-site"})
    assert onward.status_code == 200
    assert "http-equiv='refresh' content=\"0; url=/login?next=%2F%3Fc%3Dabc\"" in onward.text


def test_forms_that_are_none_of_ours(login: Login) -> None:
    client = browser(login)
    assert client.post("/login", content=b"x" * (LARGEST_FORM + 1)).status_code == 413
    for content in (b"", b"\xff\xfe", b"name", b"name=ada&password=%ff", b'{"name": "ada"}', b"&&==&"):
        assert client.post("/login", content=content, headers={"x-forwarded-for": "192.0.2.9"}).status_code in {
            401,
            429,
        }
    assert client.put("/login").status_code == 405


def test_wrong_tries_make_the_next_wait_and_the_page_says_how_long(login: Login, clock: Clock) -> None:
    client = browser(login)
    for _ in range(FREE_TRIES):
        assert log_in(client, password="wrong").status_code == 401
    waits = []
    for _ in range(8):
        told = log_in(client)
        assert told.status_code == 429, "even with the right password"
        waits.append(int(told.headers["retry-after"]))
        clock.seconds += waits[-1]
        assert log_in(client, password="wrong").status_code == 401
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert "Too many wrong tries. Try again in 60 seconds." in log_in(client).text
    clock.seconds += 60
    assert log_in(client).status_code == 303
    elsewhere = browser(login, peer="192.0.2.1")
    assert log_in(elsewhere, password="wrong").status_code == 401, "the name starts anew"


def test_tries_are_counted_for_a_name_from_anywhere_and_for_an_address_with_any_name(login: Login) -> None:
    for number in range(FREE_TRIES):
        assert log_in(browser(login, peer=f"192.0.2.{number}"), "bo", "wrong").status_code == 401
    assert log_in(browser(login, peer="192.0.2.99"), "bo", OTHER).status_code == 429
    for number in range(FREE_TRIES):
        assert log_in(browser(login, peer=f"2001:db8::{number}"), f"name{number}", "wrong").status_code == 401
    assert log_in(browser(login, peer="2001:db8::ffff"), "ada").status_code == 429, "a network of IPv6 is one address"
    assert log_in(browser(login, peer="198.51.100.1"), "ada").status_code == 303


def test_an_own_log_in_does_not_free_an_address_for_guessing(clock: Clock) -> None:
    throttle = Throttle(clock)
    for number in range(FREE_TRIES):
        assert throttle.take([f"name {number}", "address"]) == 0
        assert throttle.take(["name mine", "address"]) == 0 or number == FREE_TRIES - 1
        if number < FREE_TRIES - 1:
            throttle.forgive("name mine", "address")
    assert throttle.take(["name next", "address"]) > 0


def test_tries_count_before_they_are_checked_and_are_forgotten_in_time(clock: Clock) -> None:
    throttle = Throttle(clock)
    assert [throttle.take(["a"]) for _ in range(FREE_TRIES + 1)] == [0.0] * FREE_TRIES + [1.0]
    clock.seconds += FORGOTTEN_S
    assert throttle.take(["a"]) == 0
    for number in range(2 * MOST_KEYS):
        throttle.take([str(number)])
    assert len(throttle._tries) == MOST_KEYS


# --- the file of users


def line(name: str, password: str) -> str:
    """As the file has it, but cheap to check."""
    return f"{name}:{hashed(password, cost=2)}"


def test_the_file_keeps_hashes_only_and_its_owner_alone_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "new" / "users.txt"
    assert not keep(file, "ada", PASSWORD)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    assert PASSWORD not in text
    assert text.startswith("ada:scrypt$32768$8$3$")
    assert str(hashed(PASSWORD, 2)) != str(hashed(PASSWORD, 2)), "each has a salt of its own"


def test_a_password_comes_back_from_its_text_however_its_accents_were_typed() -> None:
    kept = parse(str(hashed("caf\u00e9 au lait", cost=2)))
    assert kept.matches("cafe\u0301 au lait")
    assert not kept.matches("cafe au lait")
    assert hashed("\ud800", cost=2).matches("\ud800")


def test_a_new_password_replaces_the_line_and_leaves_all_others(tmp_path: Path) -> None:
    path = tmp_path / "users.txt"
    path.write_text(f"# The newsroom\n\n{line('ada', PASSWORD)}\n{line('bo', OTHER)}\n")
    bo = path.read_text().splitlines()[-1]
    assert keep(path, "ada", OTHER)
    lines = path.read_text().splitlines()
    assert lines[:3] == ["# The newsroom", "", bo]
    assert len(lines) == 4
    assert Users(path).check("ada", PASSWORD) is None
    assert Users(path).check("ada", OTHER) is not None
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["", "a:b", "a b", "#ada", "a\nb", "x" * 65, "žofie", "../x"])
def test_a_name_that_the_file_could_not_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a user's name"):
        keep(tmp_path / "users.txt", name, PASSWORD)
    assert list(tmp_path.iterdir()) == []


def test_a_change_of_the_file_counts_at_once_and_a_fault_in_it_locks_nobody_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "users.txt"
    first = line("ada", PASSWORD)
    path.write_text(f"{first}\n{line('bo', OTHER)}\n")
    door = Login(Users(path))
    ada, bo = browser(door), browser(door)
    log_in(ada)
    log_in(bo, "bo", OTHER)
    path.write_text(f"{first}\n{line('bo', 'a new one for bo')}\n")
    assert (ada.get("/").text, bo.get("/config").status_code) == ("user:ada", 401), "a new password ends what was open"
    assert log_in(bo, "bo", "a new one for bo").status_code == 303
    path.write_text(f"# without ada\n{path.read_text().splitlines()[1]}\n")
    assert (ada.get("/config").status_code, bo.get("/").text) == (401, "user:bo"), "whoever is taken out is out"
    with caplog.at_level(logging.WARNING, "vouch"):
        path.write_text("bo:scr")
        assert [bo.get("/").text for _ in range(3)] == ["user:bo"] * 3
        path.unlink()
        assert bo.get("/").text == "user:bo"
    assert [f"{path}, line 1" in line for line in caplog.messages] == [True, False]


GOOD = "ada:scrypt$32768$8$3$" + "A" * 22 + "==$" + "A" * 43 + "="


@pytest.mark.parametrize(
    "bad",
    ["ada", "ada:", "ada:secret", "ada:$2b$12$abcdefg", GOOD.replace("ada", "a da"), GOOD.replace("scrypt", "bcrypt"),
     GOOD.replace("32768", "32769"), GOOD.replace("32768", "-2"), GOOD.replace("32768", str(2**40)),
     GOOD.replace("$3$", "$99999$"), GOOD.replace("$8$", "$0$"), GOOD[:-2], GOOD + "$x", GOOD.replace("A" * 22, "A"),
     GOOD.replace("A" * 22, "!" * 22)],
)  # fmt: skip
def test_a_malformed_line_is_named_with_its_file(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "users.txt"
    path.write_text(f"# users\n{GOOD.replace('ada', 'bo')}\n{bad}\n")
    with pytest.raises(ConfigError) as caught:
        Users(path)
    assert caught.value.message.startswith(f"{path}, line 3 is not a user: a line is NAME:scrypt$")
    assert caught.value.hint == "write it with: vouch user NAME"
    assert bad not in caught.value.message.removesuffix(users_module.FORM), "an error is no place for a password"
    with pytest.raises(ConfigError, match="line 3"):
        keep(path, "bo", PASSWORD)


def test_a_file_with_nobody_twice_the_same_or_none_at_all(tmp_path: Path) -> None:
    path = tmp_path / "users.txt"
    with pytest.raises(ConfigError, match=r"users\.txt, which does not exist"):
        Users(path)
    path.write_text("# nobody yet\n")
    with pytest.raises(ConfigError, match="names nobody"):
        Users(path)
    path.write_text(f"{GOOD}\n{GOOD}\n")
    with pytest.raises(ConfigError, match="line 2: ada is there twice"):
        Users(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="is no text"):
        Users(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        Users(tmp_path)


# --- whom a proxy names


def behind(peer: str, door: Door | None = None, **headers: str) -> TestClient:
    return browser(door or ByProxy("X-Remote-User", ["10.0.0.0/24"]), peer=peer, **headers)


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.0.0.7", "127.8.8.8"])
def test_a_trusted_proxy_names_the_user_also_when_it_speaks_for_a_browser_elsewhere(peer: str) -> None:
    client = behind(peer, **{"x-remote-user": " ada ", "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https"})
    told = client.get("/")
    assert told.text == "user:ada"
    assert "set-cookie" not in told.headers


@pytest.mark.parametrize("peer", ["192.0.2.1", "10.0.1.7", "testclient", "2001:db8::1"])
def test_nobody_else_names_anybody(peer: str) -> None:
    for claimed in ({"x-remote-user": "ada"}, {"x-remote-user": "ada", "x-forwarded-for": "127.0.0.1"}):
        refused = behind(peer, **claimed).get("/")
        assert (refused.status_code, refused.json()) == (401, {"detail": STRANGER})
    assert behind(peer).get("/healthz").status_code == 200


@pytest.mark.parametrize("names", [[], [""], [" "], ["ada", "bo"], ["ada", "ada"], ["a\tb"], ["x" * 129]])
def test_a_proxy_that_names_nobody_or_two(names: list[str]) -> None:
    refused = behind("127.0.0.1").get("/", headers=[("X-Remote-User", name) for name in names])
    assert (refused.status_code, refused.json()) == (401, {"detail": UNNAMED})
    shown = behind("127.0.0.1").get("/", headers={"accept": "text/html,*/*"})
    assert (shown.status_code, shown.text) == (401, UNNAMED)


def test_a_browser_behind_the_proxy_is_told_nothing_of_cookies_and_of_a_log_in() -> None:
    client = behind("127.0.0.1")
    assert client.get("/", headers={"cookie": f"vouch={'0' * 32}"}).status_code == 401
    assert client.get("/login").status_code == 401


# --- which of them, by the settings


def test_the_settings_choose_the_door(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(open_door(UiConfig()), Browsers)
    assert isinstance(open_door(UiConfig(auth="users.txt"), file.parent), Login)
    assert isinstance(open_door(UiConfig(auth=str(file)), "/nowhere"), Login)
    assert isinstance(open_door(UiConfig(user_header="X-Remote-User")), ByProxy)
    monkeypatch.setenv("HOME", str(file.parent))
    assert users_file(UiConfig(auth="~/users.txt")) == file
    assert users_file(UiConfig(), "/etc") == Path("/etc/users.txt")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (UiConfig(auth="users.txt", user_header="X-Remote-User"), "both set"),
        (UiConfig(auth="nowhere.txt"), "does not exist"),
        (UiConfig(user_header="X Remote"), "cannot be the name of a header"),
        (UiConfig(trusted_proxies=["proxy.lan"]), r"trusted_proxies: 'proxy\.lan'"),
        (UiConfig(user_header="X-User", trusted_proxies=["10.0.0.300"]), "trusted_proxies"),
    ],
)
def test_settings_that_cannot_be_are_told_at_the_start(tmp_path: Path, config: UiConfig, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        open_door(config, tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_on_ones_own_machine_there_is_nothing_to_warn_of(host: str) -> None:
    assert warning(UiConfig(host=host)) == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "press.lan", ""])
def test_a_page_that_others_reach_without_logging_in_is_warned_of(host: str) -> None:
    told = warning(UiConfig(host=host))
    assert "without logging in" in told
    assert 'auth = "users.txt"' in told
    assert warning(UiConfig(host=host, auth="users.txt")) == warning(UiConfig(host=host, user_header="X-User")) == ""


def test_doors_without_a_log_in_leave_its_paths_to_others() -> None:
    assert browser().get("/login").status_code == 200, "the app answers, which knows none"


def test_the_badge_names_the_user_and_lets_them_out() -> None:
    assert badge("0" * 32, log_out=True) == ""
    assert 'action="/logout"' in badge("user:ada", log_out=True)
    assert "<form" not in badge("user:ada", log_out=False)
    assert "<b>" not in badge("user:<b>", log_out=True)
    assert user_name("user:" + "Žofie".encode().decode("latin-1")) == "Žofie"


# --- the command


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[ui]\nauth = "users.txt"\n')
    return path


def test_the_command_adds_a_user_from_a_pipe(
    config_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def piped(text: str) -> int:
        monkeypatch.setattr("sys.stdin", Piped(text))
        return people.user(Namespace(person="ada", config=str(config_file), library=None))

    users = config_file.with_name("users.txt")
    assert piped(f"{PASSWORD}\n") == 0
    assert f"ada added to {users}" in capsys.readouterr().out
    assert Users(users).check("ada", PASSWORD)
    assert piped(f"{OTHER}\r\nmore") == 0
    assert "has a new password" in capsys.readouterr().out
    assert Users(users).check("ada", OTHER)
    with pytest.raises(VouchError) as caught:
        piped("short\n")
    assert "8 to 1,024 characters" in caught.value.hint
    assert Users(users).check("ada", OTHER)


class Piped:
    """Standard input that is no terminal."""

    def __init__(self, text: str) -> None:
        self.text = text

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return self.text.partition("\n")[0] + "\n"


class Typed(Piped):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("again", "works"), [(PASSWORD, True), (OTHER, False)])
def test_at_a_terminal_the_password_is_typed_twice_unseen(
    monkeypatch: pytest.MonkeyPatch, again: str, works: bool
) -> None:
    typed = iter([PASSWORD, again])
    monkeypatch.setattr("sys.stdin", Typed(""))
    monkeypatch.setattr(people, "getpass", lambda _: next(typed))
    if works:
        assert people._password() == PASSWORD
    else:
        with pytest.raises(VouchError, match="differ"):
            people._password()


def test_the_command_says_when_the_page_does_not_ask_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("")
    monkeypatch.setattr("sys.stdin", Piped(PASSWORD))
    assert people.user(Namespace(person="ada", config=str(tmp_path / "config.toml"), library=None)) == 0
    assert 'set auth = "users.txt" under [ui]' in capsys.readouterr().err
