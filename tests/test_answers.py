from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shelf import HashedWords

from index.hits import Hit
from index.words import WordVectors
from ingest.documents import Article, Passage
from ingest.split import passages
from qa.answers import Answer, Citation, Disagreement, Searched, Sentence, ShortAnswer, Side, Support, Usage
from qa.reading.evidence import Weigher
from qa.reading.extractive import chosen, compose

ARTICLE = Article.of(
    "/news/ferry.txt",
    "The ferry sails at noon. A ticket costs four crowns.",
    "The ferry <b>sails</b>",
    outlet="Harbour Post",
    authors=("Ada Quill",),
    published=date(2024, 5, 3),
    url="https://example.org/ferry",
)
UNDATED = Article.of("/news/goats.txt", "Goats came.", "Goats")
FERRY, GOATS = Passage(ARTICLE, 0, 52), Passage(UNDATED, 0, 11)
TICKET, CAME = Citation(1, FERRY, 25, 52), Citation(2, GOATS, 0, 11)
ANSWER = Answer(
    id="0123",
    question="and how much is it?",
    standalone_question="How much is it (ferry)?",
    status="answered",
    engine="extractive",
    notice="Extracted.",
    text="Harbour Post, 3 May 2024: A ticket costs four crowns. [1]",
    sentences=(
        Sentence(TICKET.quote, (TICKET,), Support("quoted", ("verbatim",)), "Harbour Post, 3 May 2024:", ("[9]",)),
        Sentence(CAME.quote, (CAME, TICKET)),
    ),
    disagreements=(
        Disagreement("the price", "update", (Side("four crowns", (TICKET,)), Side("none", (CAME,), "the mayor"))),
    ),
    retrieved=(Hit(FERRY, 1.23456, 7.00001, None), Hit(GOATS, 0.5, None, 0.25)),
    confidence=0.123456,
    scope={"outlets": ["Harbour Post"], "since": None, "until": None},
    timings_ms={"total": 12.5},
    usage=Usage(1, 20, 3),
    system={"version": "1", "model": "", "embedder": "e", "fingerprint": "f"},
)


def test_the_answer_as_data_has_exactly_these_keys() -> None:
    data = ANSWER.as_dict()
    assert set(data) == {
        *("id", "question", "standalone_question", "status", "reason", "cause", "notice", "short", "text"),
        *("sentences", "disagreements", "sources", "independent_sources", "nearest"),
        *("independent_found", "retrieved", "confidence"),
        *("searched", "scope", "timings_ms", "usage", "system"),
    }
    assert {key for each in data["sentences"] for key in each} == {"text", "lead", "citations", "support", "unverified"}
    assert set(data["sentences"][0]["support"]) == {"verdict", "reasons", "score"}
    assert set(data["sources"][0]) == {"article", "title", "authors", "outlet", "published", "url", "copies"}
    assert set(data["retrieved"][0]) == {"passage", "article", "rank", "score", "lexical", "dense"}
    assert set(data["usage"]) == {"calls", "prompt_tokens", "completion_tokens"}
    assert set(data["system"]) == {"version", "engine", "model", "embedder", "fingerprint"}


def test_a_citation_as_data() -> None:
    assert ANSWER.as_dict()["sentences"][0]["citations"] == [
        {
            "number": 1,
            "article": ARTICLE.id,
            "passage": FERRY.id,
            "start": 25,
            "end": 52,
            "page": None,
            "quote": "A ticket costs four crowns.",
        }
    ]


def test_a_source_as_data() -> None:
    ferry, goats = ANSWER.as_dict()["sources"]
    assert ferry == {
        "article": ARTICLE.id,
        "title": "The ferry <b>sails</b>",
        "authors": ["Ada Quill"],
        "outlet": "Harbour Post",
        "published": "2024-05-03",
        "url": "https://example.org/ferry",
        "copies": [],
    }
    assert (goats["published"], goats["outlet"]) == (None, "")


def test_what_was_found_as_data() -> None:
    first, second = ANSWER.as_dict()["retrieved"]
    assert (first["rank"], first["score"], first["lexical"], first["dense"]) == (1, 1.2346, 7.0, None)
    assert (second["rank"], second["score"], second["lexical"], second["dense"]) == (2, 0.5, None, 0.25)


def test_a_disagreement_as_data() -> None:
    (found,) = ANSWER.as_dict()["disagreements"]
    assert (found["matter"], found["kind"]) == ("the price", "update")
    assert [(side["value"], side["said_by"], side["citations"][0]["quote"]) for side in found["sides"]] == [
        ("four crowns", "", "A ticket costs four crowns."),
        ("none", "the mayor", "Goats came."),
    ]


def test_a_short_answer_as_data() -> None:
    made = replace(ANSWER, short=ShortAnswer("four crowns", TICKET, 40, 51))
    assert made.as_dict()["short"] == {
        "text": "four crowns",
        "number": 1,
        "article": ARTICLE.id,
        "start": 40,
        "end": 51,
    }
    assert ARTICLE.text[40:51] == "four crowns"


def test_what_was_searched_as_data() -> None:
    searched = Searched(9, 40, 1, 2, date(2024, 5, 3), None, ("The Verge",))
    assert replace(ANSWER, searched=searched).as_dict()["searched"] == {
        "articles": 9,
        "passages": 40,
        "undated": 1,
        "left_out": 2,
        "earliest": "2024-05-03",
        "latest": None,
        "understood": ["The Verge"],
    }


def test_reprints_of_a_story_are_one_source_and_are_named() -> None:
    reprint = replace(ARTICLE, id="zz", outlet="Pebble Gazette")
    printed = Passage(reprint, 0, 52)
    hits = (Hit(FERRY, 1.0, reprints=(reprint,)), Hit(printed, 1.0, reprints=(ARTICLE,)), ANSWER.retrieved[1])
    cited = replace(ANSWER.sentences[1], citations=(Citation(3, printed, 25, 52),))
    made = replace(ANSWER, retrieved=hits, sentences=(*ANSWER.sentences, cited))
    assert [copy["outlet"] for copy in made.as_dict()["sources"][0]["copies"]] == ["Pebble Gazette"]
    assert (len(made.sources), made.independent_sources) == (3, 2)


def test_sides_that_no_sentence_quotes_are_sources_too() -> None:
    assert [source.id for source in replace(ANSWER, sentences=()).sources] == [ARTICLE.id, UNDATED.id]


def test_sources_are_the_articles_cited_each_once() -> None:
    assert [source.id for source in ANSWER.sources] == [ARTICLE.id, UNDATED.id]
    assert ANSWER.citations == (TICKET, CAME, TICKET)


def test_it_comes_back_from_json_as_it_went() -> None:
    data = ANSWER.as_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data


WORDS = [
    "ferry",
    "Ferry",
    "e\u0301te\u0301",
    "👩\u200d🚀",
    "אמת",
    "\u202eabc",
    "[1]",
    "</script>",
    "a.b",
    "ﬁ",
    "1,200",
    "“so”",
]
GAPS = [" ", "  ", ". ", ".\r\n", "\r\n\r\n", "\n", "! ", "?\u00a0", "\u2028", "…", "。", "\x00", "\u0301"]
AWKWARD = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), min_size=1, max_size=60).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
EMBEDDER = HashedWords()
WEIGHER = Weigher(WordVectors(EMBEDDER, None), None)


def quoted(texts: list[str], question: str = "Which ferry?") -> Iterator[tuple[Article, Citation]]:
    """The whole extractive path over articles of these texts: every citation, with the article as it was given."""
    articles = {f"{place}": Article.of(f"{place}", text, "Title") for place, text in enumerate(texts)}
    found = [Hit(each, 1.0, dense=0.5) for of in articles.values() for each in passages(of, EMBEDDER.count, 40)]
    evidence = WEIGHER.weigh(question, found, {"ferri": 1.0})
    for sentence in compose(chosen(evidence, 20)):
        for citation in sentence.citations:
            assert sentence.text == citation.quote
            yield articles[citation.passage.article.origin], citation


@given(st.lists(AWKWARD, min_size=1, max_size=3))
def test_every_quote_is_a_slice_of_its_article(texts: list[str]) -> None:
    found = list(quoted(texts))
    assert found
    for article, citation in found:
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.quote.strip()
        assert citation.passage.start <= citation.start < citation.end <= citation.passage.end


@given(AWKWARD)
def test_the_answer_as_data_carries_the_same_slices(text: str) -> None:
    (article, citation), *_ = quoted([text])
    data = json.loads(json.dumps(citation.as_dict()))
    assert article.text[data["start"] : data["end"]] == data["quote"]


@pytest.mark.parametrize(
    "sentence",
    ["The ferry sails at noon. ", "ferry ", "e\u0301\r\n", "👩\u200d🚀 ferry! ", "אמת ferry. "],
    ids=["repeated", "words", "combining", "emoji", "right-to-left"],
)
def test_a_paragraph_of_200_000_characters(sentence: str) -> None:
    text = (sentence * (200_000 // len(sentence) + 1))[:200_000]
    found = list(quoted([text, "The ferry waits."]))
    assert found
    assert all(article.text[cited.start : cited.end] == cited.quote for article, cited in found)


def test_a_citation_in_a_document_with_pages_names_its_page() -> None:
    report = Article.of("report.pdf", "One page. Another page. The last.", "Report", pages=(0, 10, 24))
    passage = Passage(report, 0, len(report.text))
    assert [Citation(1, passage, start, start + 3).as_dict()["page"] for start in (0, 9, 10, 23, 24)] == [1, 1, 2, 2, 3]
