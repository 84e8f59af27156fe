"""Replacing in a stream what a regular expression finds, so that how the stream is cut changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Replacement = Callable[[re.Match[str], str], str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What to replace in a stream.

    `token` is what is replaced. `beginning` matches whatever more text could still turn into a token or into a
    longer one: all of a token's beginnings. `becomes` gives what stands instead, from the match and the character
    that was passed on before it ("" at the start); None if it is to stay here.
    """

    token: re.Pattern[str]
    beginning: re.Pattern[str]
    becomes: Replacement


class Rewriter:
    """Applies one rule to a stream; passes on nothing that more text could change.

    >>> smiles = Rule(re.compile(r":-[)]"), re.compile(r":-?"), lambda match, before: "☺")
    >>> rewriter = Rewriter(smiles)
    >>> [rewriter.feed(part) for part in ("Hello :", "-", ") a:", "b")], rewriter.feed(":-", final=True)
    (['Hello ', '', '☺ a', ':b'], ':-')
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._held = ""
        self._before = ""

    def feed(self, text: str, *, final: bool = False) -> str:
        """Take more of the stream; give what can be passed on, at the end all."""
        held, at, passed = self._held + text, 0, []
        while at < len(held):
            if not final and self._rule.beginning.fullmatch(held, at):
                break
            token = self._rule.token.match(held, at)
            instead = self._rule.becomes(token, self._before) if token else None
            shown = held[at] if token is None or instead is None else instead
            at = at + 1 if token is None or instead is None else token.end()
            self._before = shown[-1:] or self._before
            passed.append(shown)
        self._held = held[at:]
        return "".join(passed)
