"""The page as Gradio blocks: three columns of our own HTML, one box to type in, and what each click leads to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web import evidence, sidebar
from web.click import Click
from web.desk import Desk, asked
from web.failure import guarded
from web.run import Run
from web.view import View

if TYPE_CHECKING:
    import gradio as gr

Reply = Callable[[Click], Iterator[View]]
Listener = Callable[..., Any]  # a component's event, as Gradio attaches it

TITLE = "Vouch"
ASK, STOP = "Ask", "Stop"
OPENING = "Opening the library…"
ANSWERS_AT_ONCE = 4  # questions being answered at the same time; more wait their turn
CLICKS_AT_ONCE = 8  # short replies, beside the answers
QUIET = {"show_progress": "hidden", "api_visibility": "private"}  # no spinners; no entry in an API listing
WAITING = 64  # questions that may wait; beyond that the page says that it is busy
QUIET_GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # or it asks home for its newest version
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**9),  # or it sums up all past events in pandas after each one
}
SANS = ("-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")


# Only on a narrow page, where the columns at the sides are drawers.
TOPBAR = """
<button type="button" class="icon" data-toggle="left" aria-label="Conversations">☰</button>
<span class="name">Vouch</span>
<button type="button" class="plain" data-toggle="right">Evidence</button>
"""


def read(name: str) -> str:
    """One of the page's own files."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def head() -> str:
    """What goes into the page's head: our stylesheet, whole, since Gradio rewrites one that is passed as `css`."""
    icon = "<link rel='icon' href='/favicon.ico'>"
    return f"{icon}<style>{read('page.css')}{read('reading.css')}</style>"


def theme() -> gr.themes.Base:
    """Plain, with the system's own fonts, so that nothing is fetched."""
    import gradio as gr

    return gr.themes.Base(font=list(SANS), font_mono=["ui-monospace", "monospace"])


class Page:
    """Builds the blocks and wires them to a Desk."""

    def __init__(self, desk: Desk) -> None:
        os.environ.update(QUIET_GRADIO)  # before its import
        import gradio as gr

        self._gr = gr
        self._desk = desk
        with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out()
            self._wire()
        self.blocks.queue(max_size=WAITING, api_open=False, default_concurrency_limit=ANSWERS_AT_ONCE)

    def _lay_out(self) -> None:
        gr = self._gr
        self.conversation = gr.Textbox(visible="hidden", elem_id="conversation")
        self.run = gr.State(None)
        with gr.Row(elem_id="vouch"):
            with gr.Column(elem_id="left"):
                self.sidebar = self._html("sidebar", sidebar.waiting(OPENING))
            with gr.Column(elem_id="centre"):
                gr.HTML(TOPBAR, elem_id="topbar", apply_default_css=False, js_on_load=None)
                with gr.Column(elem_id="scroll"):
                    self.chat = self._html("chat", "")
                    self.draft = self._html("draft", "")
                self.box = gr.Textbox(
                    elem_id="box",
                    label="Your question",
                    show_label=False,
                    container=False,
                    placeholder="Ask about the articles",
                    lines=1,
                    max_lines=8,
                    autofocus=True,
                    submit_btn=ASK,
                )
            with gr.Column(elem_id="right"):
                self.evidence = self._html("evidence", evidence.empty())
        parts = [self.sidebar, self.chat, self.draft, self.evidence, self.conversation, self.run]
        self.outputs = [self.box, *parts]

    def _html(self, name: str, value: str) -> gr.HTML:
        script = read(f"{name}.js")
        return self._gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=read("clicks.js") + script)

    def _wire(self) -> None:
        desk = self._desk
        self._on(self.blocks.load, desk.arrive, js=read("arrive.js"))
        self._on(self.box.submit, desk.ask, limit=ANSWERS_AT_ONCE)
        self._on(self.chat.suggest, desk.ask, limit=ANSWERS_AT_ONCE)
        self._on(self.box.stop, desk.stop)
        self._on(self.sidebar.fresh, desk.fresh)
        self._on(self.sidebar.choose, desk.choose)
        self._on(self.sidebar.remove, desk.remove)
        for part in (self.chat, self.evidence):
            self._on(part.cite, desk.cite)
            self._on(part.passage, desk.passage)
            self._on(part.sources, desk.sources)

    def _on(self, listen: Listener, reply: Reply, limit: int = CLICKS_AT_ONCE, js: str | None = None) -> None:
        """What a reader did goes to the desk; the Views that come back go to the page."""

        def handler(conversation: str, typed: str, run: Run | None, event: Any) -> Iterator[list[Any]]:
            click = Click(conversation or "", typed or "", event._data or {}, run)
            question = asked(click) if reply == self._desk.ask else ""
            for view in guarded(reply, click, question):
                yield self._parts(view)

        handler.__annotations__["event"] = self._gr.EventData  # by this Gradio knows that the event is wanted
        inputs = [self.conversation, self.box, self.run]
        listen(handler, inputs, self.outputs, js=js, concurrency_limit=limit, **QUIET)

    def _parts(self, view: View) -> list[Any]:
        """A View in the order of the outputs, `skip` where nothing changes."""
        skip = self._gr.skip()
        values = (view.sidebar, view.transcript, view.draft, view.evidence, view.conversation, view.run)
        return [self._box(view), *(skip if value is None else value for value in values)]

    def _box(self, view: View) -> Any:
        changes: dict[str, Any] = {} if view.question is None else {"value": view.question}
        if view.busy is not None:
            changes |= {"submit_btn": False if view.busy else ASK, "stop_btn": STOP if view.busy else False}
        return self._gr.update(**changes) if changes else self._gr.skip()
