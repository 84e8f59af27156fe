"""The whole server that `vouch serve` runs: who may ask which route, what is refused, and the page beside it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import httpx
import pytest
from apis import HERE, MANY, asking, engine_of
from fastapi.testclient import TestClient
from shelf import open_shelf, write
from speaking import served

from api import build_app
from ingest.errors import ConfigError
from qa.config import ApiConfig, Config, UiConfig
from qa.engine import Engine

KEY = "a-key-of-the-tests-0123456789"
VARIABLE = "KEYS_OF_THE_TESTS"
# Every route of the API, and the status of a plain request for it with a key, or where there are no keys.
LOCKED = {
    "GET /v1/models": 200,
    "GET /v1/models/x": 404,
    "POST /v1/chat/completions": 400,
    "POST /v1/responses": 400,
    "GET /v1/search?query=lamp": 200,
    "POST /v1/search": 400,
    "GET /v1/articles": 200,
    "POST /v1/articles": 400,
    "POST /v1/articles/restore": 400,
    "GET /v1/articles/x": 404,
    "DELETE /v1/articles/x": 404,
    "POST /v1/batch": 400,
    "GET /metrics": 200,
    "GET /openapi.json": 200,
    "POST /mcp": 400,
    "GET /v1/nothing": 404,
    "GET /v1": 404,
}
OPEN = {"GET /healthz": 200, "GET /readyz": 200}
UNDOCUMENTED = {"/openapi.json", "/mcp", "/v1/nothing", "/v1"}
FOREIGN = ({"host": "evil.example"}, 400), ({"origin": "https://evil.example"}, 403), ({"origin": "null"}, 403)
JSON = {"content-type": "application/json"}
MCP = {"accept": "application/json, text/event-stream"}
AUTHORIZED = {"authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("library")
    write(folder / "articles", "lamp", "The lighthouse on Gull Rock is 41 metres tall.", title="A lamp for Gull Rock")
    with closing(open_shelf(folder / "library")) as store:
        store.ingest([folder / "articles"])
        yield engine_of(store)


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    """Without keys, as on one's own machine."""
    with asking(engine) as client:
        yield client


@pytest.fixture(scope="module")
def locked(engine: Engine) -> Iterator[TestClient]:
    """Where there is a key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, KEY)
        with asking(engine, replace(MANY, keys_env=VARIABLE)) as client:
            yield client


def status(client: TestClient, route: str, headers: dict[str, str] | None = None) -> int:
    method, path = route.split(" ")
    sent = {"json": {}} if method == "POST" else {}
    reply = client.request(method, path, headers={**MCP, **(headers or {})}, **sent)
    if reply.status_code >= 400 and path != "/mcp":
        assert set(reply.json()["error"]) == {"message", "type", "param", "code"}, reply.text
    return reply.status_code


def test_every_route_is_in_the_list(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    documented = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    listed = {route.split("?")[0].replace("/x", "/{}") for route in {**LOCKED, **OPEN}}
    named = {route.replace("{article}", "{}").replace("{model}", "{}") for route in documented}
    assert named == {route for route in listed if route.split(" ")[1] not in UNDOCUMENTED}


@pytest.mark.parametrize(("route", "plain"), LOCKED.items())
def test_a_route_is_open_to_whoever_has_the_key_and_to_no_page_of_others(
    client: TestClient, locked: TestClient, route: str, plain: int
) -> None:
    assert status(client, route) == plain
    assert status(locked, route, AUTHORIZED) == plain
    assert status(locked, route, {"authorization": f"bearer {KEY}"}) == plain
    for wrong in ({}, {"authorization": f"Bearer {KEY}x"}, {"authorization": f"Basic {KEY}"}, {"x-api-key": KEY}):
        assert status(locked, route, wrong) == 401
    assert status(locked, f"{route}{'&' if '?' in route else '?'}api_key={KEY}") == 401
    for headers, refused in FOREIGN:
        assert status(client, route, headers) == refused
        assert status(locked, route, {**AUTHORIZED, **headers}) == refused


@pytest.mark.parametrize(("route", "plain"), OPEN.items())
def test_whether_it_lives_is_told_to_all_but_pages_of_others(locked: TestClient, route: str, plain: int) -> None:
    assert status(locked, route) == plain
    for headers, refused in FOREIGN:
        assert status(locked, route, headers) == refused


@pytest.mark.parametrize(
    ("headers", "plain"),
    [
        ({"origin": HERE, "sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 200),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
        ({"host": "localhost:80"}, 200),
        ({"host": "[::1]"}, 200),
        ({"host": "127.0.0.1.evil.example"}, 400),
        ({"host": ""}, 400),
        ({"x-forwarded-host": "evil.example"}, 200),
    ],
)
def test_from_where_it_may_be_asked(client: TestClient, headers: dict[str, str], plain: int) -> None:
    assert client.get("/v1/models", headers=headers).status_code == plain


@pytest.mark.parametrize("route", [*LOCKED, *OPEN])
def test_no_other_method_does_anything(client: TestClient, route: str) -> None:
    path = route.split(" ")[1].split("?", maxsplit=1)[0]
    for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "FOO"):
        reply = client.request(method, path)
        assert reply.status_code in {404, 405}
        assert not {name for name in reply.headers if name.startswith("access-control")}


def test_every_reply_is_kept_by_nobody_and_runs_nothing(locked: TestClient) -> None:
    for path in ("/healthz", "/v1/articles", "/v1/nothing"):
        headers = locked.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
    for path in ("/docs", "/redoc"):
        assert locked.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "Field required"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 100_000, "parsing"),
        (b'{"query": "a", "k": ' + b"9" * 5000 + b"}", "parsing"),
        (b'{"query": "a", "k": NaN}', "k"),
        (b'{"query": "a", "k": 1e400}', "k"),
        (b'{"query": "a", "k": -Infinity}', "k"),
        (b'{"query": "a", "k": "5"}', "k"),
        (b'{"query": "a", "k": true}', "k"),
        (b'{"query": "a", "k": 999999999999999999999999}', "k"),
        (b'{"query": "\\ud800"}', "unicode"),
        (b'{"query": "a", "\\ud800": 1}', ""),
        (b'{"query": "a", "scope": {"\\udfff": 1}}', ""),
        (b'{"query": "a", "top_k": 5}', "top_k"),
        (b'{"query": " \\n"}', "words"),
        (b'{"query": ""}', "query"),
        (b'{"query": null}', "query"),
        (b'["query"]', ""),
        (b'"query"', ""),
        (b'{"query": "a", "scope": {"since": "2024-02-30"}}', "is no day"),
        (b'{"query": "a", "scope": {"since": "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa4-01-01"}}', "since"),
        (b'{"query": "a", "scope": {"outlets": ["\\u0000"]}}', "outlet"),
    ],
)  # fmt: skip
def test_a_body_that_is_nonsense_is_refused_in_words(client: TestClient, body: bytes, told: str) -> None:
    reply = client.post("/v1/search", content=body, headers=JSON)
    assert reply.status_code == 400, reply.text
    assert told in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json, text/plain"},
        {"content-type": ""},
        {},
        {**JSON, "content-encoding": "gzip"},
    ],
)
def test_a_body_that_is_not_plain_json_is_refused_unread(client: TestClient, headers: dict[str, str]) -> None:
    for path in ("/v1/search", "/v1/articles", "/v1/batch", "/v1/chat/completions", "/mcp"):
        assert client.post(path, content=b'{"query": "lamp"}', headers=headers).status_code == 415, path


@pytest.mark.parametrize("kind", ["application/json", "application/json;charset=UTF-8", "Application/JSON"])
def test_json_by_any_spelling_is_taken_and_the_last_of_two_keys_counts(client: TestClient, kind: str) -> None:
    reply = client.post("/v1/search", content=b'{"query": "x", "query": "lamp"}', headers={"content-type": kind})
    assert reply.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles/..%2f..%2f..%2fetc%2fpasswd",
        "/v1/articles/%2e%2e/%2e%2e/etc/passwd",
        "/v1/articles/a%00b",
        "/v1/articles/%ff%fe",
        "/v1/articles/%ed%a0%80",
        "/v1/articles//",
        "/V1/articles",
        "/v1/../metrics/x",
        "/v1//articles",
        "/mcp/x",
    ],
)
def test_no_spelling_of_a_path_leads_elsewhere(locked: TestClient, path: str) -> None:
    request = locked.build_request("GET", "/", headers=AUTHORIZED)
    request.url = request.url.copy_with(raw_path=path.encode())
    reply = locked.send(request, follow_redirects=False)
    assert reply.status_code in {404, 405, 307}
    assert "root:" not in reply.text


# Keys where there must be some.


@pytest.mark.parametrize("ui", [UiConfig(host="0.0.0.0"), UiConfig(auth="users.txt"), UiConfig(user_header="X-User")])
def test_strangers_need_a_key_or_nothing_is_served(engine: Engine, ui: UiConfig) -> None:
    with pytest.raises(ConfigError, match="key"), asking(engine, ui=ui):
        pass


# While the library opens.


def test_while_the_library_opens_it_lives_and_is_not_ready(engine: Engine) -> None:
    may_open = threading.Event()

    def opening() -> Engine:
        may_open.wait(20)
        return engine

    with asking(opening) as client:
        assert client.get("/healthz").json() == {"ok": True}
        told = client.get("/readyz")
        assert (told.status_code, told.json()) == (503, {"ready": False, "library": "opening", "indexes": {}})
        assert told.headers["retry-after"]
        assert "vouch_library_open 0.0" in client.get("/metrics").text
        waiting = [threading.Thread(target=client.get, args=("/v1/articles",)) for _ in range(60)]  # more than threads
        for thread in waiting:
            thread.start()
        time.sleep(0.2)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        may_open.set()
        for thread in waiting:
            thread.join()
        assert client.get("/v1/articles").status_code == 200
        engine.store.indexes.wait()
        assert client.get("/readyz").json() == {
            "ready": True,
            "library": "open",
            "indexes": {"chroma": True, "lexical": True},
        }


def test_it_is_ready_only_when_the_indexes_are_proven(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(engine.store.indexes), "proven", False)
    with asking(engine) as client:
        client.get("/v1/articles")
        assert (client.get("/readyz").status_code, client.get("/readyz").json()["library"]) == (503, "proving")


def test_a_library_that_does_not_open_is_told_without_its_path() -> None:
    def failing() -> Engine:
        raise ConfigError("/home/ada/secret cannot be read")

    with asking(failing) as client:
        client.get("/v1/articles")
        assert client.get("/readyz").json() == {"ready": False, "library": "failed", "indexes": {}}


# The page beside it.


@pytest.fixture(scope="module")
def server(engine: Engine) -> Iterator[httpx.Client]:
    with ExitStack() as last:
        last.enter_context(pytest.MonkeyPatch.context()).setenv(VARIABLE, KEY)
        config = Config(api=replace(MANY, keys_env=VARIABLE))
        address = last.enter_context(served(engine, config, build=build_app))
        yield last.enter_context(httpx.Client(base_url=address, trust_env=False, timeout=20))


def test_the_page_and_the_api_stand_side_by_side(server: httpx.Client) -> None:
    page = server.get("/")
    assert page.status_code == 200
    assert "gradio" in page.text
    assert server.get("/library/counts").status_code == 200
    assert server.get("/healthz").json() == {"ok": True}
    assert server.get("/v1/models").status_code == 401
    assert server.get("/v1/models", headers=AUTHORIZED).json()["object"] == "list"
    tools = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert server.post("/mcp", json=tools, headers=MCP).status_code == 401
    listed = server.post("/mcp", json=tools, headers={**MCP, **AUTHORIZED}).json()
    assert {tool["name"] for tool in listed["result"]["tools"]} >= {"ask", "search", "read_article"}


def test_the_pages_own_guards_are_as_they_were(server: httpx.Client) -> None:
    assert server.get("/config").status_code == 404
    assert server.get("/", headers={"host": "evil.example"}).status_code == 400
    assert server.get("/library/counts", headers={"origin": "https://evil.example"}).status_code == 403
    assert server.post("/gradio_api/upload").status_code == 404
    assert "sha256-" in server.get("/").headers["content-security-policy"]


def test_a_body_without_a_length_is_bounded_as_well(engine: Engine) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(30):
            yield b" " * 100_000

    api = ApiConfig(max_request_mb=1)
    with served(engine, Config(api=api)) as address, httpx.Client(base_url=address, trust_env=False) as client:
        reply = client.post("/v1/search", content=endless(), headers=JSON)
        assert reply.status_code == 413
        large = client.post("/v1/search", content=b" " * 1_000_001, headers=JSON)
        assert large.status_code == 413


def test_two_servers_in_one_process_do_not_meet(engine: Engine) -> None:
    with asking(engine) as one, asking(engine) as other:
        one.get("/v1/models")
        assert 'route="/v1/models"' in one.get("/metrics").text
        assert 'route="/v1/models"' not in other.get("/metrics").text


def test_the_document_says_that_a_key_is_needed(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schemes = document["components"]["securitySchemes"]
    assert [scheme["scheme"] for scheme in schemes.values()] == ["bearer"]
    for path, methods in document["paths"].items():
        for about in methods.values():
            assert bool(about.get("security")) == (path not in {"/healthz", "/readyz"}), path
    assert "http://" not in json.dumps(document).replace(HERE, "")  # nothing is loaded from elsewhere
