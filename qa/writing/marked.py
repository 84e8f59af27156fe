"""A reply read: its words, the markers in them, and the sentences they belong to. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.documents import Passage
from ingest.split import sentences
from qa.answers import Citation, Sentence, Support, long_date
from qa.checking.citations import UNVERIFIED, Mark
from qa.checking.quotes import choose
from qa.writing.prompts import says_what_is_missing

Check = Callable[[str, Sequence[Citation]], Support]  # a sentence, and what it cites
ENDINGS = ".,;:!?…。！？।؟\"'”’»)*_ "  # behind which no marker is set


@dataclass(frozen=True, slots=True)
class Marked:
    """The words of a reply without markers, and its markers, each with its place in them, in order."""

    words: str
    marks: tuple[Mark, ...]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where its sentences are."""
        return sentences(self.words)

    @property
    def unverified(self) -> int:
        """How many markers name no passage."""
        return sum(not mark.code for mark in self.marks)

    def owned(self) -> dict[int, list[Mark]]:
        """The markers of each sentence, by its place; a sentence without any is left out."""
        owned: dict[int, list[Mark]] = {}
        spans = self.spans
        for mark in self.marks:
            owned.setdefault(_owner(mark.at, spans, self.words), []).append(mark)
        return owned

    def lacking(self) -> list[int]:
        """The places of the sentences that name no passage and should: all but those that say what is missing."""
        owned = self.owned()
        return [
            place
            for place, (start, end) in enumerate(self.spans)
            if any(map(str.isalnum, said := self.words[start:end]))
            and not any(mark.code for mark in owned.get(place, []))
            and not says_what_is_missing(said)
        ]

    def with_codes(self, codes: Mapping[int, Sequence[str]]) -> Marked:
        """The same words with markers for more sentences; those that these sentences had, and named nothing, go.

        A passage that is named already keeps its number, a new one takes the next.
        """
        numbers = {mark.code: mark.number for mark in self.marks if mark.code}
        owned = self.owned()
        gone = {id(mark) for place in codes for mark in owned.get(place, [])}
        marks = [mark for mark in self.marks if id(mark) not in gone]
        spans = self.spans
        for place in sorted(codes):
            at = _before_stop(self.words, *spans[place])
            for code in codes[place]:
                number = numbers.setdefault(code, len(numbers) + 1)
                marks.append(Mark(at, f"[[{code}]]", code, number))
        return Marked(self.words, tuple(sorted(marks, key=lambda mark: mark.at)))

    def written(self) -> str:
        """The words with their markers as a reader sees them.

        >>> Marked("It is far. So it is.", (Mark(9, "[[kqzt]]", "kqzt", 1), Mark(19, "[9]"))).written()
        'It is far [1]. So it is [?].'
        """
        parts: list[str] = []
        done = 0
        for mark in self.marks:
            parts.append(self.words[done : mark.at])
            apart = bool(self.words[: mark.at]) and not self.words[mark.at - 1].isspace() and done != mark.at
            parts.append((" " if apart else "") + (f"[{mark.number}]" if mark.code else UNVERIFIED))
            done = mark.at
        return "".join([*parts, self.words[done:]]).strip()

    def judged(self, passages: Mapping[str, Passage], check: Check) -> Iterator[Sentence]:
        """Its sentences, each with its citations and what `check` says of them."""
        owned = self.owned()
        for place, (start, end) in enumerate(self.spans):
            yield _sentence(self.words[start:end], owned.get(place, []), passages, check)


def _owner(at: int, spans: Sequence[tuple[int, int]], text: str) -> int:
    """The sentence that a marker belongs to: the one before it, or the one it opens a line with."""
    before = sum(1 for start, _ in spans if start < at)
    opens_line = text[:at].endswith("\n") and not text[at:].startswith("\n") and before < len(spans)
    return before if opens_line else max(before - 1, 0)


def _before_stop(text: str, start: int, end: int) -> int:
    """Where a marker belongs in a sentence: behind its last word."""
    while end > start + 1 and text[end - 1] in ENDINGS:
        end -= 1
    return end


def _sentence(text: str, marks: Sequence[Mark], passages: Mapping[str, Passage], check: Check) -> Sentence:
    named = {mark.code: mark.number for mark in marks if mark.code}
    citations = tuple(Citation(number, passages[code], *choose(text, passages[code])) for code, number in named.items())
    unverified = tuple(mark.raw for mark in marks if not mark.code)
    support = check(_without_date_line(text, citations), citations)
    if not citations and unverified:
        support = Support("not checked", ("its marker names no passage",))
    elif not citations and says_what_is_missing(text):
        support = Support("not checked", ("it says what the passages lack",))
    return Sentence(text, citations, support, unverified=unverified)


def _without_date_line(text: str, citations: Sequence[Citation]) -> str:
    """A sentence without the date behind an outlet's name, where it is that of the article cited.

    So it is asked for ("According to Harbour Post (7 May 2024), …"), and looked up here, since it stands beside the
    article and not in it. Any other date stays, and is judged.
    """
    for article in {cited.passage.article.id: cited.passage.article for cited in citations}.values():
        if article.outlet and article.published:
            text = text.replace(f"{article.outlet} ({long_date(article)})", article.outlet)
    return text
