from __future__ import annotations

from dataclasses import replace

import pytest

from index.hits import Hit
from ingest.documents import Article, Passage
from qa.reading.evidence import Evidence
from qa.reading.short import LEAST_MARGIN, MOST_WORDS, is_answer, short_span, whole

TEXT = (
    "The prison lies 70 kilometres from the town, a ‘mega-prison’ that cost $115.5 million (some 107 million euros). "
    "It opened on 31 January 2023, 10 per cent over budget, in the U.S. state of Gull Rock; Ada Quill’s twenty-two "
    "keepers watch 1,200 men for 400 crowns a month."
)


@pytest.mark.parametrize(
    ("marked", "made"),
    [
        ("70", "70 kilometres"),
        ("7", "70 kilometres"),
        ("kilometres", "kilometres"),
        ("the town,", "town"),
        ("‘mega-prison’", "mega-prison"),
        ("mega", "mega"),
        ("115", "$115.5 million"),
        ("$115.5", "$115.5 million"),
        ("million (some", "$115.5 million"),
        ("107 million euros)", "107 million euros"),
        ("31", "31 January 2023"),
        ("January", "31 January 2023"),
        ("10 per", "10 per cent"),
        ("the U.S.", "U.S."),
        ("Rock;", "Rock"),
        ("Ada Quill’s", "Ada Quill"),
        ("twenty", "twenty-two"),
        ("200 men", "1,200 men"),
        ("400", "400 crowns a month"),
        ("eepers", "keepers"),
        (",", ","),
    ],
)
def test_what_the_reader_marks_is_made_whole(marked: str, made: str) -> None:
    start = TEXT.index(marked)
    begin, end = whole(TEXT, (start, start + len(marked)), (0, len(TEXT)))
    assert TEXT[begin:end] == made


def test_nothing_grows_beyond_the_sentence() -> None:
    start = TEXT.index("70")
    assert whole(TEXT, (start, start + 2), (start, start + 2)) == (start, start + 2)


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("How far is the prison?", "70 kilometres", True),
        ("How far is the prison?", "the town", False),
        ("When did it open?", "31 January 2023", True),
        ("When did it open?", "during the reign of the third keeper", True),
        ("When did it open?", "Gull Rock", False),
        ("How much did it cost?", "$115.5 million", True),
        ("How old is the keeper?", "53", True),
        ("How old is the keeper?", "an old man", False),
        ("How many keepers are there?", "twenty-two", True),
        ("Who keeps it?", "Ada Quill", True),
        ("Who keeps it?", "twenty-two keepers", True),
        ("Who keeps it?", "in 1900", False),
        ("Which town is near?", "Gull Rock", True),
        ("Where is it?", "behind the mast", True),
        ("Where is it?", "in 1900", False),
        ("What is the prison?", "the prison", False),
        ("What is the prison?", "a mega-prison", True),
        ("Is it a prison?", "a prison", False),
        ("What is it?", " ".join(["long"] * (MOST_WORDS + 1)), False),
        ("What is it?", "", False),
        ("Why was it built?", "thieves", False),
        ("Why was it built?", "fear of thieves", True),
        ("Who was Ada Quill?", "A. Quill", False),
        ("", "anything", True),
    ],
)
def test_a_short_answer_is_of_the_kind_asked_for_and_more_than_the_question(
    question: str, text: str, fits: bool
) -> None:
    assert is_answer(question, text) is fits


@pytest.mark.parametrize(("margin", "given"), [(LEAST_MARGIN, True), (LEAST_MARGIN - 0.01, False), (-99.0, False)])
def test_it_is_given_where_the_reader_is_sure_enough(margin: float, given: bool) -> None:
    passage = Passage(Article.of("a", TEXT, "Prison"), 0, len(TEXT))
    start = TEXT.index("70")
    short = (start, start + len("70 kilometres"))
    item = Evidence(Hit(passage, 1.0), 0, TEXT.index(" It opened"), 1.0, True, 0, 0, margin=margin, short=short)
    assert short_span("How far is the prison?", item) == (short if given else None)
    assert short_span("How far is the prison?", replace(item, reports=False)) is None


def test_where_nothing_was_read_there_is_none() -> None:
    passage = Passage(Article.of("a", TEXT, "Prison"), 0, len(TEXT))
    assert short_span("How far is the prison?", Evidence(Hit(passage, 1.0), 0, 40, 1.0, True, 0, 0)) is None
