"""An entailment model as judge: whether a claim is likelier to follow from the texts than not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from evaluation.judges.asking import Premise
from qa.checking.entailment import Entailment

LIKELY = 0.5  # likelier than not, as the model of ALCE decides; nothing is tuned

# Such models read 512 word pieces of both texts together. English news has 1.3 to 1.4 pieces to a word.
WORDS_READ, LEAST_WORDS = 360, 120


class EntailmentJudge:
    """Judges by a cross-encoder. Texts too long for it are read in windows, the surest of which speaks.

    That is how SummaC reads documents (Laban et al. 2022, arXiv 2111.09525, zero-shot). A claim that takes two places
    which no window holds together does not follow, then.
    """

    def __init__(self, name: str, model: Entailment) -> None:
        self.name = name
        self._model = model

    @property
    def rules(self) -> str:
        return f"entails from {LIKELY}, windows of {WORDS_READ} words"

    def follows(self, claim: str, premises: Sequence[Premise]) -> bool:
        words = max(WORDS_READ - len(claim.split()), LEAST_WORDS)
        pairs = [(window, claim) for window in windows(premises, words)]
        return any(one.entails >= LIKELY for one in self._model.judge(pairs))

    def close(self) -> None:
        """Nothing is held open."""


def windows(premises: Sequence[Premise], words: int) -> list[str]:
    r"""The texts as one, where that has at most so many words; else windows of as many, by half over one another.

    A window that begins within a text begins with its head, so that it is known who says so; that comes on top.

    >>> windows([Premise("one two"), Premise("three four", "Post")], 5)
    ['one two\nPost\nthree four']
    >>> windows([Premise("one two three four five six", "Post"), Premise("seven")], 4)
    ['Post one two three', 'Post two three four five', 'Post four five six seven']
    """
    if sum(len(premise.whole.split()) for premise in premises) <= words:
        return ["\n".join(premise.whole for premise in premises)]
    told = list(chain.from_iterable(_headed(premise) for premise in premises))
    step = words // 2
    return [
        " ".join([*told[start][0], *(word for _, word in told[start : start + words])])
        for start in range(0, max(len(told) - words, 0) + step, step)
    ]


def _headed(premise: Premise) -> list[tuple[list[str], str]]:
    """The words of a text, each with the head that a window needs that begins with it: none at the beginning."""
    head = premise.head.split()
    return [([], word) if place < len(head) else (head, word) for place, word in enumerate(premise.whole.split())]
