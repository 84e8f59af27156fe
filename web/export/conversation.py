"""A conversation gathered from the library, and the kinds of file that can be made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.documents import Passage
from qa.answers import attribution
from qa.conversation import TITLE_LENGTH, Turn
from qa.engine import Engine
from web import cards
from web.export.bibtex import bibtex
from web.export.csl import csl_json
from web.export.lines import json_lines
from web.export.markdown import Nearest, Told, markdown
from web.export.sources import cited


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: its type, what a reader calls it, and how it is made."""

    type: str
    name: str
    made: Callable[[Engine, Sequence[Turn]], str]


def title(turns: Sequence[Turn]) -> str:
    """What a conversation is called: its first question, shortened."""
    return " ".join(turns[0].question.split())[:TITLE_LENGTH]


def document(engine: Engine, turns: Sequence[Turn]) -> str:
    """The conversation as Markdown."""
    near = nearest(engine, turns)
    return markdown(turns, Told(cited(turns, engine.library), near, datetime.now(UTC).astimezone().date()))


def nearest(engine: Engine, turns: Sequence[Turn]) -> dict[str, tuple[Nearest, ...]]:
    """The nearest passages of each declined answer, by its id, as far as they are still in the library."""
    declined = {turn.answer["id"]: turn.answer for turn in turns if turn.answer["status"] == "not_in_sources"}
    wanted = {ident: cards.nearest(answer) for ident, answer in declined.items()}
    passages = engine.library.passages([passage for named in wanted.values() for passage in named])
    return {
        ident: tuple(_near(passages[passage], declined[ident]) for passage in named if passage in passages)
        for ident, named in wanted.items()
    }


def _near(passage: Passage, answer: dict[str, object]) -> Nearest:
    """The words that the answer quotes of a passage, else all of it."""
    named = answer.get("nearest")
    quotes = {each["passage"]: each["quote"] for each in named} if isinstance(named, list) else {}
    return Nearest(passage.article.title, attribution(passage.article), quotes.get(passage.id, passage.text))


KINDS: Mapping[str, Kind] = {
    "md": Kind("text/markdown", "Markdown", document),
    "bib": Kind(
        "application/x-bibtex", "BibTeX", lambda engine, turns: bibtex([*cited(turns, engine.library).values()])
    ),
    "json": Kind(
        "application/vnd.citationstyles.csl+json",
        "CSL-JSON",
        lambda engine, turns: csl_json([*cited(turns, engine.library).values()]),
    ),
    "jsonl": Kind("application/jsonl", "JSON Lines", lambda _, turns: json_lines(turn.answer for turn in turns)),
}
