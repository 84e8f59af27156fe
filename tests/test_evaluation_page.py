"""The report as a page: one file that loads nothing, runs nothing, and shows hostile text as text."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from newsdesk import HOSTILE, QUESTIONS, Desk, newsdesk

from cli import main
from evaluation.reporting.markup import element, said, written
from evaluation.reporting.plots import groups, reliability, risk_coverage
from evaluation.scoring.breakdown import Breakdown
from evaluation.scoring.declining import Bin
from evaluation.scoring.measures import Figure, Measure

ADDRESSES = ("src", "srcset", "href", "action", "data", "poster", "background", "formaction", "ping")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with newsdesk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(scope="module")
def path(desk: Desk) -> Path:
    """The page of a run that lacks an answer, has one that failed, and is compared with the whole one."""
    page = desk.torn.with_name("page.html")
    command = ["evaluate", str(desk.torn), *desk.evaluate[2:], "--against", str(desk.answers), "--html", str(page)]
    assert main(command) == 0
    return page


@pytest.fixture(scope="module")
def tree(path: Path) -> Any:
    return html.fromstring(path.read_text(encoding="utf-8"))


def named(node: Any, name: str) -> list[Any]:
    """The elements of a class within another."""
    return list(node.xpath(f".//*[contains(concat(' ', @class, ' '), ' {name} ')]"))


def _entry(tree: Any, ident: str) -> Any:
    return next(one for one in named(tree, "q") if named(one, "ident")[0].text_content() == ident)


# --- one file, nothing else


def test_nothing_is_loaded_run_or_styled_but_by_the_sheet_that_the_policy_names(tree: Any) -> None:
    assert tree.xpath("//script | //link | //iframe | //object | //embed | //img | //base | //form") == []
    nodes = [node for node in tree.iter() if isinstance(node.tag, str)]
    assert [
        node.attrib for node in nodes if any(name.startswith("on") or name == "style" for name in node.attrib)
    ] == []
    sheets = [style.text_content() for style in tree.iter("style")]
    digest = b64encode(sha256(sheets[0].encode()).digest()).decode()
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == [f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"]
    assert not re.search(r"@import|url\(", sheets[0])
    assert len(sheets) == 1


def test_every_address_is_a_place_on_the_page_or_a_link_to_follow(tree: Any) -> None:
    found = [(node, node.get(name)) for node in tree.iter() for name in ADDRESSES if node.get(name) is not None]
    ids = set(tree.xpath("//@id"))
    inside = [value for _, value in found if value.startswith("#")]
    assert inside
    assert {value[1:] for value in inside} <= ids
    links = [node for node, value in found if not value.startswith("#")]
    assert all(node.tag == "a" and node.get("rel") == "noreferrer noopener" for node in links)


def test_no_id_is_there_twice_and_all_pointers_of_plots_lead_somewhere(tree: Any) -> None:
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    pointers = re.findall(r"url\(#([^)]+)\)", html.tostring(tree, encoding="unicode"))
    assert set(pointers) <= set(ids)
    plots = tree.xpath("//*[local-name()='svg'][@role='img']")
    assert all(plot.get("aria-label") for plot in plots)
    assert {plot.get("class") for plot in plots} >= {"plot risk", "plot reliability", "plot by-type"}


# --- what is on it


def test_each_question_is_there_with_its_outcome_in_the_order_of_the_gold(tree: Any) -> None:
    entries = named(tree, "q")
    assert [named(one, "asked")[0].text_content() for one in entries] == [q["question"] for q in QUESTIONS]
    assert [named(one, "outcome")[0].text for one in entries][:2] == ["missing", "error"]
    assert named(_entry(tree, "mars"), "outcome")[0].text == "rightly declined"
    counts = [label.text_content().strip() for label in named(tree, "filters")[0].iter("label")]
    assert counts[0] == "All 5"
    assert counts[-1] == "Failed or missing 2"


def test_a_cited_passage_is_whole_with_its_quote_marked(tree: Any) -> None:
    lamp = _entry(tree, "lamp")
    cited = named(lamp, "cited")[0]
    assert cited.find(".//mark").text == "The lamp of Gull Rock burned for ninety years."
    assert "Keepers climbed to it every night." in cited.find("blockquote").text_content()
    assert "Tin Whistle Times, 1 April 2024: A lamp for Gull Rock" in cited.find("figcaption").text_content()
    marker = lamp.find(".//p/a")
    assert tree.get_element_by_id(marker.get("href")[1:]).getparent().getparent() is cited


def test_gold_says_whether_it_was_found_and_cited(tree: Any) -> None:
    evidence = named(_entry(tree, "ticket"), "evidence")[0]
    assert evidence.find("blockquote").text == "A ticket for the ferry costs four crowns."
    assert [tag.text for tag in named(evidence, "tag")] == ["not found", "not cited"]  # its answer is missing


def test_hostile_text_is_text(tree: Any) -> None:
    hostile = QUESTIONS[3]
    entry = _entry(tree, hostile["id"])
    assert named(entry, "asked")[0].text == hostile["question"]
    assert named(entry, "asked")[0].get("dir") == "auto"  # an override ends with its element
    assert HOSTILE in named(entry, "gold")[0].text_content()
    assert any(HOSTILE in one.text_content() for one in entry.iter("blockquote"))
    assert any(HOSTILE in one.text_content() for one in entry.iter("figcaption", "li"))


def test_the_run_is_told_so_that_it_can_be_repeated(tree: Any, desk: Desk) -> None:
    told = " ".join(named(tree, "ran")[0].text_content().split())
    for words in (str(desk.torn), "embedder", "fingerprint", "sha256", "auto"):
        assert words in told
    assert "1 answer is missing, and counted as zeros: ticket." in named(tree, "notes")[0].text_content()


# --- the parts


def test_no_text_can_become_markup_or_break_the_page() -> None:
    made = written(element("p", "<b>\x00\ud800\x1b", said("</p><script>", title="'\"><x onload='1'"), "&amp;"))
    assert made == (
        """<p>&lt;b&gt;\ufffd\ufffd\ufffd<bdi dir="auto" title="'&quot;&gt;&lt;x onload='1'">"""
        "&lt;/p&gt;&lt;script&gt;</bdi>&amp;amp;</p>"
    )


def test_a_plot_is_the_same_every_time_and_shares_no_ids_with_another() -> None:
    bins = [Bin(0.0, 0.1, 3, 0.05, 0.0), Bin(0.9, 1.0, 7, 0.95, 1.0)]
    curve = [(0.5, 0.0), (1.0, 0.25)]
    first, again, other = written(reliability(bins)), written(reliability(bins)), written(risk_coverage(curve))
    assert first == again
    ids, others = (set(re.findall(r' id="([^"]+)"', text)) for text in (first, other))
    assert ids
    assert not ids & others
    assert "Answering 100%: 25% wrong." in other
    assert "Confidence 0.95: 100% of 7." in first


def test_a_group_may_be_called_anything(recwarn: pytest.WarningsRecorder) -> None:
    figure = Figure(Measure("strict match", "answers", {"q": (1.0,)}), 0.5, 2, 0.1, 0.9)
    names = ("$x^2$ & $y", "<script>", "\u65b0\u805e\u793e", "a\nb\x00", "o" * 99, "")
    drawn = groups(Breakdown("outlet", dict.fromkeys(names, (figure,)), 0))
    letters = [node.text for node in drawn.iter("text")]
    assert [name for name in ("$x^2$ & $y · 2", "<script> · 2", "\u65b0\u805e\u793e · 2") if name in letters] != []
    assert "$x^2$ & $y · 2" in letters
    assert "a b\ufffd · 2" in letters
    assert not recwarn.list


# --- in a browser


@pytest.mark.browser
def test_it_opens_offline_without_a_request_or_an_error(browser: Any, path: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True, color_scheme="dark")
    page = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text))
    try:
        page.goto(path.as_uri())
        mark = page.locator("details.q", has_text="the lamp of Gull Rock").locator("mark").first
        assert not mark.is_visible()
        page.get_by_text("How many years did the lamp of Gull Rock burn?").click()
        assert mark.is_visible()
        page.locator(".filters label", has_text="Failed or missing").click()
        assert page.locator("details.q:visible .outcome").all_text_contents() == ["missing", "error"]
        page.locator(".filters label", has_text="All").click()
        assert page.locator("details.q:visible").count() == len(QUESTIONS)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("window.pwned") is None
        colour = "getComputedStyle(document.querySelector('.risk [stroke*=accent]')).stroke"
        assert page.evaluate(colour) == page.evaluate("getComputedStyle(document.querySelector('.bar .point')).stroke")
    finally:
        context.close()
    assert requests == [path.as_uri()]
    assert errors == []
