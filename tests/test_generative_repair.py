from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import SERVER, ScriptedModel, hits, run, says, without_markers

from qa.checking.citations import Mark, MarkerParser
from qa.writing.marked import Marked

BRIDGE = "The old bridge was closed on Monday. Some 1,200 drivers use it every day."
FERRY = "The ferry will run every 20 minutes. It carries 40 cars."
PAPERS = hits(BRIDGE, FERRY)
BARE = "The bridge was closed on Monday. The ferry carries 40 cars."


def test_a_reply_without_citations_gets_them_by_a_second_call() -> None:
    model = ScriptedModel(*says(BARE, "1: <A>\n2: <B>"))
    shown, answer = run(model, PAPERS)
    assert shown.strip() == BARE
    assert answer.text == "The bridge was closed on Monday [1]. The ferry carries 40 cars [2]."
    assert [[cited.number for cited in sentence.citations] for sentence in answer.sentences] == [[1], [2]]
    assert answer.sentences[0].citations[0].quote == "The old bridge was closed on Monday."
    assert (answer.repaired, answer.usage.calls, answer.usage.prompt_tokens) == (True, 2, 22)
    assert answer.notice == "Citations were repaired: a second call named passages for sentences that had none."


def test_the_second_call_is_asked_only_for_what_lacks() -> None:
    model = ScriptedModel(*says("The bridge was closed on Monday <A>. The ferry carries 40 cars.", "1: <B>"))
    shown, answer = run(model, PAPERS)
    assert "1: The ferry carries 40 cars.\n\n" in model.asked[1][1].content
    assert shown == "The bridge was closed on Monday [1]. The ferry carries 40 cars."
    assert answer.text == "The bridge was closed on Monday [1]. The ferry carries 40 cars [2]."


def test_numbers_that_were_shown_stay() -> None:
    _, answer = run(
        ScriptedModel(*says("The bridge was closed on Monday. It carries 40 cars <B>.", "1: <A>, <B>")), PAPERS
    )
    assert answer.text == "The bridge was closed on Monday [2][1]. It carries 40 cars [1]."


def test_a_marker_that_named_nothing_gives_way_to_one_that_does() -> None:
    shown, answer = run(ScriptedModel(*says("The bridge was closed on Monday [7].", "1: <A>")), PAPERS)
    assert shown == "The bridge was closed on Monday [?]."
    assert (answer.text, answer.unverified) == ("The bridge was closed on Monday [1].", 0)
    assert answer.sentences[0].unverified == ()


@pytest.mark.parametrize(
    "reply",
    [
        "none",
        "1: none\n2: none",
        "1: [[zzzz]]\n2: [3]",
        "3: <A>\n0: <A>\n99: <B>",
        "The bridge was closed on Monday <A>. The ferry carries 40 cars <B>.",
        "The bridge is open <A>.",
        "NOT IN THE SOURCES",
        "<script>1: <A></script>",
    ],
)
def test_a_second_reply_of_no_use_changes_nothing(reply: str) -> None:
    shown, answer = run(ScriptedModel(*says(BARE, reply)), PAPERS)
    assert shown.strip() == answer.text == BARE
    assert (answer.repaired, answer.usage.calls, answer.notice) == (False, 2, "")
    assert [sentence.support.reasons for sentence in answer.sentences] == [("no citation",)] * 2


def test_a_second_call_that_fails_changes_nothing() -> None:
    model = ScriptedModel(*says(BARE), lambda _: [SERVER.fault("timeout")])
    shown, answer = run(model, PAPERS)
    assert shown.strip() == answer.text == BARE
    assert (answer.repaired, answer.usage.calls) == (False, 2)


@pytest.mark.parametrize(
    "reply",
    [
        "The bridge was closed on Monday <A>.",
        "The bridge was closed on Monday <A>. The passages do not say why.",
        "It was closed <A> [[zzzz]].",
        "It was closed <A>.\n\n---\n",
        "NOT IN THE SOURCES",
    ],
)
def test_where_nothing_lacks_there_is_one_call(reply: str) -> None:
    model = ScriptedModel(*says(reply))
    run(model, PAPERS)
    assert len(model.asked) == 1


def test_what_is_missing_is_told_apart_from_a_claim_without_citation() -> None:
    _, answer = run(ScriptedModel(*says("It was closed on Monday <A>. The passages do not say why.")), PAPERS)
    assert answer.sentences[1].support.reasons == ("it says what the passages lack",)


def test_the_budget_can_forbid_a_second_call() -> None:
    model = ScriptedModel(*says(BARE), calls=1)
    _, answer = run(model, PAPERS)
    assert (answer.text, len(model.asked)) == (BARE, 1)


def test_a_reply_too_long_to_be_asked_about_stays_as_it_is() -> None:
    model = ScriptedModel(*says("The bridge was closed. " * 300), window=1400)
    _, answer = run(model, PAPERS)
    assert (len(model.asked), answer.repaired) == (1, False)


def test_no_sentence_is_given_every_passage() -> None:
    papers = hits(*(f"{BRIDGE} {number}" for number in range(6)))
    _, answer = run(ScriptedModel(*says("It was closed on Monday.", "1: <A><B><C><D><E><F>")), papers)
    assert [len(sentence.citations) for sentence in answer.sentences] == [3]


PIECES = st.lists(
    st.sampled_from(["It is ", "closed", ". ", ".", "\n", " [[kqzt]]", "[[mvbd]]", "[9]", " ", "Why? ", "“Yes.” "]),
    max_size=14,
).map("".join)


@given(PIECES, st.dictionaries(st.integers(0, 5), st.sampled_from([("kqzt",), ("mvbd", "wxzm")])))
def test_a_repair_changes_markers_and_nothing_else(text: str, codes: dict[int, tuple[str, ...]]) -> None:
    parser = MarkerParser({"kqzt", "mvbd", "wxzm"})
    shown = parser.feed(text) + parser.finish()
    marked = Marked(parser.plain, parser.marks)
    assert without_markers(marked.written()) == without_markers(shown)
    lacking = {place: codes[place] for place in codes if place in marked.lacking()}
    better = marked.with_codes(lacking)
    assert without_markers(better.written()) == without_markers(shown)
    assert not set(lacking) & set(better.lacking())
    before = {mark.code: mark.number for mark in marked.marks if mark.code}
    after = {mark.code: mark.number for mark in better.marks if mark.code}
    assert before.items() <= after.items()
    assert sorted(after.values()) == list(range(1, len(after) + 1))


def test_markers_are_set_before_the_stop() -> None:
    marked = Marked("“It is closed.” Why?", ())
    assert marked.with_codes({0: ("kqzt",), 1: ("mvbd",)}).written() == "“It is closed [1].” Why [2]?"
    twice = Marked("It is.", (Mark(5, "[[kqzt]]", "kqzt", 1), Mark(5, "[[mvbd]]", "mvbd", 2)))
    assert twice.written() == "It is [1][2]."
