"""What the page shows of conversations and of the library, and the engine that it opens. Over a scripted engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from parrot import Parrot

from ingest.errors import VouchError
from web.asking import Asking
from web.click import Click
from web.desk import Desk
from web.failure import guarded
from web.looking import Looking
from web.opening import Opening
from web.view import View

QUESTION = "What waited?"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Parrot]:
    engine = Parrot(tmp_path)
    yield engine
    engine.close()


@pytest.fixture
def desk(engine: Parrot) -> Desk:
    return Desk(Opening(engine))


@pytest.fixture
def looking(engine: Parrot) -> Looking:
    return Looking(Opening(engine))


def last(views: Iterator[View]) -> View:
    return list(views)[-1]


def asked(engine: Parrot, person: str = "me") -> str:
    """A conversation with one question."""
    return last(Asking(Opening(engine)).ask(Click(typed=QUESTION, person=person))).conversation or ""


def test_an_empty_page_has_examples_the_library_and_the_notices(
    desk: Desk, engine: Parrot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "notices", lambda: ["The index is being rebuilt."])
    view = last(desk.arrive(Click("gone")))
    assert view.conversation == ""
    assert "Gull Rock" in (view.transcript or "")
    assert 'data-event="suggest"' in (view.transcript or "")
    assert "The index is being rebuilt." in (view.transcript or "")
    assert "1 article" in (view.sidebar or "")


def test_an_empty_library_says_how_to_fill_it(desk: Desk, engine: Parrot) -> None:
    engine.library.remove([engine.fog.id])
    shown = last(desk.arrive(Click())).transcript or ""
    assert "There are no articles yet" in shown
    assert 'data-event="suggest"' not in shown


def test_a_conversation_is_shown_again_as_it_was(desk: Desk, engine: Parrot) -> None:
    views = list(Asking(Opening(engine)).ask(Click(typed=QUESTION, person="me")))
    here = views[-1].conversation or ""
    arrived = last(desk.arrive(Click(here, person="me")))
    chosen = last(desk.choose(_click(here, conversation=here)))
    assert [(view.transcript, view.conversation) for view in (arrived, chosen)] == [(views[-1].transcript, here)] * 2
    assert (arrived.draft, chosen.draft) == (None, "")  # what was asked while the library opened goes on


def test_citations_passages_and_sources_open(looking: Looking, engine: Parrot) -> None:
    here = asked(engine)
    article = last(looking.cite(_click(here, turn="1", order="1"))).evidence or ""
    assert ">The ferry waited.</mark>" in article
    assert "Fog closed the quay." in article
    assert list(looking.cite(_click(here, turn="1", order="2"))) == []
    (ident,) = engine.library.passage_ids()
    passage = last(looking.passage(_click(here, turn="1", passage=ident))).evidence or ""
    assert '<mark class="passage"' in passage
    vanished = last(looking.passage(_click(here, turn="1", passage="other"))).evidence or ""
    assert "no longer in the library" in vanished
    assert 'id="m1-c1"' in (last(looking.sources(_click(here, turn="1"))).evidence or "")
    stale = last(guarded(looking.cite, _click("c9", turn="7", order="1")))
    assert "no longer kept" in (stale.draft or "")


def test_removing_a_conversation_empties_the_page_only_if_it_was_shown(desk: Desk, engine: Parrot) -> None:
    one, other = asked(engine), asked(engine)
    beside = last(desk.remove(_click(other, conversation=one)))
    assert (beside.transcript, one in (beside.sidebar or "")) == (None, False)
    assert last(desk.remove(_click(other, conversation=other))).conversation == ""
    assert engine.conversations.list("me") == []


def test_another_persons_conversation_is_neither_listed_nor_removed(desk: Desk, engine: Parrot) -> None:
    theirs, mine = asked(engine, "you"), asked(engine)
    view = last(desk.remove(_click(mine, conversation=theirs)))
    assert theirs not in (view.sidebar or "")
    assert len(engine.conversations.turns(theirs)) == 1


def _click(here: str, /, **data: str) -> Click:
    return Click(here, "", data, person="me")


def test_an_opening_that_failed_is_tried_again(engine: Parrot) -> None:
    tries: list[Parrot | VouchError] = [VouchError("locked"), engine]

    def opens() -> Any:
        found = tries.pop(0)
        if isinstance(found, VouchError):
            raise found
        return found

    opening = Opening(opens)
    with pytest.raises(VouchError, match="locked"):
        opening._coming.result()
    assert opening.engine() is engine
    opening.close()
    assert engine.conversations.list() == [], "who opened it closes it"
