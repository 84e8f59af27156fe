"""`kill -9` of a batch at random moments, and files cut off at every byte: nothing is lost, nothing repeated."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import batched
import pytest

from evaluation.running.answerfile import AnswerFile
from evaluation.running.header import header_path
from evaluation.running.rows import line_of
from ingest.errors import VouchError

ROOT = Path(__file__).parent.parent
QUESTIONS, KILLS = 60, 3
PATIENCE_S = 60


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return batched.ingested(tmp_path_factory.mktemp("batch") / "library")


def started(library: Path, questions: Path, output: Path, workers: int) -> subprocess.Popen[str]:
    command = [sys.executable, batched.__file__, *map(str, (library, questions, output, workers))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_a_batch_that_is_killed_at_random_moments_ends_as_one_that_is_not(library: Path, tmp_path: Path) -> None:
    questions = batched.asked(tmp_path / "questions.jsonl", QUESTIONS)
    alone, output = tmp_path / "alone.jsonl", tmp_path / "killed.jsonl"
    with batched.counted(library) as service:
        batched.run(service, questions, alone)
    chance = random.Random(6)
    there = []
    for stop in sorted(chance.sample(range(1, QUESTIONS - 5), KILLS)):
        process, until = started(library, questions, output, 2), time.monotonic() + PATIENCE_S
        while lines(output) < stop:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < until
        time.sleep(chance.random() / 100)
        process.kill()
        process.communicate()
        there.append(lines(output))
    assert there == sorted(there)
    assert there[-1] < QUESTIONS  # it was killed before it was done
    process = started(library, questions, output, 2)
    assert (process.communicate()[1], process.returncode) == ("", 0)
    assert batched.without_times(output) == batched.without_times(alone)
    assert json.loads(header_path(output).read_bytes())["finished"]["answered"] == QUESTIONS


ANSWERS = [{"id": f"q{number}", "status": "answered", "text": "Ünïcode \U0001f600"} for number in range(3)]
IDS = [answer["id"] for answer in ANSWERS]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    path = tmp_path / "answers.jsonl"
    header_path(path).write_text('{"vouch_run": 1}')
    return path


def test_a_file_that_was_cut_off_anywhere_is_gone_on_with(output: Path) -> None:
    whole = b"".join(map(line_of, ANSWERS))
    for size in range(len(whole) + 1):
        output.write_bytes(whole[:size])
        with AnswerFile(output) as file:
            kept = list(file.kept(IDS))
            assert kept == ANSWERS[: whole[:size].count(b"\n")]
            for answer in ANSWERS[len(kept) :]:
                file.append(answer)
        assert output.read_bytes() == whole


@pytest.mark.parametrize(
    "left", [b"\0\0\0\0", b"\0\0\0\n", b'{"id": "q1", \0\0\0"status": "answered"}\n{"id": "q2"}\n']
)
def test_noughts_that_a_power_cut_left_are_cut_off(output: Path, left: bytes) -> None:
    output.write_bytes(line_of(ANSWERS[0]) + left)
    with AnswerFile(output) as file:
        assert list(file.kept(IDS)) == ANSWERS[:1]
    assert output.read_bytes() == line_of(ANSWERS[0])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"not json\n", "no answer object"),
        (b'{"id": "q1"}\n', "no answer object"),
        (line_of(ANSWERS[0]), "the answer of 'q0', and not of 'q1'"),
        (line_of(ANSWERS[2]), "the answer of 'q2', and not of 'q1'"),
    ],
)
def test_a_line_that_is_no_answer_of_the_run_is_not_gone_on_with(output: Path, line: bytes, told: str) -> None:
    before = line_of(ANSWERS[0]) + line + line_of(ANSWERS[2])
    output.write_bytes(before)
    with AnswerFile(output) as file, pytest.raises(VouchError, match=f"line 2: {told}"):
        list(file.kept(IDS))
    assert output.read_bytes() == before
