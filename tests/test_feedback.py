"""Feedback is kept with the whole answer, one of a person for an answer, and outlives the conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from shelf import open_shelf

from index.library import Library
from qa.feedback import LONGEST_REASON, Feedbacks
from web.export.questions import questions

RECORD = {"id": "a1", "question": "What waited?", "text": "The ferry [1]", "system": {"model": "m"}, "scope": {}}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    store = open_shelf(tmp_path)
    yield store.library
    store.close()


def test_it_is_kept_with_question_answer_and_settings(library: Library) -> None:
    Feedbacks(library).give(RECORD, "me", "down", "  the count is\x00 wrong ")
    (given,) = Feedbacks(library).all()
    assert (given.answer, given.person, given.thumb, given.question) == ("a1", "me", "down", "What waited?")
    assert given.reason == "the count is wrong"
    assert given.record == RECORD
    assert given.given.tzinfo is not None


def test_given_again_it_is_replaced_and_it_can_be_taken_back(library: Library) -> None:
    feedbacks = Feedbacks(library)
    feedbacks.give(RECORD, "me", "down", "wrong")
    feedbacks.give(RECORD, "me", "up")
    feedbacks.give(RECORD, "you", "down", "x" * 10_000)
    assert {person: feedbacks.of(person)["a1"].thumb for person in ("me", "you")} == {"me": "up", "you": "down"}
    assert feedbacks.of("me")["a1"].reason == ""
    assert len(feedbacks.of("you")["a1"].reason) == LONGEST_REASON
    assert feedbacks.of("nobody") == {}
    feedbacks.take_back("a1", "me")
    assert [each.person for each in feedbacks.all()] == ["you"]
    feedbacks.take_back("a1", "me")


def test_an_answer_is_one_question_and_whoever_doubts_it_counts(library: Library) -> None:
    feedbacks = Feedbacks(library)
    record = {**RECORD, "status": "answered", "sentences": [], "disagreements": []}
    feedbacks.give(record, "me", "up")
    feedbacks.give(record, "you", "down", "wrong year")
    feedbacks.give(record, "they", "up")
    assert [(each["id"], each["thumb"], each["reason"]) for each in questions(feedbacks.all())] == [
        ("a1", "down", "wrong year")
    ]
