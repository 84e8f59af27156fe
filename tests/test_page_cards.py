"""The two cards in a browser: sources that disagree, and what the sources do not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pages import ask, engine_over, opened
from shelf import write

from qa.engine import Engine

pytestmark = pytest.mark.browser

GUARDS = "How many guards work at Gull Prison?"
FERRY = "How many passengers does the ferry to Gull Rock carry?"
MAYOR = "Who was elected mayor of Saltmarsh?"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("articles")
    write(folder, "a", "Gull Prison has 12 guards. The wall is old.", outlet="Pebble Gazette", date="2024-05-03")
    write(folder, "b", "At Gull Prison 17 guards work in shifts.", outlet="Tin Whistle Times", date="2024-05-04")
    write(folder, "c", "The ferry to Gull Rock carries 60 passengers.", outlet="Harbour Post", date="2024-03-01")
    write(folder, "d", "The ferry to Gull Rock carries 80 passengers.", outlet="Harbour Post", date="2024-06-11")
    mayor = "Ada Marsh was elected mayor of Saltmarsh in January 2023. Saltmarsh has 4,000 people."
    write(folder, "e", mayor, outlet="Kettle Courier", date="2023-01-20")
    with engine_over(folder) as engine:
        yield engine


def rows(card: Any) -> list[list[str]]:
    """What each row of the card says: the value, who says it, and when."""
    return [row.locator("th, .who, .when, .update").all_inner_texts() for row in card.locator("tbody tr").all()]


def test_a_disagreement_card_stands_above_the_sources_and_its_markers_open_the_words(page: Any) -> None:
    turn = ask(page, GUARDS)
    card = turn.get_by_role("region", name="Sources disagree")
    assert card.locator("caption").inner_text() == "How many guards work at Gull Prison"
    told = [["12", "Pebble Gazette", "3 May 2024"], ["17", "Tin Whistle Times", "4 May 2024"]]
    assert sorted(rows(card)) == told
    assert card.bounding_box()["y"] < turn.locator(".answer").bounding_box()["y"]
    card.locator("tr").filter(has_text="Pebble Gazette").locator(".cite").click()
    assert opened(page).locator("mark").text_content() == "Gull Prison has 12 guards."


def test_an_update_by_the_same_outlet_is_called_one(page: Any) -> None:
    card = ask(page, FERRY).get_by_role("region", name="A later report differs")
    assert rows(card) == [
        ["60", "Harbour Post", "1 March 2024"],
        ["80", "Harbour Post", "11 June 2024", "same outlet, later: an update"],
    ]


def test_not_in_the_sources_says_what_was_left_out_and_searches_again_without_the_dates(page: Any) -> None:
    page.fill("#sidebar input[name=since]", "2024-04-01")
    page.wait_for_selector("#chips .chip")
    card = ask(page, MAYOR).get_by_role("region", name="Not in the sources")
    told = card.inner_text()
    assert "No article from 1 April 2024 or later answers this." in told
    assert f"Searched for\n{MAYOR}" in told
    assert "Looked through\n3 articles" in told
    assert "Left out\n2 articles, by the scope: from 1 April 2024" in told
    near = card.locator(".excerpt")
    assert 1 <= near.count() <= 3
    near.first.click()
    assert opened(page).locator("mark.passage").count() >= 1
    card.get_by_role("button", name="Search without the date filter").click()
    page.wait_for_selector("#chat .turn >> nth=1")
    wider = page.locator("#chat .turn").nth(1)
    assert "Ada Marsh was elected mayor" in wider.inner_text()
    assert page.locator("#chips .limit").all_text_contents() == ["from 1 Apr 2024"], "of the next question it holds"


def test_all_outlets_are_searched_where_one_was_chosen(page: Any) -> None:
    page.locator("#sidebar .outlets label").filter(has_text="Harbour Post").click()
    page.wait_for_selector("#chips .chip")
    card = ask(page, MAYOR).locator(".unanswered")
    assert card.get_by_role("button", name="Search without the date filter").count() == 0
    card.get_by_role("button", name="Search all outlets").click()
    page.wait_for_selector("#chat .turn >> nth=1")
    assert "Ada Marsh was elected mayor" in page.locator("#chat .turn").nth(1).inner_text()
