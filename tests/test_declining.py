from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from shelf import article, whole

from index.hits import Hit
from index.scope import Scope
from ingest.documents import Article
from qa.answers import Answer
from qa.reading.confidence import Verdict
from qa.reading.declining import NEAREST, Elsewhere, declined, nearest
from qa.reading.evidence import Evidence

MAY, JUNE = date(2024, 5, 3), date(2024, 6, 10)
TEXT = "The mill burned down. Nobody was hurt."
GAZETTE = article("a", TEXT, "Pebble Gazette", MAY, "Fire at the mill")
POST = article("b", TEXT, "Harbour Post", JUNE)
UNDATED = article("c", TEXT, "Harbour Post", None, "The mill")
UNSIGNED = article("d", TEXT, "", None, "The mill")
ASKED = Answer("1", "When did the mill burn down?", "When did the mill burn down?", "answered", "extractive")
NO, YES = Verdict(0.2, "The nearest passages do not give a time, which the question asks for."), Verdict(0.9, "")
LEAST = 0.5


def evidence(one: Article, start: int = 0, end: int = 21) -> Evidence:
    return Evidence(Hit(whole(one), 1.0, dense=0.5), start, end, 1.0, kind=True, before=0, after=end)


class Looked:
    """What a search finds in each scope, as set by the test; keeps where it looked."""

    def __init__(self, found: dict[Scope, tuple[Article, Verdict]]) -> None:
        self.found = found
        self.scopes: list[Scope] = []

    def __call__(self, scope: Scope) -> tuple[Sequence[Evidence], Verdict]:
        self.scopes.append(scope)
        if scope not in self.found:
            return [], NO
        one, verdict = self.found[scope]
        return [evidence(one)], verdict


def asked_in(chosen: Scope, **found: tuple[Article, Verdict]) -> tuple[Answer, list[Scope]]:
    """A declined answer, and where it was looked for again. `found`: without the dates, or anywhere."""
    scopes = {"undated": replace(chosen, since=None, until=None), "anywhere": Scope()}
    look = Looked({scopes[name]: result for name, result in found.items()})
    return declined(ASKED, [evidence(POST)], NO, Elsewhere(chosen, look, LEAST)), look.scopes


def test_what_is_declined_says_why_and_quotes_the_nearest() -> None:
    answer = declined(ASKED, [evidence(GAZETTE)], NO)
    assert (answer.status, answer.cause, answer.reason) == ("not_in_sources", "not_answered", NO.reason)
    assert [citation.quote for citation in answer.nearest] == ["The mill burned down."]
    assert (answer.text, answer.sentences) == ("", ())


def test_nothing_on_the_subject_is_a_cause_of_its_own() -> None:
    verdict = Verdict(0.0, "Nothing was found on this subject.", "off_subject")
    answer = declined(ASKED, [], verdict)
    assert (answer.cause, answer.reason, answer.nearest) == ("off_subject", verdict.reason, ())


def test_the_nearest_are_the_best_sentence_of_three_passages() -> None:
    others = [evidence(article(name, TEXT)) for name in "efg"]
    second = evidence(GAZETTE, 22, 38)
    cited = nearest([evidence(GAZETTE), second, *others])
    assert [citation.passage.article.id for citation in cited] == [
        GAZETTE.id,
        *(item.article.id for item in others[: NEAREST - 1]),
    ]
    assert [citation.number for citation in cited] == [1, 2, 3]
    assert cited[0].quote == "The mill burned down."


def test_without_a_scope_nothing_is_searched_again() -> None:
    answer, looked = asked_in(Scope(), anywhere=(GAZETTE, YES))
    assert (answer.cause, looked) == ("not_answered", [])


def test_answered_by_another_outlet() -> None:
    answer, looked = asked_in(Scope(outlets=("Harbour Post", "The Bell")), anywhere=(GAZETTE, YES))
    assert answer.cause == "outside_scope"
    assert answer.reason == (
        "No article of Harbour Post or The Bell answers this. One outside of that does: Pebble Gazette, 3 May 2024."
    )
    assert looked == [Scope()]
    assert answer.nearest[0].passage.article == POST  # the scope is kept to


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (Scope(since=JUNE), "No article from 10 June 2024 or later answers this."),
        (Scope(until=date(2024, 4, 1)), "No article from 1 April 2024 or earlier answers this."),
        (Scope(since=JUNE, until=JUNE), "No article of 10 June 2024 answers this."),
        (Scope(since=JUNE, until=date(2024, 7, 1)), "No article from 10 June 2024 to 1 July 2024 answers this."),
    ],
)
def test_answered_on_another_day(chosen: Scope, wanted: str) -> None:
    answer, looked = asked_in(chosen, undated=(GAZETTE, YES))
    assert answer.cause == "outside_scope"
    assert answer.reason == f"{wanted} One outside of that does: Pebble Gazette, 3 May 2024."
    assert looked == [Scope()]  # once, since without the dates nothing is left of the scope


@pytest.mark.parametrize(
    ("undated", "named"), [(UNDATED, "“The mill” (Harbour Post)"), (UNSIGNED, "“The mill”")], ids=["outlet", "none"]
)
def test_answered_only_by_an_article_without_a_date(undated: Article, named: str) -> None:
    answer, _ = asked_in(Scope(since=MAY, until=JUNE), undated=(undated, YES))
    assert answer.cause == "only_undated"
    assert answer.reason == (
        "No article that is known to be from 3 May 2024 to 10 June 2024 answers this. One without a date does, and is"
        f" left out where dates are chosen: {named}."
    )


def test_the_outlets_are_kept_to_before_they_are_given_up() -> None:
    chosen = Scope(outlets=("Harbour Post",), since=date(2024, 7, 1))
    answer, looked = asked_in(chosen, undated=(POST, YES), anywhere=(GAZETTE, YES))
    assert answer.reason.endswith("One outside of that does: Harbour Post, 10 June 2024.")
    assert looked == [Scope(outlets=("Harbour Post",))]
    answer, looked = asked_in(chosen, undated=(POST, NO), anywhere=(GAZETTE, YES))
    assert answer.reason == (
        "No article of Harbour Post from 1 July 2024 or later answers this."
        " One outside of that does: Pebble Gazette, 3 May 2024."
    )
    assert looked == [Scope(outlets=("Harbour Post",)), Scope()]


@pytest.mark.parametrize("verdict", [NO, Verdict(LEAST - 0.01, "")])
def test_what_nobody_answers_is_not_answered(verdict: Verdict) -> None:
    answer, _ = asked_in(Scope(outlets=("Harbour Post",)), anywhere=(GAZETTE, verdict))
    assert (answer.cause, answer.reason) == ("not_answered", NO.reason)


@pytest.mark.parametrize(("confidence", "cause"), [(0.1, "not_answered"), (0.9, "outside_scope")])
def test_where_nothing_is_declined_not_everything_answers(confidence: float, cause: str) -> None:
    look = Looked({Scope(): (GAZETTE, Verdict(confidence, ""))})
    assert declined(ASKED, [], NO, Elsewhere(Scope(outlets=("Harbour Post",)), look, 0.0)).cause == cause


def test_what_yesterday_means_stays() -> None:
    look = Looked({})
    declined(ASKED, [], NO, Elsewhere(Scope(outlets=("Harbour Post",), since=MAY, as_of=JUNE), look, LEAST))
    assert look.scopes == [Scope(outlets=("Harbour Post",), as_of=JUNE), Scope(as_of=JUNE)]


def test_what_the_scope_holds_is_not_outside_of_it() -> None:
    answer, _ = asked_in(Scope(outlets=("Harbour Post",)), anywhere=(POST, YES))
    assert answer.cause == "not_answered"
