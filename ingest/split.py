"""Sentences, and passages made of whole sentences, each a span of the article's text. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.clusters import chunks, words
from ingest.documents import Article, Passage
from ingest.furniture import furniture
from ingest.paragraphs import Span, paragraphs
from ingest.stops import ends_sentence

Measure = Callable[[Sequence[str]], Sequence[int]]

STOP = re.compile(r"[.!?…؟۔।॥。！？]+[\"'”’»›)\]」』]*(?:“(?=\s)|[ \u00a0\u202f]»(?=\s))?")
VISIBLE = re.compile(r"\S")

# A tokenizer counts an unknown word as one piece however long it is; so many characters count as a piece at least.
# English has four to five characters to a piece, so that real prose never meets this.
MOST_CHARACTERS_PER_PIECE = 20

# A passage filled to this share is ended at the end of a paragraph rather than inside the next one.
FULL_ENOUGH = 0.6

WITHIN, PARAGRAPH, WALL = 0, 1, 2  # what lies behind a piece: more of the paragraph, its end, furniture


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The spans of the sentences of `text[start:end]`, without the white space around them.

    >>> sentences("Mr. Ito left. She stayed.")
    [(0, 13), (14, 25)]
    """
    return [span for block in paragraphs(text, start, end) for span in _sentences_of(text, block)]


def passages(article: Article, measure: Measure, limit: int) -> list[Passage]:
    """Cut an article into passages of at most `limit` word pieces, at sentences wherever one fits.

    `measure` gives the number of word pieces of each text it is handed; it is called a few times with many.
    Whatever lies outside the passages is white space or furniture. The one thing that may exceed the
    limit is a single character, with all its combining marks.
    """
    if limit < 1:
        raise ValueError(f"a passage needs at least one word piece, not {limit}")
    text = article.text
    pieces = _measured(text, _sentence_pieces(text), measure, limit)
    groups = _checked(text, list(_filled(pieces, limit)), measure, limit)
    return [Passage(article, group[0].start, group[-1].end) for group in groups]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is never cut: a sentence, or a part of one that is too long."""

    start: int
    end: int
    behind: int
    cost: int = 0


def _sentences_of(text: str, block: Span) -> Iterator[Span]:
    start, end = block
    for stop in STOP.finditer(text, start, end):
        if ends_sentence(text, stop, (start, end)):
            yield start, stop.end()
            start = _after_space(text, stop.end(), end)
    if start < end:
        yield start, end


def _after_space(text: str, place: int, end: int) -> int:
    visible = VISIBLE.search(text, place, end)
    return visible.start() if visible else end


def _sentence_pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    for start, end in _stretches(text):
        for block in paragraphs(text, start, end):
            found.extend(_Piece(*span, WITHIN) for span in _sentences_of(text, block))
            found[-1] = _Piece(found[-1].start, found[-1].end, _behind(text, block))
        if found:
            found[-1] = _Piece(found[-1].start, found[-1].end, WALL)
    return found


def _behind(text: str, block: Span) -> int:
    """A heading is no place to end a passage: it belongs to what follows."""
    heading = block[1] - block[0] < 100 and text[block[1] - 1].isalnum()  # noqa: PLR2004
    return WITHIN if heading else PARAGRAPH


def _stretches(text: str) -> Iterator[Span]:
    """What lies between the spans of furniture."""
    start = 0
    for first, last in furniture(text):
        yield start, first
        start = last
    yield start, len(text)


def _costs(text: str, spans: Sequence[Span], measure: Measure) -> list[int]:
    if not spans:
        return []
    counts = measure([text[start:end] for start, end in spans])
    return [
        max(count, -(-(end - start) // MOST_CHARACTERS_PER_PIECE))
        for count, (start, end) in zip(counts, spans, strict=True)
    ]


def _measured(text: str, pieces: list[_Piece], measure: Measure, limit: int) -> list[_Piece]:
    """The pieces with their costs; those over the limit are divided, and their parts measured together."""
    costs = _costs(text, [(piece.start, piece.end) for piece in pieces], measure)
    fitting: list[_Piece] = []
    parts: list[_Piece] = []
    for piece, cost in zip(pieces, costs, strict=True):
        divided = _divided(text, piece, limit) if cost > limit else []
        if len(divided) > 1:
            parts.extend(divided)
        else:
            fitting.append(_Piece(piece.start, piece.end, piece.behind, cost))
    if parts:
        fitting.extend(_measured(text, parts, measure, limit))
        fitting.sort(key=lambda piece: piece.start)
    return fitting


def _divided(text: str, piece: _Piece, limit: int) -> list[_Piece]:
    spans = words(text, piece.start, piece.end)
    if len(spans) == 1:
        spans = chunks(text, piece.start, piece.end, limit)
    return [_Piece(start, end, piece.behind if end == piece.end else WITHIN) for start, end in spans]


def _filled(pieces: list[_Piece], limit: int) -> Iterator[list[_Piece]]:
    """Group pieces greedily, never across furniture, ending groups with paragraphs where that costs little."""
    group: list[_Piece] = []
    cost = 0
    for piece in pieces:
        while group and cost + piece.cost > limit:
            stop = _best_stop(group, cost, limit)
            yield group[:stop]
            group = group[stop:]
            cost = sum(left.cost for left in group)
        group.append(piece)
        cost += piece.cost
        if piece.behind == WALL:
            yield group
            group, cost = [], 0


def _best_stop(group: list[_Piece], cost: int, limit: int) -> int:
    """How many pieces the passage takes: up to its last paragraph end, if that fills it well, else all."""
    for count in range(len(group), 0, -1):
        if cost < FULL_ENOUGH * limit:
            break
        if group[count - 1].behind == PARAGRAPH:
            return count
        cost -= group[count - 1].cost
    return len(group)


def _checked(text: str, groups: list[list[_Piece]], measure: Measure, limit: int) -> list[list[_Piece]]:
    """Measure whole passages, and halve those where the whole is more than its parts."""
    spans = [(group[0].start, group[-1].end) for group in groups]
    good: list[list[_Piece]] = []
    halves: list[list[_Piece]] = []
    for group, cost in zip(groups, _costs(text, spans, measure), strict=True):
        if cost > limit and len(group) > 1:
            halves.extend((group[: len(group) // 2], group[len(group) // 2 :]))
        else:
            good.append(group)
    if halves:
        good.extend(_checked(text, halves, measure, limit))
        good.sort(key=lambda group: group[0].start)
    return good
