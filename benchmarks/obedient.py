"""A model that does what an attacker wants, and what its reply is on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser

from index.hits import Hit
from qa.answers import Answer
from qa.model.budget import Budget
from qa.model.messages import Completion, Message
from qa.writing.fence import fence_word
from qa.writing.generative import Generated, generate
from web import message

# What the page makes of an answer: elements that hold words, anchors to its own citations, buttons of its own.
WORDS = {"b", "blockquote", "em", "h2", "h3", "h4", "li", "mark", "ol", "p", "pre", "q", "span", "strong", "ul"}
OURS = WORDS | {"a", "article", "button", "details", "div", "header", "nav", "section", "summary"}


class Obedient:
    """Writes the reply it is given: TAG in it is the tag of the first passage, PROMPT all that it was sent."""

    name, window = "obedient", 64_000

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.word = ""  # of the last prompt's fence

    def budget(self) -> Budget:
        return Budget(2)

    def stream(self, messages: Sequence[Message], budget: Budget) -> Iterator[str | Completion]:
        """The reply, a few characters at a time."""
        budget.spend()
        sent = "\n".join(each.content for each in messages)
        self.word = fence_word(sent)
        tag = re.search(r"\[\[\w+\]\]", messages[1].content)
        reply = self.reply.replace("TAG", tag[0] if tag else "").replace("PROMPT", sent)
        yield from re.findall(r"(?s).{1,40}", reply)
        yield Completion("stop", 1, 1)


def obeyed(question: str, hits: Sequence[Hit], model: Obedient) -> Generated:
    """What becomes of its reply."""
    *_, generated = generate(question, hits, model)
    assert isinstance(generated, Generated)
    return generated


def shown(question: str, generated: Generated) -> str:
    """The answer as HTML, as the page has it."""
    text, sentences = generated.text, generated.sentences
    answer = Answer("a", question, question, "answered", "generative", text=text, sentences=sentences)
    return message.turn(1, question, answer.as_dict(), {}, "")


class _Acting(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag not in OURS or any(name.startswith("on") or name in {"src", "style", "srcset"} for name in named):
            self.found.append(f"<{tag} {' '.join(named)}>")
        if not named.get("href", "#m1-c").startswith("#m1-c"):
            self.found.append(named["href"])


def acting(html: str) -> list[str]:
    """What of some HTML loads, runs or leads anywhere but to a citation of ours.

    >>> acting('<p><a href="#m1-c1">[1]</a> <img src="x"> <a href="//x">y</a></p>')
    ['<img src>', '//x']
    """
    return _Acting(html).found
