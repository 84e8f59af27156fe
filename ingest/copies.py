"""Articles that are one story: reprints, trimmed and re-led wire copy, corrected versions of a page. Pure.

Two steps. A signature (MinHash over short runs of words) finds pairs that may share something without comparing all
with all; then the words of each such pair are laid side by side, and what they have in common is measured. What was
measured to choose the numbers, and what their neighbours score, stands in docs/copies.md.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.byline import byline
from ingest.documents import Article
from ingest.formats.reading import one_line
from ingest.furniture import furniture
from ingest.paragraphs import lines

if TYPE_CHECKING:
    from datasketch import MinHash

Words = NDArray[np.uint32]  # the words of an article, each as a hash, in order; the last bit is set in figures
Signatures = NDArray[np.uint32]  # one row for each article, one column for each permutation

RULES = "1"  # raised whenever signatures or judgements made before no longer hold

# Characters of Chinese and Japanese are words of their own: nothing stands between them.
IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*")
TOP = 6  # lines that may be headline or byline; these differ between copies and tell nothing
FIRST = 4000  # characters among which the top lines are looked for

# Finding. 128 permutations in 64 bands of two: a pair with a Jaccard similarity of .3, the least that a trimmed and
# re-led copy keeps, is found 998 times in 1,000; one with .02 is looked at 25 times.
PERMUTATIONS = 128
ROWS = 2
SHINGLE = 4  # words; short, so that a page with a change in every sentence still shares most of them
WORTH_A_LOOK = 0.2  # of the signature in common; below, the words are not compared. The least of any copy was .27
COMPARED = 50_000  # pairs of signatures compared at once: 50 MB

# Judging. A word is shared if it stands in a run of so many that the other article has too: more than lies between
# two figures of a market report, less than lies between two corrections.
RUN = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """How much two articles must have in common to be one story: shares, 0 to 1, but for `figures_told` and `brief`.

    `copied`, of the shorter: a piece that quotes half of another is no copy of it. `kept`, of the longer: trimmed to
    40 % and led anew is a copy, a brief within a digest is not. `ahead`, of the longer before the first shared words:
    wire desks cut from the end; whatever stands before must be a lead that another one replaced (more than `dateline`
    of each), for who quotes a whole notice puts words of his own ahead of its first. From `whole` of the longer on, the
    two are of about one length, and it does not matter where they differ. `figures` is what the words and the figures
    shared must come to together: reports from one template differ in their figures, a corrected page has the more words
    in common. It is asked of a text with `figures_told` or more. With fewer than `brief` words nothing of the shorter
    may differ, and `kept_of_brief` of the longer must be in it.
    """

    copied: float = 0.65
    kept: float = 0.3
    ahead: float = 0.3
    dateline: float = 0.06
    whole: float = 0.6
    figures: float = 1.3
    figures_told: int = 5
    brief: int = 30
    kept_of_brief: float = 0.9


LIMITS = Limits()

EDGE = 400  # characters at the top and at the end of an article where it says whose report it is
AGENCIES = {"associated press": "ap", "agence france-presse": "afp", "deutsche presse-agentur": "dpa"}


@dataclass(frozen=True, slots=True)
class Shared:
    """What two articles have in common, as shares (0 to 1) of the words of each, and how short the shorter is.

    `lead` and `ahead` are the shares of the shorter and of the longer that stand before the first words in common,
    `figures` is the share of the shorter's figures that the longer has too.
    """

    shorter: float
    longer: float
    lead: float
    ahead: float
    figures: float
    words: int


def words_of(article: Article) -> Words:
    r"""The words of an article, without headline, byline and furniture; case, quotation marks, punctuation are gone.

    >>> piece = 'Ice melts\n\n“Don’t,” he said.'
    >>> [len(words_of(Article.of("a.txt", text, "Ice melts"))) for text in (piece, "Don't he SAID", "")]
    [3, 3, 0]
    """
    pieces = (article.text[start:end] for start, end in _told(article))
    plain = unicodedata.normalize("NFKC", " \n".join(pieces)).casefold().replace("’", "'")
    words = WORD.findall(IDEOGRAPH.sub(r" \g<0> ", plain))
    hashes = {word: zlib.crc32(word.encode()) & ~1 | word[0].isdigit() for word in set(words)}
    return np.fromiter(map(hashes.__getitem__, words), np.uint32, len(words))


def _told(article: Article) -> Iterator[tuple[int, int]]:
    """The spans that tell the story."""
    away = furniture(article.text)
    title = one_line(article.title)
    for start, end in lines(article.text, 0, min(FIRST, len(article.text)))[:TOP]:
        line = one_line(article.text[start:end])
        if line.lstrip("# ") == title or byline(line):
            away.append((start, end))
    place = 0
    for start, end in sorted(away):
        yield place, start
        place = max(place, end)
    yield place, len(article.text)


def signature(words: Words) -> bytes:
    """The MinHash of an article, four bytes for each permutation; empty where there are no words."""
    if not len(words):
        return b""
    made = _blank().copy()
    made.update_batch(np.unique(_runs(words, SHINGLE).astype(np.uint32)).tolist())
    return bytes(made.hashvalues.astype("<u4").tobytes())


@cache
def _blank() -> MinHash:
    """The signature of nothing, with the permutations drawn."""
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, hashfunc=int, scheme="affine32")


def candidates(new: Signatures, known: Signatures) -> list[tuple[int, int]]:
    """Rows of `new` and of `known` that may be near copies, by (row of new, row of known).

    One band at a time, by sorting: datasketch's own index of buckets takes 19 KB and 0.4 ms for each article known,
    every time that it is built anew.
    """
    found = np.zeros(0, np.int64)  # row of new times the number of known, plus row of known
    for band in range(0, PERMUTATIONS, ROWS):
        found = np.union1d(found, _same_band(new[:, band : band + ROWS], known[:, band : band + ROWS]))
    rows, others = np.divmod(found, max(1, len(known)))
    alike = [
        np.mean(new[rows[begin : begin + COMPARED]] == known[others[begin : begin + COMPARED]], axis=1) >= WORTH_A_LOOK
        for begin in range(0, len(found), COMPARED)
    ]
    kept = np.concatenate([np.zeros(0, np.bool_), *alike])
    return list(zip(rows[kept].tolist(), others[kept].tolist(), strict=True))


def _same_band(new: Signatures, known: Signatures) -> NDArray[np.int64]:
    """The pairs of rows that are equal."""
    keys, others = _keys(new), _keys(known)
    order = np.argsort(keys, kind="stable")
    first, last = (np.searchsorted(keys[order], others, side) for side in ("left", "right"))
    counts = last - first
    places = np.repeat(np.arange(len(others)), counts)
    steps = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows: NDArray[np.int64] = order[np.repeat(first, counts) + steps]
    return rows * len(others) + places


def _keys(band: Signatures) -> NDArray[np.uint64]:
    return np.ascontiguousarray(band).view(np.uint64).ravel()


def shared(one: Words, other: Words) -> Shared:
    """Lay two articles side by side."""
    shorter, longer = sorted((one, other), key=len)
    if not len(shorter):
        return Shared(0.0, 0.0, 0.0, 0.0, 0.0, 0)
    run = min(RUN, len(shorter))
    of_shorter, of_longer = _runs(shorter, run), _runs(longer, run)
    copied, kept = _standing(of_shorter, of_longer, run), _standing(of_longer, of_shorter, run)
    return Shared(
        shorter=float(copied.mean()),
        longer=float(kept.mean()),
        lead=float(copied.argmax() / len(copied)),
        ahead=float(kept.argmax() / len(kept)),
        figures=_figures(shorter, longer),
        words=len(shorter),
    )


def _figures(shorter: Words, longer: Words) -> float:
    """The share of the figures of one that the other has; 1 where there are too few to tell."""
    figures = shorter[shorter % 2 == 1]
    return float(np.isin(figures, longer).mean()) if len(figures) >= LIMITS.figures_told else 1.0


def _runs(words: Words, count: int) -> NDArray[np.uint64]:
    """Every run of so many words as one hash; a text shorter than that is a single run."""
    count = min(count, len(words))
    runs = len(words) - count + 1
    found = np.zeros(runs, np.uint64)
    for place in range(count):
        found = found * np.uint64(0x9E3779B97F4A7C15) + words[place : place + runs]
        found ^= found >> np.uint64(29)
    return found


def _standing(runs: NDArray[np.uint64], others: NDArray[np.uint64], count: int) -> NDArray[np.bool_]:
    """Of each word, whether it stands in a run which the other has."""
    ordered = np.sort(others)
    places = np.minimum(np.searchsorted(ordered, runs), len(ordered) - 1)
    begins = (ordered[places] == runs).astype(np.int32)
    ends = np.concatenate((np.zeros(count, np.int32), begins))
    return np.cumsum(np.concatenate((begins, np.zeros(count, np.int32))) - ends)[:-1] > 0


def are_copies(found: Shared, limits: Limits = LIMITS) -> bool:
    """Whether so much in common makes two articles one story."""
    if found.words < limits.brief:
        return found.shorter == 1 and found.longer >= limits.kept_of_brief
    if found.shorter < limits.copied or found.shorter + found.figures < limits.figures:
        return False
    return found.longer >= limits.whole or (found.longer >= limits.kept and _cut(found, limits))


def _cut(found: Shared, limits: Limits) -> bool:
    """Whether the shorter begins as the longer does, or each begins with a lead of its own."""
    led_anew = found.lead > limits.dateline
    return found.ahead <= (limits.ahead if led_anew else limits.dateline)


def origin_of(articles: Sequence[Article]) -> Article:
    """The article that the others are copies of.

    It is by the outlet that most others name in dateline or credit; else the earliest, undated last;
    else the longest; else the one with the smallest id.
    """
    edges = {article.id: _edges(article.text) for article in articles}
    outlets = {article.outlet for article in articles}
    named = {outlet: _credits(outlet, articles, edges) for outlet in outlets}
    return min(articles, key=lambda a: (-named[a.outlet], a.published or date.max, -len(a.text), a.id))


def _edges(text: str) -> str:
    return one_line(f"{text[:EDGE]} … {text[max(EDGE, len(text) - EDGE) :]}")


def _credits(outlet: str, articles: Sequence[Article], edges: dict[str, str]) -> int:
    """How many articles of other outlets name this one."""
    if not outlet:
        return 0
    short = AGENCIES.get(outlet.casefold(), outlet)
    names = rf"(?<!\w)(?:{re.escape(outlet)}|\({re.escape(short)}\)|{re.escape(short.upper())} ?[-–—])(?!\w)"
    name = re.compile(names, re.IGNORECASE)
    return sum(article.outlet != outlet and bool(name.search(edges[article.id])) for article in articles)
