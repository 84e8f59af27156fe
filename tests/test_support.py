from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger import cited

from ingest.documents import Article, Passage
from ingest.split import sentences as split
from qa.answers import Citation, Support, Verdict
from qa.checking.quotes import choose
from qa.checking.support import check
from qa.language.dates import stated
from qa.language.names import names
from qa.language.numerals import numerals

FIRST = (
    "President Nayib Bukele offered to house 1,200 people, he said on Monday. The first 238 men arrived in March "
    "aboard three planes. The prison, known as CECOT, is 75 kilometers from San Salvador and cost $6 million. "
    "Inmates cannot receive visits. The United States will pay for two years."
)
SECOND = "Marco Rubio called the offer generous. The gang Tren de Aragua began in a Venezuelan jail around 2014."
TEXT = f"{FIRST} {SECOND}"
ARTICLE = Article.of("a.txt", TEXT, "A deal for Cecilia Brandt", outlet="Harbour Post", published=date(2025, 3, 20))


def judged(sentence: str, *spans: tuple[int, int]) -> Support:
    passages = [Passage(ARTICLE, start, end) for start, end in spans or [(0, len(FIRST))]]
    return check(sentence, [Citation(n, p, *choose(sentence, p)) for n, p in enumerate(passages, start=1)])


def test_a_sentence_without_a_citation_is_not_checked() -> None:
    assert check("The prison cost $6 million.", []) == Support("not checked", ("no citation",))


@pytest.mark.parametrize(
    "sentence",
    ["Inmates cannot receive visits.", "“Inmates  cannot receive visits”", "The United States will pay for two years"],
)
def test_a_sentence_that_stands_in_the_passage_is_quoted(sentence: str) -> None:
    assert judged(sentence) == Support("quoted")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("The yard holds 1,200 men.", "200 men"),  # half a number
        ("The yard cost $6 million in May.", "The yard cost $6"),
        ("The ministry denied that twelve guards left.", "Twelve guards left."),
        ("Ana Ito said twelve guards left the yard.", "Twelve guards left the yard."),
        ("It is not true that the yard is full.", "The yard is full."),
        ("“They are tired,” Ana Ito said. “They eat beans.”", "They eat beans."),
    ],
)
def test_words_that_are_cut_out_of_what_they_stand_in_are_not_quoted(text: str, sentence: str) -> None:
    assert check(sentence, cited(text, sentence)).verdict != "quoted"


def test_a_quotation_in_quotation_marks_is_quoted_whoever_said_it() -> None:
    text = "“They are tired,” Ana Ito said. “They eat beans.”"
    assert check("“They eat beans.”", cited(text, "“They eat beans.”")) == Support("quoted")
    assert check(text, cited(text, text)) == Support("quoted")


@pytest.mark.parametrize(
    "sentence",
    [
        "The prison is 75 kilometers from San Salvador.",
        "Bukele offered to house twelve hundred people.",
        "President Bukele offered to house 1200 people.",
        "Two hundred and thirty-eight men arrived aboard three planes in March.",
        "The prison cost $6,000,000.",
        "The prison cost six million.",
        "According to the Harbour Post, 238 men arrived in March.",
        "The US will pay for two years.",
        "The Harbour Post reports that the prison cost $6 million.",
        "According to the Harbour Post (20 March 2025), the first 238 men arrived in March.",
        "The prison is 75 km from San Salvador.",
        "It is America that will pay for 2 years.",
        "Bukele’s prison, CECOT, cost $6m.",
        "The Salvadoran prison is known as CECOT.",
    ],
)
def test_what_the_passage_says_in_other_forms_is_supported(sentence: str) -> None:
    support = judged(sentence)
    assert (support.verdict, support.reasons) == ("supported", ())
    assert support.score is not None
    assert support.score > 0.5


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("The prison is 80 kilometers from San Salvador.", "“80”: the passage has “75” there"),
        ("Bukele offered to house 1,300 people.", "“1,300”: the passage has “1,200” there"),
        ("The prison cost $60 million.", "“60 million”: the passage has “6 million” there"),
        ("The prison cost six billion dollars.", "“six billion”: the passage has “6 million” there"),
        ("The men arrived in April.", "“in April”: the passage has “in March” there"),
        ("The prison is not 75 kilometers from San Salvador.", "“not”: the passage does not deny it"),
        ("Inmates can receive visits.", "the passage says “cannot” there"),
    ],
)
def test_what_the_passage_has_otherwise_is_not_supported(sentence: str, reason: str) -> None:
    support = judged(sentence)
    assert (support.verdict, support.reasons) == ("not supported", (reason,))
    assert support.score is not None
    assert support.score < 0.5


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("In 90 cases inmates cannot receive visits.", "90"),
        ("The men arrived on 3 March 2019.", "3 March 2019"),
        ("The prison is 75 kilometers from Caracas.", "Caracas"),
        ("Gustavo Petro offered to house 1,200 people.", "Gustavo Petro"),
    ],
)
def test_one_thing_that_stands_nowhere_is_named(sentence: str, missing: str) -> None:
    support = judged(sentence)
    assert (support.verdict, support.reasons) == ("partly", (f"“{missing}” is not in the cited passage",))


def test_where_more_is_missing_than_stands_nothing_is_supported() -> None:
    support = judged("In Honduras 90 of the men arrived.")
    missing = tuple(f"“{text}” is not in the cited passage" for text in ("90", "Honduras"))
    assert (support.verdict, support.reasons) == ("not supported", missing)


def test_what_stands_elsewhere_in_the_article_is_said_to() -> None:
    assert judged("Tren de Aragua has 238 men.").reasons == (
        "“Tren de Aragua” is not in the cited passage, but elsewhere in the article",
    )


def test_any_of_several_passages_will_do() -> None:
    spans = [(0, len(FIRST)), (len(FIRST) + 1, len(TEXT))]
    assert judged("Marco Rubio called generous the offer to house 1,200 people.", *spans).verdict == "supported"
    assert judged("It holds 999 men.", *spans).reasons == ("“999”: the passage has “238” there",)


@pytest.mark.parametrize(
    "sentence",
    [
        "On 17 March 2025 Bukele offered to house 1,200 people.",  # the Monday before the article
        "In March 2025 the first 238 men arrived.",
        "The Harbour Post of 20 March 2025 has the first 238 men in it.",
        "The 2025 prison cost $6 million.",
    ],
)
def test_dates_that_follow_from_the_articles_own_are_not_accused(sentence: str) -> None:
    assert judged(sentence).verdict in {"supported", "not checked"}


@pytest.mark.parametrize(
    "sentence",
    [
        "Both countries named three conditions.",  # a count of what is listed
        "The two sides met.",
        "Donald Bukele paid.",  # a name half of which is there
        "He welcomed it.",
        "Das Gefängnis liegt in El Salvador bei der Hauptstadt.",  # capitals that mean nothing
        "El gobierno de Bukele ofreció alojar a los presos.",
        "Prison authorities agree.",
        "I think so.",
        "...",
        "",
    ],
)
def test_where_code_cannot_tell_it_says_so(sentence: str) -> None:
    assert judged(sentence).verdict == "not checked"


@given(st.text(max_size=80))
def test_any_sentence_can_be_judged(sentence: str) -> None:
    assert judged(sentence).verdict in get_args(Verdict)


@given(st.sampled_from(split(TEXT)), st.integers(1, 20))
def test_the_beginning_of_a_sentence_is_never_accused(span: tuple[int, int], length: int) -> None:
    words = TEXT[slice(*span)].replace("$6 million", "$6\u00a0million").split(" ")
    sentence = " ".join(words[:length])
    passage = Passage(ARTICLE, 0, len(TEXT))
    support = check(sentence, [Citation(1, passage, 0, len(TEXT))])
    assert support.verdict != "not supported"
    assert support.verdict != "partly" or support.reasons == ("the article has somebody say so",)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("238 men", [{238}]),
        ("two hundred and thirty-eight", [{238}]),
        ("1,200 or 1200 or twelve hundred", [{1200}, {1200}, {1200}]),
        ("1\u00a0200 and 1’200", [{1200}, {1200}]),
        ("1.200", [{1200, 1.2}]),
        ("1,00,000", [{100000}]),
        ("3.5 percent", [{3.5}]),
        ("2,5 Prozent", [{2.5}]),
        ("6'4", [{6}, {4}]),
        ("$6 million, 6m, 6 bn", [{6000000}, {6000000, 6}, {6000000000}]),
        ("half a million", [{500000}]),
        ("half a dozen and a dozen", [{6}, {12}]),
        ("one hundred thousand three hundred and five", [{100305}]),
        ("two to three million", [{2}, {3000000}]),
        ("nineteen eighty-four", [{19}, {84}]),
        ("two and three", [{2}, {3}]),
        ("the 1990s and the 21st", [{1990}, {21}]),
        ("a 45-mile road", [{45}]),
        ("٣ men", [{3}]),
        ("MS-13, A320, COVID-19, v1.2", []),
        ("anyone on the phone, hundreds of them", []),
    ],
)
def test_numbers_have_values(text: str, values: list[set[float]]) -> None:
    assert [{float(value) for value in number.values} for number in numerals(text)] == values


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("30 January 2025", [(30, 1, 2025)]),
        ("January 30th, 2025", [(30, 1, 2025)]),
        ("Jan. 30 or 2025-01-30", [(30, 1, None), (30, 1, 2025)]),
        ("the 3rd of May", [(3, 5, None)]),
        ("in May and in June 2024", [(None, 5, None), (None, 6, 2024)]),
        ("it may 30 times march 3", []),
        ("July’s storm, and June Carter", [(None, 7, None)]),
        ("May 45", []),
    ],
)
def test_dates_are_read_as_far_as_they_are_given(text: str, dates: list[tuple[int | None, ...]]) -> None:
    assert [(found.day, found.month, found.year) for found in stated(text)] == dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The deal with El Salvador was Nayib Bukele’s.", ["El Salvador", "Nayib Bukele"]),
        ("Bukele said it.", []),
        ("CECOT is a prison.", ["CECOT"]),
        ("In March President Trump met the Secretary of State.", ["President Trump"]),
        ("It is the work of Tren de Aragua and MS-13.", ["Tren de Aragua", "MS-13"]),
        ("He flew to the U.S. on Friday.", ["U.S."]),
        ("A Headline In Capitals Of The Day", []),
        ("", []),
    ],
)
def test_names_are_capitals_that_prove_something(text: str, expected: list[str]) -> None:
    assert [name.text for name in names(text)] == expected
