"""How much of what is known of the right answer an answer's text says.

Nuggets as in TREC's RAG track of 2024 (AutoNuggetizer: Pradeep et al. 2024, arXiv 2411.09607), simplified: the nuggets
are not drawn from documents by a model but are what the gold names, its answer and each of its quotes; all of them
are vital; and each is held or not, where AutoNuggetizer knows a partial support (its strict scores count that as none).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from evaluation.judges.asking import Ask, Premise
from evaluation.questions import Question
from evaluation.scoring.measures import Measure, mean

Data = Mapping[str, Any]
Origin = Literal["answer", "quote"]


@dataclass(frozen=True, slots=True)
class Nugget:
    """One fact, in whichever of several wordings. `of` says where the gold has it from."""

    of: Origin
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Whether an answer says a fact; None where the judge could not tell."""

    of: Origin
    held: bool | None


def nuggets(question: Question) -> list[Nugget]:
    """The facts that a right answer holds.

    >>> [nugget.wordings for nugget in nuggets(Question("1", "Who led the Norse?", answers=("Rollo", "Duke Rollo")))]
    [('Who led the Norse? Rollo', 'Who led the Norse? Duke Rollo')]
    """
    if question.answerable is False:
        return []
    answers = [Nugget("answer", tuple(_answered(question.question, one) for one in question.answers))]
    quotes = dict.fromkeys(evidence.quote for evidence in question.evidence)
    return [*(answers if question.answers else ()), *(Nugget("quote", (quote,)) for quote in quotes)]


def held(nugget: Nugget, told: Premise, ask: Ask) -> bool | None:
    """Whether the text says it; None where that cannot be told."""
    verdicts: list[bool | None] = []
    for wording in nugget.wordings:
        verdicts.append(ask("nugget", wording, [told]))
        if verdicts[-1]:
            return True
    return None if None in verdicts else False


def measures(facts: Mapping[str, Sequence[Held]], signed: str) -> list[Measure]:
    """The share of each question's nuggets that its answer says, averaged over the questions that have any."""
    kinds: tuple[tuple[str, tuple[Origin, ...], str], ...] = (
        ("nugget recall", ("answer", "quote"), "Facts of the gold, answers and quotes, that the answer says"),
        ("nugget recall, answers", ("answer",), "Gold answers that the answer says, in whatever words"),
        ("nugget recall, quotes", ("quote",), "Gold quotes that the answer says, in whatever words"),
    )
    more = "; by question, then averaged; none by an answer that is missing."
    return [
        Measure(name, "judged", _shares(facts, origins), mean, about + more, judge=signed)
        for name, origins, about in kinds
    ]


def _shares(facts: Mapping[str, Sequence[Held]], origins: Sequence[Origin]) -> dict[str, tuple[float, ...]]:
    marks = {
        ident: [one.held for one in some if one.of in origins and one.held is not None] for ident, some in facts.items()
    }
    return {ident: (sum(some) / len(some),) for ident, some in marks.items() if some}


def told(question: Question, answer: Data) -> Premise:
    """What a reader is told: the short answer with its question, then the sentences with who says them."""
    short = [_answered(question.question, answer["short"]["text"])] if answer.get("short") else []
    return Premise(
        "\n".join([*short, *(f"{one.get('lead', '')} {one['text']}".strip() for one in answer.get("sentences") or ())])
    )


def _answered(question: str, answer: str) -> str:
    """A question with its answer, which is a statement also where the answer is "yes"."""
    return f"{question} {answer}"
