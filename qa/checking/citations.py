"""The markers in a model's reply, read as they stream in, and the place of a quote in an article. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from qa.language.plain import CLOSING, OPENING

UNVERIFIED = "[?]"  # shown for a marker that names no passage

CLINGING = frozenset(".,;:!?…)]}»”’\"'\n。，、！？：；")  # written without a space before it
LONGEST = 60  # characters of a marker between its brackets; what is longer is text
OPEN, CLOSE = f"[{re.escape(OPENING)}]", f"[{re.escape(CLOSING)}]"
BODY = rf"[^{re.escape(OPENING + CLOSING)}]{{0,{LONGEST}}}"
DOUBLE = re.compile(rf"{OPEN}{OPEN}({BODY}){CLOSE}{CLOSE}?")
SINGLE = re.compile(rf"{OPEN}({BODY}){CLOSE}")
UNFINISHED = re.compile(rf"{OPEN}{{1,2}}{BODY}|{OPEN}{OPEN}{BODY}{CLOSE}")

# What looks like a reference though no passage has such a tag: [1], [2, 3], 【1†source】, [Source 4], [cite: 5].
FOREIGN = re.compile(
    r"\W*(?:(?:source|passage|doc|document|article|ref|reference|citation|(?:oai)?cite|note|tag|index|id)s?\W*)?"
    r"(?:\?|\d{1,3}(?:\W+\d{1,3})*\W*(?:†.*)?|[bcdfghjkmnpqrtvwxz]{4}\W*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker: where it stands in the text without markers, as the model wrote it, and what it names.

    `code` is empty and `number` 0 for one that names no passage.
    """

    at: int
    raw: str
    code: str = ""
    number: int = 0


class MarkerParser:
    """Turns a stream with markers into a stream with `[n]`, never showing a part of a marker.

    Numbers follow first appearance. Only the codes given are citations; whatever else looks like a
    reference becomes `[?]` and is kept as an unverified mark.

    >>> parser = MarkerParser({"kqzt", "mvbd"})
    >>> [parser.feed(delta) for delta in ("It is far [", "[mv", "bd]", "], [1].")], parser.finish()
    (['It is far ', '', '', '[1], [?].'], '')
    >>> parser.plain
    'It is far,.'
    """

    def __init__(self, codes: Collection[str]) -> None:
        self._codes = frozenset(codes)
        self._held = ""
        self._plain: list[str] = []
        self._length = 0
        self._gap = ""  # white space before a marker: shown, but it belongs to the text only if a word follows
        self._numbers: dict[str, int] = {}
        self._marks: list[Mark] = []

    @property
    def plain(self) -> str:
        """The text so far without markers."""
        return "".join(self._plain)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(self._marks)

    def feed(self, delta: str) -> str:
        """Take more of the reply; give what can be shown."""
        self._held += delta
        return self._advance(final=False)

    def finish(self) -> str:
        """Give what was held back."""
        return self._advance(final=True)

    def _advance(self, *, final: bool) -> str:
        shown: list[str] = []
        while self._held:
            opening = re.search(OPEN, self._held)
            at = opening.start() if opening else len(self._held)
            if at:
                shown.append(self._text(at))
                continue
            group = DOUBLE.match(self._held) or SINGLE.match(self._held)
            if not final and UNFINISHED.fullmatch(self._held):
                break
            shown.append(self._group(group) if group else self._text(1))
        return "".join(shown)

    def _text(self, length: int) -> str:
        """Pass that many characters on as text."""
        text, self._held = self._held[:length], self._held[length:]
        for run in re.findall(r"[ \t]+|[^ \t]+", text):
            if run[0] in " \t":
                self._gap = (self._gap or " ") if self._after_mark else self._gap + run
                continue
            if not (self._after_mark and run[0] in CLINGING):
                self._keep(self._gap)
            self._keep(run)
            self._gap = ""
        return text

    @property
    def _after_mark(self) -> bool:
        return bool(self._marks) and self._marks[-1].at == self._length

    def _keep(self, text: str) -> None:
        self._plain.append(text)
        self._length += len(text)

    def _group(self, group: re.Match[str]) -> str:
        """Pass a bracketed group on: as markers if it is one, else its first character as text."""
        raw = group[0]
        named = dict.fromkeys(item for item in re.findall(r"\w+", group[1].lower()) if item in self._codes)
        if not named and not (group.re is DOUBLE or _is_foreign(group[1])):
            return self._text(1)
        self._held = self._held[len(raw) :]
        if not named:
            self._marks.append(Mark(self._length, raw))
            return UNVERIFIED
        return "".join(self._mark(code, raw) for code in named)

    def _mark(self, code: str, raw: str) -> str:
        number = self._numbers.setdefault(code, len(self._numbers) + 1)
        self._marks.append(Mark(self._length, raw, code, number))
        return f"[{number}]"


def _is_foreign(body: str) -> bool:
    """Whether a reader would take it for a reference, its digits written small, wide or in circles as well."""
    return FOREIGN.fullmatch(unicodedata.normalize("NFKC", body)) is not None


# Characters that writers and models exchange for one another.
ALIKE = str.maketrans(
    dict.fromkeys("“”„‟«»″＂", '"')
    | dict.fromkeys("‘’‚‛‹›′`´＇", "'")
    | dict.fromkeys("‐‑‒–—―−﹣－", "-")
    | dict.fromkeys("[［【〔", "(")
    | dict.fromkeys("]］】〕", ")")
)
INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


def locate(quote: str, text: str, start: int = 0, end: int | None = None) -> tuple[int, int] | None:
    r"""Find a quote in `text[start:end]`: exactly, or else but for white space, quotation marks and dashes.

    The span is into `text`, so that `text[span]` is verbatim whatever the quote looked like.

    >>> text = 'He said:  “It’s 70\nkilometres”.'
    >>> span = locate('"It\'s 70 kilometres"', text)
    >>> text[slice(*span)]
    '“It’s 70\nkilometres”'
    """
    end = len(text) if end is None else end
    wanted = quote.strip()
    if not wanted:
        return None
    at = text.find(wanted, start, end)
    if at >= 0 and not _splits(text, at + len(wanted)):
        return at, at + len(wanted)
    needle, _ = _folded(wanted, 0, len(wanted))
    hay, places = _folded(text, start, end)
    at = hay.find(needle) if needle else -1
    while at >= 0 and _splits(hay, at + len(needle)):
        at = hay.find(needle, at + 1)
    if at < 0:
        return None
    return places[at], places[at + len(needle) - 1] + 1


def _splits(text: str, at: int) -> bool:
    """Whether a cut here parts a letter from its accent."""
    return at < len(text) and unicodedata.combining(text[at]) != 0


def _folded(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """The text made comparable, and for each of its characters the place it comes from."""
    folded: list[str] = []
    places: list[int] = []
    for place in range(start, end):
        for char in _fold(text[place]):
            if char == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(char)
            places.append(place)
    if folded and folded[-1] == " ":
        folded.pop(), places.pop()
    return "".join(folded), places


def _fold(char: str) -> str:
    if char in INVISIBLE:
        return ""
    if char.isspace():
        return " "
    if unicodedata.category(char) == "No":  # ² is not 2
        return char
    return unicodedata.normalize("NFKD", char).translate(ALIKE)
