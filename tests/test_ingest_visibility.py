"""What a reader would not see is not read, and is counted: in web pages, in PDFs, and in the characters of any text.

Every carrier below takes a word, CANARY, past the eye of whoever opens the file. None of them survives. Known to
survive, since nothing in the file itself tells them from what is meant: text hidden by a style sheet that the page
only links to, by a selector with a state or an attribute (":not(.x)", "[data-x]"), or by a script; and single joiners
between the letters of scripts that use them, a bit each.
"""

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import document_fromstring
from reportlab.lib.colors import black, white
from reportlab.pdfgen.canvas import Canvas

from ingest.formats import html, markdown, pdf, text
from ingest.formats.colour import colour_of, same
from ingest.formats.reading import Read
from ingest.formats.visibility import without_unseen
from ingest.visible import visible, visible_text

PROSE = (
    "The old ferry over the Lune stopped on Monday after a century of crossings, the harbour office said.",
    "It carried forty people and, on market days, a few sheep. The captain kept the bell and went home early.",
    "A bridge is to open in the spring. Until then a bus goes round by the north road four times a day.",
)
HIDDEN = "CANARY and a sentence that is long enough to be taken for a part of the article."
# The outermost elements that are not there, then text that is there and cannot be seen.
CARRIERS = {
    "hidden": "<p hidden>{}</p>",
    "aria-hidden": "<div aria-hidden='true'><p>{}</p></div>",
    "template": "<template><p>{}</p></template>",
    "noscript": "<noscript><p>{}</p></noscript>",
    "dialog": "<dialog><p>{}</p></dialog>",
    "comment": "<!-- {} -->",
    "display none": "<p style='DISPLAY: none !important'>{}</p>",
    "visibility": "<p style='visibility:hidden'>{}</p>",
    "opacity": "<div style='opacity:0.01'><p>{}</p></div>",
    "filter": "<p style='filter: opacity(0%)'>{}</p>",
    "font-size 0": "<p style='font-size:0'>{}</p>",
    "font-size 1px": "<p style='font-size:1px'>{}</p>",
    "font-size in em": "<p style='font-size:.05em'>{}</p>",
    "font shorthand": "<p style='font:0/0 a'>{}</p>",
    "white": "<p style='color:white'>{}</p>",
    "white, inherited": "<div style='color:rgb(255, 255, 255)'><p>{}</p></div>",
    "nearly white": "<p style='color:#fdfdfd'>{}</p>",
    "white by hsl": "<p style='color:hsl(0,0%,100%)'>{}</p>",
    "white by the font element": "<p><font color=white>{}</font></p>",
    "white by a sheet": "<style>.note{{color:#fff}}</style><p class='big note'>{}</p>",
    "by a sheet, within": "<style>#a .b > p{{display:none}}</style><div id=a><div class=b><p>{}</p></div></div>",
    "by a sheet for screens": "<style>@media screen{{.x{{display:none}}}}</style><p class=x>{}</p>",
    "black on black": "<div style='background:#000'><p style='color:black'>{}</p></div>",
    "a colour on itself": "<table><tr><td bgcolor=red style='color:#f00'>{}</td></tr></table>",
    "transparent": "<p style='color:transparent'>{}</p>",
    "no alpha": "<p style='color:rgba(0,0,0,0)'>{}</p>",
    "off to the left": "<p style='position:absolute;left:-9999px'>{}</p>",
    "off to the top": "<p style='position:fixed;top:-300vh'>{}</p>",
    "off to the right": "<p style='position:absolute;left:9999px'>{}</p>",
    "text-indent": "<p style='text-indent:-9999px'>{}</p>",
    "transform": "<p style='transform:translateX(-9999px)'>{}</p>",
    "scale": "<p style='transform:scale(0)'>{}</p>",
    "clip": "<p style='position:absolute;clip:rect(0 0 0 0)'>{}</p>",
    "clip-path": "<p style='clip-path:inset(50%)'>{}</p>",
    "zero box": "<p style='width:0;height:0;overflow:hidden'>{}</p>",
    "one pixel": "<style>.sr{{position:absolute;width:1px;height:1px;overflow:hidden}}</style><p class=sr>{}</p>",
    "no height": "<div style='max-height:0;overflow:hidden'><p>{}</p></div>",
}
SHOWN = {
    "larger within small": "<div style='font-size:0'><p style='font-size:16px'>{}</p></div>",
    "seen within unseen": "<div style='visibility:hidden'><p style='visibility:visible'>{}</p></div>",
    "white on dark": "<div style='background:#003;color:#fff'><p>{}</p></div>",
    "white on a picture": "<div style='background:url(sea.png);color:#fff'><p>{}</p></div>",
    "a colour that only the browser knows": "<p style='color:var(--paper)'>{}</p>",
    "letters cut from a gradient":
        "<p style='background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent'>{}</p>",
    "hidden in print": "<style>@media print{{.x{{display:none}}}}</style><p class=x>{}</p>",
    "hidden on telephones": "<style>@media (max-width:600px){{.x{{display:none}}}}</style><p class=x>{}</p>",
    "overruled": "<style>#y{{display:block}}.x{{display:none}}</style><p class=x id=y>{}</p>",
    "overruled in place": "<style>.x{{display:none}}</style><p class=x style='display:block'>{}</p>",
    "details": "<details><summary>More</summary><p>{}</p></details>",
    "small": "<p style='font-size:8px'>{}</p>",
    "grey": "<p style='color:#ddd'>{}</p>",
    "indented": "<p style='text-indent:2em'>{}</p>",
    "nudged": "<p style='position:relative;left:-12px'>{}</p>",
    "bold": "<p style='font:700 12px/1 serif'>{}</p>",
    "cut at the edge": "<div style='overflow:hidden;width:100%'><p>{}</p></div>",
}  # fmt: skip


def page(body):
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    article = f"<article><h1>Ferry stops</h1>{body}{prose}</article>"
    return f"<!doctype html><html><head><title>F</title></head><body><main>{article}</main></body></html>".encode()


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS)
def test_what_a_page_hides_is_not_read(carrier):
    read = html.read(page(carrier.format(HIDDEN)))
    assert "CANARY" not in read.text
    assert all(paragraph in read.text for paragraph in PROSE)
    assert read.unseen == len(HIDDEN)


@pytest.mark.parametrize("body", SHOWN.values(), ids=SHOWN)
def test_what_a_page_shows_is_read(body):
    read = html.read(page(body.format(HIDDEN)))
    assert "CANARY" in read.text
    assert read.unseen == 0


@pytest.mark.parametrize("element", ["<script>CANARY()</script>", "<style>.CANARY{}</style>", "<img alt=CANARY>",
                                     "<input type=hidden value=CANARY>"])  # fmt: skip
def test_what_is_no_text_is_neither_read_nor_counted(element):
    read = html.read(page(element))
    assert "CANARY" not in read.text
    assert read.unseen == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<body>", "<body style='opacity:0'>"),
        ("<body>", "<body hidden>"),
        ("<main>", "<main style='visibility:hidden'>"),
        ("<body>", "<style>body{display:none}</style><body>"),
        ("<body>", "<body style='color:#fff'>"),
    ],
)
def test_a_page_that_waits_for_a_script_hides_nothing(before, after):
    read = html.read(page("").decode().replace(before, after).encode())
    assert PROSE[0] in read.text
    assert read.unseen == 0


def test_text_between_hidden_elements_stays():
    tree = document_fromstring("<body><p>One <b hidden>two</b> three.</p> <p>Four <!-- five --> six</p></body>")
    assert without_unseen(tree) == len("twofive")
    assert " ".join(tree.text_content().split()) == "One three. Four six"


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_style_however_odd_raises(style, sheet):
    tree = document_fromstring("<body><p>One</p><p>Two</p></body>")
    tree.find(".//p").set("style", "".join(character for character in style if character.isprintable()))
    tree.find("body").append(document_fromstring("<style></style>").find(".//style"))
    tree.find(".//style").text = "".join(character for character in sheet if character.isprintable())
    assert without_unseen(tree) >= 0


@pytest.mark.parametrize(
    "sheet",
    [
        "@media screen{" * 5_000, "a{color:" + "(" * 5_000, "(" * 50_000, "a{clip:rect(" + "0 " * 50_000 + ")}",
        "a{clip-path:polygon(" + "0 0 " * 50_000 + ")}", "a{left:" + "1" * 200_000 + "x}",
        "a>" * 20_000 + "b{color:red}",
        ".x{color:red}" * 5_000,
    ],
    ids=range(8),
)  # fmt: skip
def test_a_style_sheet_that_never_ends_takes_no_longer(sheet):
    tree = document_fromstring("<body><style></style><a>One</a><p class=x>Two</p></body>")
    tree.find(".//style").text = sheet
    began = time.process_time()
    assert without_unseen(tree) <= len("One")
    assert time.process_time() - began < 3


def test_colours():
    assert colour_of("#FFF".lower()) == ((1.0, 1.0, 1.0), 1.0)
    assert colour_of("inherit") is colour_of("color()") is colour_of("") is None
    assert same((1.0, 1.0, 1.0), (0.95, 0.95, 0.95))
    assert not same((1.0, 1.0, 1.0), (0.9, 0.9, 0.9))


# --- PDFs (more of them in test_ingest_pdf.py)


@pytest.mark.parametrize(
    ("place", "size", "colour", "mode"),
    [((60, 700), 12, black, 3), ((60, 700), 12, white, 0), ((60, 700), 0.5, black, 0), ((60, -900), 12, black, 0)],
    ids=["mode 3", "white", "half a point", "off the page"],
)
def test_what_a_pdf_hides_is_not_read(place, size, colour, mode):
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(60, 800, PROSE[0])
    drawn = canvas.beginText(*place)
    drawn.setFont("Helvetica", size)
    drawn.setFillColor(colour)
    drawn.setTextRenderMode(mode)
    drawn.textOut("CANARY")
    canvas.drawText(drawn)
    canvas.save()
    read = pdf.read(out.getvalue())
    assert (read.text, read.unseen) == (PROSE[0], len("CANARY"))


# --- characters


def tagged(word):
    return "".join(chr(0xE0000 + ord(letter)) for letter in word)


def in_bits(word, zero, one):
    return "".join(one if bit == "1" else zero for letter in word.encode() for bit in f"{letter:08b}")


def in_selectors(word):
    return "".join(chr(0xE0100 + letter) for letter in word.encode())


UNSEEN_CHARACTERS = {
    "tags": tagged("CANARY"),
    "zero-width bits": in_bits("CANARY", "\u200b", "\u2060"),
    "joiner bits": in_bits("CANARY", "\u200c", "\u200d"),
    "variation selectors": in_selectors("CANARY"),
    "invisible operators": in_bits("CANARY", "\u2061", "\u2064"),
    "direction marks": in_bits("CANARY", "\u200e", "\u200f"),
    "overrides": "\u202e\u202d\u202c\u2066\u2069",
    "fillers": "\u3164\uffa0\u115f",
    "controls": "\x01\x1b\x7f\x9f",
    "byte order marks": "\ufeff\ufeff",
}


@pytest.mark.parametrize("hidden", UNSEEN_CHARACTERS.values(), ids=UNSEEN_CHARACTERS)
def test_characters_that_are_not_drawn_go_and_are_counted(hidden):
    assert visible_text(f"The ferry {hidden}stopped.") == ("The ferry stopped.", len(hidden))


def test_words_turned_round_are_read_as_they_stand():
    assert visible_text("The \u202eyrref\u202c stopped.") == ("The yrref stopped.", 2)


@pytest.mark.parametrize(
    "content",
    [
        "می‌خواهم به خانه بروم", "क्‍ष और क्‌ष", "👨‍👩‍👧 and 🏳️‍🌈", "I ❤️ it, 1️⃣ and ☎︎", "El Niño, “naïve” – 日本語 العربية",
        "One\r\nTwo\n\n\tThree\u2028Four\u00a0five", "", " ",
    ],
)  # fmt: skip
def test_text_that_needs_such_characters_keeps_them(content):
    assert visible_text(content) == (content, 0)


def test_soft_hyphens_and_a_mark_at_the_beginning_go_uncounted():
    assert visible_text("\ufeffThe har\u00adbour office") == ("The harbour office", 0)


@settings(deadline=None)
@given(st.text(st.sampled_from("ab ❤1#*\u20e3\ufe0f\ufe0e\u200d\u200cم\u200b\u00ad\U000e0041\n")))
def test_seen_once_is_seen_for_good(content):
    shown, unseen = visible_text(content)
    assert visible_text(shown) == (shown, 0)
    assert len(shown) + unseen + content.count("\u00ad") == len(content)


def test_an_article_keeps_its_pages_and_its_fields_are_cleaned():
    read = Read(
        "One\u200b two. Three\u00ad four.\u2060",
        title="Fer\u200bry",
        authors=("A\u00adna",),
        pages=(0, 10, 23),
        unseen=5,
    )
    shown = visible(read)
    assert (shown.text, shown.title, shown.authors, shown.unseen) == ("One two. Three four.", "Ferry", ("Ana",), 7)
    assert [shown.text[place:] for place in shown.pages] == ["One two. Three four.", "Three four.", ""]


def test_every_format_of_text_leaves_them_to_be_taken_out():
    smuggled = f"The ferry{tagged('CANARY')} stopped."
    for read in (text.read(smuggled.encode()), markdown.read(smuggled.encode())):
        assert visible(read).text == "The ferry stopped."


def test_comments_in_markdown_are_counted():
    read = markdown.read(b"The ferry <!-- CANARY --> stopped.\n\n```\n<!-- code -->\n```\n")
    assert read.unseen == len("CANARY")
    assert "CANARY" not in read.text
    assert "<!-- code -->" in read.text


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<div hidden>", "</div>"), ("<span style='display:none'>", "</span>"), ('<P STYLE="color: #fff">', "</P >"),
        ("<b aria-hidden=true>", "</b>"), ("<p class=a style='font-size:0'>\n", "\n</p>"),
    ],
)  # fmt: skip
def test_html_that_hides_in_markdown(opening, closing):
    read = markdown.read(f"The ferry {opening}CANARY{closing} stopped.".encode())
    assert read.text.split() == ["The", "ferry", "stopped."]
    assert read.unseen == len("CANARY")


@pytest.mark.parametrize(
    "content",
    [
        "a <b> b",
        "<div hidden>never closed",
        "<p style='color:red'>red</p>",
        "x < y and z > hidden",
        '<a title="a hidden gem">gem</a>',
        "`<div hidden>` and `</div>`",
        "<hidden>a</hidden>",
    ],
)
def test_other_html_in_markdown_stays(content):
    read = markdown.read(content.encode())
    assert (read.text, read.unseen) == (content, 0)
