"""Everything that the running server can be asked, and what of it is answered: exactly what is written here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from pages import served
from shelf import open_shelf, write

from ingest.errors import VouchError
from qa.config import Config, QaConfig, UiConfig
from qa.engine import Engine
from ui import build_app
from web.people.person import HEADER
from web.people.users import keep

# What is open, and the status of a plain request for it (names of files, sessions and events are made up).
OPEN = {
    "GET /": 200,
    "HEAD /": 200,
    "GET /healthz": 200,
    "GET /theme.css": 200,
    "GET /favicon.ico": 200,
    "GET /manifest.json": 200,
    "GET /assets/{path:path}": 404,  # Gradio's scripts and styles; there is no such file
    "GET /static/{path:path}": 404,
    "GET /gradio_api/app_id": 200,
    "GET /gradio_api/heartbeat/{session_hash}": 200,
    "POST /gradio_api/queue/join": 400,  # an empty click
    "GET /gradio_api/queue/data": 422,  # of no session
    "GET /export/feedback.jsonl": 200,
    "GET /export/questions.jsonl": 200,
    "GET /export/{conversation}.{ending}": 404,
    "GET /library/articles/{ident}": 200,
    "POST /library/articles/{ident}": 422,
    "POST /library/cancel": 422,
    "GET /library/counts": 200,
    "POST /library/dismiss": 422,
    "POST /library/files": 422,
    "GET /library/jobs": 200,
    "POST /library/leave": 422,
    "POST /library/links": 422,
    "GET /library/panel": 200,
    "GET /library/refusals": 200,
    "POST /library/remove": 422,
    "POST /library/retry": 422,
    "GET /library/table": 200,
    "POST /library/undo": 422,
    "GET /settings": 200,
}
CLOSED = """
GET /config
GET /config/
POST /gradio_api/api/{api_name}
POST /gradio_api/api/{api_name}/
GET /gradio_api/app_id/
POST /gradio_api/call/v2/{api_name}
POST /gradio_api/call/v2/{api_name}/
GET /gradio_api/call/v2/{api_name}/{event_id}
POST /gradio_api/call/{api_name}
POST /gradio_api/call/{api_name}/
GET /gradio_api/call/{api_name}/{event_id}
POST /gradio_api/cancel
POST /gradio_api/component_server
POST /gradio_api/component_server/
GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name}
GET /gradio_api/deep_link
GET /gradio_api/dev/reload
GET /gradio_api/file/{path:path}
GET /gradio_api/file={path_or_url:path}
HEAD /gradio_api/file={path_or_url:path}
GET /gradio_api/info
GET /gradio_api/info/
GET /gradio_api/login_check
GET /gradio_api/login_check/
GET /gradio_api/openapi.json
POST /gradio_api/process_recording
GET /gradio_api/proxy={url_path:path}
HEAD /gradio_api/proxy={url_path:path}
GET /gradio_api/queue/status
POST /gradio_api/reset
POST /gradio_api/reset/
POST /gradio_api/run/{api_name}
POST /gradio_api/run/{api_name}/
GET /gradio_api/runs
GET /gradio_api/runs/
GET /gradio_api/startup-events
POST /gradio_api/stream/{event_id}
POST /gradio_api/stream/{event_id}/close
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}
GET /gradio_api/theme.css
GET /gradio_api/token
GET /gradio_api/token/
POST /gradio_api/undo-vibe-edit
POST /gradio_api/undo-vibe-edit/
POST /gradio_api/upload
GET /gradio_api/upload_progress
GET /gradio_api/user
GET /gradio_api/user/
GET /gradio_api/vibe-code
POST /gradio_api/vibe-code
GET /gradio_api/vibe-code/
POST /gradio_api/vibe-code/
POST /gradio_api/vibe-edit
POST /gradio_api/vibe-edit/
POST /gradio_api/vibe-starter-queries
POST /gradio_api/vibe-starter-queries/
POST /login
POST /login/
GET /logout
GET /monitoring
GET /monitoring/summary
GET /monitoring/{key}
GET /openapi.json
HEAD /openapi.json
GET /pwa_icon
GET /pwa_icon/{size}
GET /robots.txt
GET /svelte/{path:path}
"""
REFUSED = (400, 403, 404, 405)
ELSEWHERE = "http://192.0.2.1/"  # an address for documentation; nothing is there


def closed() -> Any:
    raise VouchError("no library here")


def routes(router: Any, prefix: str = "") -> Iterator[str]:
    """Every route below a router, as METHOD path."""
    for route in router.routes:
        if hasattr(route, "original_router"):
            yield from routes(route.original_router, prefix + route.include_context.prefix)
        elif getattr(route, "routes", None):
            yield from routes(route, prefix + route.path)
        else:
            yield from (f"{method} {prefix}{route.path}" for method in route.methods)


@pytest.fixture(scope="module")
def app() -> Any:
    return build_app(closed, Config())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("articles")
    write(folder, "lamp", "The lighthouse on Gull Rock is 41 metres tall.", title="A lamp for Gull Rock")
    with closing(open_shelf(tmp_path_factory.mktemp("library"))) as store:
        store.ingest([folder])
        yield Engine(store, QaConfig(), None, None)


@pytest.fixture(scope="module")
def server(engine: Engine) -> Iterator[httpx.Client]:
    with served(engine) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        yield client


def reply(server: httpx.Client, route: str, **headers: str) -> tuple[int, str]:
    """Status and policy of a plain request for a route; what would stream is left."""
    method, path = route.split(" ")
    path = re.sub(r"{component_id}|{size}", "1", path)
    path = re.sub(r"{[^}]*}", "x", path)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with server.stream(method, path, headers=named, json={} if method == "POST" else None) as response:
        return response.status_code, response.headers.get("content-security-policy", "")


def test_every_route_of_the_server_is_in_the_list(app: Any) -> None:
    assert sorted(set(routes(app))) == sorted({*OPEN, *CLOSED.split("\n")[1:-1]})


@pytest.mark.parametrize("route", CLOSED.split("\n")[1:-1])
def test_what_is_closed_is_refused(server: httpx.Client, route: str) -> None:
    status, policy = reply(server, route)
    assert status == 404
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(("route", "status"), OPEN.items())
def test_what_is_open_is_answered_to_our_own_page_and_to_nobody_elses(
    server: httpx.Client, route: str, status: int
) -> None:
    port = server.base_url.port
    assert reply(server, route)[0] == status
    assert reply(server, route, origin=f"http://127.0.0.1:{port}", sec_fetch_site="same-origin")[0] == status
    assert reply(server, route, host="evil.example")[0] == 400
    assert reply(server, route, host=f"evil.example:{port}")[0] == 400
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{port + 1}"):
        assert reply(server, route, origin=origin)[0] == 403
    assert reply(server, route, sec_fetch_site="cross-site", sec_fetch_mode="no-cors", sec_fetch_dest="image")[0] == 403
    assert reply(server, route, x_forwarded_host="evil.example")[0] == status


@pytest.fixture(scope="module")
def locked(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The same where people log in, and nobody has."""
    users = tmp_path_factory.mktemp("users") / "users.txt"
    keep(users, "ada", "a long password")
    ui = UiConfig(port=0, auth=str(users))
    with served(engine, ui) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        yield client


def test_without_a_login_nothing_is_open_but_the_way_in(locked: httpx.Client) -> None:
    answers = {route: reply(locked, route)[0] for route in [*OPEN, "GET /login", "POST /logout"]}
    everybody = {"GET /healthz": 200, "GET /favicon.ico": 200, "GET /login": 200, "GET /": 303, "HEAD /": 303}
    assert {route: status for route, status in answers.items() if status != 401} == {**everybody, "POST /logout": 303}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_reaches_what_is_open(server: httpx.Client, method: str) -> None:
    paths = {route.split(" ")[1] for route in OPEN}
    assert {reply(server, f"{method} {path}")[0] for path in paths} == {405}


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=" + ELSEWHERE,
        "/file=/etc/passwd",
        "/file/etc/passwd",
        "/gradio_api/proxy=" + ELSEWHERE,
        "/proxy=" + ELSEWHERE,
        "/assets/../config",
        "/assets/..%2fconfig",
        "/assets/%2e%2e/gradio_api/info",
        "/static/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/static//etc/passwd",
        "/assets/http://192.0.2.1/x.js",
        "//192.0.2.1/",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/GRADIO_API/info",
        "/gradio_api//queue/join",
        "/gradio_api/queue/join/",
        "/gradio_api/heartbeat/../info",
        "/gradio_api/mcp/sse",
        "/docs",
        "/redoc",
    ],
)
def test_no_spelling_of_a_path_reaches_a_file_or_another_server(server: httpx.Client, path: str) -> None:
    request = server.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())  # as it stands, dots and all
    response = server.send(request)
    assert response.status_code in REFUSED
    assert "root:" not in response.text
    assert "192.0.2.1" not in response.text


def test_an_upload_is_refused_whatever_it_is_called(server: httpx.Client) -> None:
    files = {"files": ("../../x.svg", b"<svg onload=alert(1)>", "image/svg+xml")}
    for path in ("/gradio_api/upload", "/upload", "/gradio_api/upload?upload_id=x", "/gradio_api/component_server"):
        assert server.post(path, files=files).status_code == 404


def test_a_handler_is_reached_by_no_direct_call(server: httpx.Client, app: Any) -> None:
    for number, handler in handlers(app).items():
        content = {"data": [], "fn_index": number, "session_hash": "x"}
        for path in ("run", "api", "call", "call/v2"):
            assert server.post(f"/gradio_api/{path}/{handler.api_name}", json=content).status_code == 404


def test_a_handler_called_with_nonsense_says_so_in_our_words_and_changes_nothing(
    server: httpx.Client, app: Any, engine: Engine
) -> None:
    nonsense = ["../../etc/passwd", "", None, {"since": "<script>"}]
    for number in handlers(app):
        session = f"made-up-{number}"
        content = {"data": nonsense, "fn_index": number, "session_hash": session, "event_data": {"turn": "x", "n": []}}
        joined = server.post("/gradio_api/queue/join", json=content, headers={HEADER: "user:somebody"})
        assert joined.status_code == 200
        with server.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
            told = "".join(stream.iter_text())
        assert "Traceback" not in told
        assert "site-packages" not in told
        assert json.loads(told.strip().rsplit("data: ", 2)[1])["msg"] == "process_completed"
    assert engine.library.counts().articles == 1
    assert engine.conversations.list("user:somebody") == []


def test_what_another_session_waits_for_is_not_told(server: httpx.Client) -> None:
    with server.stream("GET", "/gradio_api/queue/data", params={"session_hash": "of-somebody-else"}) as stream:
        told = next(stream.iter_lines())
    assert '"session_not_found":true' in told


def handlers(app: Any) -> dict[int, Any]:
    """What Gradio can be told to run, by number."""
    mounted = next(route.app for route in app.routes if hasattr(route, "app") and hasattr(route.app, "get_blocks"))
    return dict(mounted.get_blocks().fns)
