from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger import changed, cited, plain, sentences

from qa.answers import Support
from qa.checking.support import check
from qa.language.dates import days, same_day, stated, weekdays
from qa.language.figures import figures, same

SENTENCES = sentences()
PASSED = {"supported", "quoted"}


def judged(text: str, claim: str, published: date | None = date(2024, 6, 15)) -> Support:
    return check(claim, cited(text, claim, published))


def test_there_are_enough_sentences_and_numbers() -> None:
    assert len(SENTENCES) >= 50
    assert sum(sentence.count("{") for sentence, _ in SENTENCES) >= 90


@pytest.mark.parametrize(("sentence", "passage"), SENTENCES)
def test_a_sentence_with_one_number_changed_is_never_supported(sentence: str, passage: str) -> None:
    text = plain(passage)
    others = list(changed(sentence, passage))
    assert len(others) >= 2
    assert [other for other in others if judged(text, other).verdict in PASSED] == []


@pytest.mark.parametrize(("sentence", "passage"), SENTENCES)
def test_as_it_stands_it_is_quoted(sentence: str, passage: str) -> None:
    assert judged(plain(passage), plain(sentence)) == Support("quoted")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SENTENCES), st.integers(0, 10**7), st.data())
def test_nor_with_any_other_number(pair: tuple[str, str], value: int, data: st.DataObject) -> None:
    sentence, passage = pair
    text, claim = plain(passage), plain(sentence)
    spans = [found for found in figures(claim) if found.kind in {"count", "money", "percent", "year"}]
    if spans:
        figure = data.draw(st.sampled_from(spans))
        other = claim[: figure.start] + str(value) + claim[figure.end :]
        if not any(same(found, figure) for found in figures(other)):
            assert judged(text, other).verdict not in PASSED


REWORDED = [
    ("There are 238 guards at the prison at Gull Point.", "The prison at Gull Point holds 238 guards and 12 judges."),
    ("Twelve hundred crossings were made.", "Ferries made 1,200 crossings in 2022."),
    ("The firm lost 3.4 billion dollars.", "Pelican Foods, the firm, lost $3.4bn in March."),
    ("Half of the patients were children.", "50 percent of the patients were children."),
    ("A third of the boats came back.", "Some 33 % of the boats came back."),
    ("The 3rd wing opened in May.", "The third wing opened in May."),
    ("The storm came on 13 June.", "The storm came on Thursday."),
    ("The storm came on Thursday.", "The storm came on 13 June 2024."),
    ("The storm came on Friday.", "The storm came yesterday."),
    ("The fleet lost 16 boats in 2023.", "The fleet lost 16 boats last year."),
    ("Repairs may cost 2 to 3 million dollars.", "Repairs may cost $2-3 million."),
    ("At least sixty people slept in the church.", "At least 60 people slept in the church."),
]


@pytest.mark.parametrize(("claim", "text"), REWORDED)
def test_a_number_in_another_form_is_supported(claim: str, text: str) -> None:
    assert judged(text, claim).verdict == "supported"


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("The prison has 12 guards.", "The prison has 238 guards and 12 judges."),
        ("In March 19 ferries were late.", "In March 14 ferries were late; in April 19 ferries were late."),
        ("The harbour took in 24 dollars a ticket.", "The harbour took in €24 a ticket."),
        ("Rents rose by 8 percent.", "Rents rose by 8 crowns."),
        ("Fifty people drowned.", "More than fifty people drowned."),
        ("At most 60 people slept in the church.", "At least 60 people slept in the church."),
        ("The storm came on Tuesday.", "The storm came on 13 June 2024."),
        ("The storm came on 12 June.", "The storm came on Thursday."),
        ("The Pebble Gazette says the storm came on 15 June 2024.", "The storm came on Tuesday."),
        ("Between 40 and 40 whales pass.", "Between 40 and 65 whales pass."),
        ("She lost in 2015 by 2015 votes.", "She lost in 2015 by 412 votes."),
    ],
)
def test_a_number_of_something_else_is_not(claim: str, text: str) -> None:
    assert judged(text, claim).verdict not in PASSED


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Two men met.", "Ana Ito met Tom Reed."),  # counted by the reader
        ("It was built 37 years ago.", "It was built in 1987."),
        ("The road is 47 miles long.", "The road is 47 kilometres long."),
        ("It cost six million.", "It cost $6,000,000."),
        ("Thousands fled.", "Some 4,000 people fled."),
    ],
)
def test_what_may_follow_from_the_passage_is_not_accused(claim: str, text: str) -> None:
    assert judged(text, claim).verdict in {"not checked", "supported"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("over $6 million", [("6 million", "money", "least")]),
        ("a third of it, half the men", [("a third", "fraction", ""), ("half", "fraction", "")]),
        ("45% or 4.5 per cent", [("45", "percent", ""), ("4.5", "percent", "")]),
        ("in 2018 the 21st and the third", [("2018", "year", ""), ("21st", "ordinal", ""), ("third", "ordinal", "")]),
        ("hundreds, up to 30, some 40", [("hundreds", "vague", ""), ("30", "count", "most"), ("40", "count", "about")]),
        ("1 in 5 or 3 out of ten", [("1 in 5", "fraction", ""), ("3 out of ten", "fraction", "")]),
        ("on 3 May 2019 and Thursday", []),
        ("five seconds", [("five", "count", "")]),
        ("6'4", [("6", "count", ""), ("4", "count", "")]),
    ],
)
def test_numbers_have_kinds_and_bounds(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(found.text, found.kind, found.bound) for found in figures(text)] == expected


def test_the_first_of_a_range_has_the_scale_of_the_last() -> None:
    low, high = figures("two to three million")
    assert [sorted(map(int, found.values)) for found in (low, high)] == [[2_000_000], [3_000_000]]


def test_days_are_told_apart_by_the_article() -> None:
    day, thursday, friday = *stated("13 June 2024"), *weekdays("Thursday, Friday")
    assert same_day(day, thursday, None)
    assert not same_day(day, friday, None)
    yesterday, friday = weekdays("yesterday, Friday")
    assert same_day(yesterday, friday, date(2024, 6, 15))
    assert [len(days(thursday, published)) for published in (None, date(2024, 6, 15))] == [0, 2]


@given(st.text(max_size=60))
def test_figures_of_any_text_stand_in_it_in_order(text: str) -> None:
    found = figures(text)
    assert all(text[figure.start : figure.end].strip() and figure.values for figure in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
