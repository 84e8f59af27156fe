from __future__ import annotations

import pytest
from scripted import SERVER, ScriptedModel, hits, run, says

from qa.model.budget import Budget
from qa.writing.generative import Generated, generate
from qa.writing.parts import is_hard, split

HARD = "Who built the Pebble Bridge, and is it longer than the Harbour Bridge?"
LONG = (
    "Which outlet reported that the mayor of Pebble, who had promised a cheap ferry to the fishermen, closed "
    "the old stone bridge after the flood in spring?"
)
PARTS = ("Who built the Pebble Bridge?", "How long is the Pebble Bridge?", "How long is the Harbour Bridge?")


def parts(reply: str, question: str = HARD) -> tuple[str, ...]:
    return split(question, ScriptedModel(lambda _: [reply]), Budget())


@pytest.mark.parametrize("form", ["{}", "1. {}", "- {}", "(2) {}", '"{}"', "**{}**", "• {}\n"])
def test_a_hard_question_is_split_into_questions_that_stand_alone(form: str) -> None:
    assert parts("\n".join(form.format(part) for part in PARTS)) == PARTS


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Who built it?",
        HARD,
        f"{HARD}\nWho built it?",
        "Sure! Here you are:\nWho built it?\nHow long is it?",
        "Who built it? Ada Quill.\nHow long is it? 40 m.",
        '["Who built it?", "How long is it?"]',
        "A?\nB?\nC?\nD?\nE?",
        "Who built it?\nWho built it?",
        "Who built it?\n" + "x" * 400 + "?",
        "NOT IN THE SOURCES",
    ],
)
def test_a_reply_of_any_other_form_splits_nothing(reply: str) -> None:
    assert parts(reply) == ()


@pytest.mark.parametrize(
    ("question", "hard"),
    [
        ("Who built the Pebble Bridge?", False),
        ("When did the ferry sail?", False),
        (HARD, True),
        ("Do the Gazette and the Post agree on the number of drivers?", True),
        ("Who built it? Who paid for it?", True),
        (LONG, True),
    ],
)
def test_only_a_hard_question_costs_a_call(question: str, hard: bool) -> None:
    model = ScriptedModel(lambda _: list(PARTS))
    split(question, model, Budget())
    assert is_hard(question) == hard == bool(model.asked)


def test_trouble_with_the_model_splits_nothing() -> None:
    fault = SERVER.fault("unavailable")
    assert split(HARD, ScriptedModel(lambda _: [fault]), Budget()) == ()
    assert split(HARD, ScriptedModel(lambda _: ["A?\nB?"]), Budget(calls=0)) == ()


def test_hidden_characters_are_not_searched_for() -> None:
    assert parts("Who built\u200b it?\nHow \u202elong is it?") == ("Who built it?", "How long is it?")


def test_with_a_split_question_the_whole_is_two_calls() -> None:
    model = ScriptedModel(lambda _: ["\n".join(PARTS)], *says("It is old."))
    budget = Budget()
    assert split(HARD, model, budget) == PARTS
    *_, answer = generate(HARD, hits("The bridge is old."), model, budget=budget)
    assert isinstance(answer, Generated)
    assert (answer.usage.calls, len(model.asked), answer.repaired) == (2, 2, False)
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (22, 10)


def test_without_a_split_the_second_call_is_the_repairs() -> None:
    model = ScriptedModel(*says("The bridge is old.", "1: <A>"))
    _, answer = run(model, hits("The bridge is old."))
    assert (answer.usage.calls, answer.repaired) == (2, True)
