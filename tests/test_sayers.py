from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.language.sayers import said_by


def speaker(text: str, words: str) -> str:
    at = text.index(words)
    return said_by(text, at, at + len(words))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("The ministry said on Monday that 12 guards left.", "12 guards", "The ministry"),
        ("But officials say the road is 12 miles long.", "12", "officials"),
        ("Ana Ito told the Pebble Gazette that 12 guards left.", "12", "Ana Ito"),
        ("Ana Ito told reporters 12 guards left.", "12", "Ana Ito"),
        ("Marco Rubio, the secretary of state, said the deal cost $6 million.", "$6", "Marco Rubio"),
        ("Marco Rubio visited the port and said it was full.", "full", "Marco Rubio"),
        ("The ministry denied that 12 guards left.", "12", "The ministry"),
        ("The minister claims to have 12 men.", "12", "The minister"),
        ("The firm added that 300 workers left.", "300", "The firm"),
        ("Police claimed 12 men fled, but the union said 40 did.", "12", "Police"),
        ("Police claimed 12 men fled, but the union said 40 did.", "40", "the union"),
        ("It is a headache for the Bank, which has insisted it will cut rates.", "cut", "the Bank"),
    ],
)
def test_what_follows_said_is_the_speakers(text: str, words: str, expected: str) -> None:
    assert speaker(text, words) == expected


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("“It cost $6 million,” Ana Ito said.", "$6", "Ana Ito"),
        ("“It cost $6 million,” said Dr. Ana Ito, who left in 2019.", "$6", "Dr. Ana Ito"),
        ('"It cost $6 million," said Ana Ito on Monday.', "$6", "Ana Ito"),
        ("Twelve guards left, Ana Ito told the Pebble Gazette.", "Twelve", "Ana Ito"),
        ("The road is 12 miles long, the company claims.", "12", "the company"),
        ("The deal, Rubio said, will cost $6 million.", "$6", "Rubio"),
        ("Twelve guards left, according to the union.", "Twelve", "the union"),
        ("According to the Harbour Union, 12 guards left.", "12", "the Harbour Union"),
    ],
)
def test_so_is_what_comes_before_it(text: str, words: str, expected: str) -> None:
    assert speaker(text, words) == expected


def test_a_quotation_that_goes_on_has_the_speaker_it_had() -> None:
    assert speaker("“They are tired,” Ana Ito said. “They eat beans.”", "beans") == "Ana Ito"
    assert speaker("“They are tired. They eat beans,” Ana Ito said.", "tired") == "Ana Ito"
    assert speaker("“They are tired,” Ana Ito said.\nThe prison has 12 “cells”.", "12") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In March, the ministry said 12 guards left.", "March"),
        ("“It cost $6 million,” said Ana Ito, who left in 2019.", "2019"),
        ("Ana Ito, who said 12 men fled, runs 3 ports.", "3"),
        ("Twelve guards left. The ministry denied it.", "Twelve"),
        ("The prison is said to hold 12 men.", "12"),
        ("The firm added 300 workers.", "300"),
        ("The “specific” harbour has 12 cranes.", "12"),
        ("You could say that 12 is too many.", "12"),
        ("The ministry said that 12 guards left.", "The ministry said that 12 guards left."),
        ("", ""),
    ],
)
def test_the_rest_the_article_says_itself(text: str, words: str) -> None:
    assert speaker(text, words) == ""


@given(st.text(alphabet='a. ,“”"said\nTheIto', max_size=60), st.integers(0, 60), st.integers(0, 9))
def test_any_place_in_any_text_can_be_asked_about(text: str, start: int, length: int) -> None:
    assert isinstance(said_by(text, start, start + length), str)
