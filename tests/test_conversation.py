from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.library import FILE, Library
from index.schema import SCHEMA_VERSION
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


# --- whose they are


def titles(conversations: Conversations, person: str) -> list[str]:
    return sorted(each.title for each in conversations.list(person))


def test_a_person_sees_their_own_and_those_of_nobody(conversations: Conversations) -> None:
    conversations.append("a", turn("Ada's?"), "ada")
    conversations.append("b", turn("Bo's?"), "bo")
    conversations.append("n", turn("Nobody's?"))
    assert titles(conversations, "ada") == ["Ada's?", "Nobody's?"]
    assert titles(conversations, "bo") == ["Bo's?", "Nobody's?"]
    assert titles(conversations, "") == ["Nobody's?"]
    assert [conversations.person(ident) for ident in ("a", "b", "n", "nowhere")] == ["ada", "bo", "", ""]
    assert [conversations.may_change(ident, "ada") for ident in ("a", "b", "n", "nowhere")] == [True, False, True, True]


def test_whoever_knows_the_id_may_read_and_it_cannot_be_guessed(conversations: Conversations) -> None:
    ident = conversations.create()
    assert len(ident) == 32
    conversations.append(ident, turn("Ada's?"), "ada")
    assert conversations.turns(ident) == [turn("Ada's?")]
    assert conversations.turn(ident, 1) == turn("Ada's?")
    assert [conversations.turn(ident, number) for number in (0, 2, -1)] == [None] * 3


def test_who_begins_it_owns_it_whoever_goes_on(conversations: Conversations) -> None:
    conversations.append("a", turn("Ada's?"), "ada")
    conversations.append("a", turn("And then?"), "bo")
    assert conversations.person("a") == "ada"


def test_a_copy_is_ones_own_and_the_other_stays_as_it_was(conversations: Conversations) -> None:
    said = [turn(str(number), text=f"{number}.") for number in range(12)]
    for each in said:
        conversations.append("a", each, "ada")
    own = conversations.copy("a", "bo")
    conversations.append(own, turn("And then?"), "bo", after=2)
    assert conversations.turns(own) == [*said[:2], turn("And then?")]
    assert conversations.turns("a") == said
    assert (titles(conversations, "ada"), titles(conversations, "bo")) == (["0"], ["0"])
    conversations.remove(own)
    assert conversations.turns("a") == said


def test_a_turn_takes_the_place_of_those_behind(conversations: Conversations) -> None:
    for number in range(3):
        conversations.append("c", turn(str(number)))
    conversations.append("c", turn("new"), after=1)
    assert [each.question for each in conversations.turns("c")] == ["0", "new"]
    conversations.append("c", turn("first"), after=0)
    assert [each.question for each in conversations.turns("c")] == ["first"]
    conversations.cut("c", 0)
    assert (conversations.turns("c"), conversations.list()) == ([], [])


# --- libraries from before there were persons


def test_conversations_of_a_library_of_the_second_schema_are_everybodys(tmp_path: Path) -> None:
    said = turn("What is it?", text="A ferry.")
    with closing(Library(tmp_path)) as library:
        Conversations(library).append("old", said, "will be lost")
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as db:
        db.execute("ALTER TABLE conversations DROP COLUMN person")
        db.execute("DROP TABLE feedback")
        db.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
    with closing(Library(tmp_path)) as library:
        conversations = Conversations(library)
        assert library.meta("schema") == str(SCHEMA_VERSION)
        assert conversations.turns("old") == [said]
        assert (
            titles(conversations, "ada") == titles(conversations, "bo") == titles(conversations, "") == [said.question]
        )
        assert conversations.may_change("old", "ada")
        conversations.append("new", turn("Mine?"), "ada")
        assert titles(conversations, "bo") == ["What is it?"]
        assert library.integrity() == ""
    with closing(Library(tmp_path)) as library:
        assert Conversations(library).person("new") == "ada"
