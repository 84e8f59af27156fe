from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import article

from ingest.documents import Article, Passage
from qa.writing.fence import fenced
from qa.writing.window import LEAST_CHARS, MOST_PER_ARTICLE, chosen, fitted, tokens

# Each with more tokens than any tokenizer seen takes for it, and not many times more.
KNOWN = [
    ("", 0, 0),
    ("The bridge was closed on Monday.", 7, 14),
    ("1,204 33.5 88,120 (12.4%)", 16, 32),
    ("政府周四为其将大桥关闭十二个月的决定进行了辩护。", 27, 50),
    ("🚀👩\u200d🚀🎉", 8, 30),
]


def passages(text: str, count: int) -> list[Passage]:
    """So many passages of one article."""
    whole = article(" ".join(f"{text} {place}." for place in range(count)))
    spans, at = [], 0
    for place in range(count):
        end = at + len(f"{text} {place}.")
        spans.append(Passage(whole, at, end))
        at = end + 1
    return spans


def coded(*texts: str) -> dict[str, Passage]:
    return {f"bcd{'fghjkm'[place]}": _whole(article(text)) for place, text in enumerate(texts)}


def _whole(one: Article) -> Passage:
    return Passage(one, 0, len(one.text))


@pytest.mark.parametrize(("text", "least", "most"), KNOWN)
def test_tokens_are_counted_with_room_to_spare(text: str, least: int, most: int) -> None:
    assert least <= tokens(text) <= most


@given(st.text(), st.text())
def test_more_text_takes_no_fewer_tokens(one: str, other: str) -> None:
    assert tokens(one) <= tokens(one + other) <= tokens(one) + tokens(other)


def test_one_article_fills_no_prompt() -> None:
    of_one, other = passages("The bridge was closed on day", 6), _whole(article("The ferry sails."))
    assert list(chosen([*of_one, other])) == [*of_one[:MOST_PER_ARTICLE], other]


def test_the_same_text_is_sent_once_whoever_prints_it() -> None:
    first = _whole(article("The bridge\nwas closed.", outlet="Harbour Post"))
    reprint = _whole(article("The bridge was  closed.", outlet="Pebble Gazette"))
    assert list(chosen([first, reprint, first])) == [first]


def test_passages_are_whole_and_the_best_first() -> None:
    given = coded("The bridge was closed. " * 20, "The ferry sails. " * 40, "The road is open.")
    room = tokens(fenced(dict(list(given.items())[:1]), 9_999)) + 60
    kept, limit = fitted(given, room)
    assert list(kept) == ["bcdf", "bcdh"]
    assert limit >= max(len(passage.text) for passage in kept.values())


def test_only_the_best_one_is_cut_where_it_does_not_fit_alone() -> None:
    given = coded("The bridge was closed. " * 100, "The ferry sails. " * 100)
    kept, limit = fitted(given, 300)
    assert list(kept) == ["bcdf"]
    assert LEAST_CHARS <= limit < len(kept["bcdf"].text)
    assert tokens(fenced(kept, limit)) <= 330
    assert fitted(given, -50) == ({"bcdf": given["bcdf"]}, LEAST_CHARS)


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=6), st.integers(0, 2000))
def test_what_fits_is_what_is_counted(texts: list[str], room: int) -> None:
    given = coded(*texts)
    kept, limit = fitted(given, room)
    assert set(kept.items()) <= set(given.items())
    whole = limit >= max(len(passage.text) for passage in given.values())
    assert len(kept) == 1 or whole
    if whole and len(kept) > 1:
        empty = tokens(fenced({}, 0, Random(0)))
        assert tokens(fenced(kept, limit, Random(0))) <= room + empty
