from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.library import Library
from qa.conversation import TITLE_LENGTH, Conversations, Turn


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path)) as library:
        yield library


@pytest.fixture
def conversations(library: Library) -> Conversations:
    return Conversations(library)


def turn(question: str, **answer: object) -> Turn:
    return Turn(question, {"question": question, **answer})


def test_turns_are_kept_across_reopening(tmp_path: Path) -> None:
    said = [turn("What is it?", text="A ferry.", confidence=0.5), turn("And how far?", text="")]
    with closing(Library(tmp_path)) as library:
        conversations = Conversations(library)
        ident = conversations.create()
        for each in said:
            conversations.append(ident, each)
    with closing(Library(tmp_path)) as library:
        assert Conversations(library).turns(ident) == said
        assert [each.title for each in Conversations(library).list()] == ["What is it?"]


def test_many_turns_stay_in_order(conversations: Conversations) -> None:
    """Beyond ten, since text would sort 10 before 2."""
    for number in range(12):
        conversations.append("c", turn(str(number)))
    assert [each.question for each in conversations.turns("c")] == [str(number) for number in range(12)]


def test_the_one_last_spoken_in_is_listed_first(conversations: Conversations) -> None:
    for ident in ("a", "b", "c", "a"):
        conversations.append(ident, turn(f"in {ident}"))
    assert [each.id for each in conversations.list()] == ["a", "c", "b"]
    times = [each.updated for each in conversations.list()]
    assert times == sorted(times, reverse=True)
    assert all(time.tzinfo is not None for time in times)


def test_the_first_question_names_it_on_one_line(conversations: Conversations) -> None:
    conversations.append("c", turn("  What\n is \t it?  " + "x" * 100))
    conversations.append("c", turn("Another?"))
    (listed,) = conversations.list()
    assert listed.title == ("What is it? " + "x" * 100)[:TITLE_LENGTH]


def test_one_without_a_turn_is_not_listed(conversations: Conversations) -> None:
    assert conversations.create() != conversations.create()
    assert conversations.list() == []


def test_an_unknown_one_has_no_turns_and_can_be_removed(conversations: Conversations) -> None:
    conversations.append("c", turn("Kept?"))
    assert conversations.turns("nowhere") == []
    conversations.remove("nowhere")
    assert [each.id for each in conversations.list()] == ["c"]


def test_removing_takes_one_and_leaves_the_others(conversations: Conversations) -> None:
    conversations.append("a", turn("one"))
    conversations.append("b", turn("two"))
    conversations.remove("a")
    assert conversations.turns("a") == []
    assert [each.id for each in conversations.list()] == ["b"]
    conversations.append("a", turn("three"))
    assert [each.question for each in conversations.turns("a")] == ["three"]


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE turns; --", "👩‍🚀 e\u0301 \u202eאמת", "a\r\nb", "<img src=x onerror=alert(1)>", "", "\\u0000"],
)
def test_awkward_text_comes_back_as_it_was(conversations: Conversations, text: str) -> None:
    conversations.append("c", Turn("Q?", {"text": text, "sentences": [{"quote": text}]}))
    assert conversations.turns("c") == [Turn("Q?", {"text": text, "sentences": [{"quote": text}]})]


def test_a_question_that_no_database_takes_is_kept_without_what_nobody_sees(conversations: Conversations) -> None:
    conversations.append("c", Turn("What \ud800is\x00 it?", {}))
    assert conversations.turns("c") == [Turn("What is it?", {})]
    assert conversations.list()[0].title == "What is it?"
