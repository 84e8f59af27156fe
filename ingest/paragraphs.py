"""Where paragraphs lie in a text, whether its lines are paragraphs or were wrapped by hand."""

import re
from collections.abc import Iterator
from itertools import pairwise

Span = tuple[int, int]

LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
NEWLINE = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")

# A wrapped line has between 30 characters (a narrow column, or Chinese) and 130 (a wide terminal);
# anything longer is a paragraph kept on one line.
NARROWEST, WIDEST = 30, 130
RAGGED = 0.9  # a line that with the next line's first word would reach this share of the width was full


def lines(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The spans of the lines that are not blank, without the white space around them."""
    found = []
    for match in LINE.finditer(text, start, len(text) if end is None else end):
        if line := match.group().strip():
            first = match.start() + len(match.group()) - len(match.group().lstrip())
            found.append((first, first + len(line)))
    return found


def paragraphs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    r"""The spans of paragraphs: a blank line always ends one, and so does a newline that is no hard wrap.

    >>> paragraphs("A heading\nA sentence on its own line.")
    [(0, 9), (10, 37)]
    """
    found: list[Span] = []
    for run in _runs(text, lines(text, start, end)):
        found.extend(_joined(text, run))
    return found


def _runs(text: str, spans: list[Span]) -> Iterator[list[Span]]:
    """Lines with no blank line between them, together."""
    run: list[Span] = []
    for span in spans:
        if run and len(NEWLINE.findall(text, run[-1][1], span[0])) > 1:
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _joined(text: str, run: list[Span]) -> Iterator[Span]:
    """The paragraphs of one run: its lines, or, where it is wrapped by hand, its full lines with what follows."""
    width = _wrap_width(text, run)
    start, end = run[0]
    for before, after in pairwise(run):
        if not width or not _continues(text, before, after, width):
            yield start, end
            start = after[0]
        end = after[1]
    yield start, end


def _wrap_width(text: str, run: list[Span]) -> int:
    """The width at which the lines of a run were wrapped, 0 if they were not.

    The longest tenth is left out: an address that could not be wrapped says nothing about the rest.
    """
    widths = sorted(end - start for start, end in run)
    width = widths[-1 - len(widths) // 10]
    if not NARROWEST <= width <= WIDEST:
        return 0
    wrapped = any(_goes_on(text, pair, len(run)) and _full(text, *pair, width) for pair in pairwise(run))
    return width if wrapped else 0


def _goes_on(text: str, pair: tuple[Span, Span], count: int) -> bool:
    """Whether a line stops in mid-sentence. Scripts without case say so less surely, so they need three lines."""
    before, after = text[pair[0][1] - 1], text[pair[1][0]]
    if before in ".!?…:;。！？؟" or _is_address(text, pair[1]):
        return False
    return after.islower() or (after.isalpha() and not after.isupper() and count > 2)  # noqa: PLR2004


def _continues(text: str, before: Span, after: Span, width: int) -> bool:
    if text[after[0]] in "-*•·–—◦▪" or _is_address(text, after):
        return False
    if text[after[0]].islower() and 2 * (before[1] - before[0]) >= width:
        return True
    return _full(text, before, after, width)


def _is_address(text: str, span: Span) -> bool:
    """A web address on a line of its own: too long for any line, so it says nothing about the one before."""
    return text.startswith(("http://", "https://", "www."), span[0]) and " " not in text[span[0] : span[1]]


def _full(text: str, before: Span, after: Span, width: int) -> bool:
    """Whether the first word of the next line would not have fitted on this one."""
    word = text[after[0] : after[1]].split(maxsplit=1)[0]
    return (before[1] - before[0]) + 1 + len(word) >= RAGGED * width
