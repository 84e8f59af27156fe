"""The page for everybody: by keyboard, by screen reader, on a telephone, enlarged, in the dark, without motion."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import NARROW, WIDE, Slowly, ask, engine_over, opened, visit

from qa.conversation import Turn

pytestmark = pytest.mark.browser

HEIGHT, PASSENGERS, MAYOR = (
    "How tall is the lighthouse on Gull Rock?",
    "How many passengers does the ferry carry?",
    "Who was elected mayor of the town in 2023?",
)
LAMP = """---
title: A lamp for Gull Rock
outlet: Tin Whistle Times
author: Ada Marsh
date: 2024-05-03
url: https://example.org/gull-rock
---
Gull Rock has a new lamp. The lighthouse on Gull Rock is 41 metres tall. It was built in 1871 by the brothers Pell.

The keeper, Tom Arden, said that the old lamp had been failing since the winter storms.

"""
FERRY = """---
title: The ferry to Gull Rock
outlet: Paper Boat Post
date: 2024-06-11
---
The ferry to Gull Rock carries 60 passengers. It leaves the quay at seven every morning.
"""
OTHER_FERRY = """---
title: A larger ferry
outlet: Harbour Post
date: 2024-06-12
---
The ferry to Gull Rock carries 85 passengers. Tickets are sold on the quay.
"""
FILLER = "".join(f"Paragraph {n} tells of nets, ropes and the weather of that week.\n\n" for n in range(30))
GRAVE = {"serious", "critical"}
LOOKS = [
    pytest.param(scheme, size, id=f"{scheme}-{size['width']}")
    for scheme in ("light", "dark")
    for size in (WIDE, NARROW)
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "lamp.md").write_text(LAMP + FILLER)
    (folder / "ferry.md").write_text(FERRY)
    (folder / "other.md").write_text(OTHER_FERRY)
    with engine_over(folder) as engine:
        yield Slowly(engine)


@pytest.fixture(scope="module")
def conversation(engine: Any) -> str:
    """An answer, sources that disagree, and what the sources do not say."""
    conversation = engine.conversations.create()
    for question, status in ((HEIGHT, "answered"), (PASSENGERS, "conflicting"), (MAYOR, "not_in_sources")):
        answer = engine.ask(question)
        assert answer.status == status
        engine.conversations.append(conversation, Turn(question, answer.as_dict()))
    return str(conversation)


def grave(page: Any) -> list[str]:
    """What axe finds of weight: the rule, and the element that breaks it."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html']}" for rule in found if rule["impact"] in GRAVE for node in rule["nodes"]]


def show(page: Any, tab: str) -> None:
    """Another tab, once there is something in it."""
    page.click(f"#tab-{tab}")
    page.wait_for_function(f"document.getElementById('{tab}').innerText.trim()")


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
def test_axe_finds_nothing_serious_anywhere(
    browser: Any, address: str, conversation: str, scheme: str, size: Mapping[str, int]
) -> None:
    with visit(browser, address, color_scheme=scheme, viewport=size) as page:
        assert grave(page) == [], "the empty page"
    with visit(browser, address, f"?c={conversation}", color_scheme=scheme, viewport=size) as page:
        page.wait_for_selector("#m3")
        assert grave(page) == [], "the conversation and the sources"
        page.locator("#chat .cite").first.click()
        opened(page)
        assert grave(page) == [], "the article"
        page.reload()
        for tab in ("library", "settings"):
            show(page, tab)
            assert grave(page) == [], tab


# What has the focus, whether one can see that, and whether it is in sight.
FOCUS = """() => {
  const at = document.activeElement;
  const ring = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  const place = at.getBoundingClientRect();
  return {
    name: `${at.tagName} ${at.id} ${at.className} ${(at.getAttribute("aria-label") || at.textContent).trim()}`,
    body: at === document.body,
    ring: ring(at) || ring(at.closest(".input-container") || at),
    inSight: place.bottom > 0 && place.top < innerHeight && place.right > 0 && place.left < innerWidth,
  };
}"""
STOPS = 80  # more than the page has
SLOWER = 6  # a telephone beside this machine


@pytest.mark.parametrize("size", [pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")])
def test_every_stop_of_the_tab_key_is_seen_and_none_is_a_trap(
    browser: Any, address: str, conversation: str, size: Mapping[str, int]
) -> None:
    with visit(browser, address, f"?c={conversation}", viewport=size) as page:
        page.wait_for_selector("#m3")
        assert len(list(_stops(page))) < STOPS, "from the box out of the page"
        stops = list(_stops(page))
    names = [stop["name"] for stop in stops]
    assert 0 < len(stops) < STOPS, "round the page and out of it"
    assert [stop["name"] for stop in stops if not (stop["ring"] and stop["inSight"])] == []
    for wanted in ("skip", "tab-chat", "cite", "TEXTAREA"):
        assert any(wanted in name for name in names), f"{wanted} is reached"


def _stops(page: Any) -> Iterator[dict[str, Any]]:
    """What Tab comes to, until it leaves the page."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["body"]:
            return
        yield stop


def test_by_tab_enter_and_escape_from_the_question_to_the_quote_and_back(page: Any) -> None:
    page.wait_for_function("document.activeElement.tagName === 'TEXTAREA'")
    page.keyboard.type(HEIGHT)
    page.keyboard.press("Enter")
    page.wait_for_selector("#chat .cite")
    page.wait_for_selector("#box .submit-button")
    _press_until(page, "Shift+Tab", "document.activeElement.matches('#chat .cite')")
    marker = page.evaluate_handle("document.activeElement")
    page.keyboard.press("Enter")
    opened(page)
    assert page.evaluate("document.activeElement.matches('#evidence mark')")
    _press_until(page, "Shift+Tab", "document.activeElement.matches('#evidence .back')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#evidence .pane[data-view=list]")
    assert page.evaluate("marker => document.activeElement === marker", marker)


def _press_until(page: Any, key: str, there: str) -> None:
    for _ in range(STOPS):
        page.keyboard.press(key)
        if page.evaluate(there):
            return
    pytest.fail(f"{key} never comes to {there}")


def test_the_tabs_by_arrow_keys_and_the_skip_link_leads_to_the_box(page: Any) -> None:
    page.focus("#tab-chat")
    for key, name in (
        ("ArrowRight", "library"),
        ("End", "settings"),
        ("ArrowRight", "chat"),
        ("ArrowLeft", "settings"),
    ):
        page.keyboard.press(key)
        chosen = page.locator("[role=tab][aria-selected=true]")
        assert chosen.get_attribute("data-tab") == name
        assert page.evaluate("document.activeElement.dataset.tab") == name
        panel = page.locator(f"#{chosen.get_attribute('aria-controls')}")
        assert panel.get_attribute("role") == "tabpanel"
        assert page.locator("[role=tabpanel]:visible").count() <= 1
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#box textarea')")
    assert page.locator("#vouch").is_visible()


def test_drawers_take_the_focus_give_it_back_and_say_whether_they_are_open(
    browser: Any, address: str, conversation: str
) -> None:
    with visit(browser, address, f"?c={conversation}", viewport=NARROW) as page:
        page.wait_for_selector("#m3")
        slower = page.context.new_cdp_session(page)
        for side in ("left", "right"):
            toggle = page.locator(f"[data-toggle={side}]")
            assert toggle.get_attribute("aria-expanded") == "false"
            slower.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})  # there it is out of sight for longer
            toggle.press("Enter")
            page.wait_for_selector(f"#{side}", state="visible")
            assert toggle.get_attribute("aria-expanded") == "true"
            inside = f"document.getElementById('{side}').contains(document.activeElement)"
            page.wait_for_function(inside)  # once it is in sight
            slower.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            page.keyboard.press("Tab")
            assert page.evaluate(inside)
            page.keyboard.press("Escape")
            page.wait_for_selector(f"#{side}", state="hidden")
            assert toggle.get_attribute("aria-expanded") == "false"
            assert page.evaluate("document.activeElement.dataset.toggle") == side
        page.locator("#chat .cite").first.press("Enter")
        opened(page)
        page.keyboard.press("Escape")
        page.wait_for_selector("#right", state="hidden")
        assert page.evaluate("document.activeElement.matches('#chat .cite')")
        for side in ("left", "right"):
            page.click(f"[data-toggle={side}]")
            page.wait_for_selector(f"#{side}", state="visible")
            page.mouse.click(380, 60)
            page.wait_for_selector(f"#{side}", state="hidden")


SIZES = ((1440, 900), (1000, 800), (720, 450), (390, 844), (320, 640))  # 720 by 450: 1440 by 900 at 200 %
# What sticks out to the right of what it stands in, and of the page.
STICKS_OUT = """() => ["scroll", "left", "right", "library", "settings", "topbar"]
  .map((id) => document.getElementById(id))
  .filter((part) => part.scrollWidth > part.clientWidth + 1)
  .map((part) => `${part.id}: ${part.scrollWidth} in ${part.clientWidth}`)"""


def test_nothing_is_wider_than_the_page(browser: Any, address: str, conversation: str) -> None:
    with visit(browser, address, f"?c={conversation}") as page:
        for tab in ("library", "settings"):
            show(page, tab)
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                _fits(page, width)
        page.click("#tab-chat")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.locator("#chat .cite").first.click()
            opened(page)
            page.wait_for_selector("#evidence mark", state="visible")
            _fits(page, width)
            page.click("#evidence .back")
            page.wait_for_selector("#evidence .pane[data-view=list]")
            _fits(page, width)
            page.keyboard.press("Escape")


def _fits(page: Any, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(STICKS_OUT) == [], f"at {width} pixels"


def test_on_a_telephone_everything_is_reached(browser: Any, address: str, conversation: str) -> None:
    with visit(browser, address, f"?c={conversation}", viewport=NARROW, has_touch=True) as page:
        page.wait_for_selector("#m3")
        for toggle, part in (("left", "#sidebar .fresh"), ("right", "#evidence .pane")):
            place = page.locator(f"[data-toggle={toggle}]").bounding_box()
            assert place["x"] + place["width"] <= NARROW["width"]
            page.tap(f"[data-toggle={toggle}]")
            page.wait_for_selector(part, state="visible")
            page.keyboard.press("Escape")
            page.wait_for_selector(f"#{toggle}", state="hidden")
        for tab in ("library", "settings", "chat"):
            page.tap(f"#tab-{tab}")
            assert page.evaluate("document.body.dataset.tab") == tab
        assert page.locator("#box textarea").is_visible()
        page.tap("#tab-library")
        page.tap("[data-toggle=left]")
        page.wait_for_selector("#sidebar .fresh", state="visible")


def test_dark_where_the_system_is_dark(browser: Any, address: str) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        with visit(browser, address, color_scheme=scheme) as page:
            grounds[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    light, dark = (sum(map(int, re.findall(r"\d+", grounds[scheme])[:3])) for scheme in ("light", "dark"))
    assert light > 3 * 230
    assert dark < 3 * 40


def test_nothing_moves_where_motion_is_not_wanted(browser: Any, address: str) -> None:
    moving = "document.getAnimations().length"
    with visit(browser, address, reduced_motion="reduce", viewport=NARROW) as page:
        page.fill("#box textarea", HEIGHT)
        page.keyboard.press("Enter")
        page.wait_for_selector("#draft .turn")
        assert page.evaluate(moving) == 0, "while an answer comes"
        page.locator("#chat .cite").first.click()
        opened(page)
        assert page.evaluate(moving) == 0, "while the sheet opens"
    with visit(browser, address, viewport=NARROW) as page:
        slides = "getComputedStyle(document.getElementById('left')).transitionDuration"
        assert page.evaluate(slides) != "0s", "otherwise it slides"


def test_a_screen_reader_is_told_names_of_markers_and_cards(browser: Any, address: str, conversation: str) -> None:
    with visit(browser, address, f"?c={conversation}") as page:
        page.wait_for_selector("#m3")
        names = [marker.get_attribute("aria-label") for marker in page.locator("#chat .cite").all()]
        assert names[0] == "Citation 1: Tin Whistle Times, 3 May 2024, quoted"
        assert all(names)
        assert page.get_by_role("region", name="Not in the sources").count() == 1
        assert page.get_by_role("log", name="Conversation").count() == 1
        assert page.get_by_role("navigation", name="Conversations").count() == 1
        assert page.get_by_role("textbox", name="Your question").count() == 1


def test_with_the_network_cut_off_the_whole_page_works(browser: Any, address: str) -> None:
    with visit(browser, address) as page:  # which also sees to it that nothing else was even asked for
        page.context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        page.reload()
        ask(page, HEIGHT).locator(".cite").first.click()
        opened(page)
        for tab in ("library", "settings"):
            show(page, tab)
        assert page.evaluate("[...document.styleSheets].every((sheet) => !sheet.href || sheet.href.startsWith(origin))")
        assert page.evaluate("[...document.fonts].filter((font) => font.status === 'error').length") == 0
