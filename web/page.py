"""The page as Gradio blocks: three columns of our own HTML, one box to type in, and what each click leads to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web import evidence, sidebar, transcript
from web.asking import Asking, asked
from web.click import Click
from web.desk import Desk
from web.failure import guarded
from web.looking import Looking
from web.opening import Opening
from web.people.person import HEADER
from web.run import Run
from web.view import View
from web.waiting import Line

if TYPE_CHECKING:
    import gradio as gr

Reply = Callable[[Click], Iterator[View]]
Listener = Callable[..., Any]  # a component's event, as Gradio attaches it

TITLE = "Vouch"
ASK, STOP = "Ask", "Stop"
OPENING = "Opening the library…"
ANSWERS = "answers"  # the handlers that answer share one queue; they wait in our line (web/asking.py), not in Gradio's
THREADS = 160  # one for each question that is answered, waits or is refused, and for clicks
CLICKS_AT_ONCE = 8  # short replies, beside the answers
QUIET = {"show_progress": "hidden", "api_visibility": "private"}  # no spinners; no entry in an API listing
WAITING = 64  # of anything a reader does; beyond that the page says that it is busy
QUIET_GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # or it asks home for its newest version
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**9),  # or it sums up all past events in pandas after each one
}
SANS = ("-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial", "sans-serif")


# What is loaded in this order: colours and frame first.
STYLES = (
    *("page.css", "sidebar.css", "people/badge.css", "chat.css", "cards.css", "chips.css", "export/menu.css"),
    *("reading.css", "library.css", "settings.css"),
)
SCRIPTS = {"chips": "export/menu.js"}  # what else runs in a part

# The tabs. On a narrow page the columns at the sides are drawers.
TOPBAR = """
<button type="button" class="icon drawer" data-toggle="left" aria-expanded="false" aria-label="Conversations">☰
</button>
<span class="name">Vouch</span>
<div role="tablist" aria-label="Vouch" class="tabs">
<button type="button" role="tab" id="tab-chat" aria-controls="centre" aria-selected="true" data-tab="chat">Chat</button>
<button type="button" role="tab" id="tab-library" aria-controls="library" aria-selected="false" tabindex="-1"
 data-tab="library">Library</button>
<button type="button" role="tab" id="tab-settings" aria-controls="settings" aria-selected="false" tabindex="-1"
 data-tab="settings">Settings</button>
</div>
<button type="button" class="plain" data-toggle="right" aria-expanded="false">Evidence</button>
"""


def read(name: str) -> str:
    """One of the page's own files."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def head() -> str:
    """What goes into the page's head: our stylesheet, whole, since Gradio rewrites one that is passed as `css`."""
    icon = "<link rel='icon' href='/favicon.ico'>"
    return f"{icon}<style>{''.join(read(name) for name in STYLES)}</style>"


def theme() -> gr.themes.Base:
    """Plain, with the system's own fonts, so that nothing is fetched."""
    import gradio as gr

    return gr.themes.Base(font=list(SANS), font_mono=["ui-monospace", "monospace"])


class Page:
    """Builds the blocks and wires them to whoever replies."""

    def __init__(self, opening: Opening, *, log_out: bool = False) -> None:
        os.environ.update(QUIET_GRADIO)  # before its import
        import gradio as gr

        self._gr = gr
        self._log_out = log_out
        self._desk, self._asking, self._looking = Desk(opening), Asking(opening), Looking(opening)
        with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out()
            self._wire()
        # Any number but 40 gives Gradio threads of its own; else those who wait would hold those of all other routes.
        self.blocks.max_threads = THREADS
        self.blocks.queue(max_size=WAITING, api_open=False, default_concurrency_limit=CLICKS_AT_ONCE)

    @property
    def line(self) -> Line:
        """Where questions wait for their turn."""
        return self._asking.line

    @property
    def handlers(self) -> dict[int, bool]:
        """Gradio's handlers by number: whether each answers a question."""
        return {number: fn.concurrency_id == ANSWERS for number, fn in self.blocks.fns.items()}

    def _lay_out(self) -> None:
        gr = self._gr
        with gr.Column(elem_id="vouch-page"):
            self.conversation = gr.Textbox(visible="hidden", elem_id="conversation")
            self.scope = gr.JSON(visible="hidden", elem_id="scope")
            self.run = gr.State(None)
            self._html("topbar", TOPBAR)
            with gr.Row(elem_id="vouch"):
                with gr.Column(elem_id="left"):
                    self.sidebar = self._html("sidebar", sidebar.waiting(OPENING))
                with gr.Column(elem_id="centre"):
                    with gr.Column(elem_id="scroll"):
                        self.chat = self._html("chat", transcript.opening())
                        self.draft = self._html("draft", "")
                    self.chips = self._html("chips", "")
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
            # These two fetch what they show from routes of their own, once they are looked at.
            self._html("library", "")
            self._html("settings", "")
        parts = [self.sidebar, self.chat, self.draft, self.chips, self.evidence]
        self.outputs = [self.box, *parts, self.conversation, self.scope, self.run]
        # The browser goes through every output of an event whenever one of them changes: through whole conversations.
        self.beside = [self.box, self.draft, self.evidence]

    def _html(self, name: str, value: str) -> gr.HTML:
        script = (read(SCRIPTS[name]) if name in SCRIPTS else "") + read(f"{name}.js")
        return self._gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=read("clicks.js") + script)

    def _wire(self) -> None:
        desk, asking, looking = self._desk, self._asking, self._looking
        self._on(self.blocks.load, desk.arrive, js=read("arrive.js"))
        self._on(self.sidebar.fresh, desk.fresh)
        self._on(self.sidebar.choose, desk.choose)
        self._on(self.sidebar.remove, desk.remove)
        for part in (self.sidebar, self.chips):
            self._on(part.scope, desk.scope)
        self._on(self.box.submit, asking.ask, answers=True)
        streaming = {"suggest": asking.ask, "again": asking.again, "edit": asking.edit, "widen": asking.widen}
        for event, reply in streaming.items():
            self._on(getattr(self.chat, event), reply, answers=True)
        self._on(self.chat.undo, asking.undo)
        self._on(self.chat.rate, asking.rate)
        self._on(self.box.stop, asking.stop)
        for part in (self.chat, self.evidence):
            for event, reply in (("cite", looking.cite), ("passage", looking.passage), ("sources", looking.sources)):
                self._on(getattr(part, event), reply, outputs=self.beside)

    def _on(
        self,
        listen: Listener,
        reply: Reply,
        *,
        answers: bool = False,
        js: str | None = None,
        outputs: list[Any] | None = None,
    ) -> None:
        """What a reader did goes to whoever replies; the Views that come back go to the page, or to parts of it."""
        wanted = outputs or self.outputs

        def handler(
            conversation: str, typed: str, run: Run | None, scope: Any, request: Any, event: Any
        ) -> Iterator[list[Any]]:
            click = Click(
                conversation or "",
                typed or "",
                event._data or {},
                run,
                scope or {},
                request.headers.get(HEADER, ""),
                self._log_out,
            )
            question = asked(click) if answers else ""
            yield self._parts(View(), wanted)  # a reply without any would empty the parts
            for view in guarded(reply, click, question):
                yield self._parts(view, wanted)

        # By these Gradio knows that the request and the event are wanted.
        handler.__annotations__.update(request=self._gr.Request, event=self._gr.EventData)
        inputs = [self.conversation, self.box, self.run, self.scope]
        turns = {"concurrency_id": ANSWERS, "concurrency_limit": None} if answers else {}
        listen(handler, inputs, wanted, js=js, **turns, **QUIET)

    def _parts(self, view: View, wanted: list[Any]) -> list[Any]:
        """A View in the order of the outputs that are wanted, `skip` where nothing changes."""
        skip = self._gr.skip()
        values = (
            view.sidebar,
            view.transcript,
            view.draft,
            view.chips,
            view.evidence,
            view.conversation,
            view.scope,
            view.run,
        )
        every = [self._box(view), *(skip if value is None else value for value in values)]
        return [value for output, value in zip(self.outputs, every, strict=True) if output in wanted]

    def _box(self, view: View) -> Any:
        changes: dict[str, Any] = {} if view.question is None else {"value": view.question}
        if view.busy is not None:
            changes |= {"submit_btn": False if view.busy else ASK, "stop_btn": STOP if view.busy else False}
        return self._gr.update(**changes) if changes else self._gr.skip()
