from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from index.hits import Hit
from ingest.documents import Article, Passage
from qa.confidence import (
    LEAST_MET,
    LONG_BIAS,
    LONG_HEAD,
    LONG_SCORE,
    MARGIN,
    MEASURE,
    NO_CHOICE,
    NO_HEAD,
    NO_KIND,
    NO_NAME,
    SCORE,
    SHORT_BIAS,
    judge,
)
from qa.evidence import KIND, READER_MARGIN, WORDS, Evidence

TEXT = "Some 40 guards work there."
BEST = Evidence(
    Hit(Passage(Article.of("a", TEXT, "Title", published=date(2024, 5, 3)), 0, len(TEXT)), 1.0, dense=0.0),
    0,
    len(TEXT),
    words=1.0,
    kind=True,
    before=0,
    after=len(TEXT),
    margin=2.0,
)


def odds(question: str, evidence: Evidence) -> float:
    """The log-odds that the confidence stands for."""
    confidence = judge(question, [evidence]).confidence
    return math.log(confidence / (1 - confidence))


def test_without_evidence_there_is_no_confidence() -> None:
    verdict = judge("How many guards work there?", [])
    assert verdict.confidence == 0.0
    assert verdict.reason == "No sentence of the passages found has to do with the question."


def test_a_short_question_is_judged_by_nearness_and_reader() -> None:
    similarity = WORDS + KIND  # all its words, and the kind asked for
    assert BEST.similarity == pytest.approx(similarity)
    assert odds("How many guards work there?", BEST) == pytest.approx(SCORE * similarity + MARGIN * 2.0 + SHORT_BIAS)


def test_a_sentence_that_was_not_read_counts_as_the_least_of_those_that_were() -> None:
    unread, least = replace(BEST, margin=None), replace(BEST, margin=READER_MARGIN)
    assert odds("How many guards?", unread) == pytest.approx(odds("How many guards?", least))
    assert odds("How many guards?", unread) < odds("How many guards?", BEST)


@pytest.mark.parametrize(
    ("question", "change", "loss"),
    [
        ("How many guards work there?", {"kind": False}, NO_KIND + SCORE * KIND),
        ("How many guards work there?", {"head": 0.0}, NO_HEAD),
        ("How many guards work there?", {"head": LEAST_MET}, 0.0),
        ("How many guards work there?", {"plain": 0.0}, 0.0),
        ("How many guards work at CECOT?", {"named": 0.0}, NO_NAME),
        ("How many guards has CECOT in Tecoluca?", {"named": 0.5}, NO_NAME / 2),
        ("How much did the guards cost?", {"head": 0.0}, NO_HEAD),
        ("Who pays them?", {"plain": 0.0}, NO_HEAD),
        ("Which airline flew them?", {"head": 0.0}, NO_CHOICE),
        ("Which airline flew them?", {"head": LEAST_MET}, 0.0),
        ("How long do they work?", {"kind": False}, NO_KIND + MEASURE + SCORE * KIND),
    ],
)
def test_what_is_missing_costs_so_much(question: str, change: dict[str, float], loss: float) -> None:
    assert odds(question, BEST) - odds(question, replace(BEST, **change)) == pytest.approx(loss)


LONG_QUESTION = (
    "Which company, reported on by the Post for layoffs and by the Times for fines, "
    "opened offices abroad while its chief executive testified before parliament about taxes?"
)


def test_a_question_of_many_facts_is_judged_by_nearness_and_head() -> None:
    similarity = WORDS + KIND
    assert odds(LONG_QUESTION, BEST) == pytest.approx(LONG_SCORE * similarity + LONG_HEAD + LONG_BIAS)
    assert odds(LONG_QUESTION, replace(BEST, head=0.0)) == pytest.approx(LONG_SCORE * similarity + LONG_BIAS)
    assert odds(LONG_QUESTION, replace(BEST, margin=-5.0, kind=True)) == pytest.approx(odds(LONG_QUESTION, BEST))


def test_only_the_best_sentence_is_judged() -> None:
    worse = replace(BEST, kind=False, words=0.0)
    assert judge("How many guards?", [BEST, worse]) == judge("How many guards?", [BEST])


@pytest.mark.parametrize(
    ("question", "change", "said"),
    [
        ("How many guards work there?", {"head": 0.0, "kind": False}, "say nothing of “guards”"),
        ("How many guards work there?", {"kind": False}, "do not give a number, which the question asks for"),
        ("When do they work?", {"kind": False}, "do not give a time, which the question asks for"),
        ("How far is it?", {"kind": False}, "do not give a distance, which the question asks for"),
        ("Who pays them?", {"kind": False}, "do not give a person, which the question asks for"),
        ("Who pays them?", {"missing": "pays"}, "say nothing of “pays” in answer to this"),
        ("Who pays for the Ever Given?", {"missing": "given"}, "say nothing of “Ever Given” in answer to this"),
        ("What is it?", {}, "are about something near, but do not answer the question"),
    ],
)
def test_the_reason_says_what_is_missing(question: str, change: dict[str, object], said: str) -> None:
    reason = judge(question, [replace(BEST, **change)]).reason  # type: ignore[arg-type]
    assert reason == f"The nearest passages {said}."


@pytest.mark.parametrize("words", [-400.0, 400.0])
def test_it_is_a_chance_whatever_the_score(words: float) -> None:
    assert 0.0 <= judge("What?", [replace(BEST, words=words)]).confidence <= 1.0
