"""Answers to render, and what a browser would make of the HTML."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

from ingest.documents import Article, Passage
from qa.answers import Answer, Citation, Sentence, Support


class Seen(HTMLParser):
    """What a browser would make of some HTML: its elements, and the text in each kind of element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._path: list[tuple[str, dict[str, str | None]]] = []
        self._words: list[tuple[list[tuple[str, dict[str, str | None]]], str]] = []
        self.feed(html)
        self.close()
        assert not self._path, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._path.append(self.elements[-1])

    def handle_endtag(self, tag: str) -> None:
        assert self._path.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self._words.append((list(self._path), data))

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    def having(self, **wanted: str) -> list[dict[str, str | None]]:
        named = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [attrs for _, attrs in self.elements if named.items() <= attrs.items()]

    def text(self, tag: str = "", class_: str = "") -> str:
        def inside(path: list[tuple[str, dict[str, str | None]]]) -> bool:
            return any(
                (not tag or name == tag) and (not class_ or class_ in (attrs.get("class") or "").split())
                for name, attrs in path
            )

        return "".join(words for path, words in self._words if (not tag and not class_) or inside(path))


def article(text: str, title: str = "Fog on the quay", **about: Any) -> Article:
    return Article.of(
        f"{title}.txt", text, title, **{"outlet": "Harbour Post", "published": date(2025, 1, 30), **about}
    )


def cite(source: Article, quote: str, number: int = 1) -> Citation:
    start = source.text.index(quote)
    return Citation(number, Passage(source, 0, len(source.text)), start, start + len(quote))


def answer(*sentences: Sentence, **about: Any) -> dict[str, Any]:
    question = about.pop("question", "What happened?")
    about = {"standalone_question": question, "status": "answered", "engine": "extractive", **about}
    text = about.pop("text", "\n\n".join(f"{each.lead} {each.text}" for each in sentences))
    return Answer("a1", question, sentences=sentences, text=text, **about).as_dict()


def quoted(source: Article, *quotes: str, verdict: Any = "quoted", reasons: tuple[str, ...] = ()) -> list[Sentence]:
    support = Support(verdict, reasons)
    return [
        Sentence(quote, (cite(source, quote, number),), support, "Harbour Post, 30 January 2025:")
        for number, quote in enumerate(quotes, start=1)
    ]
