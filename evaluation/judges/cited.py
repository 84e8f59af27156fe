"""Citation recall and precision of a sentence as ALCE defines them (Gao et al. 2023, arXiv 2305.14627, section 3).

A sentence has recall 1 if it follows from all that it cites, taken together, and 0 otherwise, also where it cites
nothing. A citation is irrelevant if the sentence does not follow from it alone, and does follow from the others
without it. It has precision 1 if its sentence has recall 1 and it is not irrelevant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from evaluation.collection import Collection
from evaluation.judges.asking import Ask, Premise
from evaluation.scoring.measures import Measure, Statistic, mean, ratio

Data = Mapping[str, Any]
Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was judged of a sentence: whether it follows from what it cites, and how many of its citations are precise.

    None where the judge could not tell.
    """

    follows: bool | None
    citations: int
    precise: int | None


def judged(claim: str, premises: Sequence[Premise], ask: Ask) -> Sentence:
    """Recall and precision of a sentence that cites these passages.

    >>> def mentions(kind, claim, premises):
    ...     return set(claim) <= set("".join(premise.text for premise in premises))
    >>> judged("ab", [Premise("a"), Premise("b"), Premise("a c")], mentions)  # "b" is needed, each "a" is not
    Sentence(follows=True, citations=3, precise=1)
    """
    if not premises:
        return Sentence(follows=False, citations=0, precise=0)
    follows = ask("cited", claim, premises)
    if not follows or len(premises) == 1:
        return Sentence(follows, len(premises), None if follows is None else int(follows))
    marks = [_relevant(claim, premises, place, ask) for place in range(len(premises))]
    return Sentence(follows, len(premises), None if None in marks else sum(map(bool, marks)))


def _relevant(claim: str, premises: Sequence[Premise], place: int, ask: Ask) -> bool | None:
    alone = ask("alone", claim, premises[place : place + 1])
    if alone is not False:
        return alone
    without = ask("others", claim, [*premises[:place], *premises[place + 1 :]])
    return None if without is None else not without


def measures(judged: Mapping[str, Sequence[Sentence]], signed: str) -> list[Measure]:
    """Faithfulness over all sentences, and ALCE's recall and precision, by the sentences of each question.

    What the judge could not tell is left out of all three. As with ALCE, an answer without a citation has precision
    0, and a question without an answer is not counted.
    """
    told = {ident: [one for one in sentences if one.follows is not None] for ident, sentences in judged.items()}
    faithful = {ident: (float(sum(map(_follows, some))), float(len(some))) for ident, some in told.items()}
    recall = {ident: (of / count,) for ident, (of, count) in faithful.items() if count}
    precision = {ident: (_precision(some),) for ident, some in told.items() if some}
    averaged = "by answer, then averaged."
    kinds: tuple[tuple[str, Mapping[str, Row], Statistic, str], ...] = (
        (
            "faithful sentences",
            faithful if recall else {},
            ratio,
            "Sentences of all answers that follow from the passages they cite.",
        ),
        ("ALCE citation recall", recall, mean, f"Sentences that follow from all they cite together; {averaged}"),
        (
            "ALCE citation precision",
            precision,
            mean,
            f"Citations that carry their sentence or are needed for it; {averaged}",
        ),
    )
    return [Measure(name, "judged", rows, kind, about, judge=signed) for name, rows, kind, about in kinds]


def _follows(sentence: Sentence) -> bool:
    return bool(sentence.follows)


def _precision(sentences: Sequence[Sentence]) -> float:
    known = [(one.precise, one.citations) for one in sentences if one.precise is not None]
    cited = sum(citations for _, citations in known)
    return sum(precise for precise, _ in known) / cited if cited else 0.0


def premises_of(sentence: Data, collection: Collection) -> list[Premise]:
    """The passages that a sentence cites, each once, headed by who published them and when, as a reader sees them."""
    cited = {(one.get("article", ""), one.get("passage", "")): None for one in sentence.get("citations") or ()}
    return [_premise(article, passage, collection) for article, passage in cited]


def _premise(article: str, passage: str, collection: Collection) -> Premise:
    """A passage; without text, so that nothing follows from it, where the library has none of that name."""
    spans = [(one["start"], one["end"]) for one in collection.passages(article) if one["passage"] == passage]
    if not spans:
        return Premise("")
    return Premise(collection.text(article)[slice(*spans[0])], _head(collection.sources[article]))


def _head(source: Data) -> str:
    day = date.fromisoformat(source["published"]) if source["published"] else None
    told = (source["outlet"], f"{day.day} {day:%B %Y}" if day else "undated", source["title"])
    return ", ".join(part for part in told if part)
