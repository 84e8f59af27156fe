"""Citations scored: validity, coverage, and against gold, each with its arithmetic; verdicts of support."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import pytest

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.questions import Evidence, Question
from evaluation.scoring import citing, supported
from evaluation.scoring.measures import Measure
from evaluation.scoring.spans import Span, overlap, places

LAMP = "The lamp burned for ninety years.\n\nKeepers climbed to it every night. It went out in May."
FERRY = "The ferry sails twice a day. A ticket costs four crowns. A ticket costs four crowns."
TEXTS = {"lamp": LAMP, "ferry": FERRY, "goats": "Goats were brought by monks."}
FIRST, SECOND = (0, 33), (35, 69)  # the lamp's sentences
COSTS = (29, 56)  # the ferry's second sentence; the third says the same


class Shelf:
    """The articles above. Each is one passage, but for the lamp's two paragraphs."""

    def articles(self) -> list[dict[str, Any]]:
        return [{"article": ident, "origin": ident, "url": "", "title": ""} for ident in TEXTS]

    def article(self, ident: str) -> dict[str, Any]:
        return {"article": ident, "text": TEXTS[ident]}

    def passages(self, ident: str) -> list[dict[str, Any]]:
        spans = [(0, 33), (35, len(LAMP))] if ident == "lamp" else [(0, len(TEXTS[ident]))]
        return [{"passage": f"{ident}{n}", "start": start, "end": end} for n, (start, end) in enumerate(spans)]


@pytest.fixture
def collection() -> Collection:
    return Collection(Shelf())


def cite(article: str, span: tuple[int, int], number: int = 1, **other: Any) -> dict[str, Any]:
    start, end = span
    passage = "lamp1" if (article, start >= 35) == ("lamp", True) else f"{article}0"
    quote = TEXTS.get(article, "")[start:end]
    return {
        "number": number,
        "article": article,
        "passage": passage,
        "start": start,
        "end": end,
        "quote": quote,
    } | other


def said(*citations: dict[str, Any], verdict: str = "quoted", unverified: Sequence[str] = ()) -> dict[str, Any]:
    support = {"verdict": verdict, "reasons": [], "score": None}
    return {"text": "x", "lead": "", "citations": [*citations], "support": support, "unverified": [*unverified]}


def answered(*sentences: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"status": "answered", "short": None, "sentences": [*sentences], "disagreements": []} | other


DECLINED = {"status": "not_in_sources", "short": None, "sentences": [], "disagreements": []}
FAILED = {"status": "error", "reason": "the disk is full"}  # nothing more need stand in such a line


def case(ident: str, answer: dict[str, Any] | None, *evidence: Evidence, **gold: Any) -> Case:
    gold.setdefault("articles", tuple(one.article for one in evidence))
    return Case(Question(ident, "What?", evidence=evidence, **gold), answer)


def named(found: Sequence[Measure]) -> dict[str, Measure]:
    return {one.name: one for one in found}


def test_a_quote_is_valid_where_it_stands_word_for_word_in_its_passage(collection: Collection) -> None:
    wrong = [
        cite("lamp", FIRST, quote="The lamp burned for nine years."),  # other words
        cite("lamp", (1, 34)),  # within the article, but past its passage's end
        cite("lamp", (0, 33), passage="lamp1"),  # another passage of the article
        cite("bread", (0, 4), quote="Loaf"),  # no such article
        cite("lamp", (-5, -1), quote=LAMP[-5:-1]),  # offsets that only Python takes
        cite("lamp", (3, 3), quote=""),
        cite("lamp", (70, 1000)),
    ]
    found = named(citing.measures([case("1", answered(said(cite("lamp", FIRST)), said(*wrong)))], collection))
    # Word for word: the right one, the one past its passage, and the one of another passage.
    assert found["quotes verbatim"].rows == {"1": (3, 8)}
    assert found["quotes in their passage"].rows == {"1": (2, 8)}  # the first, and the one with other words
    assert found["quotes verbatim"].value == 3 / 8


def test_short_answers_and_sides_are_citations_too(collection: Collection) -> None:
    quote = cite("ferry", COSTS, number=2)
    sides = [{"value": "x", "said_by": "", "citations": [cite("lamp", FIRST), cite("lamp", FIRST, quote="no")]}]
    matter = [{"matter": "x", "kind": "conflict", "sides": sides}]

    def shares(text: str, start: int, end: int, number: int = 2) -> tuple[float, ...]:
        short = {"text": text, "number": number, "article": "ferry", "start": start, "end": end}
        answer = answered(said(quote), short=short, disagreements=matter, status="conflicting")
        return citing.measures([case("1", answer)], collection)[0].rows["1"]

    assert FERRY[44:55] == "four crowns"
    assert shares("four crowns", 44, 55) == (3, 4)
    assert shares("Yes", 44, 55) == (3, 4)  # the words that say so are others
    assert shares("five crowns", 44, 55) == (2, 4)
    assert shares("four crowns", 44, 55, number=1) == (2, 4)  # no citation of this article has that number
    assert shares("four crowns", 72, 83) == (2, 4)  # there too, but outside of the quote
    assert shares("Yes", 500, 510) == (2, 4)


def test_coverage_counts_sentences_with_a_citation(collection: Collection) -> None:
    cases = [
        case("1", answered(said(cite("lamp", FIRST)), said())),
        case("2", answered(said())),
        case("3", DECLINED),
        case("4", FAILED),
        case("5", None),
    ]
    found = named(citing.measures(cases, collection))
    assert found["sentences cited"].rows == {"1": (1, 2), "2": (0, 1), "3": (0, 0), "4": (0, 0), "5": (0, 0)}
    assert found["sentences cited"].value == 1 / 3
    assert found["quotes verbatim"].value == 1  # an answer without a citation has none to count


def test_cited_articles_against_gold(collection: Collection) -> None:
    cases = [
        # Cites two articles, one of them gold; the gold names two.
        case("1", answered(said(cite("lamp", FIRST)), said(cite("goats", (0, 5)), cite("lamp", SECOND))),
             articles=("lamp", "ferry")),
        case("2", answered(said(cite("ferry", COSTS))), articles=("ferry",)),
        case("3", DECLINED, articles=("lamp",)),
        case("4", None, articles=("lamp",)),
        case("5", FAILED, articles=("goats", "ferry")),
        case("6", answered(said(cite("lamp", FIRST)))),  # no gold
        case("7", answered(said(cite("lamp", FIRST))), articles=("lamp",), answerable=False),
    ]  # fmt: skip
    found = named(citing.measures(cases, collection))
    nothing = {"3": (0, 0), "4": (0, 0), "5": (0, 0)}
    assert found["cited article precision"].rows == {"1": (1, 2), "2": (1, 1), **nothing}
    assert found["cited article recall"].rows == {"1": (1, 2), "2": (1, 1), "3": (0, 1), "4": (0, 1), "5": (0, 2)}
    assert found["cited article precision"].value == 2 / 3  # 1 of 2, 1 of 1
    assert found["cited article recall"].value == 2 / 7  # 1 of 2, 1 of 1, 0 of 1, 0 of 1, 0 of 2
    assert found["cited article F1"].value == pytest.approx(2 * (2 / 3) * (2 / 7) / (2 / 3 + 2 / 7))


def test_an_article_of_the_evidence_is_gold(collection: Collection) -> None:
    one = case("1", answered(said(cite("lamp", FIRST))), Evidence("lamp", LAMP[0:33]), articles=())
    assert named(citing.measures([one], collection))["cited article recall"].value == 1


def test_cited_quotes_against_gold(collection: Collection) -> None:
    both = Evidence("lamp", "The lamp burned for ninety years. Keepers climbed to it every night.")  # a space for \n\n
    cost, goats = Evidence("ferry", "ticket costs four"), Evidence("goats", "brought by monks")
    cases = [
        # One citation lies in the first gold quote, one holds the second; one holds nothing; the third quote is missed.
        case("1", answered(said(cite("lamp", SECOND), cite("lamp", (70, 88))), said(cite("ferry", COSTS))),
             both, cost, goats),
        case("2", DECLINED, goats),
        case("3", None, goats),
    ]  # fmt: skip
    found = named(citing.measures(cases, collection))
    assert found["cited quote F1"].rows == {"1": (2, 3, 2, 3), "2": (0, 0, 0, 1), "3": (0, 0, 0, 1)}
    assert found["cited quote precision"].value == 2 / 3
    assert found["cited quote recall"].value == 2 / 5
    assert found["cited quote F1"].value == 2 * (2 / 3) * (2 / 5) / (2 / 3 + 2 / 5)


def test_two_citations_of_one_gold_quote_are_both_right_and_it_is_met_once(collection: Collection) -> None:
    gold = Evidence("lamp", LAMP[0:69])
    cited = answered(said(cite("lamp", FIRST), cite("lamp", SECOND)), said(cite("lamp", FIRST)))  # one of them twice
    found = named(citing.measures([case("1", cited, gold, gold)], collection))
    assert found["cited quote F1"].rows == {"1": (2, 2, 1, 1)}


def test_a_quote_that_does_not_stand_there_hits_nothing(collection: Collection) -> None:
    made_up = answered(said(cite("lamp", FIRST, quote="The lamp burned for nine years, dear.")))
    found = named(citing.measures([case("1", made_up, Evidence("lamp", LAMP[0:33]))], collection))
    assert found["cited quote precision"].rows == {"1": (0, 1)}
    assert found["cited quote F1"].value == 0


def test_a_gold_quote_that_stands_twice_is_met_at_either_place(collection: Collection) -> None:
    gold = Evidence("ferry", "A  ticketcosts four\ncrowns .")  # as tokenizers leave it
    assert places(gold, collection) == [("ferry", 29, 56), ("ferry", 57, 84)]
    for span in (COSTS, (57, 84)):
        found = named(citing.measures([case("1", answered(said(cite("ferry", span))), gold)], collection))
        assert found["cited quote F1"].value == 1


def test_gold_that_is_not_in_the_library_counts_as_missed_and_is_told(collection: Collection) -> None:
    gold = [Evidence("lamp", LAMP[0:33]), Evidence("lamp", "It never burned."), Evidence("bread", "Bread costs more.")]
    found = named(citing.measures([case("1", answered(said(cite("lamp", FIRST))), *gold)], collection))
    assert found["cited quote recall"].value == 1 / 3
    assert found["gold quotes in the library"].rows == {"1": (1, 3)}
    assert found["gold quotes in the library"].aside


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [
        (("a", 0, 10), ("a", 10, 20), 0),  # they touch
        (("a", 0, 10), ("a", 9, 13), 0.25),
        (("a", 0, 10), ("a", 8, 12), 0.5),
        (("a", 0, 10), ("a", 2, 4), 1),
        (("a", 0, 10), ("b", 0, 10), 0),
    ],
)
def test_the_overlap_is_that_of_the_shorter_quote(first: Span, second: Span, share: float) -> None:
    assert overlap(first, second) == overlap(second, first) == share


def test_half_of_the_shorter_quote_is_enough(collection: Collection) -> None:
    def hit(span: tuple[int, int]) -> float:
        one = case("1", answered(said(cite("ferry", span))), Evidence("ferry", FERRY[0:20]))
        return named(citing.measures([one], collection))["cited quote precision"].value

    assert FERRY[0:20] == "The ferry sails twic"
    assert [hit((10, 60)), hit((11, 60)), hit((16, 24)), hit((17, 24))] == [1, 0, 1, 0]


def test_nothing_to_count_has_no_value(collection: Collection) -> None:
    for one in [*citing.measures([], collection), *supported.measures([], collection)]:
        assert isnan(one.value)
    for one in citing.measures([case("1", None), case("2", DECLINED)], collection):
        assert one.rows == {}


def test_an_answer_of_another_system_need_not_have_all_parts(collection: Collection) -> None:
    sentences = [{"text": "x", "citations": [{"article": "lamp"}]}, {"text": "x"}]
    cases = [
        case("1", {"status": "answered", "sentences": sentences}, Evidence("lamp", LAMP[0:33])),
        case("2", {"status": "answered", "text": "x"}),
    ]
    found = named([*citing.measures(cases, collection), *supported.measures(cases, collection)])
    assert found["quotes verbatim"].rows == found["quotes in their passage"].rows == {"1": (0, 1), "2": (0, 0)}
    assert found["sentences cited"].value == 1 / 2
    assert found["cited article F1"].value == 1
    assert found["cited quote F1"].rows == {"1": (0, 1, 0, 1)}
    assert found["sentences not checked"].value == 1


def test_sentences_by_verdict_and_answers_with_one_that_is_not_supported(collection: Collection) -> None:
    cases = [
        case("1", answered(said(), said(verdict="not supported", unverified=["[9]", "[10]"]), said(verdict="partly"))),
        case("2", answered(said())),
        case("3", DECLINED),
        case("4", FAILED),
        case("5", None),
    ]
    found = named(supported.measures(cases, collection))
    shares = {name: measure.value for name, measure in found.items()}
    assert shares == {
        "sentences quoted": 2 / 4,
        "sentences supported": 0,
        "sentences partly": 1 / 4,
        "sentences not supported": 1 / 4,
        "sentences not checked": 0,
        "answers with unsupported": 1 / 2,
        "markers that lead nowhere": 2 / 2,
    }


def test_every_measure_says_what_it_is_in_a_short_name_and_a_sentence(collection: Collection) -> None:
    measured = [*citing.measures([], collection), *supported.measures([], collection)]
    names = [measure.name for measure in measured]
    assert len(set(names)) == len(names)
    assert all(len(measure.name) <= 28 and measure.about[0].isupper() and not measure.judge for measure in measured)
    assert {measure.section for measure in measured} == {"citations", "support"}
