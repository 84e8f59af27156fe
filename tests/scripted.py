"""A scripted language model, and articles for it to read: no server, no network.

    model = ScriptedModel(lambda tags: [f"It is closed {tags[0]}."])
    *deltas, answer = generate("What is closed?", hits("The bridge is closed."), model)

One script for each time that the model is asked, and no word after the last one; it is handed the tags of the
prompt, in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from index.hits import Hit
from ingest.documents import Article, Passage
from qa.model.budget import Budget
from qa.model.faults import Server
from qa.model.messages import Completion, Message
from qa.writing.generative import Generated, generate

Script = Callable[[list[str]], Sequence[str | Exception]]
LETTERS = "ABCDEFGH"
SERVER = Server("http://127.0.0.1:1/v1", "scripted", "KEY")


class ScriptedModel:
    """Replies as scripted. An exception in a script is raised in its place."""

    name = "scripted"

    def __init__(self, *scripts: Script, calls: int = 3, window: int = 7168) -> None:
        self.scripts = list(scripts)
        self.asked: list[Sequence[Message]] = []
        self.calls = calls
        self.window = window

    def budget(self) -> Budget:
        return Budget(self.calls)

    def stream(self, messages: Sequence[Message], budget: Budget) -> Iterator[str | Completion]:
        if not budget.allows(0):
            raise SERVER.fault("unavailable")
        budget.spend()
        self.asked.append(messages)
        script = self.scripts[len(self.asked) - 1] if len(self.asked) <= len(self.scripts) else _nothing
        for part in script(tags_of(messages)):
            if isinstance(part, Exception):
                raise part
            yield part
        yield Completion("stop", 11, 5)


def _nothing(_tags: list[str]) -> Sequence[str | Exception]:
    return ["none"]


def tags_of(messages: Sequence[Message]) -> list[str]:
    """The tags of the passages in a prompt, in order."""
    return re.findall(r"^\[\[\w+\]\]", messages[-1].content, re.MULTILINE)


def says(*replies: str) -> list[Script]:
    """Scripts that reply so, character by character; <A>, <B>, … stand for the tags of the passages in order."""

    def script(text: str) -> Script:
        def reply(tags: list[str]) -> list[str]:
            named = dict(zip(LETTERS, tags, strict=False))
            return list(re.sub(f"<([{LETTERS}])>", lambda letter: named.get(letter[1], letter[0]), text))

        return reply

    return [script(text) for text in replies]


def article(text: str, outlet: str = "Harbour Post", day: date | None = date(2024, 5, 7), origin: str = "") -> Article:
    return Article.of(origin or f"{outlet}-{day}-{text}.txt", text, "A title", outlet=outlet, published=day)


def found(*articles: Article) -> list[Hit]:
    """Each article as one hit, whole."""
    return [Hit(Passage(each, 0, len(each.text)), 1.0) for each in articles]


def hits(*texts: str) -> list[Hit]:
    return found(*(article(text, origin=f"{place}.txt") for place, text in enumerate(texts)))


def run(model: ScriptedModel, given: Sequence[Hit], question: str = "What is closed?") -> tuple[str, Generated]:
    """What was shown on the way, and the answer."""
    *deltas, answer = generate(question, given, model)
    assert isinstance(answer, Generated)
    assert all(isinstance(delta, str) and delta for delta in deltas)
    assert answer.usage.calls == len(model.asked) <= 2
    return "".join(map(str, deltas)), answer


def without_markers(text: str) -> str:
    """The words of a text as shown, to compare."""
    return "".join(re.sub(r"\[(?:\d+|\?)\]", "", text).split())
