"""What the page's server lets through, and what it says to the browser."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ingest.errors import VouchError
from qa.config import UiConfig
from ui import build_app, listen
from web.guard import host_allowed


def closed() -> Any:
    raise VouchError("no library here")


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(build_app(closed, UiConfig()), base_url="http://127.0.0.1:7860") as client:
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
    ("header", "listens", "allowed"),
    [
        ("127.0.0.1:7860", "127.0.0.1", True),
        ("localhost", "127.0.0.1", True),
        ("[::1]:7860", "127.0.0.1", True),
        ("192.168.1.7:7860", "0.0.0.0", True),
        ("press.lan:80", "Press.lan", True),
        ("evil.example", "0.0.0.0", False),
        ("", "127.0.0.1", False),
        ("[", "127.0.0.1", False),
    ],
)
def test_hosts(header: str, listens: str, allowed: bool) -> None:
    assert host_allowed(header, listens) is allowed


def test_no_handler_is_listed_as_an_api(client: TestClient) -> None:
    info = client.get("/gradio_api/info").json()
    assert (info["named_endpoints"], info["unnamed_endpoints"]) == ({}, {})


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
from ingest.errors import VouchError
from qa.config import UiConfig
def closed():
    raise VouchError("no library here")
ui.serve(closed, UiConfig(port=0), announce=lambda line: print(line, flush=True))
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
