"""What a text says of itself: believed where it means it, unknown elsewhere."""

from datetime import date

import pytest

from ingest.byline import Byline, byline, names, outlet_in_title
from ingest.formats.reading import Read
from ingest.metadata import (
    authors_of,
    completed,
    dateline_of,
    outlet_of,
    published_of,
    shortened,
    title_of,
    updated_of,
    url_of,
)  # fmt: skip

BODY = "The ferry stopped on Monday, the harbour office said.\nIt had run for a century."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "By Ana Verde, Paper Lantern Post, 30 January 2025",
            Byline(outlet="Paper Lantern Post", authors=("Ana Verde",), published=date(2025, 1, 30)),
        ),
        (
            "By Ana Verde and Bo Li | Pebble Gazette | Jan. 30, 2025, 5:30 p.m.",
            Byline(outlet="Pebble Gazette", authors=("Ana Verde", "Bo Li"), published=date(2025, 1, 30)),
        ),
        ("By Ana Verde, Kestrel Hill, 30 January 2025",
         Byline(outlet="Kestrel Hill", authors=("Ana Verde",), published=date(2025, 1, 30))),
        ("BY ANA VERDE", Byline(authors=("ANA VERDE",))),
        ("By Ana Verde, Luis Gil and Bo Li", Byline(authors=("Ana Verde", "Luis Gil", "Bo Li"))),
        ("By Ana Verde, Staff Writer", Byline(authors=("Ana Verde",))),
        ("By Ana Verde for the Pebble Gazette", Byline(outlet="Pebble Gazette", authors=("Ana Verde",))),
        ("By Ana Verde in San Salvador", Byline(authors=("Ana Verde",))),
        ("By J. K. van der Berg & Zoë O'Neil", Byline(authors=("J. K. van der Berg", "Zoë O'Neil"))),
        ("By The Pebble Press", Byline(outlet="The Pebble Press")),
        ("Author: Ana Verde", Byline(authors=("Ana Verde",))),
        ("Source: The Pebble Gazette", Byline(outlet="The Pebble Gazette")),
        ("Title: The ferry stops", Byline(title="The ferry stops")),
        ("Date: 2025-01-30", Byline(published=date(2025, 1, 30))),
        ("Published: 30 January 2025 | Updated: 31 January 2025",
         Byline(published=date(2025, 1, 30), updated=date(2025, 1, 31))),
        ("Published 5:30 PM EST, Thu January 30, 2025", Byline(published=date(2025, 1, 30))),
        ("Updated 30 January 2025", Byline(updated=date(2025, 1, 30))),
        ("Updated: Jan. 30, 2025, 5:30 PM EST", Byline(updated=date(2025, 1, 30))),
        ("Last updated 30 January 2025", Byline(updated=date(2025, 1, 30))),
        ("By Ana Verde | Pebble Gazette | March 3, 2025, 5:30 PM EST",
         Byline(outlet="Pebble Gazette", authors=("Ana Verde",), published=date(2025, 3, 3))),
        ("From our correspondent", Byline()),
        ("By our own correspondent", Byline()),
        ("Staff writer", Byline()),
        ("By Staff Reporter", Byline()),
        ("By Pebble Gazette Staff", Byline()),
        ("First published on Jan 30, 2025", Byline(published=date(2025, 1, 30))),
        ("30 January 2025 · 5 min read", Byline(published=date(2025, 1, 30))),
        ("Pebble Gazette, 30 January 2025", Byline(outlet="Pebble Gazette", published=date(2025, 1, 30))),
        ("Ana Verde | Pebble Gazette | 30 January 2025",
         Byline(outlet="Pebble Gazette", authors=("Ana Verde",), published=date(2025, 1, 30))),
        ("San Salvador, 30 January 2025", Byline(published=date(2025, 1, 30))),
    ],
)  # fmt: skip
def test_a_byline(line, expected):
    assert byline(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "", "By", "By then it was over.", "By the river", "By Monday, the army had left", "Updated yesterday",
        "The war began on 30 January 2025", "K13 Channel (@k13) March 17, 2025", "Source: https://example.com/x",
        "By Ana Verde, " + "and others, " * 20, "Bye Ana Verde",
    ],
)  # fmt: skip
def test_no_byline(line):
    assert byline(line) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Par Zoé Verde, Le Phare du Lac, 12 février 2025",
         Byline(outlet="Le Phare du Lac", authors=("Zoé Verde",), published=date(2025, 2, 12))),
        ("Por Ana Verde y Luis Gil | La Voz del Lago",
         Byline(outlet="La Voz del Lago", authors=("Ana Verde", "Luis Gil"))),
        ("Por Ana Verde e Bo Li", Byline(authors=("Ana Verde", "Bo Li"))),
        ("Von Greta Ahlers und Bo Li, Kieselzeitung",
         Byline(outlet="Kieselzeitung", authors=("Greta Ahlers", "Bo Li"))),
        ("Von Greta Ahlers, Redakteurin", Byline(authors=("Greta Ahlers",))),
        ("Di Ana Verde", Byline(authors=("Ana Verde",))),
        ("Автор: Вера Полевая", Byline(authors=("Вера Полевая",))),
        ("Источник: Вестник Залива", Byline(outlet="Вестник Залива")),
        ("Дата: 5 апреля 2024 года", Byline(published=date(2024, 4, 5))),
        ("Quelle: Kieselbote", Byline(outlet="Kieselbote")),
        ("Título: Para el ferry", Byline(title="Para el ferry")),
        ("Publié le 12 février 2025 à 10h30", Byline(published=date(2025, 2, 12))),
        ("Veröffentlicht am 3. März 2025, 10:30 Uhr", Byline(published=date(2025, 3, 3))),
        ("Publicado el 14 de febrero de 2025 | Actualizado: 15 de febrero de 2025",
         Byline(published=date(2025, 2, 14), updated=date(2025, 2, 15))),
        ("Zuletzt aktualisiert: 4. März 2025", Byline(updated=date(2025, 3, 4))),
        ("Mis à jour le 4 mars 2025", Byline(updated=date(2025, 3, 4))),
        ("Обновлено 5 апреля 2024", Byline(updated=date(2024, 4, 5))),
        ("Von unserem Korrespondenten", Byline()),
        ("Por Redacción", Byline()),
        ("Ana Verde | Pebble Gazette", Byline(outlet="Pebble Gazette", authors=("Ana Verde",))),
        ("By Ana Verde in Oakland, California", Byline(authors=("Ana Verde",))),
        ("By Ana Verde | The Kestrel", Byline(outlet="The Kestrel", authors=("Ana Verde",))),
    ],
)  # fmt: skip
def test_a_byline_of_other_forms_and_languages(line, expected):
    assert byline(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Por la mañana no salió el ferry", "Por San Telmo", "Por Fin", "Por América Latina y España", "Por El Salvador",
        "Par exemple, le bac ne circule plus", "Par Monts et Vaux", "Par Temps Calme, le bac part",
        "Von Ostern an fährt die Fähre", "Von Berlin nach Hamburg", "Von Rom und New York", "Von Wein und Brot",
        "Di solito parte tardi", "Door County", "Datum und Ort stehen noch nicht fest",
        "Data were lost on 3 March 2025", "Fuente: el capitán dijo que el barco no sale hasta el próximo lunes",
        "Publié le mois dernier", "Aktualisiert gestern", "World News | Pebble Gazette", "Ferry stops | Pebble Gazette",
        "Ana Verde | Bo Li",
    ],
)  # fmt: skip
def test_prose_that_begins_like_a_byline_elsewhere(line):
    assert byline(line) is None


@pytest.mark.parametrize("headline", ["Von Miller Returns Home", "Par Ana Verde", "Ana Verde | Pebble Gazette"])
def test_the_first_line_may_be_a_headline(headline):
    full = completed(Read(f"{headline}\n\n{BODY}"))
    assert (full.title, full.outlet, full.authors) == (headline, "", ())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("mail@pebble.example (Ana Verde)", ("Ana Verde",)),
        ("Ana Verde <mail@pebble.example>, Bo Li (bo@pebble.example)", ("Ana Verde", "Bo Li")),
        ("Ana Verde in Oakland, California", ("Ana Verde",)),
        ("Ana Verde in Oakland, California and Bo Li in San Telmo", ("Ana Verde", "Bo Li")),
        ("Women in Film", ("Women in Film",)),
        ("Harbour Post Staff", ()),
        ("Science Editor", ()),
        ("Ana Verde, Redactora; Journaliste; корреспондент", ("Ana Verde",)),
        ("Por Ana Verde y Bo Li", ("Ana Verde", "Bo Li")),
        ("Von Miller", ("Von Miller",)),
        ("Joana Costa e Silva", ("Joana Costa e Silva",)),
        ("@anaverde", ()),
        ("Ana Verde", ("Ana Verde",)),
        ("By Ana Verde, Bo Li; Luis Gil and Ana Verde", ("Ana Verde", "Bo Li", "Luis Gil")),
        ("Staff", ()),
        ("Ana Verde, senior correspondent", ("Ana Verde",)),
        ("ana@example.com", ()),
        ("", ()),
    ],
)
def test_names(value, expected):
    assert names(value) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Ferry stops | The Pebble Gazette", "The Pebble Gazette"), ("Ferry stops - what now", ""), ("Ferry stops", "")],
)
def test_the_outlet_in_a_page_title(title, expected):
    assert outlet_in_title(title) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Ferry stops on the Lune\n\n{BODY}", "Ferry stops on the Lune"),
        (f"Is the ferry gone?\n{BODY}", "Is the ferry gone?"),
        (f"# Ferry stops\n\n{BODY}", "Ferry stops"),
        (f"Ferry stops\nBy Ana Verde\n\n{BODY}", "Ferry stops"),
        (f"By Ana Verde\nFerry stops\n\n{BODY}", "Ferry stops"),
        (f"Advertisement\n30 January 2025\nFerry stops\n\n{BODY}", "Ferry stops"),
        (f"Headline: Ferry  stops\nBy Ana Verde\n{BODY}", "Ferry stops"),
        ("The ferry stopped. It had run for a century.", "The ferry stopped."),
        ("Ferry stops", "Ferry stops"),
        ("", ""),
        ("© 2025 The Pebble Gazette", ""),
    ],
)
def test_title(text, expected):
    assert title_of(text) == expected


def test_a_title_made_from_a_long_sentence_ends_at_a_word():
    text = (
        "The ferry that had carried people and animals across the river for over a century stopped on Monday, said Ana."
    )
    assert title_of(text) == (
        "The ferry that had carried people and animals across the river for over a century stopped…"
    )
    assert len(title_of("x" * 500 + ".")) == 90


def test_a_wrapped_first_paragraph_is_no_headline():
    text = (
        "The old ferry that has crossed the river since the spring\nof 1902 was taken out of service on Monday.\n\nEnd."
    )
    assert title_of(text).startswith("The old ferry that has crossed the river since the spring of 1902 was taken")


def test_a_headline_above_a_byline_of_similar_length_ends_at_its_line():
    text = f"Ferry on the Lune stops after a century on the water now\nAna Verde | Pebble Gazette | 30 January 2025\nhttps://example.com/a/b\n\n{BODY}"
    assert title_of(text) == "Ferry on the Lune stops after a century on the water now"


def test_shortened():
    assert shortened("one two", 7) == "one two"
    assert shortened("one two three", 8) == "one two…"
    assert shortened("one, two", 5) == "one…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{BODY}\n© 2025 Pebble Gazette. All rights reserved. Do not reproduce without permission.", "Pebble Gazette"),
        (f"{BODY}\nCopyright © 2019-2025 by The Pebble Post, Inc. All rights reserved", "The Pebble Post"),
        (f"{BODY}\n© Pebble.example 2024", "Pebble.example"),
        (f"{BODY}\n(c) 2024 Pebble Gazette | Privacy", "Pebble Gazette"),
        (f"{BODY} © 2025 Pebble Gazette. All rights reserved.", "Pebble Gazette"),
        (f"{BODY}\n© 2025. All rights reserved.", ""),
        (f"{BODY}\n© 2025 All rights reserved.", ""),
        (f"Ferry stops\nBy Ana Verde, Pebble Post\n{BODY}\n© 2025 Pebble Media", "Pebble Post"),
        ("Ferry stops\n\nLUNE (Kestrel) - The ferry stopped.", "Kestrel"),
        ("March 16 (Kestrel) — The ferry stopped.", "Kestrel"),
        ("LUNE (Kestrel) - The ferry stopped.\n© 2025 Pebble Gazette", "Pebble Gazette"),
        ("Guests (some of them) - left.", ""),
        (BODY, ""),
        ("", ""),
    ],
)
def test_outlet(text, expected):
    assert outlet_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Ferry stops\nBy Ana Verde, Pebble Post, 30 January 2025\n{BODY}", date(2025, 1, 30)),
        (f"Ferry stops\nJanuary 30, 2025\n{BODY}", date(2025, 1, 30)),
        (f"Ferry stops\n\nLUNE, March 16, 2025 (Kestrel) - {BODY}", date(2025, 3, 16)),
        (f"LUNE, England, 16 March 2025 — {BODY}", date(2025, 3, 16)),
        (f"LUNE, March 16 (Kestrel) - {BODY}", None),
        (f"{BODY}\n© 2025 Pebble Gazette. All rights reserved.", None),
        (f"{BODY}\nThe captain wept. Kestrel (@kestrel) March 17, 2025", None),
        (f"{BODY}\nMarch 17, 2025", None),
        (f"Ferry stops\n03/04/2025\n{BODY}", None),
        (f"Ferry stops\nUpdated March 17, 2025\n{BODY}", None),
        ("", None),
    ],
)
def test_published(text, expected):
    assert published_of(text) == expected


def test_authors_and_address():
    text = f"Ferry stops\nBy Ana Verde and Bo Li\nhttps://example.com/ferry\n{BODY}"
    assert authors_of(text) == ("Ana Verde", "Bo Li")
    assert url_of(text) == "https://example.com/ferry"
    assert url_of(f"{BODY}\nSource: https://example.com/ferry\n") == "https://example.com/ferry"
    assert url_of(f"{BODY} See https://example.com/ferry for more.") == ""


def test_what_the_file_says_comes_before_what_the_text_says():
    read = Read(
        f"Ferry stops\nBy Ana Verde, Pebble Post, 30 January 2025\n{BODY}", title="Kept", published=date(2020, 2, 2)
    )
    full = completed(read)
    assert (full.title, full.outlet, full.authors, full.published) == (
        "Kept", "Pebble Post", ("Ana Verde",), date(2020, 2, 2),
    )  # fmt: skip
    assert full.text == read.text


def test_where_each_field_was_said():
    text = (
        "Ferry stops on the Lune\nBy Ana Verde\nPublished 30 January 2025 | Updated 31 January 2025\n"
        f"https://example.com/ferry\n\nLUNE (Kestrel) - {BODY}\n© 2025 Pebble Gazette"
    )
    full = completed(Read(text))
    assert (full.title, full.outlet, full.authors) == ("Ferry stops on the Lune", "Pebble Gazette", ("Ana Verde",))
    assert (full.published, full.updated) == (date(2025, 1, 30), date(2025, 1, 31))
    assert full.said_by == {
        "title": "headline", "outlet": "imprint", "authors": "byline", "published": "byline", "updated": "byline",
        "url": "address line",
    }  # fmt: skip
    assert completed(Read(f"LUNE, 16 March 2025 (Kestrel) - {BODY}")).said_by == {
        "title": "first sentence", "outlet": "dateline", "published": "dateline",
    }  # fmt: skip


def test_a_field_that_the_file_gave_keeps_its_place():
    full = completed(Read(f"Ferry stops\nBy Ana Verde\n{BODY}", title="Kept", said_by={"title": "sidecar"}))
    assert full.said_by == {"title": "sidecar", "authors": "byline"}


@pytest.mark.parametrize(
    ("dateline", "expected"),
    [
        ("SAN SALVADOR, March 16 (Kestrel) — ", ("Kestrel", None)),
        ("SAN SALVADOR, El Salvador (Kestrel) — ", ("Kestrel", None)),
        ("LUNE (K-P) - ", ("K-P", None)),
        ("LUNE, March 16, 2025 (Kestrel News) – ", ("Kestrel News", date(2025, 3, 16))),
        ("LUNE — ", ("", None)),
        ("", ("", None)),
    ],
)
def test_datelines(dateline, expected):
    assert dateline_of(f"Ferry stops\n\n{dateline}{BODY}") == expected


def test_a_year_in_the_imprint_gives_a_dateline_none():
    assert completed(Read(f"LUNE, March 16 (Kestrel) — {BODY}\n© 2025 Pebble Gazette")).published is None


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ("Ferry stops on the Lune\nAna Verde\n30 January 2025", ("Ana Verde",)),
        ("Ferry stops on the Lune\nAna M. Verde\nUpdated 30 January 2025", ("Ana M. Verde",)),
        ("Ferry stops on the Lune\nAna Verde\n\nIt rained.", ()),
        ("Ferry stops on the Lune\nSan Salvador\n30 January 2025", ()),
        ("Ferry stops on the Lune\nPebble Gazette\n30 January 2025", ()),
        ("Ferry stops on the Lune\nWorld News\n30 January 2025", ()),
        ("World News\nFerry Stops\n30 January 2025", ()),
        ("Ferry stops on the Lune\nFrom our correspondent\n30 January 2025", ()),
        ("Ferry stops on the Lune\nBy staff writer\n30 January 2025", ()),
    ],
)
def test_a_name_alone_above_a_date(top, expected):
    full = completed(Read(f"{top}\n\n{BODY}"))
    assert full.authors == expected
    assert full.title in ("Ferry stops on the Lune", "World News")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Updated: 31 January 2025", date(2025, 1, 31)),
        ("Last updated 3 May 2024", date(2024, 5, 3)),
        ("Last updated on May 3, 2024 at 5:30 PM", date(2024, 5, 3)),
        ("Updated 5:30 PM EST, Fri January 31, 2025", date(2025, 1, 31)),
        ("Updated yesterday", None),
        ("Updated figures of 31 January 2025 show it", None),
    ],
)
def test_updated(line, expected):
    assert updated_of(f"Ferry stops\n{line}\n\n{BODY}") == expected
    assert published_of(f"Ferry stops\n{line}\n\n{BODY}") is None


def test_a_change_before_the_publication_is_none():
    full = completed(Read(f"Ferry stops\nUpdated 30 January 2024\n\n{BODY}", published=date(2025, 1, 30)))
    assert full.updated is None
    assert "updated" not in full.said_by
