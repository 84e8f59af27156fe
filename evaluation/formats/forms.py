"""The forms in which questions come, and which of them a file is in. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from evaluation.formats import alce, beir, clapnq, multihop, own, ragas, squad
from evaluation.formats.fields import Record
from evaluation.formats.rows import Row
from evaluation.questions import Question

LOOKED_AT = 100  # records that must tell a form; one of them is enough


def _as_they_are(rows: Iterable[Row]) -> Iterator[Row]:
    yield from rows


@dataclass(frozen=True, slots=True)
class Form:
    """How a record becomes a question (RowError if it cannot), and how to know one; `unfolded` finds them in rows."""

    fits: Callable[[Record], bool]
    question: Callable[[Record, int], Question]
    unfolded: Callable[[Iterable[Row]], Iterator[Row]] = _as_they_are


OWN = Form(own.fits, own.question)
FORMS: Mapping[str, Form] = {  # in the order in which they are tried: who asks for more fields comes first
    "clapnq": Form(clapnq.fits, clapnq.question),
    "squad": Form(squad.fits, squad.question, squad.unfolded),
    "alce": Form(alce.fits, alce.question),
    "multihop-rag": Form(multihop.fits, multihop.question),
    "ragas": Form(ragas.fits, ragas.question),
    "beir": Form(beir.fits, beir.question),
    "jsonl": OWN,
    "csv": OWN,
}


def guessed(rows: Iterable[Row]) -> str:
    """The form that one of the first records is in; "" if none is in any.

    >>> guessed([(1, {"id": "q1", "question": "Who won?"})]), guessed([(1, {"claim": "Oslo won."})])
    ('jsonl', '')
    """
    records = (row for _, row in islice(rows, LOOKED_AT) if isinstance(row, Mapping))
    return next((name for record in records for name, form in FORMS.items() if form.fits(record)), "")
