"""A small library, questions about it, and a batch over both: `python batched.py LIBRARY QUESTIONS OUTPUT WORKERS`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from meanwhile import TOWNS
from shelf import open_shelf, write

from evaluation.questionfile import read_questions
from evaluation.running.answerfile import AnswerFile
from evaluation.running.batch import Batch, OnAnswer, Tally
from evaluation.running.header import Manner
from qa.config import QaConfig
from qa.engine import Engine
from qa.service import EngineService, Service

WEEKS = 6
ONE = Manner()  # worker, and nothing else said
TIMES = re.compile(rb'"timings_ms": \{[^}]*\}')


@contextmanager
def counted(library: Path) -> Iterator[EngineService]:
    """A service over what the harbour clerks of some towns counted."""
    store = open_shelf(library, thorough=False)
    service = EngineService(Engine(store, QaConfig(engine="extractive", declining="eager"), None, None))
    try:
        yield service
    finally:
        service.close()


def ingested(library: Path) -> Path:
    """The library, with its articles in it and cleanly closed."""
    news = library.with_name("news")
    for number, town in enumerate(TOWNS):
        lines = [
            f"In week {week} the harbour clerk of {town} counted {number * 100 + week} barrels."
            for week in range(WEEKS)
        ]
        write(news, town, " ".join(lines), title=f"The quay of {town}", outlet="Pebble Gazette", date="2024-05-03")
    with counted(library) as service:
        service.engine.store.ingest([news])
    return library


def asked(path: Path, n: int) -> Path:
    """So many questions that the library answers, each with an id, some with a scope."""
    rows = [
        {"id": f"q{number}", "question": f"What did the clerk of {TOWNS[number % 8]} count in week {number % WEEKS}?"}
        | ({"scope": {"outlets": ["Pebble Gazette"]}} if number % 5 == 0 else {})
        for number in range(n)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(
    service: Service, questions: Path, output: Path, manner: Manner = ONE, on_answer: OnAnswer = lambda _: None
) -> Tally:
    """A batch as the command carries it out."""
    with AnswerFile(output) as file:
        return Batch(read_questions(questions), manner).run(service, file, on_answer)


def without_times(path: Path) -> bytes:
    """The bytes of a run but for what differs each time."""
    return TIMES.sub(b"", path.read_bytes())


if __name__ == "__main__":
    with counted(Path(sys.argv[1])) as opened:
        run(opened, Path(sys.argv[2]), Path(sys.argv[3]), Manner(workers=int(sys.argv[4])))
