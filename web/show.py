"""A conversation on the page, whole: what each part shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from index.census import sees
from index.library import Library
from index.scope import Scope
from ingest.documents import Article, Passage
from qa.conversation import Turn
from qa.engine import Engine
from qa.feedback import Feedbacks
from web import cards, chips, chosen, evidence, examples, scope, sidebar, transcript
from web.click import Click
from web.export.menu import menu
from web.people.badge import badge
from web.view import View

LOOKED_AT = 40  # articles that example questions are made from: a few milliseconds


def shown(engine: Engine, click: Click, conversation: str) -> View:
    """Everything of a conversation; of one that does not exist, an empty page. The scope stays as it is."""
    limits = chosen.kept(click.scope, engine.library.outlets())
    turns = engine.conversations.turns(conversation) if conversation else []
    kept = conversation if turns else ""
    return View(
        sidebar=listed(engine, click, kept),
        transcript=_transcript(engine, click, kept, turns) if turns else _welcome(engine, limits),
        draft="",
        chips=chips.chips(limits) + menu(kept),
        evidence=_latest_evidence(engine, turns),
        conversation=kept,
        busy=False,
    )


def listed(engine: Engine, click: Click, current: str, problem: str = "") -> str:
    """The sidebar: the person's conversations, the scope, the library; a `problem` is one of the scope just given."""
    outlets = engine.library.outlets()
    seen = scope.sight(engine.census, outlets, chosen.kept(click.scope, outlets))
    panel = scope.panel(seen, click.data, problem)
    conversations = engine.conversations.list(click.person)
    everything = sidebar.sidebar(conversations, current, panel, engine.library.counts(), datetime.now(UTC))
    return everything + badge(click.person, log_out=click.log_out)


def passages_of(engine: Engine, answer: dict[str, Any]) -> Mapping[str, Passage]:
    """What an answer found, as far as it is still there."""
    return engine.library.passages([hit["passage"] for hit in answer["retrieved"]])


def _transcript(engine: Engine, click: Click, conversation: str, turns: list[Turn]) -> str:
    declined = [turn.answer for turn in turns if turn.answer["status"] == "not_in_sources"]
    nearest = [ident for answer in declined for ident in cards.nearest(answer)]
    thumbs = Feedbacks(engine.library).of(click.person)
    return transcript.transcript(conversation, turns, engine.library.passages(nearest), engine.notices(), thumbs)


def _welcome(engine: Engine, limits: Scope) -> str:
    about, empty = _some(engine.library, limits), not engine.library.counts().articles
    return transcript.welcome(examples.questions(about), engine.notices(), empty=empty)


def _some(library: Library, limits: Scope) -> list[Article]:
    """A few articles inside the scope, from the whole range of dates."""
    every = [one for one in library.articles() if sees(limits, one.outlet, one.published)]
    step = len(every) // LOOKED_AT + 1
    found = (library.article(each.id) for each in every[::step])
    return [article for article in found if article is not None]


def _latest_evidence(engine: Engine, turns: list[Turn]) -> str:
    if not turns:
        return evidence.empty()
    answer = turns[-1].answer
    return evidence.sources(len(turns), answer, passages_of(engine, answer))
