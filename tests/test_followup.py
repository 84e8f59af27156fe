from __future__ import annotations

import pytest

from qa.followup import stand_alone

PRISON = "What is CECOT?"
MEN = "How many men were flown to El Salvador?"


@pytest.mark.parametrize(
    ("before", "question", "alone"),
    [
        (PRISON, "and how far is it?", "How far is it (CECOT)?"),
        (PRISON, "And how far is it from San Salvador?", "How far is it from San Salvador (CECOT)?"),
        (PRISON, "Who built it?", "Who built it (CECOT)?"),
        (PRISON, "In which year was it built?", "In which year was it built (CECOT)?"),
        (PRISON, "How many guards work there?", "How many guards work there (CECOT)?"),
        (PRISON, "Did Rubio go there?", "Did Rubio go there (CECOT)?"),
        (PRISON, "Why?", "Why (CECOT)?"),
        (PRISON, "For how long?", "For how long (CECOT)?"),
        (PRISON, "Tell me more", "Tell me more (CECOT)?"),
        (PRISON, "What else?", "What else (CECOT)?"),
        (PRISON, "Did Trump say that?", "Did Trump say that (CECOT)?"),
        (PRISON, "and in 2024?", "What is CECOT: in 2024?"),
        (PRISON, "and for how long did its planning take?", "For how long did its planning take (CECOT)?"),
        (MEN, "And from where?", "How many men were flown to El Salvador: from where?"),
        (PRISON, "What about visits?", "What is CECOT: visits?"),
        ("What did Trump say about CECOT?", "And Bukele?", "What did Trump say about CECOT: Bukele?"),
        ("Who is Nayib Bukele?", "How old is he?", "How old is he (Nayib Bukele)?"),
        ("Who is Nayib Bukele?", "and his wife?", "His wife (Nayib Bukele)?"),
        ("Who is Nayib Bukele?", "What did he say about Trump?", "What did he say about Trump (Nayib Bukele)?"),
        (MEN, "What were they accused of?", "What were they accused of (men)?"),
        (MEN, "When?", "When (men flown El Salvador)?"),
        (MEN, "Were those men convicted?", "Were those men convicted (flown El Salvador)?"),
        ("Did Rubio meet Bukele?", "Where was that?", "Where was that (Rubio meet Bukele)?"),
        ("Did Rubio meet Bukele?", "When did they meet?", "When did they meet (Rubio, Bukele)?"),
        ("what do inmates eat", "and is it enough?", "Is it enough (eat)?"),
    ],
)
def test_a_follow_up_says_what_it_points_to(before: str, question: str, alone: str) -> None:
    assert stand_alone(question, [before]) == alone


@pytest.mark.parametrize(
    "question",
    [
        "Who rules Venezuela?",
        "who rules venezuela?",
        "What do inmates eat?",
        "How many guards work at CECOT?",
        "In what year did Price publish Gears from the Greeks?",
        "And who runs CECOT?",
        "Did Bukele say when he would visit?",
        "Is it true that Rubio visited CECOT?",
        "Is there a judge in San Salvador?",
        "Are there other prisons in El Salvador?",
        "Does the prison have a yard?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert stand_alone(question, [PRISON]) == question


@pytest.mark.parametrize("question", ["and how far is it?", "Why?", "And in 2024?", "What about visits?"])
def test_without_history_nothing_is_added(question: str) -> None:
    assert stand_alone(f"  {question} ", []) == question


def test_the_topic_is_handed_on_from_follow_up_to_follow_up() -> None:
    asked = [PRISON]
    for question in ("and how far is it?", "who built it?", "why?"):
        asked.append(stand_alone(question, asked))
    assert asked[1:] == ["How far is it (CECOT)?", "Who built it (CECOT)?", "Why (built CECOT)?"]


def test_only_the_last_question_counts() -> None:
    assert stand_alone("How old is he?", ["Who is Marco Rubio?", "Who is Nayib Bukele?"]) == (
        "How old is he (Nayib Bukele)?"
    )


@pytest.mark.parametrize("question", ["?", "…", "and", "it", "()", "\n", "그것은?"])
def test_odd_questions_are_survived(question: str) -> None:
    assert stand_alone(question, ["?"]).strip(" ?").lower() in question
