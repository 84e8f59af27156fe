"""The thinking aloud that some models put into their reply, taken out of a stream. Pure."""

from __future__ import annotations

OPEN_CLOSE = {"<think>": "</think>", "<thinking>": "</thinking>"}
STRAY = tuple(OPEN_CLOSE.values())  # a template may have written the opening tag, out of our sight


class ThoughtFilter:
    """Lets everything through but `<think>…</think>`, however the text is split.

    >>> thoughts = ThoughtFilter()
    >>> [thoughts.feed(delta) for delta in ("<thi", "nk>Hm.</th", "ink>Yes", ".")], thoughts.finish()
    (['', '', 'Yes', '.'], '')
    """

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""  # the tag that will end the present thought

    def feed(self, delta: str) -> str:
        """Take more text; give what of it is no thought."""
        self._held += delta
        shown: list[str] = []
        while (step := self._step()) is not None:
            shown.append(step)
        return "".join(shown)

    def finish(self) -> str:
        """Give what was held back in case it became a tag; an unfinished thought is dropped."""
        rest = "" if self._closing else self._held
        self._held = ""
        return rest

    def _step(self) -> str | None:
        """Move past the next tag, or past all that cannot begin one; None when nothing moved."""
        tags = (self._closing,) if self._closing else (*OPEN_CLOSE, *STRAY)
        found = [(at, tag) for tag in tags if (at := self._held.find(tag)) >= 0]
        if found:
            at, tag = min(found)
            visible = "" if self._closing else self._held[:at]
            self._held = self._held[at + len(tag) :]
            self._closing = OPEN_CLOSE.get(tag, "")
            return visible
        keep = _overlap(self._held, tags)
        passed, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        if not passed:
            return None
        return "" if self._closing else passed


def _overlap(text: str, tags: tuple[str, ...]) -> int:
    """How many characters at the end of the text could begin one of the tags."""
    longest = max(len(tag) for tag in tags) - 1
    sizes = range(min(longest, len(text)), 0, -1)
    return next((size for size in sizes if any(tag.startswith(text[-size:]) for tag in tags)), 0)
