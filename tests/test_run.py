"""A run that is read: strictly, naming file and line; and its header, which names no folder of a user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.running.header import Manner, differences, header_of, header_path, read_header, write_header
from evaluation.running.rows import line_of
from evaluation.running.run import read_run
from ingest.errors import VouchError

ANSWERS = [{"id": f"q{number}", "status": "answered", "text": "A\u2028b\u0085c"} for number in range(3)]
ABOUT = {
    "version": "0.1.0",
    "engine": "auto",
    "model": "",
    "embedder": "m@1:float32",
    "library": {"articles": 1, "passages": 2, "fingerprint": "f"},
    "settings": {
        "ingest": {"paths": ["/home/anna/news"]},
        "index": {"library": "/home/anna/library", "dense_weight": 0.35},
        "reader": {"model": "/home/anna/reader"},
        "llm": {"base_url": "http://anna:secret@model:8080/v1"},
    },
}
QUESTIONS = {"file": "questions.jsonl", "form": "jsonl", "sha256": "s", "n": 3, "refused": 0}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b"".join(map(line_of, ANSWERS)))
    return path


def test_a_run_is_its_answers_by_id_and_its_header(path: Path) -> None:
    assert read_run(path).header is None
    write_header(path, header_of(ABOUT, QUESTIONS, Manner()))
    run = read_run(path)
    assert list(run.answers.values()) == ANSWERS
    assert list(run.answers) == ["q0", "q1", "q2"]
    assert run.header["questions"]["n"] == 3


def test_no_character_of_an_answer_ends_a_line_for_anybody(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


OTHER = (b"", b"no", b"[]", b'{"id": 1, "status": "answered"}', b'{"id": "q3", "status": "well"}', b"[" * 9999, b"\xff")


@pytest.mark.parametrize("line", OTHER)
def test_a_line_that_is_no_answer_is_named(path: Path, line: bytes) -> None:
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(VouchError, match=r"answers\.jsonl, line 4: no answer object"):
        read_run(path)


def test_an_id_that_comes_twice_is_named_with_both_lines(path: Path) -> None:
    path.write_bytes(path.read_bytes() + line_of(ANSWERS[1]))
    with pytest.raises(VouchError, match=r"line 4: the id 'q1' is that of line 2"):
        read_run(path)


def test_a_torn_line_tells_how_far_the_run_came(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4])
    write_header(path, header_of(ABOUT, QUESTIONS, Manner()))
    with pytest.raises(VouchError, match=r"line 3: torn; the run is not finished: 2 of 3 answers") as caught:
        read_run(path)
    assert "run vouch batch again" in caught.value.hint


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(VouchError, match="cannot be read: No such file"):
        read_run(tmp_path / "none.jsonl")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"vouch_run": 99}', "not json"])
def test_a_file_that_is_no_header_is_not_taken_for_one(path: Path, text: str) -> None:
    header_path(path).write_text(text)
    with pytest.raises(VouchError, match="is no header of a run"):
        read_header(path)


def test_a_header_names_no_folder_of_a_user(path: Path) -> None:
    header = header_of(ABOUT, QUESTIONS, Manner(seed=3))
    said = json.dumps(header)
    assert "anna" not in said
    assert "secret" not in said
    assert header["settings"]["reader"] == {"model": "reader"}
    assert header["settings"]["llm"] == {"base_url": "http://model:8080/v1"}
    assert header["seed"] == 3


def test_what_differs_between_two_runs_is_said_but_not_when_or_how_quickly() -> None:
    one = header_of(ABOUT, QUESTIONS, Manner())
    assert differences(one | {"started": "then", "workers": 1}, one | {"started": "now", "workers": 2}) == []
    other = header_of(ABOUT, QUESTIONS | {"sha256": "t"}, Manner({"since": "2024-01-01"}, "extractive", 1))
    assert differences(one, other) == [
        'questions.sha256: "s", now "t"',
        'engine: "auto", now "extractive"',
        "seed: null, now 1",
        "scope: {}, now nothing",
        'scope.since: nothing, now "2024-01-01"',
    ]
