from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Article, Passage
from qa.answers import Citation
from qa.checking.citations import MarkerParser, locate
from qa.checking.quotes import choose, quotations

CODES = ("kqzt", "mvbd", "wxgh")


def parse(*deltas: str) -> tuple[str, MarkerParser]:
    parser = MarkerParser(CODES)
    shown = [parser.feed(delta) for delta in deltas]
    return "".join(shown) + parser.finish(), parser


def result(*deltas: str) -> tuple[object, ...]:
    shown, parser = parse(*deltas)
    return shown, parser.plain, parser.marks


REPLY = (
    "It is 75 km away [[mvbd]]. They eat pasta.[[kqzt]] [[mvbd]]\nTwo [[kqzt, wxgh]] and [sic] [[nope]] x [1] 【2†s】"
    " ([kqzt]) [[KQZT]] [[mvbd] tail [[ open [[kq"
)


def test_markers_become_numbers_by_first_appearance() -> None:
    shown, parser = parse("B [[mvbd]]. A [[kqzt]]. B again [[mvbd]].")
    assert shown == "B [1]. A [2]. B again [1]."
    assert parser.plain == "B. A. B again."
    assert [(mark.code, mark.number, mark.at) for mark in parser.marks] == [
        ("mvbd", 1, 1),
        ("kqzt", 2, 4),
        ("mvbd", 1, 13),
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[[kqzt]]", "[1]"),
        ("[kqzt]", "[1]"),
        ("[[kqzt]", "[1]"),
        ("[[ KQZT ]]", "[1]"),
        ("【kqzt】", "[1]"),
        ("［［kqzt］］", "[1]"),
        ("[[kqzt, mvbd]]", "[1][2]"),
        ("[[kqzt]][[mvbd]]", "[1][2]"),
        ("[[kqzt][mvbd]]", "[1][2]]"),
        ("[[tag: kqzt]]", "[1]"),
        ("([[kqzt]])", "([1])"),
        ("[[[kqzt]]]", "[[1]]"),
        ("〚kqzt〛 ⟦mvbd⟧", "[1] [2]"),
        ("[[kqzt]](http://a.example)", "[1](http://a.example)"),
        ("[1](http://a.example) [2]: http://b.example", "[?](http://a.example) [?]: http://b.example"),
        ("[[kqzt [1] [[mvbd", "[[kqzt [?] [[mvbd"),
    ],
)
def test_forms_that_models_give_a_marker(written: str, shown: str) -> None:
    assert parse(written)[0] == shown


FOREIGN = [
    "[1]",
    "[12]",
    "[1, 2]",
    "[1-3]",
    "【1†source】",
    "【1†】",
    "［１］",
    "[١]",
    "[Source 2]",
    "[[Source: Post]]",
]
FOREIGN += [
    "[[zzzz]]",
    "[zzzz]",
    "[[kqz]]",
    "[[kqztx]]",
    "[^1]",
    "[①]",
    "[²]",
    "[۱۲]",
    "[ 1 ]",
    "[#1]",
    "〔1〕",
    "⟦1⟧",
    "⸢2⸣",
    "〚Source 3〛",
    "[cite: 1, 2]",
    "[oaicite:0]",
    "[?]",
    "[S 2]".replace("S", "ref."),
    "[[]]",
    "[4:1†L2-L9]",
]


@pytest.mark.parametrize("written", FOREIGN)
def test_what_only_looks_like_a_reference_stays_visible_as_unverified(written: str) -> None:
    shown, parser = parse(f"So it is {written}.")
    assert shown == "So it is [?]."
    (mark,) = parser.marks
    assert (mark.raw, mark.code, mark.number) == (written, "", 0)
    assert parser.plain == "So it is."


@pytest.mark.parametrize(
    "written",
    ["Source 2: it is", "(1)", "1.", "[sic]", "[He] said", "[2025]", "list[n]", "¹", "kqzt", "[", "[]", "a ] b"],
)
def test_text_stays_text(written: str) -> None:
    shown, parser = parse(written)
    assert (shown, parser.plain, parser.marks) == (written, written, ())


def test_no_part_of_a_marker_is_ever_shown() -> None:
    parser = MarkerParser(CODES)
    seen = ""
    for char in "So [[kqzt]] it [[mvbd]].":
        seen += parser.feed(char)
        assert seen in {"So [1] it [2]."[:length] for length in (0, 1, 2, 3, 6, 7, 8, 9, 10, 13, 14)}


def test_a_split_at_every_character_changes_nothing() -> None:
    whole = result(REPLY)
    assert result(*REPLY) == whole
    for place in range(len(REPLY) + 1):
        assert result(REPLY[:place], REPLY[place:]) == whole


LETTERS = [*"[]［】〔⟧〚⸣ \n.,k†1²①٣？-aé\u200b\x00", "[[", "]]", "](http://a.b)", "[1]", "【2†s】", "[[mvbd]]"]
LETTERS += ["Source 2:", "kqzt", "wxgh", "[kqzt", "x" * 70]
PIECES = st.sampled_from(LETTERS)


@settings(max_examples=10_000)
@given(st.binary(max_size=24))
def test_whatever_a_model_writes_no_number_is_shown_that_names_no_passage(drawn: bytes) -> None:
    shown, parser = parse("".join(LETTERS[byte % len(LETTERS)] for byte in drawn))
    numbers = re.findall(r"\[\s*(\d{1,3})\s*\]", unicodedata.normalize("NFKC", shown))
    assert [int(number) for number in numbers] == [mark.number for mark in parser.marks if mark.code]
    assert {mark.code for mark in parser.marks} <= {*CODES, ""}


@given(st.lists(PIECES | st.text(max_size=8), max_size=25), st.randoms(use_true_random=False))
def test_any_split_of_any_text_changes_nothing(pieces: list[str], chance: object) -> None:
    text = "".join(pieces)
    cuts = sorted(chance.randint(0, len(text)) for _ in range(5))  # type: ignore[attr-defined]
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole = result(text)
    assert result(*parts) == whole
    assert result(*text) == whole
    _, parser = parse(text)
    numbers = [mark.number for mark in parser.marks if mark.code]
    assert sorted(set(numbers)) == list(range(1, len(set(numbers)) + 1))
    assert all(0 <= mark.at <= len(parser.plain) for mark in parser.marks)
    assert all(mark.code in CODES or (mark.code, mark.number) == ("", 0) for mark in parser.marks)


def found(quote: str, text: str) -> str | None:
    span = locate(quote, text)
    return None if span is None else text[slice(*span)]


@pytest.mark.parametrize(
    ("quote", "text", "verbatim"),
    [
        ("a deal", "It is a deal.", "a deal"),
        ("a  deal\nnow", "It is a deal now.", "a deal now"),
        ("a deal now", "It is a\r\n deal\u00a0now.", "a\r\n deal\u00a0now"),
        ('"yes"', "He said “yes”.", "“yes”"),
        ("it's", "So it’s done", "it’s"),
        ("2020-21", "In 2020–21 it", "2020–21"),
        ("wait...", "He said wait… then", "wait…"),
        ("(He) said", "Then [He] said so", "[He] said"),
        ("café", "le cafe\u0301 noir", "cafe\u0301"),
        ("cafe\u0301", "le café noir", "café"),
        ("cooperate", "they co\u00adoperate", "co\u00adoperate"),
        ("ofﬁce", "the office", "office"),
        ("cafe", "le cafe\u0301 noir", None),
        ("cafe", "café", None),
        ("102", "10²", None),
        ("", "text", None),
        (" \n", "text", None),
        ("\u200b", "text", None),
        ("missing", "text", None),
    ],
)
def test_a_quote_is_found_as_it_stands(quote: str, text: str, verbatim: str | None) -> None:
    assert found(quote, text) == verbatim


def test_a_quote_is_sought_only_where_it_is_said_to_be() -> None:
    text = "One two. One two."
    assert locate("One two", text, 5) == (9, 16)
    assert locate("One  two", text, 5) == (9, 16)
    assert locate("One two", text, 1, 12) is None


AWKWARD = st.text(
    st.sampled_from("ab .“”\"'’-–\r\n\t\u00a0e\u0301é👩\u200d🚀\u202eא…ﬁ\u00ad(["), min_size=1, max_size=60
)


@given(AWKWARD, st.data())
def test_every_slice_of_a_text_is_found_again(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quote = text[start:end].strip()
    rest = text[start:].lstrip()[len(quote) :].lstrip("\u00ad\u200d\u202e")
    cuts_a_letter = bool(rest) and unicodedata.combining(rest[0]) != 0
    span = locate(quote, text)
    assert span is not None or cuts_a_letter or not quote
    if span is not None:
        assert locate(text[slice(*span)], text) is not None


@given(st.text(max_size=40), AWKWARD)
def test_looking_for_anything_anywhere_never_fails(quote: str, text: str) -> None:
    span = locate(quote, text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


@given(st.text(max_size=60), AWKWARD.filter(str.strip))
def test_a_citation_is_verbatim_whatever_the_claim(claim: str, text: str) -> None:
    article = Article.of("a.txt", text, "T")
    passage = Passage(article, 0, len(text))
    start, end = choose(claim, passage)
    assert passage.start <= start < end <= passage.end
    assert Citation(1, passage, start, end).quote == text[start:end]


TEXT = (
    "The prison is on the edge of a jungle. It lies 75 kilometers from San Salvador. Inmates eat pasta and beans. "
    "“We have offered the opportunity to outsource,” Bukele wrote. Visits are not allowed."
)


def quote(claim: str, text: str = TEXT) -> str:
    passage = Passage(Article.of("a.txt", text, "T"), 0, len(text))
    start, end = choose(claim, passage)
    return text[start:end]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("It is 75 kilometers from the capital.", "It lies 75 kilometers from San Salvador."),
        ("They get pasta and beans.", "Inmates eat pasta and beans."),
        ('He wrote: "We have offered the opportunity," and more.', "We have offered the opportunity"),
        ("Inmates eat beans, 75 kilometers from San Salvador.", TEXT[39:108]),
        ("Nothing of the kind.", "The prison is on the edge of a jungle."),
    ],
)
def test_the_sentence_that_carries_the_claim_is_quoted(claim: str, expected: str) -> None:
    assert quote(claim) == expected


def test_a_repeated_sentence_is_quoted_inside_its_passage() -> None:
    text = "He left. " * 3
    passage = Passage(Article.of("a.txt", text, "T"), 9, 17)
    assert choose("He left.", passage) == (9, 17)


def test_an_endless_paragraph_is_quoted_inside_its_passage() -> None:
    text = "word " * 40_000
    passage = Passage(Article.of("a.txt", text, "T"), 1000, 2000)
    start, end = choose("a word", passage)
    assert 1000 <= start < end <= 2000


def test_short_quotations_are_no_quotes_of_their_own() -> None:
    assert quotations('A "short one" and “one that has five words, really.”') == ["one that has five words, really"]
