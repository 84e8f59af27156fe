"""A library of a few articles, some of them hostile, with a run of questions over it: what the report is tested on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shelf import write

from cli import main
from qa.config import Config
from qa.engine import open_engine
from qa.service import EngineService
from serving.processes.owner import OwnerServer

HOSTILE = "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'&"
MISSING, FAILED, EXTRA = "ticket", "goats", "unasked"
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "ticket",
        "question": "How many crowns does a ticket for the ferry to Gull Rock cost?",
        "type": "fact",
        "answers": ["four", "four crowns"],
        "evidence": [{"article": "ferry.md", "quote": "A ticket for the ferry costs four crowns."}],
    },
    {
        "id": "goats",
        "question": "Who brought the goats to the island of Gull Rock?",
        "type": "fact",
        "answers": ["monks", "the monks of Skerry"],
        "evidence": [{"article": "goats.md", "quote": "Goats were brought to the island of Gull Rock by monks."}],
    },
    {
        "id": "lamp",
        "question": "How many years did the lamp of Gull Rock burn?",
        "type": "fact",
        "answers": ["ninety", "ninety years"],
        "articles": ["lamp.md"],
    },
    {
        "id": f"hostile {HOSTILE}\u202e",
        "question": f"Who wrote {HOSTILE} on the wall of the old mill? \u05de\u05d9 \u202e?",
        "answers": [f"a miller {HOSTILE}"],
        "articles": ["mill.md"],
    },
    {"id": "mars", "question": "Who won the chess championship of Mars in 1987?", "type": "null", "answerable": False},
]


@dataclass(frozen=True, slots=True)
class Desk:
    """A library, its questions, a run of them by `vouch batch`, and another with a line missing, failed and extra."""

    library: Path
    questions: Path
    answers: Path
    torn: Path
    articles: int

    @property
    def header(self) -> Path:
        return self.answers.with_name("answers.run.json")

    @property
    def evaluate(self) -> list[str]:
        """The command that scores the run."""
        return ["evaluate", str(self.answers), "--gold", str(self.questions), "--library", str(self.library)]


@contextmanager
def newsdesk(folder: Path) -> Iterator[Desk]:
    """Everything, made in a folder; the library stays open for the commands of a test, which then open none."""
    desk = Desk(folder / "library", folder / "questions.jsonl", folder / "answers.jsonl", folder / "torn.jsonl", 4)
    _articles(folder / "articles")
    desk.questions.write_text("".join(json.dumps(question) + "\n" for question in QUESTIONS), encoding="utf-8")
    assert main(["ingest", str(folder / "articles"), "--library", str(desk.library)]) == 0
    batch = ["batch", str(desk.questions), "-o", str(desk.answers), "--library", str(desk.library), "--quiet"]
    assert main(batch) == 0
    answers = [json.loads(line) for line in desk.answers.read_text(encoding="utf-8").splitlines()]
    desk.torn.write_text("".join(json.dumps(answer) + "\n" for answer in _torn(answers)), encoding="utf-8")
    desk.torn.with_name("torn.run.json").write_bytes(desk.header.read_bytes())
    service = EngineService(open_engine(Config().with_library(str(desk.library)), thorough=False))
    owner = OwnerServer(service, service.engine.store.owner, "a test")
    try:
        yield desk
    finally:
        owner.close()
        service.close()


def _articles(folder: Path) -> None:
    write(folder, "ferry", "The ferry to Gull Rock sails twice a day. A ticket for the ferry costs four crowns.\n\n"
          "Nobody rides for free, except the keeper.",
          title="The ferry sails again", outlet="Harbour Post", date="2024-06-10")  # fmt: skip
    write(folder, "goats", "Goats were brought to the island of Gull Rock by monks. Nobody counts them.",
          title="Goats of the island", outlet="Tin Whistle Times", date="2024-05-03")  # fmt: skip
    write(folder, "lamp", "The lamp of Gull Rock burned for ninety years. Keepers climbed to it every night.",
          title="A lamp for Gull Rock", outlet="Tin Whistle Times", date="2024-04-01")  # fmt: skip
    write(folder, "mill", f"On the wall of the old mill a miller wrote {HOSTILE} in chalk. It is still there.",
          title=json.dumps(f"The mill {HOSTILE} \u202etxet"), outlet=json.dumps(f"Mill {HOSTILE}"))  # fmt: skip


def _torn(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = [answer for answer in answers if answer["id"] != MISSING]
    failed = {"status": "error", "reason": "the endpoint did not answer", "text": "", "sentences": [], "short": None}
    return [{**one, **failed} if one["id"] == FAILED else one for one in kept] + [{**kept[0], "id": EXTRA}]
