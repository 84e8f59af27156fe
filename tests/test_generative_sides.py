from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import ScriptedModel, article, found, run, says

from index.hits import Hit
from ingest.documents import Article, Passage
from qa.answers import Citation, Disagreement, Side
from qa.writing.differs import Aside
from qa.writing.generative import Generated, generate
from qa.writing.sides import alike, place, told, united

GAZETTE = "Some 1,200 drivers used the bridge every day, the town said. It was built in 1912."
POST = "The bridge carried 1,300 cars a day. Nobody was hurt, said Ada Quill."
LATER = "Now 1,500 drivers use the bridge every day, the town said."
MAY, JUNE = date(2024, 5, 3), date(2024, 6, 8)

PAPERS = [article(GAZETTE, "Pebble Gazette", MAY), article(POST, "Harbour Post", MAY)]
CODED = {code: Passage(each, 0, len(each.text)) for code, each in zip(("kqzt", "mvbd"), PAPERS, strict=True)}
ASKED = "How many drivers use it?"
PROSE = "The Pebble Gazette counted 1,200 drivers <A>, the Harbour Post 1,300 <B>."


def reply(text: str, given: Sequence[Hit]) -> tuple[str, Generated]:
    return run(ScriptedModel(*says(text)), given, ASKED)


def disagreement(*values: tuple[str, str], matter: str = "drivers a day") -> Disagreement:
    return told([" | ".join([matter, *(f"{value} [[{code}]]" for value, code in values)])], ASKED, CODED).found[0]


def test_sources_that_differ_are_named_with_their_verbatim_values() -> None:
    shown, answer = reply(f"{PROSE}\n\nDIFFERS: drivers a day | 1,200 drivers <A> | 1300 <B>", found(*PAPERS))
    (one,) = answer.disagreements
    assert (one.matter, one.kind, [side.value for side in one.sides]) == (
        "drivers a day",
        "conflict",
        ["1,200 drivers", "1,300"],
    )
    cited = [citation for side in one.sides for citation in side.citations]
    assert [(c.number, c.quote) for c in cited] == [
        (1, "Some 1,200 drivers used the bridge every day, the town said."),
        (2, "The bridge carried 1,300 cars a day."),
    ]
    assert shown == answer.text == "The Pebble Gazette counted 1,200 drivers [1], the Harbour Post 1,300 [2]."
    assert (answer.dropped, answer.notice, answer.usage.calls) == (0, "", 1)


def test_what_an_outlet_says_later_is_an_update_in_the_order_of_time() -> None:
    papers = [article(LATER, "Pebble Gazette", JUNE), PAPERS[0]]
    _, answer = reply("It is 1,500 <A>, up from 1,200 <B>.\nDIFFERS: drivers | 1,500 <A> | 1,200 <B>", found(*papers))
    (one,) = answer.disagreements
    assert (one.kind, [side.value for side in one.sides]) == ("update", ["1,200", "1,500"])


def test_what_one_story_says_later_is_an_update_whoever_prints_it() -> None:
    later, first = article(LATER, "Harbour Post", JUNE), PAPERS[0]
    hits = [replace(hit, reprints=(other,)) for hit, other in zip(found(later, first), (first, later), strict=True)]
    _, answer = reply("It is 1,500 <A>, up from 1,200 <B>.\nDIFFERS: drivers | 1,500 <A> | 1,200 <B>", hits)
    assert [one.kind for one in answer.disagreements] == ["update"]


@pytest.mark.parametrize(
    "dates", [(MAY, MAY), (MAY, None), (None, None)], ids=["the same day", "one undated", "both undated"]
)
def test_without_two_dates_there_is_no_update(dates: tuple[date | None, date | None]) -> None:
    papers = [article(GAZETTE, "Pebble Gazette", dates[0]), article(LATER, "Pebble Gazette", dates[1])]
    _, answer = reply("It differs <A><B>.\nDIFFERS: drivers | 1,200 <A> | 1,500 <B>", found(*papers))
    assert [one.kind for one in answer.disagreements] == ["conflict"]


@pytest.mark.parametrize(
    ("line", "dropped"),
    [
        ("drivers | 1,200 <A> | 1,400 <B>", 1),  # stands nowhere
        ("drivers | 1,200 <A> | 300 <B>", 1),  # a part of a number
        ("drivers | 1,200 <A> | 1,300 <A>", 1),  # in the other passage
        ("drivers | 1,200 <A> | 1,300 [[zzzz]]", 1),  # no passage of this request
        ("drivers | 1,200 <A> | 1,300", 1),  # no tag
        ("drivers | 1,200 <A> | The bridge was blown up by pirates <B>", 1),
        ("drivers | 1,200 <A> | twelve hundred <A>", 0),  # the same
        ("drivers | 1,200 <A> | 1,200 drivers <A>", 0),  # the same in more words
        ("drivers | 1,200 <A>", 0),
        ("1,200 <A> | 1,300 <B>", 0),  # one is the matter
        ("drivers", 0),
        ("", 0),
        ("||||", 0),
    ],
)
def test_a_line_that_is_not_borne_out_makes_no_disagreement(line: str, dropped: int) -> None:
    shown, answer = reply(f"{PROSE}\nDIFFERS: {line}\n", found(*PAPERS))
    assert (answer.disagreements, answer.dropped) == ((), dropped)
    assert ("left out" in answer.notice) == bool(dropped)
    assert "DIFFERS" not in shown


@pytest.mark.parametrize(
    ("matter", "told"),
    [
        ("drivers every day", "drivers every day"),
        ("cars a day", "cars a day"),
        ("", "How many drivers use it"),
        ("drivers " * 40, "How many drivers use it"),
        ("Call Bob Flint at once", "How many drivers use it"),
    ],
)
def test_a_matter_is_named_in_words_of_question_or_passages(matter: str, told: str) -> None:
    _, answer = reply(f"{PROSE}\nDIFFERS: {matter} | 1,200 <A> | 1,300 <B>", found(*PAPERS))
    assert [one.matter for one in answer.disagreements] == [told]


def test_a_false_side_does_not_take_true_ones_with_it() -> None:
    _, answer = reply(f"{PROSE}\nDIFFERS: drivers | 1,200 <A> | 1,300 <B> | 9,000 <B>", found(*PAPERS))
    assert [[side.value for side in one.sides] for one in answer.disagreements] == [["1,200", "1,300"]]
    assert answer.dropped == 1
    assert answer.notice == "One version that the model gave stands in no source it named, and is left out."


def test_where_the_model_declines_nothing_differs() -> None:
    shown, answer = reply("NOT IN THE SOURCES\nDIFFERS: drivers | 1,200 <A> | 1,300 <B>", found(*PAPERS))
    assert (shown, answer.declined, answer.disagreements) == ("", True, ())


@pytest.mark.parametrize(
    ("value", "there"),
    [
        ("1,200", "1,200"),
        ("twelve hundred", "1,200"),
        ("1200 drivers", "1,200"),
        ("“the town”", "the town"),
        ("built  in 1912", "built in 1912"),
        ("12", None),
        ("200", None),
        ("1,200 pirates", None),
        ("own", None),
        ("", None),
        ("...", None),
    ],
)
def test_a_value_has_a_place_in_its_passage_or_none(value: str, there: str | None) -> None:
    spans = place(value, CODED["kqzt"])
    assert (spans and GAZETTE[slice(*spans[0])]) == there


def test_a_value_stands_in_a_text_without_spaces() -> None:
    passage = Passage(article("事故造成七人死亡。"), 0, 9)
    spans = place("七人", passage)
    assert spans == ((4, 6), (0, 9))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Monday", "on Monday", True),
        ("Ada Quill", "harbour master Ada Quill", True),
        ("12 dead", "twelve", True),
        ("12 dead", "17 dead", False),
        ("12 dead", "12 injured", False),
        ("it will open", "it will not open", False),
        ("yes", "no", False),
        ("Monday", "Tuesday", False),
    ],
)
def test_values_are_the_same_or_not(one: str, other: str, same: bool) -> None:
    assert alike(one, other) == alike(other, one) == same


def test_what_was_found_twice_is_told_once() -> None:
    ours = disagreement(("1,200", "kqzt"), ("1,300", "mvbd"))
    theirs = disagreement(("1,200 drivers", "kqzt"), ("1,300 cars", "mvbd"), matter="cars each day")
    other = disagreement(("built in 1912", "kqzt"), ("Nobody was hurt", "mvbd"), matter="what happened")
    assert united([ours], [theirs]) == (ours,)
    assert united([ours], [other]) == (ours, other)
    assert united([], [ours]) == united([ours], []) == united([ours], [ours]) == (ours,)


def test_the_one_with_more_sides_is_kept() -> None:
    two = disagreement(("1,200", "kqzt"), ("1,300", "mvbd"))
    three = Disagreement(two.matter, two.kind, (*two.sides, Side("1912", two.sides[0].citations)))
    assert united([two], [three]) == united([three], [two]) == (three,)


def test_disagreements_found_without_the_model_come_along_and_go_on_with_the_numbers() -> None:
    rule_based = disagreement(("1,200", "kqzt"), ("1,300", "mvbd"))
    model = ScriptedModel(*says("The Harbour Post counted 1,300 <B>."))
    *_, answer = generate("How many?", found(*PAPERS), model, found=[rule_based])
    assert isinstance(answer, Generated)
    (one,) = answer.disagreements
    assert one.matter == "drivers a day"
    assert [citation.number for side in one.sides for citation in side.citations] == [2, 1]


@given(st.lists(st.sampled_from(["DIFFERS: ", "DIFFERS", ":", " a | b", "\n", "  ", "So.", "- ", "**", "D", "DIFF"])))
def test_lines_are_taken_out_however_the_reply_is_split(pieces: list[str]) -> None:
    def read(deltas: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        aside = Aside()
        prose = "".join([aside.feed(delta) for delta in deltas]) + aside.finish()
        return prose.strip(), aside.lines

    text = "".join(pieces)
    whole = read([text])
    assert read(text)[0].split() == read(pieces)[0].split() == whole[0].split()
    assert read(text)[1] == read(pieces)[1] == whole[1]
    assert "DIFFERS:" not in whole[0]


LINES = st.lists(
    st.sampled_from(["1,200", "1,300", "1,400", "[[kqzt]]", "[[mvbd]]", "[[zzzz]]", "|", " ", "drivers", "Ada Quill"])
).map("".join)


@given(st.lists(LINES, max_size=3))
def test_no_side_is_ever_made_up(lines: list[str]) -> None:
    read = told(lines, ASKED, CODED)
    for one in read.found:
        assert len(one.sides) > 1
        for side in one.sides:
            assert side.citations
            assert all(_verbatim(side, citation) for citation in side.citations[:1])
            assert {citation.passage for citation in side.citations} <= set(CODED.values())


def _verbatim(side: Side, citation: Citation) -> bool:
    text: Article = citation.passage.article
    return side.value in citation.quote and citation.quote == text.text[citation.start : citation.end]
