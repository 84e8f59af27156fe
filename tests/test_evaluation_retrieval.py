"""Finding scored: hand-made rankings with their arithmetic, at article and passage level, and MultiHop-RAG's scores.

Its own script (retrieval_evaluate.py) agreed on 19,000 random rankings, and on its questions here to every digit.
"""

from __future__ import annotations

from math import isnan, log2
from typing import Any

import pytest

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.questions import Evidence, Question
from evaluation.scoring.measures import Measure
from evaluation.scoring.multihop import found
from evaluation.scoring.retrieval import NAMES, holders, measures

LAMP = "The lamp burned for ninety years. Keepers climbed to it\nevery night. It went out in May."
FERRY = "The ferry sails twice a day. A ticket costs four crowns."
TEXTS = {"lamp": LAMP, "ferry": FERRY, "goats": "Goats were brought by monks.", "may": "It went out in May."}
SPANS = {"lamp": [(0, 33), (34, 69), (70, len(LAMP))], "ferry": [(0, 28), (29, len(FERRY))]}


class Shelf:
    """The articles above, in passages of a sentence each: lamp0, lamp1 …"""

    def articles(self) -> list[dict[str, Any]]:
        return [{"article": ident, "origin": ident, "url": "", "title": ""} for ident in TEXTS]

    def article(self, ident: str) -> dict[str, Any]:
        return {"article": ident, "text": TEXTS[ident]}

    def passages(self, ident: str) -> list[dict[str, Any]]:
        spans = SPANS.get(ident, [(0, len(TEXTS[ident]))])
        return [{"passage": f"{ident}{n}", "start": start, "end": end} for n, (start, end) in enumerate(spans)]


@pytest.fixture
def collection() -> Collection:
    return Collection(Shelf())


def asked(*evidence: tuple[str, str], ident: str = "q", answerable: bool | None = True) -> Question:
    pieces = tuple(Evidence(article, quote) for article, quote in evidence)
    articles = tuple(dict.fromkeys(piece.article for piece in pieces))
    return Question(ident, "?", answerable=answerable, evidence=pieces, articles=articles)


def ranked(*passages: str) -> dict[str, Any]:
    hits = [
        {"passage": name, "article": name.rstrip("0123456789"), "rank": rank}
        for rank, name in enumerate(passages, start=1)
    ]
    return {"status": "answered", "retrieved": hits}


def scored(collection: Collection, *cases: Case) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures(cases, collection)}


BURNED, CLIMBED = ("lamp", "The lamp burned for ninety years."), ("lamp", "Keepers climbed to it every night.")
COSTS = ("ferry", "A ticket costs four crowns.")


def test_passages_worked_by_hand(collection: Collection) -> None:
    """Two of three relevant passages, at ranks 2 and 5."""
    run = ranked("goats0", "lamp1", "may0", "lamp2", "ferry1", "ferry0")
    figures = scored(collection, Case(asked(BURNED, CLIMBED, COSTS), run))
    best = 1 / log2(2) + 1 / log2(3) + 1 / log2(4)
    wanted = {
        "Success@1": 0,
        "Success@4": 1,
        "Success@10": 1,
        "RR@10": 1 / 2,
        "nDCG@10": (1 / log2(3) + 1 / log2(6)) / best,
        "R@4": 1 / 3,
        "R@10": 2 / 3,
    }
    assert {name: figures[f"{name}, passages"].value for name in NAMES} == pytest.approx(wanted)


def test_articles_rank_by_their_first_passage(collection: Collection) -> None:
    """Goats, lamp, may, ferry: the gold ones at 2 and 4, where their passages stand at 2 and 6."""
    run = ranked("goats0", "lamp1", "lamp0", "may0", "lamp2", "ferry0")
    figures = scored(collection, Case(asked(BURNED, COSTS), run))
    wanted = {
        "Success@1": 0,
        "Success@4": 1,
        "Success@10": 1,
        "RR@10": 1 / 2,
        "nDCG@10": (1 / log2(3) + 1 / log2(5)) / (1 / log2(2) + 1 / log2(3)),
        "R@4": 1,
        "R@10": 1,
    }
    assert {name: figures[f"{name}, articles"].value for name in NAMES} == pytest.approx(wanted)


def test_all_evidence_wants_every_quote(collection: Collection) -> None:
    question = asked(BURNED, CLIMBED, COSTS)
    early = scored(collection, Case(question, ranked("lamp0", "lamp1", "ferry0", "ferry1")))
    late = scored(collection, Case(question, ranked("lamp0", "lamp1", "ferry0", "goats0", "ferry1")))
    never = scored(collection, Case(question, ranked("lamp0", "lamp1", "ferry0")))
    values = [(run["all evidence@4"].value, run["all evidence@10"].value) for run in (early, late, never)]
    assert values == [(1, 1), (0, 1), (0, 0)]


def test_two_quotes_in_one_passage_are_one_relevant_passage(collection: Collection) -> None:
    case = Case(asked(("lamp", "The lamp burned"), ("lamp", "ninety years.")), ranked("lamp0"))
    figures = scored(collection, case)
    assert figures["R@4, passages"].value == figures["all evidence@4"].value == 1


def test_a_passage_listed_twice_counts_once_and_places_are_told_by_rank(collection: Collection) -> None:
    twice = scored(collection, Case(asked(COSTS), ranked("goats0", "goats0", "goats0", "goats0", "ferry1")))
    assert twice["Success@4, passages"].value == 1
    assert twice["RR@10, passages"].value == 1 / 2
    shuffled = ranked("goats0", "ferry1")
    shuffled["retrieved"].reverse()
    assert scored(collection, Case(asked(COSTS), shuffled))["RR@10, passages"].value == 1 / 2


def test_what_is_missing_or_failed_or_found_nothing_is_zero_and_counted(collection: Collection) -> None:
    questions = [asked(COSTS, ident=ident) for ident in "abcd"]
    answers = [ranked("ferry1"), None, {"status": "error"}, ranked()]
    cases = [Case(question, answer) for question, answer in zip(questions, answers, strict=True)]
    for name, measure in scored(collection, *cases).items():
        assert [row[0] for row in measure.rows.values()] == [1, 0, 0, 0], name
        assert list(measure.rows) == ["a", "b", "c", "d"]
    assert scored(collection, *cases[1:])["nDCG@10, passages"].value == 0


def test_questions_without_an_answer_or_without_gold_are_left_out(collection: Collection) -> None:
    null = Case(asked(ident="null", answerable=False), ranked("ferry1"))
    unknown = Case(asked(ident="unknown", answerable=None), ranked("ferry1"))
    assert all(not measure.rows and isnan(measure.value) for measure in scored(collection, null, unknown).values())


def test_gold_articles_alone_are_scored_as_articles(collection: Collection) -> None:
    question = Question("q", "?", answers=("four crowns",), articles=("ferry",))
    figures = scored(collection, Case(question, ranked("goats0", "ferry0")))
    assert figures["RR@10, articles"].value == 1 / 2
    assert {name for name, measure in figures.items() if measure.rows} == {f"{name}, articles" for name in NAMES}


def test_a_quote_is_held_by_the_passage_that_has_it_white_space_aside(collection: Collection) -> None:
    assert holders(Evidence("lamp", "climbed  to it every\nnight"), collection) == {"lamp1"}
    assert holders(Evidence("ferry", "t"), collection) == {"ferry0", "ferry1"}


def test_a_quote_across_passages_is_held_by_that_with_most_of_it(collection: Collection) -> None:
    assert holders(Evidence("lamp", "burned for ninety years. Keepers"), collection) == {"lamp0"}
    assert holders(Evidence("lamp", "years. Keepers climbed to it"), collection) == {"lamp1"}


def test_a_quote_of_another_article_is_no_gold_though_it_reads_the_same(collection: Collection) -> None:
    """MultiHop-RAG's own scores go by the words alone."""
    figures = scored(collection, Case(asked(("lamp", "It went out in May.")), ranked("may0", "lamp2")))
    assert figures["RR@10, passages"].value == 1 / 2
    assert figures["MultiHop-RAG MRR@10"].value == 1


def test_a_quote_that_stands_nowhere_is_never_found(collection: Collection) -> None:
    figures = scored(collection, Case(asked(BURNED, ("lamp", "It burns to this day.")), ranked("lamp0", "lamp1")))
    assert figures["R@10, passages"].value == 1 / 2
    assert figures["all evidence@10"].value == 0
    assert scored(collection, Case(asked(("sunk", "x")), ranked("sunk0")))["Success@10, passages"].value == 0


def test_multihop_rags_scores_worked_by_hand() -> None:
    """Of three quotes the second passage holds one, the third that and another: MAP 1/3 · (1/2 + 1/3)."""
    quotes = ["four crowns", "twice a day", "by monks"]
    passages = ["nothing", "it costs four\ncrowns", "twice a day for fourcrowns", "nothing"]
    assert found(quotes, passages) == pytest.approx((1, 1, 1 / 2, (1 / 2 + 1 / 3) / 3))
    assert found(quotes, ["nothing"] * 4 + ["by monks"]) == pytest.approx((0, 1, 1 / 5, 1 / 15))
    assert found(quotes, ["nothing"] * 10 + ["by monks"]) == (0, 0, 0, 0)
    assert found(quotes, []) == (0, 0, 0, 0)


def test_multihop_rags_map_is_aside_since_a_perfect_ranking_does_not_get_1(collection: Collection) -> None:
    figures = scored(collection, Case(asked(BURNED, CLIMBED, COSTS), ranked("lamp0", "lamp1", "ferry1")))
    assert figures["MultiHop-RAG MAP@10"].value == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert [name for name, measure in figures.items() if measure.aside] == ["MultiHop-RAG MAP@10"]
    others = {measure.value for name, measure in figures.items() if "@1" in name and not measure.aside}
    assert others == {1}


def test_names_are_short_enough_for_a_table_and_each_says_what_it_counts(collection: Collection) -> None:
    for measure in measures([], collection):
        assert len(measure.name) <= 28
        assert measure.about.endswith(".")
        assert "{" not in measure.about
