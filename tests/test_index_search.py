"""The search: words and vectors together, outlets and days that a question names, and only what is live."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from shelf import HashedWords, article, open_shelf, whole, write

from index.hits import Found, Hit
from index.scope import Scope
from index.search import Searcher
from index.steps import ALL, NONE, Steps
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


# --- what the question itself asks for


def test_find_tells_what_was_understood(store: Store) -> None:
    found = store.searcher.find("What did the Harbour Post say of ferries in June 2024, or yesterday?")
    assert found.understood == ("Harbour Post", "June 2024")
    assert titles(list(found.hits))[0] == "Crews walk out"
    scope = Scope(as_of=date(2024, 6, 18))
    assert not scope
    found = store.searcher.find("Which crews walked out yesterday?", scope)
    assert found.understood == ("17 June 2024",)
    assert titles(list(found.hits))[0] == "Crews walk out"
    assert store.searcher.find(" ") == Found()


def test_an_outlet_outside_the_scope_is_not_understood(store: Store) -> None:
    found = store.searcher.find("What did the Harbour Post say?", Scope(outlets=("Tin Whistle Times",)))
    assert found.understood == ()


def test_an_outlet_named_by_mistake_does_not_lose_the_answer(store: Store) -> None:
    question = "Did the Harbour Post say that keepers of Gull Rock climbed to the lamp every night for ninety years?"
    assert "A lamp for Gull Rock" in titles(store.searcher.search(question))
    assert "A lamp for Gull Rock" not in titles(_searcher(store, replace(ALL, outsiders=False)).search(question))


def test_a_time_that_is_named_by_mistake_does_not_lose_the_answer(store: Store) -> None:
    assert len(store.searcher.search("What did the ferry ticket cost in October 1999?")) == 5


@pytest.mark.parametrize("words", ["in May 2024", "in May", "since 4 May 2024", "before 1 May 2024", "in 2024"])
def test_times_come_first_and_leave_nothing_out(tmp_path: Path, words: str) -> None:
    for day, title in (("2024-05-04", "First"), ("2023-06-07", "Second"), ("", "Third")):
        about = {"date": day} if day else {}
        write(tmp_path / "news", title, f"Rain fell on the quay. {title} was wet.", title=f"{title} weather", **about)
    store = open_shelf(tmp_path / "library")
    store.ingest([tmp_path / "news"])
    hits = store.searcher.search(f"Did rain fall on the quay {words}?")
    assert titles(hits)[0] == ("Second weather" if words.startswith("before") else "First weather")
    assert len(hits) == 3
    store.close()


def test_each_part_of_a_question_is_searched_by_itself(store: Store) -> None:
    question = "Do goats of the monks still roam the island, while bread costs more since the mill closed?"
    assert set(titles(store.searcher.search(question, k=2))) == {"Goats of the island", "Bread prices"}


def test_parts_may_be_given(store: Store) -> None:
    parts = ["Who brought goats to the island?", "What does bread of the Harbour Post cost?"]
    hits = store.searcher.find("What changed, and why?", k=2, parts=parts).hits
    assert set(titles(list(hits))) == {"Goats of the island", "Bread prices"}


# --- stories


WIRE = (
    "The bridge over the Teal was shut on Friday after cracks were found in two of its piers. "
    "Engineers from the county will inspect every pier before lorries may cross again. "
    "Ferries carry the mail until then, and the school bus takes the long way round by Marlow."
)


@pytest.fixture
def reprinted(tmp_path: Path) -> Iterator[Store]:
    for outlet in ("Pebble Gazette", "Kettle Herald", "Marlow Mail"):
        write(tmp_path / "wire", outlet, WIRE, title="Bridge over the Teal shut", outlet=outlet, date="2024-05-03")
    write(tmp_path / "wire", "toll", "A toll for the bridge over the Teal was proposed.", title="Toll", outlet="Moth")
    store = open_shelf(tmp_path / "stories")
    store.ingest([tmp_path / "wire"])
    yield store
    store.close()


def test_a_story_fills_one_place_and_its_prints_are_named(reprinted: Store) -> None:
    hits = reprinted.searcher.search("Why was the bridge over the Teal shut?")
    assert len(
        _searcher(reprinted, replace(ALL, stories=False)).search("Why was the bridge over the Teal shut?")
    ) > len(hits)
    assert len({hit.passage.text for hit in hits}) == len(hits)
    first = hits[0]
    assert {article.outlet for article in first.reprints} | {first.passage.article.outlet} == {
        "Pebble Gazette",
        "Kettle Herald",
        "Marlow Mail",
    }
    assert first.passage.article.id not in {article.id for article in first.reprints}
    (toll,) = (hit for hit in hits if hit.passage.article.title == "Toll")
    assert toll.reprints == ()


def test_an_outlet_that_is_named_is_quoted_from_its_own_print(reprinted: Store) -> None:
    hits = reprinted.searcher.search("Why was the bridge shut, according to the Marlow Mail and the Kettle Herald?")
    assert {hit.passage.article.outlet for hit in hits} == {"Marlow Mail", "Kettle Herald"}


def test_a_print_with_another_figure_keeps_its_place(reprinted: Store, tmp_path: Path) -> None:
    counted = WIRE.replace("two of its piers", "two of its 14 piers")
    write(
        tmp_path / "more", "count", counted, title="Bridge over the Teal shut", outlet="Moth Daily", date="2024-05-04"
    )
    reprinted.ingest([tmp_path / "more"])
    hits = reprinted.searcher.search("Why was the bridge over the Teal shut?")
    assert any("14 piers" in hit.passage.text for hit in hits)
    assert any("two of its piers" in hit.passage.text for hit in hits)


def test_reprints_outside_the_scope_are_named_and_not_given(reprinted: Store) -> None:
    hits = reprinted.searcher.search("Why was the bridge shut?", Scope(outlets=("Marlow Mail",)))
    assert {hit.passage.article.outlet for hit in hits} == {"Marlow Mail"}
    assert {article.outlet for article in hits[0].reprints} == {"Pebble Gazette", "Kettle Herald"}


# --- reranking, and leaving steps out


class Backwards:
    """A reranker that likes what the search likes least. Keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((question, texts))
        return [float(place) for place in range(len(texts))]


def test_a_reranker_orders_the_best_anew(store: Store) -> None:
    reranker = Backwards()
    plain = store.searcher.search("ferry to Gull Rock", k=5)
    again = Searcher(store.library, store.indexes, store.embedder, 0.35, reranker=reranker).search(
        "ferry to Gull Rock", k=2
    )
    assert titles(again) == list(reversed(titles(plain)))[:2]
    assert [hit.score for hit in again] == [4.0, 3.0]
    ((question, texts),) = reranker.asked
    assert question == "ferry to Gull Rock"
    assert len(texts) == 5
    assert plain[0].passage.text in texts[0]


def test_every_step_can_be_left_out(store: Store) -> None:
    for step in fields(Steps):
        searcher = _searcher(store, replace(ALL, **{step.name: False}))
        assert len(searcher.search("ferry bread lamp goats in May 2024")) == 5
    assert len(_searcher(store, NONE).search("Did the Harbour Post write of ferries?")) == 5


def _searcher(store: Store, steps: Steps) -> Searcher:
    return Searcher(store.library, store.indexes, store.embedder, 0.35, steps=steps)
