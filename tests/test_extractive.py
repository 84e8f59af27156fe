from __future__ import annotations

from datetime import date

import pytest

from index.hits import Hit
from ingest.documents import Article, Passage
from qa.evidence import WORDS, Evidence
from qa.extractive import MARGIN, chosen, compose, written


def article(origin: str, text: str, outlet: str = "Harbour Post", published: date | None = date(2024, 5, 3)) -> Article:
    return Article.of(origin, text, f"About {origin}", outlet=outlet, published=published)


def evidence(of: Article, sentence: str, score: float, passage: tuple[int, int] | None = None) -> Evidence:
    """A sentence of an article with a score `score` above that of nothing met."""
    start = of.text.index(sentence)
    span = passage or (0, len(of.text))
    hit = Hit(Passage(of, *span), 1.0, dense=0.0)
    return Evidence(hit, start, start + len(sentence), score / WORDS, False, start, start + len(sentence), margin=0.0)


BRIDGE, TOLL, PAINT = (
    "The bridge closed on Monday.",
    "A toll of two crowns was charged.",
    "It was painted blue by monks.",
)
POST = article("post", f"{BRIDGE} {TOLL} {PAINT}")
TIMES = article("times", "Nobody was hurt in the storm.", "Tin Whistle Times", None)


def texts(found: list[Evidence]) -> list[str]:
    return [item.text for item in found]


def test_the_best_sentences_are_quoted_up_to_the_limit() -> None:
    ranked = [evidence(POST, TOLL, 3), evidence(POST, PAINT, 2), evidence(POST, BRIDGE, 1)]
    assert texts(chosen(ranked, 2)) == [TOLL, PAINT]
    assert texts(chosen(ranked, 3)) == [TOLL, PAINT, BRIDGE]


def test_what_is_much_weaker_than_the_best_is_left_out() -> None:
    ranked = [
        evidence(POST, TOLL, 10.0),
        evidence(POST, PAINT, 10 - MARGIN + 0.01),
        evidence(POST, BRIDGE, 10 - MARGIN - 0.01),
    ]
    assert texts(chosen(ranked, 3)) == [TOLL, PAINT]


def test_one_article_at_a_time_in_the_order_of_their_best() -> None:
    ranked = [evidence(POST, TOLL, 3), evidence(TIMES, TIMES.text, 2), evidence(POST, PAINT, 1)]
    assert texts(chosen(ranked, 3)) == [TOLL, PAINT, TIMES.text]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("The bridge closed on Monday.", "The bridge closed on Monday.", True),
        ("The bridge closed on Monday.", "THE BRIDGE, closed on Monday!", True),
        # bridge, close, monday, old against bridge, close, monday, old, after, storm: 4 of 6
        ("The old bridge closed on Monday.", "The old bridge closed on Monday after a storm.", False),
        # bridge, close, monday, old against those and again: 4 of 5
        ("The old bridge closed on Monday.", "The old bridge closed again on Monday.", True),
        ("Some 238 men arrived.", "Some 261 men arrived.", False),
    ],
)
def test_a_sentence_that_says_the_same_is_quoted_once(first: str, second: str, same: bool) -> None:
    ranked = [evidence(article("a", first), first, 2), evidence(article("b", second, "Courier"), second, 1)]
    assert texts(chosen(ranked, 3)) == ([first] if same else [first, second])


def test_a_repetition_takes_no_place_from_the_next() -> None:
    copy = article("copy", POST.text, "Courier")
    ranked = [evidence(POST, TOLL, 3), evidence(copy, TOLL, 2.5), evidence(POST, PAINT, 2)]
    assert texts(chosen(ranked, 2)) == [TOLL, PAINT]


def test_nothing_weighed_is_nothing_quoted() -> None:
    assert chosen([], 3) == []
    assert compose([]) == ()


def test_each_sentence_is_cited_and_the_lead_given_once_for_each_article() -> None:
    sentences = compose([evidence(POST, TOLL, 3), evidence(POST, PAINT, 2), evidence(TIMES, TIMES.text, 1)])
    assert [written(sentence) for sentence in sentences] == [
        f"Harbour Post, 3 May 2024: {TOLL} [1]",
        f"{PAINT} [1]",
        f"Tin Whistle Times, undated: {TIMES.text} [2]",
    ]
    assert {sentence.support.verdict for sentence in sentences} == {"quoted"}
    assert [cited.quote for sentence in sentences for cited in sentence.citations] == [TOLL, PAINT, TIMES.text]


def test_passages_are_numbered_as_they_first_appear() -> None:
    upper, lower = (0, len(BRIDGE)), (len(BRIDGE) + 1, len(POST.text))
    sentences = compose(
        [
            evidence(POST, TOLL, 4, lower),
            evidence(POST, BRIDGE, 3, upper),
            evidence(POST, PAINT, 2, lower),
            evidence(TIMES, TIMES.text, 1),
        ]
    )
    assert [cited.number for sentence in sentences for cited in sentence.citations] == [1, 2, 1, 3]


def test_without_an_outlet_the_title_leads_in_quotation_marks() -> None:
    unnamed = article("goats", "Goats came.", outlet="")
    (sentence,) = compose([evidence(unnamed, "Goats came.", 1)])
    assert written(sentence) == "“About goats”, 3 May 2024: Goats came. [1]"


def test_a_sentence_over_several_lines_is_written_on_one_and_kept_as_it_is() -> None:
    broken = article("broken", "The bridge\r\n  closed\ton Monday.")
    (sentence,) = compose([evidence(broken, broken.text, 1)])
    assert sentence.text == broken.text
    assert written(sentence) == "Harbour Post, 3 May 2024: The bridge closed on Monday. [1]"
