"""The list of articles: which are found, in which order, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shelf import write

from index.store import Store
from web.library.catalogue import ON_A_PAGE, Catalogue, Wanted
from web.library.table import table

STORY = "The lighthouse on Gull Rock was lit again on Monday after ninety years and the town came out to see it. " * 6


@pytest.fixture
def store(opened: Callable[..., Store], clippings: Path) -> Store:
    write(clippings, "first", STORY + "One.", title="Zither and light", outlet="Harbour Post", date="2024-05-03")
    write(clippings, "print", STORY + "Two.", title="Light <b>again</b>", outlet="Echo", date="2024-05-04")
    store = opened()
    store.ingest([clippings])
    return store


def titles(store: Store, **wanted: object) -> list[str]:
    return [entry.title for entry in Catalogue(store.library).listed(Wanted(**wanted)).entries]


def test_it_sorts_either_way_and_puts_what_has_none_last(store: Store) -> None:
    rising = titles(store, sort="published", down=False)
    falling = titles(store, sort="published", down=True)
    assert rising[:2] == ["A lamp for Gull Rock", "Zither and light"]
    assert falling[:2] == ["Crews walk out", "The ferry sails again"]
    assert rising[-2:] == falling[-2:] == ["Bread prices", "Goats of the island"]
    assert titles(store, sort="title", down=False)[0] == "A lamp for Gull Rock"
    assert titles(store, sort="story", down=True)[0] in {"Light <b>again</b>", "Zither and light"}
    assert titles(store, sort="; DROP TABLE articles") == titles(store, sort="ingested")


def test_every_word_must_be_in_title_outlet_or_author(store: Store) -> None:
    assert titles(store, words="FERRY tin") == ["The ferry sails again"]
    assert titles(store, words="ferry harbour") == []
    assert len(titles(store, words=" ")) == 7
    assert titles(store, words="%") == []


def test_it_follows_every_change(store: Store) -> None:
    catalogue = Catalogue(store.library)
    goats = next(one for one in catalogue.listed(Wanted()).entries if one.title.startswith("Goats"))
    assert not goats.corrected
    store.builder.edit(goats.id, {"title": "Goats, corrected"})
    assert [one.corrected for one in catalogue.listed(Wanted(words="goats")).entries] == [True]
    store.builder.removals.remove([goats.id])
    assert catalogue.listed(Wanted()).of == 6


def test_a_table_says_new_corrected_and_reprint_of_which_and_escapes_all(store: Store) -> None:
    now = datetime.now(UTC)
    page = table(Catalogue(store.library).listed(Wanted()), Wanted(), now)
    assert page.count('class="state new"') == 7
    assert "reprint of <bdi>Zither and light</bdi>" in page
    assert "2 articles" in page
    assert "<b>again" not in page
    assert 'class="state new"' not in table(
        Catalogue(store.library).listed(Wanted()), Wanted(), now + timedelta(hours=25)
    )
    assert 'aria-sort="descending"' in page


def test_pages_and_numbers_have_separators(opened: Callable[..., Store], tmp_path: Path) -> None:
    records = "".join(f'{{"id": {n}, "title": "T{n}", "text": "Words {n}."}}\n' for n in range(1203))
    (tmp_path / "many.jsonl").write_text(records)
    store = opened()
    store.ingest([tmp_path / "many.jsonl"])
    listed = Catalogue(store.library).listed(Wanted(page=999))
    assert (len(listed.entries), listed.page, listed.pages) == (1203 % ON_A_PAGE, 25, 25)
    page = table(listed, Wanted(page=999), datetime.now(UTC))
    assert "1,201 to 1,203 of 1,203 articles" in page
    assert "Page 25 of 25" in page
