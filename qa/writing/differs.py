"""The lines in which a model says, for the program, that sources differ: taken out of its stream while it flows."""

from __future__ import annotations

import re

from qa.writing.prompts import DIFFERS

# The word in capitals and a colon: no prose has it. Marks of emphasis or of a list around it, and the empty lines
# before it, go with it; so many characters of them at most, so that a run of spaces costs no time.
BEFORE, AROUND = r"[\s*_#>•-]{0,20}", r"[*_]{0,4}"
BEGINS = re.compile(rf"{BEFORE}{DIFFERS}{AROUND}:")
MAY_BEGIN = re.compile(f"{BEFORE}{''.join(f'(?:{letter}' for letter in DIFFERS)}{AROUND}{')?' * len(DIFFERS)}\\Z")


class Aside:
    r"""Lets prose through and keeps the lines, however the text is split.

    >>> aside = Aside()
    >>> [aside.feed(delta) for delta in ("It is far.\n", "\nDIFF", "ERS: how far | 3 | 4\n", "So.")], aside.finish()
    (['It is far.', '', '', '\nSo.'], '')
    >>> aside.lines
    ('how far | 3 | 4',)
    """

    def __init__(self) -> None:
        self._held = ""
        self._line: str | None = None  # the line that is being kept, so far
        self._lines: list[str] = []

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines kept, without the word that they begin with."""
        return tuple(self._lines)

    def feed(self, delta: str) -> str:
        """Take more text; give what of it is prose."""
        self._held += delta
        shown: list[str] = []
        while (step := self._step()) is not None:
            shown.append(step)
        return "".join(shown)

    def finish(self) -> str:
        """Give what was held back in case it became such a line."""
        rest = ""
        if self._line is not None:
            self._keep(self._held)
        else:
            rest = self._held
        self._held = ""
        return rest

    def _step(self) -> str | None:
        """Move past the next line to keep, or past all that cannot begin one; None when nothing moved."""
        if self._line is not None:
            return self._to_its_end()
        if begins := BEGINS.search(self._held):
            prose, self._held, self._line = self._held[: begins.start()], self._held[begins.end() :], ""
            return prose
        may_begin = MAY_BEGIN.search(self._held)
        at = may_begin.start() if may_begin else len(self._held)
        prose, self._held = self._held[:at], self._held[at:]
        return prose or None

    def _to_its_end(self) -> str | None:
        line, stop, rest = self._held.partition("\n")
        if not stop:
            return None
        self._keep(line)
        self._held = stop + rest
        return ""

    def _keep(self, line: str) -> None:
        self._lines.append(line.strip(" \t\r*_"))
        self._line = None
