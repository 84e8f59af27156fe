"""The scope on the page: what a browser may send, what is said of it, and the chips that take it away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from parrot import Parrot
from shelf import write
from web_html import Seen

from index.scope import Scope
from ingest.errors import VouchError
from web import chips, chosen, scope
from web.click import Click
from web.desk import Desk
from web.opening import Opening
from web.view import View

OUTLETS = ["Harbour Post", "Post", "Post | World"]
MAY, JUNE = date(2024, 5, 3), date(2024, 6, 11)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Parrot]:
    engine = Parrot(tmp_path)  # an article of the Post, of 30 January 2025
    write(tmp_path / "more", "early", "The quay was empty.", title="Quay", outlet="Harbour Post", date="2024-05-03")
    write(tmp_path / "more", "undated", "A lamp burnt.", title="Lamp", outlet="<b>Bad</b>")
    engine.store.ingest([tmp_path / "more"])
    yield engine
    engine.close()


def replied(engine: Parrot, data: dict[str, Any], kept: dict[str, Any] | None = None) -> View:
    (view,) = Desk(Opening(engine)).scope(Click(data=data, scope=kept or {}))
    return view


def test_a_scope_goes_to_the_browser_and_back() -> None:
    for each in (Scope(), Scope(("Post",), MAY), Scope(("Harbour Post", "Post | World"), None, JUNE)):
        assert chosen.chosen(chosen.form(each), OUTLETS) == each
    assert chosen.chosen({}, OUTLETS) == Scope()


def test_an_outlet_is_that_one_alone_and_one_that_is_gone_is_left_out() -> None:
    assert chosen.chosen({"outlets": ["Post", "Gone"]}, OUTLETS).outlets == ("Post",)


@pytest.mark.parametrize(
    "given",
    [{"since": "2024-06-11", "until": "2024-05-03"}, {"since": "?"}, {"until": "0202-05-03"}, {"until": ["x"]}],
)
def test_days_that_cannot_be_are_said_in_plain_words_and_a_browser_that_kept_them_has_no_scope(given: Any) -> None:
    with pytest.raises(VouchError, match="nothing was changed"):
        chosen.chosen(given, OUTLETS)
    assert chosen.kept(given, OUTLETS) == Scope()


@pytest.mark.parametrize("outlets", ["Post", 7, {"Post": 1}, [["Post"]], None])
def test_what_is_no_list_of_outlets_chooses_none(outlets: Any) -> None:
    assert chosen.kept({"outlets": outlets}, OUTLETS) == Scope()


def test_every_limit_has_a_chip_that_carries_the_rest() -> None:
    limits = Scope(("Harbour Post", "<b>Bad</b>"), MAY, JUNE)
    seen = Seen(chips.chips(limits))
    assert seen.text(class_="limit") == "from 3 May 2024until 11 Jun 2024Harbour Post<b>Bad</b>"
    rests = [json.loads(str(attrs["data-scope"])) for attrs in seen.having(class_="chip")]
    whole = chosen.form(limits)
    assert rests == [
        {**whole, "since": ""},
        {**whole, "until": ""},
        {**whole, "outlets": ["<b>Bad</b>"]},
        {**whole, "outlets": ["Harbour Post"]},
    ]
    assert chips.chips(Scope()) == ""


def test_many_outlets_share_a_chip() -> None:
    seen = Seen(chips.chips(Scope(tuple("abcde"), MAY)))
    assert seen.text(class_="limit") == "from 3 May 20245 outlets"
    assert json.loads(str(seen.having(class_="chip")[1]["data-scope"]))["outlets"] == []


def test_a_scope_says_what_it_sees(engine: Parrot) -> None:
    def said(limits: Scope) -> str:
        return scope.line(scope.sight(engine.census, engine.library.outlets(), limits))

    assert said(Scope()) == "All 3 articles"
    assert said(Scope(since=MAY)) == "2 of 3 articles; 1 undated left out"
    assert said(Scope(("Post",), since=MAY)) == "1 of 3 articles", "the undated one is left out for its outlet"
    assert said(Scope(until=date(1999, 1, 1))) == "0 of 3 articles; 1 undated left out"
    engine.library.remove([article.id for article in engine.library.articles()])
    assert said(Scope()) == "0 articles"


def test_outlets_are_counted_within_the_days(engine: Parrot) -> None:
    seen = scope.sight(engine.census, engine.library.outlets(), Scope(("Post",), since=JUNE))
    assert seen.outlets == (("<b>Bad</b>", 0), ("Harbour Post", 0), ("Post", 1))
    panel = Seen(scope.panel(seen))
    assert [attrs["value"] for attrs in panel.having(name="outlet", checked="")] == ["Post"]
    assert panel.text("summary") == "Outlets 1 of 3"
    assert [attrs["value"] for attrs in panel.having(type="date")] == ["2024-06-11", ""]


def test_many_outlets_are_folded_and_searched() -> None:
    def panel(outlets: int) -> Seen:
        return Seen(scope.panel(scope.Sight(Scope(), 9, 9, 0, tuple((f"Post {n}", 1) for n in range(outlets)))))

    assert panel(scope.FOLDED).having(class_="outlets", open="")
    assert not panel(scope.FOLDED + 1).having(class_="outlets", open="")
    assert not panel(scope.SEARCHED).having(class_="find")
    assert panel(scope.SEARCHED + 1).having(class_="find", aria_label="Search outlets")


def test_another_scope_is_kept_counted_and_shown_as_chips(engine: Parrot) -> None:
    view = replied(engine, {"since": "2024-05-03", "until": "", "outlets": ["Harbour Post", "Gone"]})
    assert view.scope == {"since": "2024-05-03", "until": "", "outlets": ["Harbour Post"]}
    assert "1 of 3 articles" in (view.sidebar or "")
    assert "from 3 May 2024" in (view.chips or "")
    assert view.transcript is None
    nothing = replied(engine, {"since": "", "until": "", "outlets": []}, dict(view.scope))
    assert (nothing.chips, nothing.scope) == ("", {"since": "", "until": "", "outlets": []})


def test_days_in_the_wrong_order_change_nothing_but_stay_to_be_put_right(engine: Parrot) -> None:
    kept = {"since": "2024-05-03", "until": "", "outlets": []}
    view = replied(engine, {"since": "2024-06-11", "until": "2024-05-03"}, kept)
    seen = Seen(view.sidebar or "")
    assert (view.scope, view.chips) == (None, None)
    assert seen.text(class_="problem") == "11 June 2024 is after 3 May 2024; nothing was changed."
    assert [attrs["value"] for attrs in seen.having(type="date", aria_invalid="true")] == ["2024-06-11", "2024-05-03"]
    assert [json.loads(str(attrs["data-scope"])) for attrs in seen.having(class_="scope")] == [kept]
    half = Seen(replied(engine, {"since": "?", "until": ""}, kept).sidebar or "")
    assert half.text(class_="problem") == "“From” is no whole date; nothing was changed."
    assert [attrs["value"] for attrs in half.having(type="date")] == ["2024-05-03", ""], "as it is in force"


def test_a_page_that_arrives_has_the_scope_that_its_browser_kept(engine: Parrot) -> None:
    (view,) = Desk(Opening(engine)).arrive(Click(scope={"since": "2024-05-03", "outlets": ["Post", "Gone"]}))
    assert view.scope == {"since": "2024-05-03", "until": "", "outlets": ["Post"]}
    assert "1 of 3 articles" in (view.sidebar or "")
    assert "from 3 May 2024" in (view.chips or "")
    (view,) = Desk(Opening(engine)).arrive(Click(scope={"since": "rubbish"}))
    assert (view.scope, view.chips) == ({"since": "", "until": "", "outlets": []}, "")
