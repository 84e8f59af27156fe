"""Many people at one page: browsers that do not see each other, links that share, users who log in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pages import NARROW, WIDE, ask, engine_over, served, visit

from benchmarks.browser import PATIENCE_MS
from qa.config import UiConfig
from qa.conversation import Turn
from web.click import Click
from web.desk import Desk
from web.opening import Opening
from web.people.badge import badge
from web.people.password import hashed

pytestmark = pytest.mark.browser

PASSWORD = "a lamp on the rock"
ARTICLE = """---
title: The ferry to Gull Rock
outlet: Paper Boat Post
date: 2024-06-11
---
The ferry to Gull Rock carries 60 passengers. It leaves the quay at seven every morning.
"""
QUESTION, ANOTHER = "How many passengers does the ferry carry?", "When does the ferry leave the quay?"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "ferry.md").write_text(ARTICLE)
    with engine_over(folder) as engine:
        yield engine


@pytest.fixture(scope="module")
def guarded(engine: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page where people log in."""
    users = tmp_path_factory.mktemp("vouch") / "users.txt"
    users.write_text("".join(f"{name}:{hashed(PASSWORD, cost=2)}\n" for name in ("ada", "bo")))
    with served(engine, UiConfig(port=0, auth=str(users))) as address:
        yield address


def questions(page: Any) -> list[str]:
    return page.locator("#chat .question").all_text_contents()


def listed(page: Any) -> list[str]:
    return page.locator("#sidebar .subject").all_text_contents()


def follow(page: Any, link: str) -> None:
    """Follow a link that stands on a page of another site."""
    page.goto("about:blank")
    page.set_content(f'<a href="{link}">A conversation that I should like you to see</a>')
    page.click("a")


def test_two_browsers_do_not_see_each_others_conversations_unless_a_link_is_shared(browser: Any, address: str) -> None:
    with visit(browser, address) as ada, visit(browser, address) as bo:
        ask(ada, QUESTION)
        link = ada.url
        assert "c=" in link
        bo.reload()
        bo.wait_for_selector("#chat .welcome")
        assert (listed(ada), listed(bo)) == ([QUESTION], [])

        follow(bo, link)
        bo.wait_for_selector("#chat .turn")
        assert questions(bo) == [QUESTION]
        assert listed(bo) == [], "a link is to be read, and is not one's own for that"
        ask(bo, ANOTHER)
        assert questions(bo) == [QUESTION, ANOTHER]
        assert listed(bo) == [QUESTION]
        assert bo.url != link, "asking goes on in a copy"

        ada.reload()
        ada.wait_for_selector("#chat .turn")
        assert (questions(ada), listed(ada)) == ([QUESTION], [QUESTION])


def test_only_its_own_person_removes_a_conversation(engine: Any) -> None:
    desk, kept = Desk(Opening(engine)), engine.conversations
    for ident, person in (("of-ada", "ada"), ("of-nobody", "")):
        kept.append(ident, Turn(QUESTION, {}), person)
    for person in ("bo", "user:ada", ""):
        list(desk.remove(Click("elsewhere", data={"conversation": "of-ada"}, person=person)))
        assert len(kept.turns("of-ada")) == 1, person
    list(desk.remove(Click("elsewhere", data={"conversation": "of-ada"}, person="ada")))
    list(desk.remove(Click("elsewhere", data={"conversation": "of-nobody"}, person="bo")))
    assert kept.turns("of-ada") == kept.turns("of-nobody") == []


def test_a_link_from_elsewhere_leaves_a_browser_the_person_that_it_is(browser: Any, address: str) -> None:
    with visit(browser, address) as page:
        ask(page, QUESTION)
        follow(page, address)
        page.wait_for_selector("#sidebar .subject")
        assert listed(page) == [QUESTION]


def test_log_in(browser: Any, guarded: str) -> None:
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{guarded}?c=elsewhere")
    assert page.title() == "Log in · Vouch"
    assert page.evaluate("document.activeElement.id") == "name"
    enter(page, "ada", "a wrong guess")
    assert page.get_by_role("alert").inner_text() == "That name and password do not belong together."
    assert page.get_by_label("Name").input_value() == "ada"
    assert page.evaluate("document.activeElement.id") == "password"
    enter(page, "ada", PASSWORD)
    page.wait_for_selector("#chat .log")
    assert page.url.startswith(f"{guarded}?c=elsewhere") or page.url == guarded
    ask(page, QUESTION)
    link = page.url

    other = browser.new_context().new_page()
    other.set_default_timeout(PATIENCE_MS)
    other.goto(guarded)
    enter(other, "bo", PASSWORD)
    other.wait_for_selector("#chat .welcome")
    assert (listed(page), listed(other)) == ([QUESTION], [])
    other.context.close()

    follow(page, link)
    page.wait_for_selector("#chat .turn")
    assert questions(page) == [QUESTION], "a link from elsewhere finds the session"

    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", badge("user:ada", log_out=True))
    page.evaluate("document.querySelector('form[action=\"/logout\"]').requestSubmit()")
    page.wait_for_selector("#name")
    assert context.request.get(f"{guarded}theme.css").status == 401
    page.goto(link)
    assert page.title() == "Log in · Vouch"
    context.close()


def enter(page: Any, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_log_in_fits_a_telephone_in_light_and_dark(browser: Any, guarded: str, colours: str) -> None:
    context = browser.new_context(viewport=NARROW, color_scheme=colours)
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(guarded)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", ground))) < 80) == (colours == "dark")
    assert page.locator("script").count() == 0
    assert all(url.startswith(guarded) for url in requests)
    context.close()
