"""A conversation as a Markdown document: questions, answers, the quotes behind them, and one list of sources. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qa.conversation import Turn
from web import cards, markup, message
from web.export.escape import escaped
from web.export.sources import Source, citations

DIFFERS = {"conflict": "Sources disagree", "update": "A later report differs"}
DOUBTS = {"partly": "partly supported", "not supported": "not supported"}


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage that came nearest to a question that the sources do not answer: who said it, and the words."""

    title: str
    byline: str
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is known beside the turns: the sources by article, and the nearest passages of each declined answer."""

    sources: Mapping[str, Source]
    nearest: Mapping[str, tuple[Nearest, ...]]
    today: date


def markdown(turns: Iterable[Turn], told: Told) -> str:
    """The document; every article has one number in all of it."""
    blocks = [block for turn in turns for block in _turn(turn, told)]
    head = ["# Questions and answers", f"*Exported from Vouch on {_day(told.today)}.*"]
    return "\n\n".join([*head, *blocks, *_bibliography(told.sources.values())]) + "\n"


def _turn(turn: Turn, told: Told) -> Iterator[str]:
    answer = turn.answer
    yield f"## {escaped(turn.question, begins=True)}"
    alone = answer["standalone_question"].strip()
    if alone and alone != turn.question.strip():
        yield f"*Understood as:* {escaped(alone)}"
    if answer["status"] == "not_in_sources":
        yield from _declined(answer, told)
    elif not answer["sentences"] and not answer["text"]:
        yield f"**No answer.** {escaped(answer['reason'])}".strip()
    else:
        yield from _answered(answer, told)
    if answer["notice"]:
        yield f"*{escaped(answer['notice'])}*"


def _answered(answer: dict[str, Any], told: Told) -> Iterator[str]:
    if answer.get("short"):
        source = told.sources[answer["short"]["article"]]
        yield f"**{escaped(answer['short']['text'])}** [{source.number}]"
    yield from _prose(answer, told)
    yield from (_difference(matter, told) for matter in answer["disagreements"])
    quotes = list(_quotes(answer, told))
    if quotes:
        yield "In their words:"
        yield "\n>\n".join(quotes)


def _prose(answer: dict[str, Any], told: Told) -> Iterator[str]:
    """The sentences in the paragraphs of the answer; where there are none, its text."""
    paragraphs: list[list[str]] = []
    for sentence, opens in zip(answer["sentences"], message.paragraph_starts(answer), strict=True):
        if opens or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(_sentence(sentence, told, begins=not paragraphs[-1]))
    yield from (" ".join(sentences) for sentences in paragraphs)
    if not paragraphs:
        yield from (escaped(each, begins=True) for each in answer["text"].splitlines() if each.strip())


def _sentence(sentence: dict[str, Any], told: Told, *, begins: bool) -> str:
    """Lead, words, numbers; then what is to be doubted of it."""
    lead, verdict = escaped(sentence["lead"], begins=begins), sentence["support"]["verdict"]
    words = escaped(sentence["text"], begins=begins and not lead)
    words = f"“{words}”" if verdict == "quoted" else words
    marks = "".join(dict.fromkeys(_mark(each, told) for each in sentence["citations"]))
    why = [DOUBTS[verdict], *map(escaped, sentence["support"]["reasons"])] if verdict in DOUBTS else []
    strange = [f"names a source that there is not: {escaped(each)}" for each in sentence["unverified"]]
    doubt = f"*({'; '.join([*why, *strange])})*" if why or strange else ""
    return " ".join(part for part in (lead, words, marks, doubt) if part)


def _mark(citation: dict[str, Any], told: Told) -> str:
    """The number as "[3]", or "[3, p. 12]" in an article that has pages."""
    page = f", p. {citation['page']}" if citation.get("page") else ""
    return f"[{told.sources[citation['article']].number}{page}]"


def _difference(matter: dict[str, Any], told: Told) -> str:
    """The matter, and every value with who says it and when."""
    lines = [f"**{DIFFERS[matter['kind']]}:** {escaped(matter['matter'])}", ""]
    for side in matter["sides"]:
        said_by = f", according to {escaped(side['said_by'])}" if side["said_by"] else ""
        sources = "; ".join(f"{_by(each, told)} {_mark(each, told)}" for each in side["citations"])
        lines.append(f"- **{escaped(side['value'])}**{said_by}: {sources}")
    return "\n".join(lines)


def _quotes(answer: dict[str, Any], told: Told) -> Iterator[str]:
    """Each quote that does not stand in the answer already, once."""
    shown = {" ".join(each["text"].split()) for each in answer["sentences"] if each["support"]["verdict"] == "quoted"}
    for citation in citations(answer):
        words = " ".join(citation["quote"].split())
        if words not in shown:
            shown.add(words)
            yield f"> “{escaped(words)}” {_by(citation, told)} {_mark(citation, told)}"


def _by(citation: dict[str, Any], told: Told) -> str:
    source = told.sources[citation["article"]]
    return f"{escaped(source.byline)}, {_day(source.published)}"


def _day(day: date | None) -> str:
    return markup.long_date(day.isoformat() if day else None)


def _declined(answer: dict[str, Any], told: Told) -> Iterator[str]:
    yield f"**Not in the sources.** {escaped(answer['reason'] or 'No passage answers this question.')}"
    looked = [escaped(each) for each in [*cards.looked_through(answer), cards.found(answer)]]
    yield f"{'. '.join(looked)}."
    nearest = told.nearest.get(answer["id"], ())
    if nearest:
        yield "The nearest passages, which do not answer it:"
        yield "\n>\n".join(f"> “{escaped(each.words)}” {escaped(each.byline)}" for each in nearest)


def _bibliography(sources: Iterable[Source]) -> Iterator[str]:
    listed = [_reference(source) for source in sources]
    if listed:
        yield "## Sources"
        yield from listed


def _reference(source: Source) -> str:
    """As “[1] Ana Verde: “A lamp for Gull Rock”. Harbour Post, 3 May 2024. <address>. Accessed 9 June 2026.”"""
    who = f"{', '.join(map(escaped, source.authors))}: " if source.authors else ""
    where = (
        f"{escaped(source.outlet)}, {_day(source.published)}" if source.outlet else _day(source.published).capitalize()
    )
    parts = [f"{who}“{escaped(source.title or 'Untitled')}”", where, f"<{source.url}>" if source.url else ""]
    accessed = f"Accessed {_day(source.accessed)}" if source.accessed else ""
    return f"[{source.number}] {'. '.join(part for part in (*parts, accessed) if part)}."
