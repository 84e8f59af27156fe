"""Judgements kept beside a run, a line of JSON each, written as they are made: nothing is paid for twice.

A judgement is found again by all that it rests on: the judge, its rules, the claim and the texts, word for word. So
an answer that has changed is judged again, and one that has not is not, in whatever run it stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evaluation.judges.asking import Judge, Kind, Premise
from ingest.errors import VouchError


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line. `number` is that of the sentence, or of the nugget, from 1; `key` what it is found by."""

    question: str
    kind: Kind
    number: int
    follows: bool
    judge: str
    date: str  # 2026-11-22
    key: str


class Ledger:
    """The judgements of one file, which may be those of several judges. Use it in a `with`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._kept = {judgement.key: judgement for judgement in _read(path)}
            self._file = path.open("a", encoding="utf-8")  # before anything is paid for
        except OSError as exc:
            hint = "check its folder, and whether it may be written"
            raise VouchError(f"judgements cannot be kept in {path}: {exc.strerror}", hint=hint) from exc

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def get(self, key: str) -> Judgement | None:
        """The judgement that was kept under this key."""
        return self._kept.get(key)

    def keep(self, judgement: Judgement) -> None:
        """Write a judgement down at once."""
        self._kept[judgement.key] = judgement
        self._file.write(json.dumps(asdict(judgement), ensure_ascii=False) + "\n")
        self._file.flush()


def key_of(judge: Judge, claim: str, premises: Sequence[Premise]) -> str:
    """What a judgement rests on, as a short hash."""
    said = [judge.name, judge.rules, claim, *([premise.head, premise.text] for premise in premises)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _read(path: Path) -> list[Judgement]:
    """What is kept; a last line that was broken off is taken away, so that the next one begins a line."""
    if not path.exists():
        return []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return [_judgement(path, number, line) for number, line in enumerate(whole.splitlines(), start=1)]


def _judgement(path: Path, number: int, line: bytes) -> Judgement:
    try:
        return Judgement(**json.loads(line))
    except (ValueError, TypeError) as exc:
        hint = "mend or delete that line, or the file: what is missing is judged again"
        raise VouchError(f"{path}: line {number} is no judgement", hint=hint) from exc
