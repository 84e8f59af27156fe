"""A question and its answer as the chat shows them; everything untrusted is escaped here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.documents import Passage
from qa.engine import EXTRACTED
from web import cards, colophon, markup, reference
from web.reference import Reference
from web.stopped import is_stopped

CONNECT = """
<details><summary>How to connect one</summary>
<p>Name any OpenAI-compatible endpoint in config.toml and start Vouch again: OpenAI, Ollama, vLLM, llama.cpp.</p>
<pre>[llm]
base_url = "http://127.0.0.1:11434/v1"
model = "the name of a model there"</pre>
</details>"""
DOUBTFUL = {"partly", "not supported"}


def turn(
    number: int, question: str, answer: dict[str, Any], passages: Mapping[str, Passage], notice: str, acts: str = ""
) -> str:
    """One question with its answer. `passages` are those that a declined one points to, `acts` what can be done."""
    body = _steps(answer) + _body(number, answer, passages) + _said(notice) + colophon.line(number, answer)
    content = asked(question) + (_cut_short(answer) if is_stopped(answer) else body) + acts
    return markup.element("article", content, class_="turn", id=f"m{number}", aria_label=f"Question {number}")


def asked(question: str) -> str:
    """The reader's own words."""
    return markup.element("h2", markup.text(question), class_="question", dir="auto")


def unchecked(text: str, kind: str) -> str:
    """Words of an answer that is not whole. Markers stay plain: which of them are citations is known at the end."""
    return markup.element("div", markup.prose(text), class_=f"answer {kind}", dir="auto") if text else ""


def _cut_short(answer: dict[str, Any]) -> str:
    """How far an answer had come when its reader stopped it."""
    notice = markup.element("p", markup.text(answer["reason"]), class_="notice")
    return unchecked(answer["text"], "stopped") + notice


def _said(notice: str) -> str:
    """How the answer was made, and how to get another kind where there is no model."""
    if not notice:
        return ""
    how = CONNECT if notice == EXTRACTED else ""
    return markup.element("div", markup.element("p", markup.text(notice)) + how, class_="notice")


def _body(number: int, answer: dict[str, Any], passages: Mapping[str, Passage]) -> str:
    if answer["status"] == "not_in_sources":
        return cards.unanswered(number, answer, passages)
    if answer["status"] == "error" and not answer["sentences"]:
        reason = answer["reason"] or "Something went wrong; nothing was answered."
        return cards.card("No answer", markup.element("p", markup.text(reason)), "failed")
    return _short(number, answer) + cards.differing(number, answer) + _prose(number, answer) + _doubts(answer)


def _steps(answer: dict[str, Any]) -> str:
    """What was done, folded: the question as it was searched, where it differs, is always in sight."""
    standalone, question = answer["standalone_question"], answer["question"]
    shown = ""
    if standalone and standalone.strip() != question.strip():
        label = '<span class="label">Understood as</span> '
        shown = markup.element("p", label + markup.text(standalone), class_="standalone", dir="auto")
    items = "".join(markup.element("li", markup.text(step)) for step in steps_of(answer))
    summary = markup.element("summary", markup.text(cards.found(answer)))
    return shown + markup.element("details", summary + markup.element("ol", items), class_="steps")


def steps_of(answer: dict[str, Any]) -> list[str]:
    """The steps of an answer, told from the answer itself."""
    alone = answer["standalone_question"] or answer["question"]
    rewritten = " (rewritten)" if alone.strip() != answer["question"].strip() else ""
    steps = [f"Searched for: {alone}{rewritten}"]
    steps += cards.looked_through(answer)
    steps.append(cards.found(answer))
    steps += [f"{name.replace('_', ' ')}: {value:,.0f} ms" for name, value in answer["timings_ms"].items()]
    return steps


def _short(number: int, answer: dict[str, Any]) -> str:
    """The few words that answer, with the marker of the sentence that they stand in."""
    short = answer.get("short")
    if not short:
        return ""
    every = reference.references(number, answer)
    within = (each for each in every if each.article == short["article"] and each.start <= short["start"] < each.end)
    marker = "".join(reference.marker(each) for each in list(within)[:1])
    return markup.element(
        "p", markup.element("strong", markup.text(short["text"])) + marker, class_="short", dir="auto"
    )


def _prose(number: int, answer: dict[str, Any]) -> str:
    """The sentences in their paragraphs, each with its markers."""
    paragraphs: list[list[str]] = []
    groups = reference.by_sentence(number, answer)
    for sentence, cited, opens in zip(answer["sentences"], groups, paragraph_starts(answer), strict=True):
        if opens or not paragraphs:
            paragraphs.append([])
        paragraphs[-1].append(_sentence(sentence, cited, answer.get("short")))
    content = "".join(markup.element("p", " ".join(sentences), dir="auto") for sentences in paragraphs)
    return markup.element("div", content or markup.element("p", markup.text(answer["text"])), class_="answer")


def paragraph_starts(answer: dict[str, Any]) -> list[bool]:
    """For each sentence whether the answer's text begins a new line with it; one with a lead always does."""
    starts, cursor = [], 0
    for sentence in answer["sentences"]:
        found = _loosely(sentence["text"]).search(answer["text"], cursor)
        before = answer["text"][cursor : found.start()] if found else ""
        starts.append("\n" in before or bool(sentence["lead"]))
        cursor = found.end() if found else cursor
    return starts


def _loosely(words: str) -> re.Pattern[str]:
    """These words, whatever white space is between them: a quote keeps its article's line breaks, the text does not."""
    return re.compile(r"\s+".join(re.escape(word) for word in words.split()))


def _sentence(sentence: dict[str, Any], cited: list[Reference], short: dict[str, Any] | None) -> str:
    verdict = sentence["support"]["verdict"]
    lead = markup.element("span", markup.text(sentence["lead"]), class_="lead") + " " if sentence["lead"] else ""
    marks = "".join(reference.marker(each) for each in cited)
    strange = "".join(_unverified(each) for each in sentence["unverified"])
    shape = reference.SHAPES.get(verdict, "v-unchecked")
    reasons = "; ".join(sentence["support"]["reasons"]) if verdict in DOUBTFUL else None
    quoted = verdict == "quoted"  # verbatim: a star in an article is a star
    content = _with_short(sentence["text"], cited, short) if quoted else markup.prose(sentence["text"])
    words = markup.element("span", content, class_=f"sentence {shape}", title=reasons or None)
    return f"{lead}{words}{marks}{strange}"


def _with_short(words: str, cited: list[Reference], short: dict[str, Any] | None) -> str:
    """A quoted sentence with the short answer marked in it, where it is the one that the short answer stands in."""
    quote = next((each for each in cited if short and each.article == short["article"] and each.quote == words), None)
    if short is None or quote is None or not quote.start <= short["start"] < short["end"] <= quote.end:
        return markup.text(words)
    start, end = short["start"] - quote.start, short["end"] - quote.start
    marked = markup.element("mark", markup.text(words[start:end]), class_="short")
    return markup.text(words[:start]) + marked + markup.text(words[end:])


def _unverified(written: str) -> str:
    why = "The model wrote this marker, but it names no passage that it was given."
    return markup.element("span", markup.text(written), class_="unverified", title=why)


def _doubts(answer: dict[str, Any]) -> str:
    """Every sentence that its passages do not fully carry, with the reasons, in words."""
    items = []
    for place, sentence in enumerate(answer["sentences"], start=1):
        verdict, reasons = sentence["support"]["verdict"], sentence["support"]["reasons"]
        if verdict in DOUBTFUL:
            words = "is only partly supported" if verdict == "partly" else "is not supported"
            why = f": {'; '.join(reasons)}" if reasons else ""
            items.append(markup.element("li", markup.text(f"Sentence {place} {words}{why}")))
    return markup.element("ul", "".join(items), class_="doubts") if items else ""
