from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from shelf import write

from index.census import Census, Counted, sees
from index.scope import Scope
from index.store import Store

MAY, JUNE = date(2024, 5, 3), date(2024, 6, 10)


@pytest.fixture
def store(opened: Callable[..., Store], tmp_path: Path) -> Store:
    folder = tmp_path / "some"
    write(folder, "one", "The mill burned down.", outlet="Pebble Gazette", date="2024-05-03")
    write(folder, "two", "The mill is built again.", outlet="Pebble Gazette", date="2024-06-10")
    write(folder, "three", "Who paid for the mill?", outlet="Harbour Post")
    store = opened()
    store.ingest([folder])
    return store


def test_an_empty_library_holds_nothing(opened: Callable[..., Store]) -> None:
    assert Census(opened().library).within(Scope()) == Counted(0, 0, 0, 0, None, None)


@pytest.mark.parametrize(
    ("scope", "counted"),
    [
        (Scope(), Counted(3, 3, 1, 0, MAY, JUNE)),
        (Scope(outlets=("Pebble Gazette",)), Counted(2, 2, 0, 1, MAY, JUNE)),
        (Scope(outlets=("Harbour Post",)), Counted(1, 1, 1, 2, None, None)),
        (Scope(outlets=("Harbour Post", "Pebble Gazette")), Counted(3, 3, 1, 0, MAY, JUNE)),
        (Scope(outlets=("Nobody's",)), Counted(0, 0, 0, 3, None, None)),
        (Scope(since=JUNE), Counted(1, 1, 0, 2, JUNE, JUNE)),
        (Scope(until=MAY), Counted(1, 1, 0, 2, MAY, MAY)),
        (Scope(since=MAY, until=JUNE), Counted(2, 2, 0, 1, MAY, JUNE)),
        (Scope(outlets=("Harbour Post",), since=MAY), Counted(0, 0, 0, 3, None, None)),
    ],
)
def test_what_a_scope_lets_be_seen_is_counted(store: Store, scope: Scope, counted: Counted) -> None:
    assert Census(store.library).within(scope) == counted


def test_it_counts_what_the_search_sees(store: Store) -> None:
    for scope in (Scope(), Scope(outlets=("Pebble Gazette",)), Scope(since=JUNE), Scope(until=MAY)):
        found = {hit.passage.article.id for hit in store.searcher.search("mill", scope)}
        assert len(found) == Census(store.library).within(scope).articles


def test_long_articles_have_several_passages(opened: Callable[..., Store], tmp_path: Path) -> None:
    text = "\n\n".join(f"The {number}th sentence of a long article says what the others say." for number in range(40))
    write(tmp_path / "some", "long", text)
    store = opened()
    report = store.ingest([tmp_path / "some"])
    counted = Census(store.library).within(Scope())
    assert (counted.articles, counted.passages) == (1, report.passages)
    assert report.passages > 1


def test_it_counts_again_when_the_library_changes(store: Store, tmp_path: Path) -> None:
    census = Census(store.library)
    before = census.within(Scope(outlets=("Pebble Gazette",)))
    write(tmp_path / "some", "four", "The mill is sold.", outlet="Pebble Gazette")
    store.ingest([tmp_path / "some"])
    after = census.within(Scope(outlets=("Pebble Gazette",)))
    assert after == replace(before, articles=3, passages=3, undated=1)


def test_it_counts_once_for_each_state(store: Store) -> None:
    census = Census(store.library)
    census.within(Scope())
    store.library.close()  # what it remembers is enough
    assert census.within(Scope(since=JUNE)).articles == 1


def test_days_are_inclusive_and_leave_undated_articles_out() -> None:
    scope = Scope(since=MAY, until=JUNE)
    assert [sees(scope, "", day) for day in (MAY, JUNE, None, date(2024, 6, 11))] == [True, True, False, False]
