"""An article in the Evidence pane: whole, in paragraphs, with exactly the quote marked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_html import Seen, answer, article, quoted

from index.hits import Hit
from ingest.documents import Passage
from qa.answers import Citation, Sentence, Support
from web import evidence, passage, reading, reference
from web.evidence import _quote
from web.reading import Span
from web.reference import Reference


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), st.data())
def test_the_mark_is_the_quote_and_the_text_is_whole(text: str, data: st.DataObject) -> None:
    points = st.integers(0, len(text))
    spans = [sorted((data.draw(points), data.draw(points))) for _ in range(4)]
    source = article(text)
    kept = [Citation(n, Passage(source, 0, len(text)), a, b) for n, (a, b) in enumerate(spans, 1) if a < b]
    if not kept:
        return
    made = answer(*[Sentence(each.quote, (each,), Support("quoted")) for each in kept])
    cited = reference.references(1, made)
    for focus in cited:
        seen = Seen(reading.cited(source, focus, cited))
        assert seen.text("mark") == focus.quote
        assert seen.text(class_="text") == text
        assert len([tag for tag, _ in seen.elements if tag == "mark"]) == 1


@pytest.mark.parametrize(
    "text",
    ["a\r\n\r\nb", "שלום עולם. مرحبا.", "e\u0301a\u0300 👩‍👩‍👧 🇫🇷", "x" * 200_000, "Same. Same. Same.", "\n\n a \n\n"],
)
def test_awkward_texts_are_shown_whole(text: str) -> None:
    assert Seen(reading.body(text, Span(1, 2), ())).text() == text


def test_paragraphs_break_at_blank_lines_or_else_at_line_ends_but_not_in_the_quote() -> None:
    assert reading.paragraphs("a\nb\n\nc", None) == [(0, 3), (5, 6)]
    assert reading.paragraphs("a\nb\nc", None) == [(0, 1), (2, 3), (4, 5)]
    assert reading.paragraphs("a\nb\nc", Span(0, 3)) == [(0, 3), (4, 5)]


def test_lines_broken_by_width_are_filled_and_verse_is_not() -> None:
    wrapped = "\n".join(["This line was broken by the width of a page, not by sense,"] * 3)
    assert 'class="flowing"' in reading.body(f"{wrapped}\n\nEnd.", None, ())
    assert "flowing" not in reading.body("Short lines\nare verse\n\nEnd.", None, ())


def test_other_citations_of_the_article_are_faint_and_lead_to_theirs() -> None:
    source = article("One thing. Another thing.")
    cited = reference.references(2, answer(*quoted(source, "One thing.", "Another thing.")))
    seen = Seen(reading.cited(source, cited[0], cited))
    assert (seen.text("mark"), seen.text(class_="also")) == ("One thing.", "Another thing.")
    before, after = seen.having(class_="icon step")
    assert "disabled" in before
    assert (after["data-order"], "disabled" in after) == ("2", False)


def test_a_changed_or_vanished_article_is_said_and_not_marked() -> None:
    source = article("One thing. Another thing.")
    cited = reference.references(1, answer(*quoted(source, "Another thing.")))
    changed = Seen(reading.cited(replace(source, text="New. One thing. Another thing."), cited[0], cited))
    assert "changed since" in changed.text(class_="warning")
    assert "mark" not in changed.tags()
    assert changed.text(class_="text") == "New. One thing. Another thing."
    gone = Seen(reading.cited(None, cited[0], cited))
    assert "no longer in the library" in gone.text(class_="warning")
    assert "Another thing." in gone.text("blockquote")


def test_what_was_found_and_not_cited_is_folded_below() -> None:
    used, other = article("One thing.", "Used"), article("Other words.", "Other")
    hits = tuple(Hit(Passage(each, 0, 5), 1.0) for each in (used, other))
    made = answer(*quoted(used, "One thing."), retrieved=hits)
    html = evidence.sources(1, made, {hit.passage.id: hit.passage for hit in hits})
    assert Seen(html).text("summary") == "Also found, not cited: 1 article"
    shown = Seen(html).having(data_event="passage")
    assert [(each["class"], each["data-passage"]) for each in shown] == [
        ("event", hits[1].passage.id),
        ("excerpt", hits[1].passage.id),
    ]


def test_an_excerpt_does_not_repeat_its_title() -> None:
    source = article("Fog on the quay\n\nThe ferry waited.", "Fog on the quay")
    shown = Seen(passage.excerpt(1, Passage(source, 0, len(source.text))))
    assert (shown.text(class_="of"), shown.text(class_="words")) == ("Fog on the quay", "The ferry waited.")
    assert Seen(passage.excerpt(1, Passage(source, 0, 15))).text(class_="words") == "Fog on the quay"


def test_a_quote_from_a_document_with_pages_names_its_page() -> None:
    about = (1, 1, 1, "a1", 0, 4, "Fog.", "quoted", (), {"title": "Fog"})
    paged, plain = Reference(*about, page=2), Reference(*about)
    assert "page 2 · quoted" in _quote(paged)
    assert "page" not in _quote(plain)
    assert reference.glance(paged)["data_note"] == "quoted · page 2"
    source = replace(article("Fog."), id="a1", pages=(0, 0))
    assert Seen(reading.cited(source, paged, [paged])).text(class_="place") == "1 of 1 · page 2"
    assert Seen(reading.cited(source, plain, [plain])).text(class_="place") == "1 of 1"
    assert Seen(reading.found(Passage(source, 0, 4), 1)).text(class_="place") == "Found, not cited · page 2"
