"""What it takes to gather a library of many articles into stories: `python -m benchmarks.stories 12000`.

Articles of invented words, a fifth of them copies of another. They are put into a library without vectors, so that
nothing but signing, comparing and grouping is timed.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from benchmarks.edits import COPIES
from index.library import Library
from index.stories import Stories
from ingest.documents import Article

WORDS = 1700  # of an article of some 13 passages
PARAGRAPH = 60  # words
VOCABULARY = 30_000  # invented words, drawn as words are drawn: a few often, most seldom
COPY_EVERY = 5  # articles
AT_ONCE = 500  # articles staged together
SYLLABLES = ("ba", "ter", "mo", "lin", "sha", "ru", "ken", "do", "vi", "pel", "os", "gra", "ni", "ut", "fer", "wy")


def made(count: int, seed: int = 0) -> Iterator[Article]:
    """Articles, one at a time; every fifth is a copy of the one before, edited in one of nine ways."""
    rng = random.Random(seed)  # noqa: S311  # the same articles in every run
    words = ["".join(rng.choices(SYLLABLES, k=rng.randrange(1, 5))) for _ in range(VOCABULARY)]
    weights = [1 / (place + 1) for place in range(VOCABULARY)]
    edits = list(COPIES.values())
    blocks: list[str] = []
    for number in range(count):
        if number % COPY_EVERY == 1:
            blocks = edits[number // COPY_EVERY % len(edits)](blocks, rng)
        else:
            drawn = rng.choices(words, weights, k=WORDS)
            blocks = [_paragraph(drawn[place : place + PARAGRAPH]) for place in range(0, WORDS, PARAGRAPH)]
        day = date(2020, 1, 1) + timedelta(days=number % 1500)
        yield Article.of(f"{number}.txt", "\n\n".join(blocks), "", outlet=f"Outlet {number % 40}", published=day)


def _paragraph(words: list[str]) -> str:
    third = len(words) // 3
    return " ".join(" ".join(words[part * third : (part + 1) * third]).capitalize() + "." for part in range(3))


def fill(library: Library, count: int) -> None:
    articles = made(count)
    while portion := list(islice(articles, AT_ONCE)):
        library.stage(portion, [], np.zeros((0, 1), np.float32))
        library.make_live(portion)


def timed(library: Library) -> tuple[float, list[float]]:
    """Seconds that an update takes, and how many milliseconds an article in each of its portions."""
    marks = [(0, time.monotonic())]
    Stories(library).update(lambda done, _of: marks.append((done, time.monotonic())))
    seconds = time.monotonic() - marks[0][1]
    return seconds, [1000 * (late - early) / (done - before) for (before, early), (done, late) in pairwise(marks)]


def peak() -> float:
    """Memory of this process at its largest, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1200
    with tempfile.TemporaryDirectory() as scratch:
        library = Library(Path(scratch))
        fill(library, count)
        before = peak()
        seconds, portions = timed(library)
        grown = peak() - before
        again, _ = timed(library)
        print("milliseconds an article, portion by portion:", *(f"{each:.1f}" for each in portions))
        found = {"articles": count, "stories": len(Stories(library).members()), "seconds": round(seconds, 1)}
        print(json.dumps(found | {"again_ms": round(1000 * again, 1), "grown_mib": round(grown)}))
        library.close()


if __name__ == "__main__":
    main()
