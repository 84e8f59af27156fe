"""How well near copies are told from the rest, on pairs made from the demonstration articles by a seeded program.

One half of the articles serves to choose thresholds, the other to report: `python -m benchmarks.copies [seed]`.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from benchmarks.edits import COPIES
from benchmarks.reports import COMMENTS, boilerplate, report
from ingest.copies import LIMITS, Shared, are_copies, shared, words_of
from ingest.documents import Article

SOURCES = Path(__file__).parent.parent / "sources"
SECTION_BLOCKS = 4  # paragraphs that a section of the long article has at least, to stand as an article of its own
LEAST_NOTICE = 40  # words
ROUNDS = 5  # of every kind of edit for every article
TEMPLATES = 140  # pairs of reports from one template
NEIGHBOURS = {
    "copied": (0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 0.9),
    "kept": (0.2, 0.25, 0.3, 0.35, 0.4, 0.5),
    "ahead": (0.1, 0.2, 0.3, 0.4, 1.0),
    "dateline": (0.0, 0.03, 0.06, 0.1, 0.2),
    "whole": (0.3, 0.5, 0.6, 0.7, 0.8),
    "figures": (0.0, 1.1, 1.2, 1.3, 1.4, 1.5),
}
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)

Rng = random.Random


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles, what was done to make them, and whether they are one story."""

    kind: str
    copies: bool
    one: Article
    other: Article


@dataclass(frozen=True, slots=True)
class Score:
    """Pairs rightly and wrongly joined, and those missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


# The articles that pairs are made from.


def bases() -> list[Article]:
    """The demonstration articles that are plain text, Markdown or records; the long one as its sections."""
    files = sorted(SOURCES.glob("*.txt")) + sorted(SOURCES.glob("2*.md"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    for line in (SOURCES / "teacup-telegraph-archive.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        texts[record["id"]] = f"{record['title']}\n\n{record['text']}"
    bodies = {name: FRONT_MATTER.sub("", text).strip().split("\n\n") for name, text in texts.items()}
    return [part for name, body in bodies.items() for part in _sections(_article(name, body))]


def _sections(article: Article) -> Iterator[Article]:
    parts = re.split(r"\n## ", article.text)
    if len(parts) < 2:  # noqa: PLR2004
        yield article
        return
    for place, part in enumerate(parts):
        blocks = part.split("\n\n")[1:]
        if len(blocks) >= SECTION_BLOCKS:
            yield _article(f"{article.origin}#{place}", blocks)


def halves(articles: Sequence[Article]) -> tuple[list[Article], list[Article]]:
    """For tuning, and for the report."""
    return list(articles[::2]), list(articles[1::2])


def _article(origin: str, blocks: Sequence[str]) -> Article:
    return Article.of(origin, "\n\n".join(blocks), "A title", outlet="Pebble Gazette")


def _blocks(article: Article) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", article.text) if len(block.split()) > 12]  # noqa: PLR2004


# What is no copy.


def quoting(article: Article, other: Article, rng: Rng) -> list[str]:
    """A piece no longer than the article, of which 40 to 60 percent is a quotation from it."""
    told = " ".join(_blocks(article)).split()
    size = round(rng.uniform(0.6, 1) * len(told))
    quoted = round(rng.uniform(0.4, 0.6) * size)
    start = rng.randrange(len(told) - quoted)
    around = [*rng.choice(COMMENTS).split(), *" ".join(_blocks(other)).split()][: size - quoted]
    middle = rng.randrange(len(around) // 4, len(around))
    words = [around[:middle], told[start : start + quoted], around[middle:]]
    return [" ".join(part) for part in words if part]


def follow_up(article: Article, other: Article, rng: Rng) -> list[str]:
    """Another article that tells the background in two paragraphs of this one."""
    blocks = _blocks(article)
    place = rng.randrange(max(1, len(blocks) - 1))
    return [*_blocks(other), *blocks[place : place + 2]]


def digest_of(article: Article, others: Sequence[Article], rng: Rng) -> list[str]:
    """A round-up that has the article whole, among four others."""
    chosen = [article, *rng.sample(others, 4)]
    rng.shuffle(chosen)
    return [block for one in chosen for block in _blocks(one)]


def commented(notice: str, rng: Rng) -> list[str]:
    """A longer piece that quotes a short notice whole, with words of its own before and after."""
    before, after = rng.sample(COMMENTS, 2)
    return [before, f"“{notice}”", after]


def pairs(articles: Sequence[Article], seed: int, rounds: int = ROUNDS) -> list[Pair]:
    """The labelled set made from these articles; another seed makes another set."""
    rng = Rng(seed)
    made = [Pair("other article", False, one, other) for one, other in combinations(articles, 2)]
    for number, article in enumerate(articles * rounds):
        others = [other for other in articles if other is not article]
        made.extend(_copies_of(article, number, rng))
        made.extend(_not_copies_of(article, others, number, rng))
    for number in range(TEMPLATES):
        kind = number % 4
        one, other = (_article(f"report-{number}-{side}", report(kind, rng)) for side in "ab")
        made.append(Pair("template", False, one, other))
    return made


def _copies_of(article: Article, number: int, rng: Rng) -> Iterator[Pair]:
    for kind, edit in COPIES.items():
        changed = edit(_blocks(article), rng)
        yield Pair(kind, True, article, _article(f"{kind}-{number}-{article.id}", changed))


def _not_copies_of(article: Article, others: Sequence[Article], number: int, rng: Rng) -> Iterator[Pair]:
    foot = boilerplate(rng)
    made = {
        "quoting": quoting(article, rng.choice(others), rng),
        "quoting again": quoting(article, rng.choice(others), rng),
        "follow-up": follow_up(article, rng.choice(others), rng),
        "digest": digest_of(article, others, rng),
        "same foot": [*_blocks(rng.choice(others)), foot],
    }
    for kind, blocks in made.items():
        one = _article(f"with-foot-{article.id}", [*_blocks(article), foot]) if kind == "same foot" else article
        yield Pair(kind, False, one, _article(f"{kind}-{number}-{article.id}", blocks))
    notice = rng.choice([block for block in _blocks(article) if len(block.split()) > LEAST_NOTICE])
    quoted = _article(f"quoted-{number}-{article.id}", commented(notice, rng))
    yield Pair("quoted whole", False, _article(f"notice-{number}-{article.id}", [notice]), quoted)


# Scores.


def measured(made: Sequence[Pair]) -> list[Shared]:
    return [shared(words_of(pair.one), words_of(pair.other)) for pair in made]


def score(made: Sequence[Pair], joined: Sequence[bool]) -> Score:
    counts = Counter((pair.copies, was) for pair, was in zip(made, joined, strict=True))
    return Score(counts[True, True], counts[False, True], counts[True, False])


def print_kinds(made: Sequence[Pair], joined: Sequence[bool]) -> None:
    kinds = Counter((pair.kind, pair.copies) for pair in made)
    right = Counter(pair.kind for pair, was in zip(made, joined, strict=True) if pair.copies == was)
    for (kind, copies), count in kinds.items():
        print(f"  {kind:20} {'one story' if copies else 'two':10} {right[kind]:4} of {count:4} right")


def print_neighbours(made: Sequence[Pair], found: Sequence[Shared]) -> None:
    """What other limits would score, one changed at a time."""
    for name, values in NEIGHBOURS.items():
        for value in values:
            limits = replace(LIMITS, **{name: value})
            result = score(made, [are_copies(one, limits) for one in found])
            chosen = "  <- chosen" if limits == LIMITS else ""
            print(f"  {name:8} {value:.2f}  precision {result.precision:.3f}  recall {result.recall:.3f}{chosen}")


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    for name, articles in zip(("tuning", "held out"), halves(bases()), strict=True):
        made = pairs(articles, seed + (name == "held out"))
        found = measured(made)
        joined = [are_copies(one) for one in found]
        print(f"{name}: {len(articles)} articles, {sum(pair.copies for pair in made)} of {len(made)} pairs are copies")
        print_kinds(made, joined)
        print_neighbours(made, found)
        result = score(made, joined)
    print(json.dumps({"precision": round(result.precision, 4), "recall": round(result.recall, 4)}))


if __name__ == "__main__":
    main()
