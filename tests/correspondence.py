"""Conversations about invented articles, for the tests of what is made of them: every kind of answer, also hostile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shelf import open_shelf

from index.hits import Hit
from index.store import Store
from ingest.documents import Article, Passage
from qa.answers import Answer, Citation, Disagreement, Searched, Sentence, ShortAnswer, Side, Support
from qa.config import QaConfig
from qa.conversation import Turn
from qa.engine import Engine

TALL = "The lighthouse on Gull Rock is 41 metres tall."
LOW = "The tower stands 38 metres above the sea."
LAMP = {"title": "A lamp for Gull Rock", "outlet": "Tin Whistle Times", "authors": ["Ada Marsh", "Harbour Watch"],
        "date": "2024-05-03", "url": "https://example.org/gull-rock?a=1&b=2#top", "language": "en",
        "text": f"{TALL} It was built in 1871."}  # fmt: skip
TOWER = {"title": "The tower, measured", "outlet": "Paper Boat Post", "date": "2024-06-11", "text": f"{LOW} So it is."}
DIARY = {"title": "A keeper’s diary", "url": "https://example.org/diary", "text": "Fog again. Nobody came."}
LETTER = {"title": "A letter", "text": "The keeper wrote of rain. He asked for oil."}


def open_engine_on(folder: Path, records: Sequence[dict[str, Any]]) -> Engine:
    """An engine over these records, without a reader; its library lies in `folder`."""
    (folder / "records.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    store = open_shelf(folder / "library")
    store.ingest([folder / "records.jsonl"])
    return Engine(store, QaConfig(declining="never"), None, None)


def articles(store: Store) -> dict[str, Article]:
    """Every article by its title."""
    found = (store.library.article(each.id) for each in store.library.articles())
    return {article.title: article for article in found if article}


def cite(number: int, article: Article, words: str) -> Citation:
    start = article.text.index(words)
    return Citation(number, Passage(article, 0, len(article.text)), start, start + len(words))


def quoted(ident: str, question: str, citation: Citation, short: str) -> Turn:
    """An extracted answer: one sentence, quoted, with its short answer."""
    start = citation.start + citation.quote.index(short)
    sentence = Sentence(citation.quote, (citation,), Support("quoted"))
    return Turn(
        question,
        Answer(
            ident,
            question,
            question,
            "answered",
            "extractive",
            short=ShortAnswer(short, citation, start, start + len(short)),
            text=f"{citation.quote} [1]",
            sentences=(sentence,),
            system={"version": "0.1", "embedder": "hashed"},
        ).as_dict(),
    )


def differing(ident: str, question: str, first: Citation, second: Citation) -> Turn:
    """A written answer, half of it in doubt, with two values for one matter."""
    sentences = (
        Sentence("It is 41 metres tall.", (first,), Support("supported")),
        Sentence("Or 38, by all accounts.", (second, first), Support("partly", ("nobody says “by all accounts”",))),
    )
    matter = Disagreement("height of the lighthouse", "conflict", (Side("41 metres", (first,)), Side("38", (second,))))
    text = "It is 41 metres tall. [1]\n\nOr 38, by all accounts. [2]"
    made = Answer(ident, question, "How tall is the lighthouse on Gull Rock?", "conflicting", "generative", text=text,
                  sentences=sentences, disagreements=(matter,), system={"model": "m"})  # fmt: skip
    return Turn(question, made.as_dict())


def declined(ident: str, question: str, nearest: Citation) -> Turn:
    """A question that the sources do not answer."""
    made = Answer(ident, question, question, "not_in_sources", "extractive", reason="No article speaks of the mayor.",
                  cause="not_answered", nearest=(nearest,), retrieved=(Hit(nearest.passage, 1.0),),
                  searched=Searched(4, 4))  # fmt: skip
    return Turn(question, made.as_dict())


def hostile(ident: str, texts: Sequence[str], cited: Sequence[Citation]) -> Turn:
    """An answer in which every field that holds words holds such ones."""
    sentences = tuple(
        Sentence(text, (citation,), Support("partly", (text,)), lead=text, unverified=(text,))
        for text, citation in zip(texts, cited, strict=True)
    )
    sides = tuple(Side(text, (citation,), text) for text, citation in zip(texts, cited, strict=True))
    made = Answer(ident, texts[0], texts[1], "conflicting", "extractive", reason=texts[0], notice=texts[1],
                  text="\n".join(texts), sentences=sentences, short=ShortAnswer(texts[2], cited[0], 0, 3),
                  disagreements=tuple(Disagreement(text, "conflict", sides[:2]) for text in texts))  # fmt: skip
    return Turn(texts[0], made.as_dict())


def harmless(engine: Engine) -> list[Turn]:
    """A quoted answer, a written one with a disagreement, a declined one, and two that cite what has no outlet."""
    by_title = articles(engine.store)
    lamp, tower = by_title[LAMP["title"]], by_title[TOWER["title"]]
    diary, letter = by_title[DIARY["title"]], by_title[LETTER["title"]]
    return [
        quoted("a1", "How tall is the lighthouse on Gull Rock?", cite(1, lamp, TALL), "41 metres"),
        differing("a2", "And according to others?", cite(1, lamp, TALL), cite(2, tower, LOW)),
        declined("a3", "Who is the mayor?", cite(1, diary, "Nobody came.")),
        quoted("a4", "What of the fog?", cite(1, diary, "Fog again."), "Fog"),
        quoted("a5", "What was wanted?", cite(1, letter, "He asked for oil."), "oil"),
    ]
