"""What a judge is asked: whether a claim follows from texts. Everything else is counted from that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Premise:
    """A text that a claim may follow from; `head` says whose it is and when, "" where that does not matter."""

    text: str
    head: str = ""

    @property
    def whole(self) -> str:
        return f"{self.head}\n{self.text}" if self.head else self.text


# What for: of all that a sentence cites, of one of these alone, of the others without it; of an answer's text.
Kind = Literal["cited", "alone", "others", "nugget"]
# Whether a claim follows from texts; None where the judge cannot tell.
Ask = Callable[[Kind, str, Sequence[Premise]], bool | None]


class Judge(Protocol):
    """Reads claims and texts. One that cannot tell this time raises ModelError."""

    @property
    def name(self) -> str:
        """Who judges, as it is printed beside every figure."""

    @property
    def rules(self) -> str:
        """What settles its verdicts beside its name (prompt, threshold): with others, everything is judged again."""

    def follows(self, claim: str, premises: Sequence[Premise]) -> bool:
        """Whether the claim follows from the texts taken together."""

    def close(self) -> None:
        """Give up what it holds open."""
