"""The forms in which a run can be written for other scorers, and what each of them needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.export.alce import alce
from evaluation.export.ragas import ragas
from evaluation.export.ragchecker import ragchecker
from evaluation.export.squad import no_answer, predictions
from evaluation.export.texts import Texts
from evaluation.export.trec import article_names, trec


@dataclass(frozen=True, slots=True)
class Export:
    """One form: made of the cases `alone`, or `from_library` where it holds texts; `beside` makes a second file.

    `answered` says that it has no place for a question without a right answer: such are left out.
    """

    alone: Callable[[Sequence[Case]], str] | None = None
    from_library: Callable[[Sequence[Case], Collection], str] | None = None
    answered: bool = False
    beside: Callable[[Sequence[Case]], str] | None = None


EXPORTS: Mapping[str, Export] = {
    "trec": Export(trec),
    "trec-articles": Export(from_library=lambda cases, collection: trec(cases, article_names(collection))),
    "squad": Export(predictions, beside=no_answer),
    "ragas": Export(from_library=lambda cases, collection: ragas(cases, Texts(collection))),
    "ragchecker": Export(from_library=lambda cases, collection: ragchecker(cases, Texts(collection)), answered=True),
    "alce": Export(from_library=lambda cases, collection: alce(cases, Texts(collection)), answered=True),
}


def beside(path: Path) -> Path:
    """Where the second file goes.

    >>> beside(Path("out/predictions.json")).name
    'predictions.na_prob.json'
    """
    return path.with_name(f"{path.stem}.na_prob{path.suffix}")
