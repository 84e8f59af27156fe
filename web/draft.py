"""An answer while it is being made: the question, the steps so far, the text so far."""

from __future__ import annotations

from dataclasses import dataclass, replace

from web import markup, message


@dataclass(frozen=True, slots=True)
class Draft:
    """What has come of an answer until now; `over` says why nothing more will come, if nothing will.

    It is to take the place of the turns behind the first `after`; None: it comes behind all. `waits` is what it waits
    for before the first step.
    """

    question: str
    after: int | None = None
    waits: str = "Searching the articles"
    steps: tuple[str, ...] = ()
    text: str = ""
    over: str = ""

    def waiting(self, text: str) -> Draft:
        return replace(self, waits=text)

    def step(self, text: str) -> Draft:
        return replace(self, steps=(*self.steps, text))

    def more(self, text: str) -> Draft:
        return replace(self, text=self.text + text)

    def ended(self, why: str) -> Draft:
        return replace(self, over=why)

    def html(self) -> str:
        """As the chat shows it. Markers stay plain text here: which of them are citations is known at the end."""
        content = message.asked(self.question) + self._steps() + message.unchecked(self.text, "streaming")
        if self.over:
            content += markup.element("p", markup.text(self.over), class_="notice", role="alert")
        state = {} if self.over else {"aria_busy": "true", "data_after": self.after}
        return markup.element("article", content, class_="turn draft", **state)

    def _steps(self) -> str:
        items = "".join(markup.element("li", markup.text(step)) for step in self.steps)
        opened = {} if self.text or self.over else {"open": ""}
        summary = markup.element("summary", markup.text(self.steps[-1] if self.steps else self.waits))
        return markup.element("details", summary + markup.element("ol", items), class_="steps", **opened)
