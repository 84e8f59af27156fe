"""What happens to an article on its way into other papers: trimmed, led anew, edited, corrected, dressed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmarks.reports import LEADS, NOTES, boilerplate
from ingest.split import sentences

DATE = re.compile(r"\b(\d{1,2}) (January|February|March|April|May|June|July|August|November|December)( \d{4})?\b")
NUMBER = re.compile(r"\b\d[\d,]*\b")

Rng = random.Random
Edit = Callable[[list[str], Rng], list[str]]  # paragraphs to paragraphs


def trimmed(blocks: list[str], rng: Rng) -> list[str]:
    """Cut from the end, at a sentence, to between 40 and 75 percent."""
    wanted = rng.uniform(0.4, 0.75) * sum(len(block.split()) for block in blocks)
    kept: list[str] = []
    for block in blocks:
        part: list[str] = []
        for start, end in sentences(block):
            if wanted <= 0:
                break
            part.append(block[start:end])
            wanted -= len(part[-1].split())
        if part:
            kept.append(" ".join(part))
    return kept


def re_led(blocks: list[str], rng: Rng) -> list[str]:
    """A new first paragraph, and a line of credit."""
    return [rng.choice(LEADS), *blocks[1:], rng.choice(NOTES)]


def edited(blocks: list[str], rng: Rng) -> list[str]:
    """In a third of the sentences a word is dropped, doubled by an adverb, or replaced."""
    return [_by_sentence(block, rng, 0.33, _reworded) for block in blocks]


def corrected(blocks: list[str], rng: Rng) -> list[str]:
    """The figures in up to three sentences changed, a sentence taken out, a note added."""
    changed = list(blocks)
    for place in rng.sample(range(len(blocks)), min(3, len(blocks))):
        spans = [changed[place][start:end] for start, end in sentences(changed[place])]
        one = rng.randrange(len(spans))
        changed[place] = " ".join([*spans[:one], _recounted(spans[one], rng), *spans[one + 1 :]])
    changed[place] = " ".join(spans[:-1]) or changed[place]
    return [*changed, "Correction: an earlier version of this article misstated a figure."]


def redated(blocks: list[str], rng: Rng) -> list[str]:
    """Dates as another country writes them, quotation marks as a typesetter does."""
    form = rng.choice((r"\2 \1,\3", r"\1. \2\3", r"the \1th of \2\3"))
    return [re.sub(r'"([^"]*)"', r"“\1”", DATE.sub(form, block)).replace("'", "’") for block in blocks]


def dressed(blocks: list[str], rng: Rng) -> list[str]:
    """Another headline and byline, another foot, lines wrapped by hand."""
    top = [rng.choice(LEADS).split(",")[0], "By Orla Finch, Pebble Gazette, 4 May 2025"]
    wrapped = [re.sub(r"(.{60,75}) ", r"\1\n", block) for block in blocks]
    return [*top, *wrapped, "© 2025 Pebble Gazette. All rights reserved.", boilerplate(rng)]


def _chained(*edits: Edit) -> Edit:
    def all_of_them(blocks: list[str], rng: Rng) -> list[str]:
        for edit in edits:
            blocks = edit(blocks, rng)
        return blocks

    return all_of_them


COPIES: dict[str, Edit] = {
    "trimmed": trimmed,
    "re-led": re_led,
    "edited": edited,
    "corrected": corrected,
    "dates": redated,
    "dressed": dressed,
    "re-led, trimmed": _chained(trimmed, re_led),
    "edited, re-led": _chained(edited, re_led, redated),
    "corrected, dressed": _chained(corrected, dressed),
}


def _by_sentence(block: str, rng: Rng, share: float, change: Callable[[str, Rng], str]) -> str:
    parts = [block[start:end] for start, end in sentences(block)]
    return " ".join(change(part, rng) if rng.random() < share else part for part in parts)


def _reworded(sentence: str, rng: Rng) -> str:
    words = sentence.split()
    place = rng.randrange(len(words))
    words[place : place + 1] = rng.choice(([], [words[place], "reportedly"], ["indeed"]))
    return " ".join(words)


def _recounted(sentence: str, rng: Rng) -> str:
    return NUMBER.sub(lambda _: str(rng.randrange(2, 900)), sentence)
