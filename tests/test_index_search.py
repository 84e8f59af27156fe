"""The search: words and vectors together, outlets and days that a question names, and only what is live."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from shelf import HashedWords, article, open_shelf, whole, write

from index.hits import Hit
from index.scope import Scope
from index.store import Store
from ingest.documents import Article


@pytest.fixture
def store(tmp_path: Path, clippings: Path) -> Iterator[Store]:
    store = open_shelf(tmp_path / "library")
    store.ingest([clippings])
    yield store
    store.close()


def titles(hits: list[Hit]) -> list[str]:
    return [hit.passage.article.title for hit in hits]


def test_an_empty_library_answers_with_nothing(opened: Callable[..., Store]) -> None:
    searcher = opened().searcher
    assert searcher.search("how far is it?") == []
    assert searcher.search("") == searcher.search(" \n") == []
    assert searcher.rarity(["far"])["far"] > 0


def test_words_and_vectors_find_it(store: Store) -> None:
    hit, *_ = store.searcher.search("what does a ferry ticket cost?")
    assert hit.passage.article.title == "The ferry sails again"
    assert hit.lexical is not None
    assert hit.lexical > 0
    assert 0 < hit.dense <= 1
    assert hit.passage.article.text[hit.passage.start : hit.passage.end] == hit.passage.text


def test_a_question_of_stop_words_is_answered_by_meaning_alone(store: Store) -> None:
    hits = store.searcher.search("what is it that was and to be of the")
    assert len(hits) == 5
    assert all(hit.lexical is None and hit.dense is not None for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_at_most_k_each_passage_once_and_the_same_every_time(store: Store) -> None:
    for k in (1, 3, 50):
        hits = store.searcher.search("ferry to Gull Rock", k=k)
        assert len(hits) == len({hit.passage.id for hit in hits}) == min(k, 5)
        assert hits == store.searcher.search("ferry to Gull Rock", k=k)


def test_a_scope_is_kept(store: Store) -> None:
    everything = store.searcher.search("ferry bread lamp goats")
    assert len(everything) == 5
    inside = store.searcher.search("ferry bread lamp goats", Scope(since=date(2024, 6, 1), until=date(2024, 6, 30)))
    assert set(titles(inside)) == {"The ferry sails again", "Crews walk out"}
    assert store.searcher.search("ferry", Scope(outlets=("Nobody",))) == []


def test_outlets_that_are_named_take_turns(store: Store) -> None:
    hits = store.searcher.search("Did the Harbour Post say of the ferry what the Tin Whistle Times said of it?")
    outlets = [hit.passage.article.outlet for hit in hits]
    assert set(outlets[:2]) == set(outlets[2:]) == {"Harbour Post", "Tin Whistle Times"}
    assert set(titles(hits)[:2]) == {"Crews walk out", "The ferry sails again"}


def test_a_scope_of_outlets_outweighs_those_named(store: Store) -> None:
    hits = store.searcher.search("What did the Harbour Post say?", Scope(outlets=("Tin Whistle Times",)))
    assert {hit.passage.article.outlet for hit in hits} == {"Tin Whistle Times"}


def test_a_day_that_is_named_counts(tmp_path: Path) -> None:
    for day in (3, 4, 5):
        write(tmp_path / "news", f"day{day}", "Rain fell on the quay.", title="Weather", date=f"2024-05-0{day}")
    store = open_shelf(tmp_path / "library")
    store.ingest([tmp_path / "news"])
    for day in (3, 4, 5):
        hit, *_ = store.searcher.search(f"Did rain fall on 2024-05-0{day}?")
        assert hit.passage.article.published == date(2024, 5, day)
    store.close()


def test_what_is_not_live_is_dropped_though_the_indexes_hold_it(store: Store) -> None:
    ghost = article("ghost.md", "The ferry ticket costs nothing at all.", title="Ferry tickets")
    with store.indexes.writing():  # as an ingest leaves it that was killed before the switch
        vectors = store.embedder.embed([whole(ghost).text])
        store.library.stage([ghost], [whole(ghost)], vectors)
        store.indexes.add([whole(ghost)], vectors)
    assert "Ferry tickets" not in titles(store.searcher.search("ferry ticket", k=50))
    store.library.remove([hit.passage.article.id for hit in store.searcher.search("goats", k=1)])
    assert "Goats of the island" not in titles(store.searcher.search("goats", k=50))


def test_rarity(store: Store) -> None:
    rarity = store.searcher.rarity(word for word in ("ferri", "goat", "zeppelin"))
    assert rarity["ferri"] < rarity["goat"] < rarity["zeppelin"]


def test_an_article_is_one_version_in_every_answer_while_it_changes(store: Store) -> None:
    """A reader asks all the time while the article is switched between two texts of several passages."""
    versions = [_tide(number) for number in range(12)]
    mixed: list[list[str]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            seen = {hit.passage.article.text for hit in store.searcher.search("tide at noon, in metres", k=20)}
            if len([text for text in seen if text.startswith("Tide")]) > 1:
                mixed.append(sorted(seen))

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in versions:
        _switch(store, version)
    stop.set()
    for reader in readers:
        reader.join()
    assert mixed == []
    assert store.searcher.search("tide at noon", k=1)[0].passage.article == versions[-1]


def _tide(number: int) -> Article:
    outlet = ("Tin Whistle Times", "Harbour Post")[number % 2]
    return article("tide.md", f"Tide number {number} at noon, in metres.", title=f"Tide {number}", outlet=outlet)


def _switch(store: Store, version: Article) -> None:
    with store.indexes.writing():
        vectors = store.embedder.embed([whole(version).text])
        store.library.stage([version], [whole(version)], vectors)
        store.indexes.add([whole(version)], vectors)
        store.library.make_live([version])
        store.builder.sweep()


def test_hits_as_data(store: Store) -> None:
    hit, *_ = store.searcher.search("ferry ticket")
    data = hit.as_dict(1)
    assert list(data) == ["passage", "article", "rank", "score", "lexical", "dense"]
    assert data["passage"] == hit.passage.id
    assert Hit(hit.passage, 1.0).as_dict(2) == {
        "passage": hit.passage.id,
        "article": hit.passage.article.id,
        "rank": 2,
        "score": 1.0,
        "lexical": None,
        "dense": None,
    }


def test_the_embedded_model_finds_what_is_meant(real_store: Store) -> None:
    hit, *_ = real_store.searcher.search("Who agreed to hold deportees in a mega-prison?")
    assert "El Salvador" in hit.passage.article.text


def test_scopes_as_data() -> None:
    assert not Scope()
    assert Scope(("Post",), since=date(2024, 1, 2)).as_dict() == {
        "outlets": ["Post"],
        "since": "2024-01-02",
        "until": None,
    }


def test_the_question_is_embedded_without_the_outlets(tmp_path: Path, clippings: Path) -> None:
    embedder = HashedWords()
    store = open_shelf(tmp_path / "asked", embedder)
    store.ingest([clippings])
    embedder.asked.clear()
    store.searcher.search("What did the Harbour Post say of bread?")
    assert embedder.asked == ["What did say of bread?"]
    store.close()
