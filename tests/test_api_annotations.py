"""Where a message's citations are, in code points, and what a message says besides the answer's text."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from shelf import article, whole

from ingest.documents import Passage
from qa.answers import Answer, Citation, Disagreement, Sentence, ShortAnswer, Side, Support
from qa.checking.citations import MarkerParser
from qa.engine import EXTRACTED
from qa.reading.extractive import Extract, lines
from qa.writing.marked import Marked
from serving.openai.annotations import MARKER, Mark, marks, url_citations
from serving.openai.wording import Shown, message

AWKWARD = (
    "It is far.",
    "👩‍🚀 and 🇭🇺 and 👍🏽 met.",
    "The cafe\u0301 a\u0308\u0323 is closed.",
    "قال الوزير [1] إن الجسر مغلق.",
    "שלום, said he.",
    "[1] says so.",
    "It says [2]",
    "Lists [1] [2] [3]",
    "[?] is unknown [1].",
    "Spaces\n  and\tlines, kept.",
    "\u200fMixed \U0001f9d1\u200d\U0001f91d\u200d\U0001f9d1 text.",
    "2.",
)
HERE = "http://127.0.0.1:7860/"


def answer(engine: Any, text: str, sentences: Any = (), **more: Any) -> Answer:
    known = {"id": "a", "question": "q", "standalone_question": "q", "status": "answered"}
    return Answer(**{**known, "engine": engine, "text": text, "sentences": tuple(sentences), **more})


def cited(passage: Passage, number: int) -> Citation:
    return Citation(number, passage, passage.start, passage.end)


def quoted(dice: random.Random) -> Answer:
    """An extractive answer of awkward sentences."""
    passages = [whole(article(f"a{number}", text)) for number, text in enumerate(dice.sample(AWKWARD, 5))]
    sentences = []
    for passage in dice.choices(passages, k=4):
        numbers = dice.sample(range(1, 6), dice.randint(0, 3))
        lead = dice.choice(("", "Post [1], undated:"))
        found = tuple(cited(passages[number - 1], number) for number in numbers)
        sentences.append(Sentence(passage.text, found, Support("quoted"), lead))
    words = dice.choice(("90 loaves", "[1]", "👍🏽"))
    short = dice.choice((None, ShortAnswer(words, cited(passages[0], 12), 0, 1)))
    extract = Extract(tuple(sentences), short)
    return answer("extractive", "\n".join(lines(extract)), extract.sentences, short=short)


def without(text: str, found: list[Mark]) -> str:
    """A text without its markers and the space before each."""
    for mark in reversed(found):
        text = text[: mark.start - 1] + text[mark.end :]
    return text


@pytest.mark.parametrize("seed", range(200))
def test_behind_quotes_exactly_their_own_markers_are_citations(seed: int) -> None:
    made = quoted(random.Random(seed))
    found = marks(made)
    assert [made.text[mark.start : mark.end] for mark in found] == [f"[{mark.number}]" for mark in found]
    short = [made.short.citation.number] if made.short else []
    assert [mark.number for mark in found] == [*short, *(one.number for one in made.citations)]
    said = [f"**{made.short.text}**"] if made.short else []
    said += [f"{each.lead} {' '.join(each.text.split())}".strip() for each in made.sentences]
    assert without(made.text, found) == "\n".join(said)


def fed(written: str, codes: dict[str, Passage], dice: random.Random) -> tuple[str, Answer, MarkerParser]:
    """What is shown of a model's words that come in pieces, and the answer."""
    parser, shown = MarkerParser(codes), Shown()
    while written:
        cut = dice.randint(1, 9)
        shown.feed(parser.feed(written[:cut]))
        written = written[cut:]
    shown.feed(parser.finish())
    sentences = Marked(parser.plain, parser.marks).judged(codes, lambda *_: Support("supported"))
    return shown.text, answer("generative", shown.text, sentences), parser


@pytest.mark.parametrize("seed", range(200))
def test_in_a_model_s_words_exactly_the_verified_markers_are_citations(seed: int) -> None:
    dice = random.Random(seed)
    codes = {code: whole(article(code, f"About {code}.")) for code in ("kqzt", "mvbd", "xwzp")}
    parts = [
        *AWKWARD,
        *(f"[[{code}]]" for code in codes),
        "[[kqzt, mvbd]]",
        "[[nope]]",
        "[sic]",
        "[",
        "]",
        "\n\n",
        "* ",
    ]
    text, made, parser = fed(" ".join(dice.choices(parts, k=12)), codes, dice)
    found = marks(made)
    assert [text[mark.start : mark.end] for mark in found] == [f"[{mark.number}]" for mark in found]
    assert [mark.number for mark in found] == [mark.number for mark in parser.marks if mark.code]
    assert "".join(MARKER.sub("", text).split()) == "".join(parser.plain.split())
    assert {one["end_index"] for one in url_citations(found, made, HERE)} == {mark.end for mark in found}


def test_offsets_count_code_points_and_not_bytes_or_letters_as_seen() -> None:
    passage = whole(article("a", "👩‍🚀 e\u0301."))
    sentence = Sentence("👩‍🚀 e\u0301.", (cited(passage, 1),), Support("quoted"))
    made = answer("extractive", "👩‍🚀 e\u0301. [1]", [sentence])
    assert marks(made) == [Mark(8, 11, 1)]  # woman, joiner, rocket, space, e, accent, stop, space


def test_a_link_that_nobody_should_follow_is_replaced_by_the_article_here() -> None:
    for url, expected in (
        ("https://post.example/a b", "https://post.example/a%20b"),
        ("javascript:alert(1)", f"{HERE}v1/articles/"),
        ("", f"{HERE}v1/articles/"),
    ):
        passage = whole(replace(article("a", "It is far."), url=url))
        made = answer("extractive", "It is far. [1]", [Sentence("It is far.", (cited(passage, 1),), Support("quoted"))])
        (only,) = url_citations(marks(made), made, HERE)
        assert only["url"] == (expected + passage.article.id if expected.startswith(HERE) else expected)
        assert only["title"] == "About a"


def differing() -> Answer:
    near = whole(article("near", "It is 40 km away.", published=date(2024, 5, 3)))
    far = whole(article("far", "It is 70 km away.", outlet=""))
    sentences = [Sentence("It is 40 km away.", (cited(near, 1),), Support("quoted"), "Post, 3 May 2024:")]
    sides = (Side("40 km", (cited(near, 1),)), Side("70 km", (cited(far, 2), cited(near, 1)), "the 👩‍🚀 ministry"))
    text = "Post, 3 May 2024: It is 40 km away. [1]"
    return answer("extractive", text, sentences, disagreements=(Disagreement("How far [1]", "conflict", sides),))


def test_what_sources_disagree_on_is_told_with_its_own_markers() -> None:
    told = message(replace(differing(), notice=EXTRACTED))
    assert told.text == (
        "Post, 3 May 2024: It is 40 km away. [1]\n\n"
        "Sources disagree: How far [1]\n"
        "- 40 km: Post, 3 May 2024 [1]\n"
        "- 70 km, according to the 👩‍🚀 ministry: “About far”, undated [2]; Post, 3 May 2024 [1]"
    )
    assert [told.text[mark.start : mark.end] for mark in told.marks] == ["[1]", "[1]", "[2]", "[1]"]
    assert told.text.index("How far [1]") + 8 not in {mark.start for mark in told.marks}


def test_a_declined_question_has_its_reason_and_the_nearest_words_but_no_marker() -> None:
    near = whole(article("near", "It is\nlate.", published=date(2024, 5, 3)))
    made = answer("extractive", "", status="not_in_sources", reason="Nothing on “Mars”.", nearest=(cited(near, 1),))
    told = message(made)
    assert told.text == (
        "Not in the sources. Nothing on “Mars”.\n\n"
        "The nearest passages, which do not answer it:\n- Post, 3 May 2024: “It is late.”"
    )
    assert told.marks == ()
    assert message(replace(made, nearest=()), "I thi").text == "I thi\n\nNot in the sources. Nothing on “Mars”."


def test_a_notice_is_told_at_the_end() -> None:
    told = message(replace(differing(), disagreements=(), notice="The model server cannot be reached."))
    assert told.text.endswith("[1]\n\nThe model server cannot be reached.")


def tried() -> Iterator[str]:
    made = differing()
    yield from ("", made.text, f"Broken [1] off\n\n{made.text}")


@pytest.mark.parametrize("said", [*tried()])
def test_a_message_begins_with_what_was_streamed_and_holds_the_answer_whole(said: str) -> None:
    made = differing()
    told = message(made, said)
    assert told.text.startswith(said)
    assert made.text in told.text
    assert len(told.marks) == 4
