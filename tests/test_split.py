"""Sentences and passages: nothing lost, nothing twice, nothing cut where a reader would not."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Article
from ingest.furniture import furniture
from ingest.split import passages, sentences


def cut(text):
    return [text[start:end] for start, end in sentences(text)]


def article(text):
    return Article.of("/made/up.txt", text, "Made up")


def by_words(texts):
    return [len(text.split()) for text in texts]


def by_characters(texts):
    return [len(text) for text in texts]


SNAGS = [
    "He said no. ", "He said no. ", "Mr. Ito left the U.S. on Jan. 5. ", "“Go … .” ", "3.5 percent... ", "No. 5 ",
    "\r\n", "\n", "\n\n", "\r\n\r\n", "\u2028", "\x0c", "\u00a0", "\u200b", "\ufeff", " " * 30, "x" * 60,
    "e\u0301\u0301", " \u0301", "👩‍👩‍👧‍👦", "🇸🇻🇻🇪", "👍🏽", "각", "\u1100\u1161\u11a8",
    "שלום עולם. ", "قال لا. ", "他说。她走了。", "[1] ", "</script> ",
    "© 2025 The Post. All rights reserved.\n", "What's Your Reaction?\n", "Advertisement\n",
]  # fmt: skip
AWKWARD = st.lists(st.sampled_from(SNAGS) | st.text(max_size=12), max_size=40).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\r\n ", []),
        ("One", ["One"]),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Mr. J. K. Ito met Dr. Li in St. Louis. She left.", ["Mr. J. K. Ito met Dr. Li in St. Louis.", "She left."]),
        ("He left the U.S. The rest stayed.", ["He left the U.S.", "The rest stayed."]),
        ("The U.S. President left at 5 p.m. Monday.", ["The U.S. President left at 5 p.m. Monday."]),
        ("It was Jan. 30, 2025. No. 5 won. No. It lost.", ["It was Jan. 30, 2025.", "No. 5 won.", "No.", "It lost."]),
        (
            "Many sell fruit, e.g. Apples. Acme Inc. The end.",
            ["Many sell fruit, e.g. Apples.", "Acme Inc.", "The end."],
        ),
        (
            "Prices rose 3.5 percent to $1.2 million. Then fell.",
            ["Prices rose 3.5 percent to $1.2 million.", "Then fell."],
        ),
        ("“He left … .” Nobody saw.", ["“He left … .”", "Nobody saw."]),
        ('He said "no." "Yes," she said.', ['He said "no."', '"Yes," she said.']),
        ('"Why?" he asked. (She knew.) Well...', ['"Why?" he asked.', "(She knew.)", "Well..."]),
        ("Wait... what? Go… He went.", ["Wait... what?", "Go…", "He went."]),
        ("« Non. » Il part. Er sagt: „Nein.“ Und geht.", ["« Non. »", "Il part.", "Er sagt: „Nein.“", "Und geht."]),
        ("他说。她走了！真的", ["他说。", "她走了！", "真的"]),
        ("1. First. 2. Second.", ["1. First.", "2. Second."]),
        ("“Never.” — Ana", ["“Never.” — Ana"]),
        ("Heading\nA line.\n\nAnother\r\nLast.", ["Heading", "A line.", "Another", "Last."]),
        ("Read https://example.com/a.b?c=d. Then go.", ["Read https://example.com/a.b?c=d.", "Then go."]),
    ],
)
def test_sentences_as_a_reader_sees_them(text, expected):
    assert cut(text) == expected


def test_a_hard_wrap_does_not_end_a_sentence_but_a_short_line_does():
    wrapped = (
        "The old ferry that has crossed the river since the spring\n"
        "of 1902 was taken out of service on Monday, and Capt. Mr.\n"
        "Ito wept. He kept the bell.\n"
        "A new paragraph follows it, and that one also runs across\n"
        "two lines.\n"
        "\n"
        "A heading\n"
        "The end"
    )
    first, *others = [sentence.replace("\n", " ") for sentence in cut(wrapped)]
    assert first.startswith("The old ferry that has crossed the river since the spring of 1902 was")
    assert first.endswith("on Monday, and Capt. Mr. Ito wept.")
    assert others == [
        "He kept the bell.",
        "A new paragraph follows it, and that one also runs across two lines.",
        "A heading",
        "The end",
    ]


def test_paragraphs_on_single_lines_are_not_taken_for_hard_wraps():
    text = "Council votes on the bridge\nThe vote was close " + "and long " * 30 + "\nanother line that begins small"
    assert len(cut(text)) == 3


def test_only_the_span_asked_for_is_divided():
    text = "One. Two. Three."
    assert [text[start:end] for start, end in sentences(text, 5, 9)] == ["Two."]


@settings(deadline=None)
@given(AWKWARD)
def test_sentences_cover_everything_but_white_space_in_order(text):
    place = 0
    for start, end in sentences(text):
        assert place <= start < end
        assert text[place:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        place = end
    assert text[place:].strip() == ""


@settings(deadline=None)
@given(AWKWARD, st.integers(1, 60), st.sampled_from([by_words, by_characters]))
def test_passages_cover_everything_but_white_space_and_furniture(text, limit, measure):
    made = passages(article(text), measure, limit)
    left = list(text)
    place = 0
    for passage in made:
        assert place <= passage.start
        assert text[passage.start : passage.end] == passage.text == passage.text.strip() != ""
        left[passage.start : passage.end] = " " * (passage.end - passage.start)
        place = passage.end
    for start, end in furniture(text):
        assert "".join(left[start:end]) == text[start:end], "furniture is in no passage"
        left[start:end] = " " * (end - start)
    assert "".join(left).strip() == ""


def is_one_character(text):
    """A letter with marks, an emoji of several, a flag, or a Hangul syllable in parts."""
    if all("\U0001f1e6" <= character <= "\U0001f1ff" for character in text):
        return len(text) <= 2
    return all(
        unicodedata.category(character)[0] in "MC"
        or unicodedata.category(character) in ("Sk", "Cf")
        or "\u1160" <= character <= "\u11ff"
        or text[place] == "\u200d"
        or character.isspace()
        for place, character in enumerate(text[1:])
    )


@settings(deadline=None)
@given(AWKWARD, st.integers(1, 60))
def test_no_passage_is_over_the_limit_but_a_single_character(text, limit):
    for passage in passages(article(text), by_characters, limit):
        assert len(passage.text) <= limit or is_one_character(passage.text), passage.text


@settings(deadline=None)
@given(AWKWARD, st.integers(1, 8))
def test_words_are_cut_only_between_characters(text, limit):
    for passage in passages(article(text), by_characters, limit):
        before, first = text[max(0, passage.start - 1) : passage.start], passage.text[0]
        if before and not before.isspace():
            assert before != "\u200d"
            assert first != "\u200d"
            assert unicodedata.category(first)[0] != "M" or before in "\r\n\u2028\u2029\x0b\x0c\x85"


def test_a_word_over_the_limit_is_cut_between_flags_and_families():
    word = "🇸🇻🇻🇪" * 10 + "👩‍👩‍👧‍👦" * 5 + "e\u0301" * 10
    parts = [passage.text for passage in passages(article(word), by_characters, 7)]
    assert "".join(parts) == word
    for part in parts:
        assert sum("\U0001f1e6" <= character <= "\U0001f1ff" for character in part) % 2 == 0
        assert part[0] not in "\u200d\u0301"
        assert part[-1] != "\u200d"


def test_greedy_filling_by_hand():
    # Words: 3 + 3 fit into 7, a third 3 does not; the last two sentences fill the next passage.
    text = "One two three. Four five six. Seven eight nine. Ten."
    assert [passage.text for passage in passages(article(text), by_words, 7)] == [
        "One two three. Four five six.",
        "Seven eight nine. Ten.",
    ]


def test_a_well_filled_passage_ends_with_its_paragraph():
    # 7 of 10 words at the end of the paragraph are enough; the next sentence would still fit.
    text = "One two three. Four five six seven.\nEight nine ten. Eleven twelve thirteen."
    assert [passage.text for passage in passages(article(text), by_words, 10)] == [
        "One two three. Four five six seven.",
        "Eight nine ten. Eleven twelve thirteen.",
    ]


def test_a_heading_stays_with_what_follows():
    text = "One two three four five six.\nA heading\nSeven eight nine ten."
    assert [passage.text for passage in passages(article(text), by_words, 9)] == [
        "One two three four five six.",
        "A heading\nSeven eight nine ten.",
    ]


def test_a_sentence_over_the_limit_is_cut_at_white_space():
    made = [passage.text for passage in passages(article("a b c d e f g h"), by_words, 3)]
    assert made == ["a b c", "d e f", "g h"]


def test_no_passage_from_nothing_or_furniture_alone():
    assert passages(article(""), by_words, 5) == []
    assert passages(article(" \r\n\n"), by_words, 5) == []
    assert passages(article("© 2025 The Pebble Gazette. All rights reserved."), by_words, 5) == []


def test_passages_do_not_reach_across_furniture():
    text = "One two.\nAdvertisement\nThree four."
    assert [passage.text for passage in passages(article(text), by_words, 50)] == ["One two.", "Three four."]


def test_a_limit_below_one_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        passages(article("One."), by_words, 0)


def test_the_measure_is_called_a_few_times_with_many():
    calls = []

    def measure(texts):
        calls.append(len(texts))
        return by_words(texts)

    passages(article("He said no. She said yes. " * 500 + "and " * 400), measure, 40)
    assert len(calls) <= 5


@pytest.mark.parametrize(
    "unit", ["He said no. ", "Mr. U.S. ", "x", ". ", '."', "e\u0301", "🇸🇻", "a ", "« Non. » ", "wörd\r\n", "\n", "[["]
)
def test_a_paragraph_of_200_000_characters_takes_well_under_seconds(unit):
    text = (unit * 200_000)[:200_000]
    began = time.process_time()
    sentences(text)
    made = passages(article(text), by_characters, 880)
    assert time.process_time() - began < 3
    assert all(len(passage.text) <= 880 for passage in made)


def test_a_word_that_a_tokenizer_counts_as_one_piece_is_still_cut():
    made = passages(article("x" * 10_000), lambda texts: [1] * len(texts), 100)
    assert max(len(passage.text) for passage in made) <= 2_000
