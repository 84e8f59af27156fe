"""The examples of docs/python.md run, one after the other, and print what stands under them; an engine in threads."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from datetime import date
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from typing import Any

import pytest

from index.scope import Scope
from index.store import Store
from ingest.errors import VouchError
from qa.answers import Answer
from qa.config import READER, QaConfig
from qa.conversation import Turn
from qa.engine import Engine
from qa.reading.reader import open_reader

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "python.md"
EXAMPLE = re.compile(r"^```python\n(.*?)^```\n(?:\n^```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:llama_index.*")


def examples() -> list[tuple[int, str, str]]:
    """Line, code and expected output of each."""
    text = PAGE.read_text(encoding="utf-8")
    return [(text.count("\n", 0, one.start()) + 2, one[1], one[2] or "") for one in EXAMPLE.finditer(text)]


def test_a_script_without_a_guard_reads_every_format(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom qa.engine import open_engine\nengine = open_engine(library=sys.argv[1])\n"
        "print(len(engine.ingest(sys.argv[2]).refused))\nengine.close()\n"
    )
    line = [sys.executable, script, tmp_path / "library", ROOT / "sources"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run(line, capture_output=True, text=True, check=True, cwd=ROOT, env=env).stdout == "0\n"


def test_the_examples_run_and_print_what_stands_under_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "sources", tmp_path / "sources")
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {"__name__": "examples"}
    checker, flags = OutputChecker(), ELLIPSIS | NORMALIZE_WHITESPACE
    try:
        for line, code, expected in examples():
            printed = io.StringIO()
            with redirect_stdout(printed):
                exec(compile("\n" * (line - 1) + code, str(PAGE), "exec"), scope)
            assert checker.check_output(expected, printed.getvalue(), flags), (
                f"line {line} prints:\n{printed.getvalue()}"
            )
    finally:
        if "engine" in scope:
            scope["engine"].close()


def test_there_is_an_example_in_every_chapter() -> None:
    chapters = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    assert len(chapters) >= 8
    assert [chapter.splitlines()[0] for chapter in chapters if not EXAMPLE.search(chapter)] == []


def test_fifty_questions_from_eight_threads_as_one_after_the_other(real_store: Store) -> None:
    engine = Engine(real_store, QaConfig(), None, open_reader(READER))
    prison = engine.ask("How far is the prison from the capital?")
    asked: list[Callable[[], Answer]] = [
        lambda: engine.ask("What do inmates eat?"),
        lambda: engine.ask("How wide is Webb's main mirror?", scope=engine.scope("Tin Kettle Tribune")),
        lambda: engine.ask("How wide is Webb's main mirror?", scope=engine.scope("Paper Lantern Post")),
        lambda: engine.ask("How many men were flown to El Salvador?", scope=engine.scope(since="2025-03-01")),
        lambda: engine.ask("And what do inmates eat?", [Turn(prison.question, prison.as_dict())]),
    ] * 10
    alone = [lasting(ask()) for ask in asked[:5]] * 10
    with ThreadPoolExecutor(8) as pool:
        together = [lasting(answer) for answer in pool.map(lambda ask: ask(), asked)]
    assert together == alone
    assert {answer["status"] for answer in alone} == {"answered", "not_in_sources"}


def lasting(answer: Answer) -> dict[str, Any]:
    """What of an answer does not change from one asking to the next."""
    return {key: value for key, value in answer.as_dict().items() if key not in {"id", "timings_ms"}}


def test_a_scope_is_given_as_people_write_it(real_store: Store) -> None:
    engine = Engine(real_store, QaConfig(), None, None)
    meant = Scope(("Tin Kettle Tribune",), since=date(2024, 1, 1), as_of=date(2025, 2, 1))
    assert engine.scope("tin kettle tribune", since="2024-01-01", as_of=date(2025, 2, 1)) == meant
    assert engine.scope(["Tin Kettle Tribune"], since=date(2024, 1, 1), as_of="2025-02-01") == meant
    assert not engine.scope()
    with pytest.raises(VouchError, match="is no day"):
        engine.scope(until="soon")


def test_one_path_or_several_are_ingested(opened: Callable[..., Store], clippings: Path) -> None:
    engine = Engine(opened(), QaConfig(), None, None)
    assert engine.ingest(str(clippings / "ferry.md")).added == 1
    assert engine.ingest([clippings, clippings / "ferry.md"]).added == 4
    assert [hit.passage.article.title for hit in engine.search("ferry ticket crowns", k=1)] == ["The ferry sails again"]
    assert engine.search("\ud83d ferry", k=1)  # half a surrogate pair, which no tokenizer takes
