"""Gold is refused where it contradicts itself or means other articles, and not where published sets are so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.collection import Collection
from evaluation.gold import checked
from evaluation.questionfile import QuestionFile, Refused
from evaluation.questions import Evidence, Question
from ingest.errors import VouchError

TEXTS = {
    "id-cup": "Oslo  won the cup.\nIt rained on\u00ad the day.",
    "id-park": "A park was opened in Bergen. It rained.",
    "id-one": "The Normans came by ship.",
    "id-two": "The Normans left on foot.",
}
SOURCES = [
    {
        "article": "id-cup",
        "title": "The cup & more",
        "url": "https://post.example/cup",
        "origin": "/a/articles.jsonl#cup",
    },
    {"article": "id-park", "title": "A park", "url": "", "origin": "/a/park.md"},
    {"article": "id-one", "title": "Normans", "url": "", "origin": "/a/n.jsonl#n-1"},
    {"article": "id-two", "title": "Normans", "url": "", "origin": "/a/n.jsonl#n-2"},
]


class Shelf:
    """A few articles, as a service tells of them."""

    def articles(self) -> list[dict[str, Any]]:
        return SOURCES

    def article(self, ident: str) -> dict[str, Any]:
        return {"text": TEXTS[ident]}

    def passages(self, ident: str) -> list[dict[str, Any]]:
        return [{"passage": f"{ident}-1", "start": 0, "end": len(TEXTS[ident])}]


@pytest.fixture
def collection() -> Collection:
    return Collection(Shelf())


def asked(ident: str = "q1", question: str = "", line: int = 1, **gold: Any) -> Question:
    return Question(ident, question or f"What of {ident}?", line=line, **gold)


def faults(collection: Collection, *questions: Question) -> list[str]:
    with pytest.raises(VouchError) as error:
        checked(questions, collection)
    assert error.value.hint
    first, *lines = error.value.message.split("\n  ")
    assert first == f"the gold cannot be used, for {len(lines)} fault{'s' * (len(lines) > 1)}:"
    return lines


@pytest.mark.parametrize(
    "name",
    [
        "id-cup",
        "cup",
        "https://post.example/cup",
        "https://Post.example/cup?utm_source=x#top",
        "The cup & more",
        "The  cup &\tmore",
        "The cup &amp; more",
        "The_cup_&_more",
    ],
)
def test_articles_by_any_of_their_names(collection: Collection, name: str) -> None:
    evidence = Evidence(name, "Oslo won the cup. It rained on the day.")
    (found,) = checked([asked(articles=(name, "park.md"), evidence=(evidence,), answerable=True)], collection)
    assert found.articles == ("id-cup", "id-park")
    assert found.evidence == (Evidence("id-cup", evidence.quote),)


def test_another_name_where_the_first_is_not_known(collection: Collection) -> None:
    evidence = Evidence("https://elsewhere.example/", "A park was opened", ("A park",))
    (found,) = checked([asked(articles=("https://elsewhere.example/",), evidence=(evidence,))], collection)
    assert (found.articles, found.evidence[0].article) == (("id-park",), "id-park")


def test_a_quote_tells_articles_of_one_title_apart(collection: Collection) -> None:
    both = (Evidence("Normans", "came by ship"), Evidence("Normans", "left on foot"))
    (found,) = checked([asked(articles=("Normans",), evidence=both)], collection)
    assert [one.article for one in found.evidence] == ["id-one", "id-two"]
    assert found.articles == ("id-one", "id-two")
    assert faults(collection, asked(articles=("Normans",))) == [
        "line 1 names an article of which there are 2: “Normans”; name it by its id"
    ]


def test_what_stands_in_all_articles_of_one_title_is_where_the_other_quotes_are(collection: Collection) -> None:
    both = (Evidence("Normans", "The Normans"), Evidence("Normans", "left on foot"))
    (found,) = checked([asked(articles=("Normans",), evidence=both)], collection)
    assert [one.article for one in found.evidence] == ["id-two", "id-two"]
    (found,) = checked([asked(articles=("Normans",), evidence=both[:1])], collection)
    assert [one.article for one in found.evidence] == ["id-one"]


def test_evidence_without_an_article_is_where_it_stands(collection: Collection) -> None:
    evidence = tuple(Evidence("", quote) for quote in ("park was opened", "It rained", "Nobody came"))
    (found,) = checked([asked(evidence=evidence, answers=("a park",))], collection)
    assert found.evidence == (Evidence("id-park", "park was opened"),)
    assert found.articles == ("id-park",)


def test_no_answer_leaves_no_articles(collection: Collection) -> None:
    unanswerable = asked(answerable=False, articles=("Normans",))
    assert checked([unanswerable], collection)[0].articles == ()
    assert faults(collection, asked(answerable=False, articles=("Danes",))) == [
        "line 1 names an article that the library does not have: “Danes”"
    ]


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ({"answerable": False, "answers": ("Oslo",)}, "is said to have no answer, and has the answer “Oslo”"),
        (
            {"answerable": False, "evidence": (Evidence("cup", "Oslo won"),)},
            "is said to have no answer, and has the evidence “Oslo won”",
        ),
        ({"articles": ("cups",)}, "names an article that the library does not have: “cups”"),
        ({"evidence": (Evidence("cups", "Oslo won"),)}, "names an article that the library does not have: “cups”"),
        ({"evidence": (Evidence("cup", "Bergen won"),)}, "quotes what does not stand in “cup”: “Bergen won”"),
        (
            {"articles": ("cup",), "evidence": (Evidence("park", "It rained."),)},
            "has evidence of an article that is not among its articles: id-park",
        ),
    ],
)
def test_what_is_refused(collection: Collection, gold: dict[str, Any], said: str) -> None:
    assert faults(collection, asked(line=7, **gold)) == [f"line 7 {said}"]


def test_repeated_ids(collection: Collection) -> None:
    rows = [
        asked("a", answers=("x",), line=1),
        asked("b", answers=("x",), line=2),
        asked("a", "Why?", answers=("x",), line=3),
    ]
    assert faults(collection, *rows) == ["line 3 has the id of line 1, 'a'"]


def twice(first: dict[str, Any], second: dict[str, Any]) -> list[Question]:
    return [asked("a", "Who  won?", line=1, **first), asked("b", "who won?", line=2, **second)]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"answers": ("Oslo",)}, {"answers": ("Bergen",)}, "has another answer: “Bergen”, not “Oslo”"),
        (
            {"answers": ("Oslo",), "articles": ("cup",)},
            {"answers": ("Bergen",), "articles": ("cup", "park")},
            "has another answer: “Bergen”, not “Oslo”",
        ),
        ({"answers": ("Oslo",), "answerable": True}, {"answerable": False}, "only one of them has an answer"),
    ],
)
def test_one_question_with_two_minds(
    collection: Collection, first: dict[str, Any], second: dict[str, Any], said: str
) -> None:
    assert faults(collection, *twice(first, second)) == [f"line 2 asks what line 1 asks, and {said}"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"answers": ("Oslo",)}, {"answers": ("Oslo",)}),
        ({"answers": ("in 911",)}, {"answers": ("the year 911",)}),
        ({"answers": ("Oslo",), "articles": ("cup",)}, {"answers": ("Bergen",), "articles": ("park",)}),
        (
            {"answers": ("Oslo",), "articles": ("cup",), "answerable": True},
            {"articles": ("cup",), "answerable": False},  # as SQuAD has it of one paragraph
        ),
        ({"answers": ("Oslo",)}, {"answers": ("Bergen",), "scope": {"since": "2024-01-01"}}),
        ({"answers": ("Oslo",)}, {}),
    ],
)
def test_one_question_twice(collection: Collection, first: dict[str, Any], second: dict[str, Any]) -> None:
    assert len(checked(twice(first, second), collection)) == 2


def test_squad_asks_of_a_paragraph(collection: Collection) -> None:
    rows = tuple(twice({"answers": ("Oslo",)}, {"answers": ("Bergen",)}))
    assert len(checked(QuestionFile(rows, "squad", True, ""), collection)) == 2
    with pytest.raises(VouchError, match="another answer"):
        checked(QuestionFile(rows, "jsonl", True, ""), collection)


def test_rows_that_could_not_be_read_are_faults(collection: Collection) -> None:
    good = asked(answers=("x",), line=2)
    file = QuestionFile((good,), "jsonl", True, "", (Refused("line-1", 1, "has no question"),), Path("gold.jsonl"))
    with pytest.raises(VouchError, match=r"the gold gold.jsonl cannot be used, for 1 fault:\n  line 1 has no question"):
        checked(file, collection)
    assert checked(QuestionFile((good,), "jsonl", True, ""), collection) == [good]


def test_gold_of_another_library(collection: Collection) -> None:
    rows = [asked(f"q{n}", articles=(f"a{n}", f"a{n}"), line=n) for n in range(1, 1_201)]
    with pytest.raises(VouchError) as error:
        checked(rows, collection)
    first, *lines, more = error.value.message.split("\n  ")
    assert first == "the gold cannot be used, for 1,200 faults:"
    assert lines[9] == "line 10 names an article that the library does not have: “a10”"
    assert (len(lines), more) == (10, "… and 1,190 more")
    assert "--library" in error.value.hint


def test_nothing_to_score(collection: Collection) -> None:
    with pytest.raises(VouchError, match="nothing to score"):
        checked([asked(), asked("q2", line=2)], collection)
    assert checked([asked(), asked("q2", answerable=False, line=2)], collection)
