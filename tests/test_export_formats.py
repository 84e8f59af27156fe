"""A conversation taken along: every kind of file parses, and hostile words are text in all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import bibtexparser
import jsonschema
import pytest
from correspondence import DIARY, LAMP, LETTER, TOWER, harmless, hostile, open_engine_on
from markdown_it import MarkdownIt
from markdown_it.token import Token

from benchmarks.payloads import payloads
from ingest.documents import Passage
from qa.answers import Citation
from qa.conversation import Turn
from qa.engine import Engine
from web.export.bibtex import ESCAPES
from web.export.conversation import KINDS
from web.export.escape import escaped
from web.export.names import parted
from web.export.sources import Source, cited, line

SINK = "http://evil.example/"
AWKWARD = [
    '50% & $5 #1 a_b {c} {d ~e^f \\g "h" <i>k</i> | `l`',
    "} unbalanced {{",
    "\\input{/etc/passwd} \\write18{id} \\end{document}",
    "a and b, Jr. and others",
    "%%% @article{x, } @comment{y} @string(z)",
    "# Heading",
    "- a bullet",
    "1. a number",
    "a) a letter",
    "    code",
    "====",
    "---",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "> a quote",
    ": a definition",
    "O’Neill–Łódź: Ærø, ñandú, 東京",
    "see www.evil.example and evil.example/x and mail@evil.example",
    "x\u202e\u200b\x00\x1b[31m\u2028y",
]

# The parts of the CSL-JSON schema (1.0.2) that a bibliography of news can need, stricter than it: what holds here holds
# there. https://github.com/citation-style-language/schema
DAY = {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 3}
DATE = {"type": "object", "properties": {"date-parts": {"type": "array", "items": DAY, "minItems": 1, "maxItems": 1}},
        "required": ["date-parts"], "additionalProperties": False}  # fmt: skip
PART = {"type": "string", "minLength": 1}
PERSON = {"type": "object", "properties": {"family": PART, "given": PART, "non-dropping-particle": PART},
          "required": ["family", "given"], "additionalProperties": False}  # fmt: skip
WHOLE = {"type": "object", "properties": {"literal": PART}, "required": ["literal"], "additionalProperties": False}
TEXTS = dict.fromkeys(("id", "title", "container-title", "URL", "language"), PART)
ITEM = {
    "type": "object",
    "properties": {
        **TEXTS,
        "type": {"enum": ["article-newspaper", "webpage", "document"]},
        "author": {"type": "array", "minItems": 1, "items": {"anyOf": [PERSON, WHOLE]}},
        "issued": DATE,
        "accessed": DATE,
    },
    "required": ["id", "type", "title"],
    "additionalProperties": False,
}
CSL = {"type": "array", "items": ITEM}


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [*payloads(SINK), *AWKWARD]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> Iterator[Engine]:
    bad = [
        {"title": each, "outlet": each, "authors": [each, "Ana Verde"], "url": f"https://a.example/{each}",
         "text": f"Item {number}.\n\n{each}"}
        for number, each in enumerate(texts)
    ]  # fmt: skip
    engine = open_engine_on(tmp_path_factory.mktemp("shelf"), [LAMP, TOWER, DIARY, LETTER, *bad])
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def turns(engine: Engine) -> list[Turn]:
    return harmless(engine)


@pytest.fixture(scope="module")
def bad_turns(engine: Engine, texts: list[str]) -> list[Turn]:
    articles = [engine.library.article(each.id) for each in engine.library.articles()]
    opened = [Passage(article, 0, 4) for article in articles if article]
    cited = [Citation(number, passage, 0, 4) for number, passage in enumerate(opened, start=1)]
    said = [texts[number % len(texts)] for number in range(len(cited))]
    return [hostile("h", said, cited)]


def made(engine: Engine, turns: list[Turn], kind: str) -> str:
    content = KINDS[kind].made(engine, turns)
    assert content.encode("utf-8")
    return content


# Markdown.


def every_token(markdown: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown):
        yield token
        yield from token.children or ()


def words(markdown: str) -> str:
    """What a reader sees: text, addresses, line ends."""
    shown = [
        t.content if t.type == "text" else " " if t.type in {"softbreak", "inline"} else ""
        for t in every_token(markdown)
    ]
    return "".join(shown)


def test_markdown_numbers_every_article_once_through_the_whole_conversation(engine: Engine, turns: list[Turn]) -> None:
    markdown = made(engine, turns, "md")
    assert "“The lighthouse on Gull Rock is 41 metres tall.” [1]" in markdown
    assert "It is 41 metres tall. [1]\n" in markdown
    assert "*Understood as:* How tall is the lighthouse on Gull Rock?" in markdown
    assert "[2][1] *(partly supported; nobody says “by all accounts”)*" in markdown
    assert "“Fog again.” [3]" in markdown
    listed = re.findall(r"^\[(\d)\] (.*)$", markdown.partition("## Sources")[2], re.MULTILINE)
    assert [number for number, _ in listed] == ["1", "2", "3", "4"]
    told = "Ada Marsh, Harbour Watch: “A lamp for Gull Rock”. Tin Whistle Times, 3 May 2024."
    assert listed[0][1].startswith(f"{told} <https://example.org/gull-rock?a=1&b=2#top>. Accessed ")
    assert listed[3][1].startswith("“A letter”. Undated. Accessed ")


def test_markdown_has_both_sides_and_what_is_not_in_the_sources(engine: Engine, turns: list[Turn]) -> None:
    markdown = made(engine, turns, "md")
    assert "**Sources disagree:** height of the lighthouse" in markdown
    assert "- **41 metres**: Tin Whistle Times, 3 May 2024 [1]" in markdown
    assert "- **38**: Paper Boat Post, 11 June 2024 [2]" in markdown
    assert "> “The tower stands 38 metres above the sea.” Paper Boat Post, 11 June 2024 [2]" in markdown
    assert "**Not in the sources.** No article speaks of the mayor." in markdown
    assert "> “Nobody came.” “A keeper’s diary”, undated" in markdown


def test_hostile_words_are_text_in_markdown(engine: Engine, bad_turns: list[Turn], texts: list[str]) -> None:
    markdown = made(engine, bad_turns, "md")
    tokens = list(every_token(markdown))
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_block", "html_inline", "image", "code_block", "code_inline", "fence", "table_open", "hr",
                        "ordered_list_open", "blockquote_code", "s_open", "lheading_open"}  # fmt: skip
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h2"]
    links = {token.attrs["href"] for token in tokens if token.type == "link_open"}
    assert links
    assert all(str(link).startswith("https://a.example/") or link in {LAMP["url"], DIARY["url"]} for link in links)
    seen = " ".join(words(markdown).split())
    assert [text for text in texts if line(text) not in seen] == []


def test_nothing_in_markdown_becomes_a_link_by_itself(texts: list[str]) -> None:
    for text in texts:
        assert not re.search(r"(?<!\\)://|www\.|[^\\]@|\w\.[a-z]{2}", escaped(text)), text


# BibTeX.


def unescaped(value: str) -> str:
    for mark, written in sorted(ESCAPES.items(), key=lambda pair: -len(pair[1])):
        value = value.replace(written, chr(mark)) if mark != ord("\\") else value
    return value.replace("\\textbackslash{}", "\\")


def test_bibtex_parses_with_an_entry_for_each_source(engine: Engine, turns: list[Turn]) -> None:
    library = bibtexparser.parse_string(made(engine, turns, "bib"))
    assert library.failed_blocks == []
    entries = {entry.key: (entry.entry_type, {name: str(f.value) for name, f in entry.fields_dict.items()})
               for entry in library.entries}  # fmt: skip
    kind, lamp = entries["tinwhistletimes2024lamp"]
    assert kind == "article"
    assert lamp.pop("urldate") == str(next(iter(cited(turns, engine.library).values())).accessed)
    assert lamp == {
        "author": "Marsh, Ada and {Harbour Watch}",
        "title": "{A lamp for Gull Rock}",
        "journaltitle": "Tin Whistle Times",
        "entrysubtype": "newspaper",
        "date": "2024-05-03",
        "url": LAMP["url"],
    }
    assert [kind for kind, _ in entries.values()] == ["article", "article", "online", "misc"]


def test_hostile_words_are_text_in_bibtex(engine: Engine, bad_turns: list[Turn], texts: list[str]) -> None:
    content = made(engine, bad_turns, "bib")
    library = bibtexparser.parse_string(content)
    sources = cited(bad_turns, engine.library)
    assert library.failed_blocks == []
    assert len(library.entries) == len(sources) > len(texts)
    titles = [unescaped(str(entry.fields_dict["title"].value)[1:-1]) for entry in library.entries]
    assert titles == [source.title for source in sources.values()]
    for entry in library.entries:
        assert re.fullmatch(r"[a-z0-9-]+", entry.key)
        assert set(entry.fields_dict) <= {
            "author", "title", "journaltitle", "entrysubtype", "date", "url", "urldate"
        }  # fmt: skip
        for name, field in entry.fields_dict.items():
            value = str(field.value)
            assert value.count("{") == value.count("}")
            assert name == "url" or not re.search(r"(?<!\\)[%#$&_~^]", value)
            assert name != "url" or (re.fullmatch(r"https?://[!-~]+", value) and not re.search(r"[{}\\^\"<>`]", value))


# CSL-JSON.


def test_csl_json_is_valid(engine: Engine, turns: list[Turn]) -> None:
    items = json.loads(made(engine, turns, "json"))
    jsonschema.validate(items, CSL)
    first = items[0]
    assert first["id"] == "tinwhistletimes2024lamp"
    assert first["author"] == [{"family": "Marsh", "given": "Ada"}, {"literal": "Harbour Watch"}]
    assert first["issued"] == {"date-parts": [[2024, 5, 3]]}
    assert first["container-title"] == "Tin Whistle Times"
    assert first["URL"] == LAMP["url"]
    assert first["language"] == "en"
    assert [item["type"] for item in items] == ["article-newspaper", "article-newspaper", "webpage", "document"]


def test_hostile_words_are_text_in_csl_json(engine: Engine, bad_turns: list[Turn]) -> None:
    content = made(engine, bad_turns, "json")
    items = json.loads(content)
    jsonschema.validate(items, CSL)
    assert len({item["id"] for item in items}) == len(items)
    assert not re.search(r"</?(i|b|sub|sup|sc|span)\b", content, re.IGNORECASE)
    assert all(re.fullmatch(r"https?://[!-~]+", item.get("URL", SINK)) for item in items)


# Answers as data.


@pytest.mark.parametrize("which", ["turns", "bad_turns"])
def test_json_lines_are_the_answers(engine: Engine, which: str, request: pytest.FixtureRequest) -> None:
    turns = request.getfixturevalue(which)
    assert [json.loads(each) for each in made(engine, turns, "jsonl").splitlines()] == [turn.answer for turn in turns]


# Sources.


def test_a_correction_shows_and_what_is_gone_stays_as_it_was_cited(engine: Engine, turns: list[Turn]) -> None:
    changed: list[dict[str, Any]] = [json.loads(json.dumps(turn.answer)) for turn in turns[:1]]
    changed[0]["sources"][0]["title"] = "A lump for Gull Rock"
    asked = [Turn("?", answer) for answer in changed]
    assert [source.title for source in cited(asked, engine.library).values()] == [LAMP["title"]]
    changed[0]["sentences"][0]["citations"][0]["quote"] = "Other words."
    source = next(iter(cited(asked, engine.library).values()))
    assert (source.title, source.accessed) == ("A lump for Gull Rock", None)


@pytest.mark.parametrize(
    ("author", "family"),
    [
        ("Ada Marsh", "Marsh"),
        ("Ada M. Marsh", "Marsh"),
        ("J. K. Marsh", "Marsh"),
        ("Vincent van Gogh", "Gogh"),
        ("Siân O’Neill-Łódź", "O’Neill-Łódź"),
        ("Marsh, Ada", "Marsh"),
        ("Paper Boat Post", ""),
        ("Amnesty International", ""),
        ("Gabriel García Márquez", ""),
        ("Reuters", ""),
        ("staff writer", ""),
        ("<b>Ada</b> Marsh", ""),
        ("Barnes and Noble", ""),
    ],
)
def test_only_who_is_surely_a_person_is_parted(author: str, family: str) -> None:
    name = parted(author)
    assert (name.family, name.literal) == (family, "" if family else author)


def test_undated_sources_without_anything_have_entries_too() -> None:
    from web.export.bibtex import bibtex
    from web.export.csl import csl_json

    bare = [Source(1, "a", ""), Source(2, "b", "", outlet="東京新聞")]
    assert [entry.key for entry in bibtexparser.parse_string(bibtex(bare)).entries] == [
        "articleundated",
        "articleundatedb",
    ]
    jsonschema.validate(json.loads(csl_json(bare)), CSL)
