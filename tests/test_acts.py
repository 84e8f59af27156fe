"""What can be done with an answer, what is copied of it, and how one that was stopped is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from web_html import Seen, answer, article, cite, quoted

from qa.answers import Disagreement, Searched, Side
from qa.conversation import Turn
from qa.feedback import Feedback
from web import acts, copied, message, stopped


def buttons(number: int, of: int, made: dict[str, Any], given: Feedback | None = None) -> Seen:
    return Seen(acts.acts(number, of, Turn("What happened?", made), given))


def test_the_last_answer_can_be_undone_and_an_older_one_says_what_goes_with_it() -> None:
    made = answer(*quoted(article("One thing."), "One thing."))
    last, older, oldest = buttons(3, 3, made), buttons(2, 3, made), buttons(1, 3, made)
    assert last.text("button") == "CopyAsk againEditUndo"
    assert older.text("button") == "CopyAsk againEdit"
    assert [each.get("data-confirm") for each in last.having(data_event="again")] == [None]
    (again,) = older.having(data_event="again")
    assert "the answer that comes after it" in str(again["data-confirm"])
    (edit,) = oldest.having(class_="edit")
    assert "the 2 answers that come after it" in str(edit["data-confirm"])
    assert (edit["data-turn"], edit["data-of"], edit["data-answer"]) == ("1", "3", "a1")


def test_a_thumb_that_was_given_is_pressed_and_a_click_takes_it_back() -> None:
    made = answer(*quoted(article("One thing."), "One thing."))
    given = Feedback("a1", "me", "down", "<wrong>", datetime.now(UTC), "What happened?", made)
    up, down = buttons(1, 1, made, given).having(data_event="rate")
    assert (up["aria-pressed"], up["data-thumb"]) == ("false", "up")
    assert (down["aria-pressed"], down["data-thumb"]) == ("true", "")
    assert buttons(1, 1, made, given).text(class_="said") == "<wrong>"


def test_what_is_copied_has_its_references_numbered() -> None:
    source = article("It was 238. It was 261.", authors=("Ada Marsh", "Ben Tarn"), url="javascript:alert(1)")
    other = article("It was 300.", "Another", outlet="", published=None, url="https://example.org/a")
    sides = (Side("238", (cite(source, "It was 238."),)), Side("300", (cite(other, "It was 300.", 2),)))
    made = answer(
        *quoted(source, "It was 238."), disagreements=(Disagreement("How many", "conflict", sides),), text="238. [1]"
    )
    assert copied.copied(made) == (
        "238. [1]\n\n"
        "[1] Ada Marsh, Ben Tarn, “Fog on the quay”, Harbour Post, 30 January 2025\n"
        "[2] “Another”, undated, https://example.org/a"
    )
    assert copied.copied(answer(status="not_in_sources", reason="Nobody says.", text="")) == "Nobody says."


def test_an_answer_that_was_stopped_is_text_with_a_notice() -> None:
    before = answer(standalone_question="How tall is the lighthouse?")
    cut = stopped.stopped("And <how> old?", [Turn("How tall?", before)], "It is **far** [1] <b>", 3.14159).as_dict()
    assert stopped.is_stopped(cut)
    assert not stopped.is_stopped(answer(status="error", reason="No disk.", text=""))
    seen = Seen(message.turn(2, "And <how> old?", cut, {}, "", acts.acts(2, 2, Turn("And <how> old?", cut), None)))
    assert seen.text(class_="stopped") == "It is far [1] <b>"
    assert seen.text(class_="notice").startswith("Stopped after 3.1 s.")
    assert "a" not in seen.tags(), "nothing in it is a citation"
    assert seen.text("button") == "CopyAsk againEditUndo"
    assert not seen.having(data_event="rate")
    assert not seen.having(class_="steps")
    assert "not checked" in copied.copied(cut)


def test_the_quiet_line_says_what_the_scope_left_out_and_what_is_undated() -> None:
    dated, undated = article("One thing.", "A"), article("Two things.", "B", published=None)
    made = answer(
        *quoted(dated, "One thing."), *quoted(undated, "Two things."), searched=Searched(8_214, 30_000, left_out=96)
    )
    seen = Seen(message.turn(1, "What happened?", made, {}, ""))
    assert seen.text(class_="meta") == (
        "2 sentences, all quoted · 2 independent sources, 30 Jan 2025, 1 undated · no model · "
        "96 of 8,310 articles left out by the scopeSources"
    )


def test_a_rewritten_question_is_told_as_such() -> None:
    made = answer(question="And how far?", standalone_question="How far is it?")
    assert message.steps_of(made)[0] == "Searched for: How far is it? (rewritten)"
    assert message.steps_of(answer())[0] == "Searched for: What happened?"
