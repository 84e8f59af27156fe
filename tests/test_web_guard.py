"""What the page's server lets through, and what it says to the browser."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.types import Message

from ingest.errors import VouchError
from qa.config import Config, UiConfig
from ui import build_app, listen
from web import body
from web.guard import Guard, host_allowed


def closed() -> Any:
    raise VouchError("no library here")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(build_app(closed, Config()), base_url="http://127.0.0.1:7860") as client:
        yield client


def test_the_page_is_there_before_the_engine_and_without_it(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Vouch" in page.text
    assert client.get("/healthz").json() == {"ok": True}


def test_every_reply_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/nowhere"):
        headers = client.get(path).headers
        assert "connect-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "'unsafe-inline'" not in headers["content-security-policy"].split("script-src")[1].split(";")[0]


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=http://example.org/",
        "/gradio_api/proxy=http://example.org/",
        "/gradio_api/component_server",
        "/gradio_api/run/handler",
        "/gradio_api/call/handler",
        "/gradio_api/vibe-code",
        "/gradio_api/dev/reload",
        "/gradio_api/runs",
        "/monitoring",
        "/monitoring/summary",
        "/docs",
        "/openapi.json",
        "/login",
    ],
)
def test_what_the_page_does_not_need_is_closed(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, json={}).status_code == 404


def test_other_hosts_and_other_sites_are_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"host": "127.0.0.1.evil.example:7860"}).status_code == 400
    foreign = client.post("/gradio_api/queue/join", json={}, headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403
    null = client.post("/gradio_api/queue/join", json={}, headers={"origin": "null"})
    assert null.status_code == 403
    ours = client.post("/gradio_api/queue/join", json={}, headers={"origin": "http://127.0.0.1:7860"})
    assert ours.status_code not in {403, 404}
    reflected = client.get("/config", headers={"origin": "http://evil.example"})
    assert "access-control-allow-origin" not in reflected.headers


@pytest.mark.parametrize(
    ("header", "known", "allowed"),
    [
        ("127.0.0.1:7860", "127.0.0.1", True),
        ("localhost", "127.0.0.1", True),
        ("[::1]:7860", "127.0.0.1", True),
        ("192.168.1.7:7860", "0.0.0.0", True),
        ("press.lan:80", "press.lan", True),
        ("evil.example", "0.0.0.0", False),
        ("", "127.0.0.1", False),
        ("[", "127.0.0.1", False),
    ],
)
def test_hosts(header: str, known: str, allowed: bool) -> None:
    assert host_allowed(header, {known}) is allowed


def test_a_name_that_is_set_is_answered_to_in_any_case_and_another_is_told_what_to_do() -> None:
    app = FastAPI()
    app.get("/healthz")(lambda: True)
    with TestClient(Guard(app, "0.0.0.0", ["Vouch.Press.example"]), base_url="https://vouch.press.example") as client:
        assert client.get("/healthz").status_code == 200
        stranger = client.get("/healthz", headers={"host": "vouch.other.example", "accept": "text/html"})
    assert stranger.text.startswith("Vouch does not answer to this name.")


@pytest.mark.parametrize(
    ("site", "mode", "dest", "method", "status"),
    [
        ("same-origin", "cors", "empty", "POST", 200),
        ("none", "navigate", "document", "GET", 200),
        ("cross-site", "navigate", "document", "GET", 200),  # a link in a letter
        ("cross-site", "navigate", "iframe", "GET", 403),
        ("cross-site", "no-cors", "image", "GET", 403),
        ("cross-site", "no-cors", "script", "GET", 403),
        ("same-site", "no-cors", "empty", "POST", 403),  # another port of this machine
        ("cross-site", "no-cors", "empty", "POST", 403),
    ],
)
def test_what_the_browser_says_of_a_request_is_believed(
    site: str, mode: str, dest: str, method: str, status: int
) -> None:
    app = FastAPI()
    app.api_route("/library/files", methods=["GET", "POST"])(lambda: True)
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    with TestClient(Guard(app, "127.0.0.1"), base_url="http://127.0.0.1:7860") as client:
        assert client.request(method, "/library/files", headers=headers).status_code == status


def test_a_form_of_another_site_is_refused_by_its_origin() -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    with TestClient(Guard(FastAPI(), "127.0.0.1"), base_url="http://127.0.0.1:7860") as client:
        refused = client.post("/library/files", headers=headers | {"origin": "https://evil.example"})
        hidden = client.post("/library/files", headers=headers | {"origin": "null"})
    assert (refused.status_code, hidden.status_code) == (403, 403)


@pytest.fixture(scope="module")
def bounded() -> Iterator[TestClient]:
    app = FastAPI()

    @app.post("/gradio_api/queue/join")
    @app.post("/library/files")
    async def length(request: Request) -> int:
        return len(await request.body())

    with TestClient(Guard(app, "127.0.0.1"), base_url="http://127.0.0.1:7860") as client:
        yield client


def test_a_body_is_bounded_whether_it_says_its_length_or_not_but_an_upload_is_not(bounded: TestClient) -> None:
    large = b"x" * (body.LARGEST + 1)
    assert bounded.post("/gradio_api/queue/join", content=large[1:]).json() == body.LARGEST
    announced = bounded.post("/gradio_api/queue/join", content=large)
    hidden = bounded.post("/gradio_api/queue/join", content=iter([large[:1000], large[1000:]]))
    assert (announced.status_code, hidden.status_code) == (413, 413)
    assert announced.json() == {"detail": body.TOO_LARGE}
    assert bounded.post("/library/files", content=large).json() == len(large)


def test_a_body_that_stalls_is_refused_and_an_upload_that_stalls_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "WHOLE_S", 0.05)
    monkeypatch.setattr(body, "PART_S", 0.05)

    async def stalled() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def status() -> int:
        scope = {"type": "http", "method": "POST", "headers": []}
        with pytest.raises(body.BodyError) as caught:
            await body.whole(scope, stalled)
        assert await body.steady(stalled)() == {"type": "http.disconnect"}
        return caught.value.status

    assert asyncio.run(status()) == 408


def test_a_taken_port_is_named_with_a_way_out() -> None:
    with listen(UiConfig(port=0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(VouchError, match=f"port {port}") as caught:
            listen(UiConfig(port=port))
    assert "config.toml" in caught.value.hint
    with pytest.raises(VouchError, match=r"no-such-host\.invalid"):
        listen(UiConfig(host="no-such-host.invalid"))


SERVE = """
import ui
from qa.config import Config, UiConfig
ui.serve(object(), Config(ui=UiConfig(port=0)), announce=lambda line: print(line, flush=True))  # nobody asks the engine
"""


def test_the_address_is_printed_when_it_really_listens_and_an_interrupt_ends_it() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        host, port = line.removeprefix("Vouch is at http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
