"""One judge at work: asked once about each matter, what it says written down, what it cannot say counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from evaluation.judges.asking import Judge, Kind, Premise
from evaluation.judges.ledger import Judgement, Ledger, key_of
from qa.model.faults import Kind as Fault
from qa.model.faults import ModelError

# A judge that fails so often in a row will go on failing, and each time may take all of [llm] deadline_s.
IN_A_ROW = 5
LASTING: frozenset[Fault] = frozenset({"auth", "quota", "not_found"})  # only other settings help against these


@dataclass(frozen=True, slots=True)
class Matter:
    """What a judgement is about: a sentence or a nugget of a question, by its number from 1."""

    question: str
    number: int


class Sitting:
    """One judge over one file of judgements. `dates` are the days of those that were used."""

    def __init__(self, judge: Judge, ledger: Ledger) -> None:
        self.judge = judge
        self.dates: set[str] = set()
        self._ledger = ledger
        self._failed = 0  # in a row

    def ask(self, matter: Matter, kind: Kind, claim: str, premises: Sequence[Premise]) -> bool | None:
        """What was judged before, or is now; None where the judge cannot tell, so that it is asked again next time.

        ModelError once it is plain that it can tell nothing.
        """
        key = key_of(self.judge, claim, premises)
        kept = self._ledger.get(key) or self._judged(matter, kind, claim, premises, key)
        if kept is None:
            return None
        self.dates.add(kept.date)
        return kept.follows

    @property
    def signed(self) -> str:
        """The judge with the day of its judgements, or the first and the last of them."""
        days = sorted(self.dates)
        return f"{self.judge.name}, {' to '.join(dict.fromkeys((days[0], days[-1])))}" if days else self.judge.name

    def _judged(
        self, matter: Matter, kind: Kind, claim: str, premises: Sequence[Premise], key: str
    ) -> Judgement | None:
        try:
            follows = self.judge.follows(claim, premises)
        except ModelError as error:
            self._failure(error)
            return None
        self._failed = 0
        today = datetime.now(UTC).date().isoformat()
        judgement = Judgement(matter.question, kind, matter.number, follows, self.judge.name, today, key)
        self._ledger.keep(judgement)
        return judgement

    def _failure(self, error: ModelError) -> None:
        self._failed += 1
        if error.kind in LASTING or self._failed >= IN_A_ROW:
            message = f"the judge {self.judge.name} failed"
            hint = f"{error.hint}; what it has judged is kept in {self._ledger.path}, and it goes on from there"
            raise ModelError(f"{message}: {error.message}", hint=hint, kind=error.kind) from None
