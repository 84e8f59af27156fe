"""An answer while it is being made: the question, the steps so far, the text so far."""

from __future__ import annotations

from dataclasses import dataclass, replace

from web import markup, message


@dataclass(frozen=True, slots=True)
class Draft:
    """What has come of an answer until now; `over` says why nothing more will come, if nothing will."""

    question: str
    steps: tuple[str, ...] = ()
    text: str = ""
    over: str = ""

    def step(self, text: str) -> Draft:
        return replace(self, steps=(*self.steps, text))

    def more(self, text: str) -> Draft:
        return replace(self, text=self.text + text)

    def ended(self, why: str) -> Draft:
        return replace(self, over=why)

    def html(self) -> str:
        """As the chat shows it. Markers stay plain text here: which of them are citations is known at the end."""
        content = message.asked(self.question) + self._steps() + self._text()
        if self.over:
            content += markup.element("p", markup.text(self.over), class_="notice", role="alert")
        busy = None if self.over else "true"
        return markup.element("article", content, class_="turn draft", aria_busy=busy)

    def _steps(self) -> str:
        items = "".join(markup.element("li", markup.text(step)) for step in self.steps)
        waiting = self.steps[-1] if self.steps else "Searching the articles"
        opened = {} if self.text or self.over else {"open": ""}
        summary = markup.element("summary", markup.text(waiting))
        return markup.element("details", summary + markup.element("ol", items), class_="steps", **opened)

    def _text(self) -> str:
        if not self.text:
            return ""
        return markup.element("div", markup.prose(self.text), class_="answer streaming", dir="auto")
