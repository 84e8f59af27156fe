"""A conversation on the page, whole: what each part shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from index.library import Library
from ingest.documents import Article, Passage
from qa.conversation import Turn
from qa.engine import Engine
from web import cards, evidence, examples, sidebar, transcript
from web.click import Click
from web.view import View

LOOKED_AT = 40  # articles that example questions are made from: a few milliseconds


def shown(engine: Engine, click: Click, conversation: str) -> View:
    """Everything of a conversation; of one that does not exist, an empty page. The scope stays as it is."""
    turns = engine.conversations.turns(conversation) if conversation else []
    kept = conversation if turns else ""
    return View(
        sidebar=listed(engine, click, kept),
        transcript=_transcript(engine, kept, turns),
        draft="",
        evidence=_latest_evidence(engine, turns),
        conversation=kept,
        busy=False,
    )


def listed(engine: Engine, click: Click, current: str) -> str:
    """The sidebar: the person's conversations, and the library."""
    library = sidebar.library_line(engine.library.counts())
    return sidebar.sidebar(engine.conversations.list(click.person), current, library, datetime.now(UTC))


def passages_of(engine: Engine, answer: dict[str, Any]) -> Mapping[str, Passage]:
    """What an answer found, as far as it is still there."""
    return engine.library.passages([hit["passage"] for hit in answer["retrieved"]])


def _transcript(engine: Engine, conversation: str, turns: list[Turn]) -> str:
    if not turns:
        about = _some(engine.library)
        return transcript.welcome(examples.questions(about), engine.notices(), empty=not about)
    declined = [turn.answer for turn in turns if turn.answer["status"] == "not_in_sources"]
    nearest = [ident for answer in declined for ident in cards.nearest(answer)]
    return transcript.transcript(conversation, turns, engine.library.passages(nearest), engine.notices())


def _some(library: Library) -> list[Article]:
    """A few articles, from the whole range of dates."""
    every = library.articles()
    step = len(every) // LOOKED_AT + 1
    found = (library.article(each.id) for each in every[::step])
    return [article for article in found if article is not None]


def _latest_evidence(engine: Engine, turns: list[Turn]) -> str:
    if not turns:
        return evidence.empty()
    answer = turns[-1].answer
    return evidence.sources(len(turns), answer, passages_of(engine, answer))
