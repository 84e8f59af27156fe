"""An engine over a small real library that says what a script says: no search, no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from shelf import open_shelf, write

from index.hits import Hit
from ingest.documents import Article, Passage
from qa.answers import Answer, Citation, Sentence, Support
from qa.config import QaConfig
from qa.engine import Delta, Engine, Event, Step

TEXT = "Fog closed the quay. The ferry waited. Then Gull Rock was dark, and Gull Rock slept."
WAITED = "The ferry waited."


class Parrot(Engine):
    """Says the same to every question, unless `script` is something else. Keeps what it was asked."""

    def __init__(self, folder: Path) -> None:
        store = open_shelf(folder / "library")
        write(folder / "articles", "fog", TEXT, title="Fog", outlet="Post", date="2025-01-30")
        store.ingest([folder / "articles"])
        super().__init__(store, QaConfig(), None, None)
        self.script: Callable[[str], Iterator[Event]] = self.reply
        self.asked: list[tuple[str, int, Any]] = []  # the question, how many turns it came behind, the scope

    @property
    def fog(self) -> Article:
        (article,) = self.library.articles()
        found = self.library.article(article.id)
        assert found is not None
        assert found.published == date(2025, 1, 30)
        return found

    def stream(self, question: str, history: Any = (), scope: Any = None) -> Iterator[Event]:
        self.asked.append((question, len(history), scope))
        yield from self.script(question)

    def reply(self, question: str) -> Iterator[Event]:
        yield Step(f"Searched for: {question}")
        yield Delta("The ferry ")
        yield Delta("waited. [1]")
        yield self.answer(question)

    def answer(self, question: str) -> Answer:
        (ident,) = self.library.passage_ids()
        passage = self.library.passages([ident])[ident]
        start = passage.article.text.index(WAITED)
        cited = Sentence(WAITED, (Citation(1, passage, start, start + len(WAITED)),), Support("quoted"))
        return Answer(
            f"a{len(self.asked)}",
            question,
            question,
            "answered",
            "extractive",
            sentences=(cited,),
            retrieved=(Hit(Passage(passage.article, passage.start, passage.end), 1.0),),
            text=f"{WAITED} [1]",
            scope={"outlets": ["Post"], "since": "2025-01-01", "until": None},
        )
