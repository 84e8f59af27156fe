"""From the lines of pages to one flowing text, in which it is known where each page begins. Pure."""

import re
from collections import Counter, deque
from itertools import accumulate, pairwise

from ingest.paragraphs import paragraphs

EDGE = 6  # lines at the top and at the bottom of a page that may be running heads or feet
OFTEN = 0.5  # share of pages on which a line must stand to be a running head; magazines alternate between two

PAGE = "\x00"  # marks in a text being made where a page begins; no text has this character
NUMBER = re.compile(r"[-–—]?\s*(?P<number>\d{1,4})\s*[-–—]?")
HYPHEN = re.compile(r"(?P<head>[^\W\d_]{1,40})[-\u00ad\u2010]\s*\n\s*(?P<page>\x00*)(?P<tail>[^\W\d_]+)")


def flowing(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    r"""The text of all pages without running heads and feet, and the places in it at which the pages begin.

    A word or paragraph that goes over to another page is whole; its page begins in its midst.

    >>> flowing(["The ferry stopped after a cen-", "tury of crossings."])
    ('The ferry stopped after a century of crossings.', (0, 29))
    """
    lined = [_page_lines(page.replace(PAGE, "")) for page in pages]
    kept = _without_running_lines(lined)
    kept = kept if any(kept) else lined
    text = "\n".join(line for lines in kept for line in lines)
    lengths = [sum(len(line) + 1 for line in lines) for lines in kept]
    starts = [0, *accumulate(lengths)][: len(kept)]
    parts = _joined(text, starts).split(PAGE)
    ends = list(accumulate(len(part) for part in parts))
    return "".join(parts), tuple(ends[:-1])


def _page_lines(page: str) -> list[str]:
    return [line.strip() for line in page.split("\n") if line.strip()]


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """The lines of each page but those at an edge that other pages have too, and page numbers."""
    keyed = [[_key(line, number) for line in page] for number, page in enumerate(pages, start=1)]
    seen = Counter(key for keys in keyed for key in {*keys[:EDGE], *keys[-EDGE:]})
    running = {key for key, count in seen.items() if count >= max(2, OFTEN * len(pages))}
    if len(pages) > 1:
        running.add(_key("1", 1))  # the page's own number, even where only one page bears it
    kept: list[list[str]] = []
    for page, keys in zip(pages, keyed, strict=True):
        top = _count_running(keys[:EDGE], running)
        bottom = _count_running(keys[top:][: -EDGE - 1 : -1], running)
        kept.append(page[top : len(page) - bottom])
    return kept


def _count_running(edge: list[str], running: set[str]) -> int:
    """How many lines from the edge inwards, without a gap, are no part of the text."""
    return next((count for count, key in enumerate(edge) if key not in running), len(edge))


def _key(line: str, page: int) -> str:
    """What running lines have in common: words, not digits; and a bare number its distance from the page's."""
    if match := NUMBER.fullmatch(line):
        return f"page {int(match['number']) - page:+}"
    return re.sub(r"\d+", "0", line).lower()


def _joined(text: str, starts: list[int]) -> str:
    """Lines joined into paragraphs, and words divided at the end of a line made whole, with a mark at each page."""
    words = {word.lower() for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)}

    def whole(match: re.Match[str]) -> str:
        head, page, tail = match["head"], match["page"], match["tail"]
        stays = not tail[0].islower() or f"{head}-{tail}".lower() in words
        return f"{head}{'-' if stays else ''}{page}{tail}"

    joined = []
    left = deque(starts)
    for start, end in paragraphs(text):
        edges = [start]
        while left and left[0] < end:
            edges.append(max(left.popleft(), start))
        paragraph = PAGE.join(text[first:last] for first, last in pairwise([*edges, end]))
        joined.append(" ".join(HYPHEN.sub(whole, paragraph).split()))
    return "\n\n".join(joined) + PAGE * len(left)
