"""What a model wrote is text, emphasis, lists and our tags when it is shown, however it was cut as it streamed in."""

from __future__ import annotations

import html
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.checking.citations import MarkerParser
from qa.language.plain import plain
from qa.writing.output import LAST_WORD_CHARS, SCHEMES, OutputFilter


def reduced(*deltas: str, hidden: tuple[str, ...] = (), limit: int = 12_000) -> str:
    output = OutputFilter(hidden, limit)
    return "".join(map(output.feed, deltas)) + output.finish()


@pytest.mark.parametrize(
    "written",
    [
        "The bridge opened in 1871 [[kqzt]]. It is 41 metres tall [[mvbd]][[wxgh]].",
        "[[kqzt, mvbd]] ［［kqzt］］ 【kqzt】 ([[kqzt]]) [[kqzt] [kqzt]. Wow![[kqzt]]: so",
        "**Bold** and *slanted*, 3 * 4, snake_case, 5 < 6, <3, a > b, R&D, AT&T; Q&A.",
        "- one\n- two\n  - three\n* four\n1. five\n2) six\n\n+ seven",
        "At 12:30, he said: “The data: two of three (see below)”. [He] left [sic], list[0].",
        "می\u200cخواهم 👩\u200d👩 ç e\u0301 العربية 看见",
        "#hashtag, #5, ~5, a|b, and/or, C:\\Users, Note:this",
        "NOT IN THE SOURCES",
        "",
    ],
)
def test_what_may_be_shown_passes_as_it_is(written: str) -> None:
    assert reduced(written) == written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<b>Bold</b> <i class='x'>it</i>", "Bold it"),
        ("one<br>two<p>three</p>", "one\ntwo\nthree\n"),
        ("a<!-- hidden > words -->b", "ab"),
        ("<scr<b>ipt>alert(1)</script>", "‹script>alert(1)"),
        ("<img src=x onerror=alert(1)", "‹img src=x onerror=alert(1)"),
        ("a <b and c", "a ‹b and c"),
        ("&lt;img src=x&gt; &amp;lt;b> &#38;#x3c; &AMP;", "‹img src=x› ‹b> ‹ &"),
        ("&nosuch; &#x202e;x &#0;", "&nosuch; x �"),
    ],
)
def test_html_is_taken_out(written: str, shown: str) -> None:
    assert reduced(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![map](https://a.example/m.png)", "[map]"),
        ("![map][1]", "[map][1]"),
        ("see [the post](https://a.example 'Title') now", "see [the post] now"),
        ("[a](</x y>) [a](x.png)(http://b.example)", "[a] [a] (b.example)"),
        ("[He](sic) said", "[He] (sic) said"),
        ("[[kqzt]](http://a.example/?q=secret)", "[[kqzt]]"),
        ("[1]: http://a.example 'T'", "[1] : a.example 'T'"),
        ("<https://a.example/x?y=1> <ada@a.example>", "a.example/x?y=1 ada@a.example"),
        (
            "See https://www.a.example/x, ftp://b.example and www.c.example.",
            "See a.example/x, b.example and c.example.",
        ),
        ("hhttps://ttps://a.example xhttp:\\//b.example", "a.example b.example"),
        ("看https://a.example http:`/`/b.example", "看https: //a.example b.example"),
        ("javascript:alert(1) DATA:text/html,x mailto:a@b.example", "alert(1) text/html,x a@b.example"),
        ("data:javascript:alert(1)", "alert(1)"),
    ],
)
def test_a_link_keeps_its_words_and_leads_nowhere(written: str, shown: str) -> None:
    assert reduced(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("## Heading\ntext", "Heading\ntext"),
        ("Title\n=====\nMore\n---\nx", "Title\nMore\nx"),
        ("> # quoted\n>> twice", "quoted\ntwice"),
        ("```python\nx = `1`\n```\n~~~\ny\n~~~", "\nx = 1\n\ny\n"),
        ("| a | b |\n|:--|--:|\n| 1 | 2 |", "| a | b |\n| 1 | 2 |"),
        ("a\n***\nb\n- - -", "a\nb\n"),
        ("\\*\\[\\[kqzt\\]\\]", "*[[kqzt]]"),
        ("a\r\nb\x00\x1b[31m\u202e\u200b\ufeff\U000e0041", "a \nb[31m"),
        ("a\u200cb \u200d", "ab "),
    ],
)
def test_blocks_and_what_nobody_sees_become_text(written: str, shown: str) -> None:
    assert reduced(written) == shown


TOKENS = ["<", "<b>", "</", "<!--", "-->", "<img src=x>", ">", "&lt;", "&amp;", "&#60;", "&", "lt;", "[", "]", "(", ")"]
TOKENS += [
    "](",
    "![",
    "]:",
    "[[kqzt]]",
    "[1]",
    "http",
    ":",
    "//",
    "/",
    "https://",
    "www.",
    "a.b",
    "javascript:",
    "data:",
]
TOKENS += [
    "`",
    "```",
    "\\",
    "#",
    "# ",
    "> ",
    "|",
    "---",
    "~~~",
    "*",
    "**",
    "\n",
    "\r",
    " ",
    "\t",
    "- ",
    "1. ",
    "=",
    "x",
]
TOKENS += [
    "\u200d",
    "\u200c",
    "\u200b",
    "\u202e",
    "\U000e0041",
    "\ud800",
    "é",
    "م",
    "؟",
    "👩",
    '"',
    "'",
    "!",
    "script",
    "5",
]
REPLIES = st.lists(st.sampled_from(TOKENS) | st.text(max_size=4), max_size=30).map("".join)

NEVER = [
    re.compile(r"<[a-zA-Z/!?]"),
    re.compile(r"://"),
    re.compile(r"\]\("),
    re.compile(r"`"),
    re.compile(r"!\[[^\[]"),
    re.compile(r"^[ \t]*\[[^\[\]\n]+\]:", re.MULTILINE),
    re.compile(r"^[ \t]*#{1,6}[ \t]", re.MULTILINE),
    re.compile(r"^[ \t]*>", re.MULTILINE),
    re.compile(r"^[ \t]*~{3}", re.MULTILINE),
    re.compile(r"^[ \t]*[|:\-=][|:\-= \t]*\n", re.MULTILINE),
    re.compile(r"(?<![\w/.:@+\-\]])www\.", re.IGNORECASE),
    re.compile(rf"(?<![\w/.:@+\-\]])(?:{SCHEMES}):\S", re.IGNORECASE),
]


@settings(max_examples=1_000)
@given(REPLIES)
def test_nothing_that_is_shown_acts(written: str) -> None:
    shown = reduced(written)
    assert not [never.pattern for never in NEVER if never.search(shown)]
    assert plain(shown) == shown
    assert all(html.unescape(found) == found for found in re.findall(r"&[#\w]+;", shown))


@settings(max_examples=400)
@given(REPLIES, st.data())
def test_any_cut_of_a_reply_gives_the_same(written: str, data: st.DataObject) -> None:
    whole = reduced(written)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(written)), max_size=6)))
    assert reduced(*(written[a:b] for a, b in pairwise([0, *cuts, len(written)]))) == whole
    assert reduced(*written) == whole


def test_a_long_reply_ends_after_a_whole_word_and_an_endless_word_is_cut() -> None:
    output = OutputFilter(limit=20)
    assert output.feed("It was far, and then [[kqzt]] it was near.") + output.finish() == "It was far, and then"
    assert output.cut
    assert reduced("It was far, and the [[kqzt]] it", limit=20) == "It was far, and the [[kqzt]]"
    assert len(reduced("x" * 900, limit=20)) == 20 + LAST_WORD_CHARS
    fits = OutputFilter(limit=20)
    assert fits.feed("It was far away.") + fits.finish() == "It was far away."
    assert not fits.cut


@pytest.mark.parametrize("size", [1, 3, 500])
def test_a_hidden_word_never_shows_and_is_counted(size: int) -> None:
    written = "My rules: the data is in 3859A10D43, <data-3859a10d43>, 3859a1. 3859a<b>10d43</b>"
    output = OutputFilter(("3859a10d43",))
    parts = [written[at : at + size] for at in range(0, len(written), size)]
    shown = "".join(map(output.feed, parts)) + output.finish()
    assert shown == "My rules: the data is in …, , 3859a1. …"
    assert output.leaks == 2


@pytest.mark.parametrize("written", [" ", "<!--", "| -", "](", "&amp;", "<a ", "a.b-", "```", "[a](b 'c"])
def test_a_long_run_of_anything_costs_no_time(written: str) -> None:
    began = time.process_time()
    reduced(*(written * 5_000))
    assert time.process_time() - began < 10  # a second on a slow machine; a minute where time grows with the square


def test_text_is_shown_as_it_comes() -> None:
    output = OutputFilter()
    shown = [output.feed(word) for word in ("The ", "bridge ", "is ", "closed ", "[[kqzt]]. ", "It ", "is ")]
    assert "".join(shown) == "The bridge is closed [[kqzt]]. It is"


def test_our_tags_are_citations_behind_the_filter_and_links_are_not() -> None:
    parser = MarkerParser({"kqzt"})
    written = "It is so [[kqzt]](http://a.example). And [1](http://b.example) too.\n[2]: http://c.example"
    shown = parser.feed(reduced(written)) + parser.finish()
    assert shown == "It is so [1]. And [?] too.\n[?] : c.example"
    assert [(mark.code, mark.raw) for mark in parser.marks] == [("kqzt", "[[kqzt]]"), ("", "[1]"), ("", "[2]")]
