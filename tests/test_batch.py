"""A batch: in order, the same each time, gone on with, refused where it is another; beside an owner, and after one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import batched
import endpoint as ep
import pytest
from batched import run, without_times
from shelf import write

import cli
from evaluation.questionfile import read_questions
from evaluation.running.answerfile import AnswerFile
from evaluation.running.batch import Batch, Tally
from evaluation.running.header import Manner, header_path, read_header
from evaluation.running.pool import AHEAD, in_order
from evaluation.running.run import read_run
from index.errors import IndexDamagedError, OwnedError
from index.owner import OwnerLock
from index.scope import Scope
from ingest.errors import VouchError
from qa.config import Config, LlmConfig, QaConfig, load_config
from qa.engine import Engine, open_engine
from qa.model.llm import OpenAIModel
from qa.service import EngineService
from serving.processes.owner import OwnerServer
from serving.processes.remote import RemoteService

ROOT = Path(__file__).parent.parent
N = 24
PATIENCE_S = 60


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return batched.ingested(tmp_path_factory.mktemp("batch") / "library")


@pytest.fixture(scope="module")
def service(library: Path) -> Iterator[EngineService]:
    with batched.counted(library) as service:
        yield service


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return batched.asked(tmp_path / "questions.jsonl", N)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "answers.jsonl"


def answers(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# --- the answers


def test_the_answers_are_those_of_the_service_in_the_order_of_the_questions(
    service: EngineService, questions: Path, output: Path
) -> None:
    tally = run(service, questions, output)
    assert tally.as_dict() == {"answered": N, "conflicting": 0, "declined": 0, "errors": 0}
    for row, answer in zip(answers(questions), answers(output), strict=True):
        asked = service.repeatable().ask(row["question"], row.get("scope"))
        assert answer == asked | {"id": row["id"], "timings_ms": answer["timings_ms"]}
    header = read_header(output)
    assert header["library"] == service.about()["library"]
    assert header["questions"]["n"] == header["finished"]["answered"] == N
    assert list(read_run(output).answers) == [row["id"] for row in answers(questions)]


def test_workers_and_what_was_asked_before_change_no_byte(
    service: EngineService, library: Path, questions: Path, tmp_path: Path
) -> None:
    one, three = tmp_path / "one.jsonl", tmp_path / "three.jsonl"
    run(service, questions, one)
    service.ask("What did the clerk of nowhere count?")
    run(service, questions, three, Manner(workers=3))
    assert without_times(one) == without_times(three)
    assert json.loads(header_path(three).read_bytes())["workers"] == 3


def test_a_row_that_fails_is_an_error_with_the_keys_of_an_answer(
    service: EngineService, questions: Path, output: Path
) -> None:
    rows = [
        '{"id": "good", "question": "What did the clerk of Hazelby count in week 1?"}',
        '{"id": "scope", "question": "Who?", "scope": {"outlets": ["Nobody\'s Gazette"]}}',
        '{"id": "kind", "question": "Who?", "scope": {"outlets": 7}}',
        '{"id": "none"}',
        "not json",
    ]
    questions.write_text("\n".join(rows) + "\n", encoding="utf-8")
    tally = run(service, questions, output)
    assert tally.as_dict() == {"answered": 1, "conflicting": 0, "declined": 0, "errors": 4}
    good, *failed = answers(output)
    assert [answer["id"] for answer in failed] == ["scope", "kind", "none", "line-5"]
    assert all(answer.keys() == good.keys() and answer["status"] == "error" for answer in failed)
    assert all(answer["system"].keys() == good["system"].keys() for answer in failed)
    reasons = [answer["reason"] for answer in failed]
    assert "no article is by an outlet called “Nobody's Gazette”" in reasons[0]
    assert all(reasons)
    assert "line 4 has no question" in reasons[2]


def test_a_question_has_its_own_scope_or_that_of_the_batch(
    service: EngineService, questions: Path, output: Path
) -> None:
    run(service, questions, output, Manner({"since": "2025-01-01"}))
    left_out = {answer["id"]: answer["searched"]["left_out"] for answer in answers(output)}
    own = {row["id"] for row in answers(questions) if "scope" in row}
    assert {ident for ident, number in left_out.items() if number == 0} == own


@pytest.mark.parametrize(
    ("manner", "told"),
    [
        (Manner({"untill": "2024"}), "a scope has no “untill”"),
        (Manner(engine="generative"), "no language model is connected"),
    ],
)
def test_what_is_wrong_for_every_question_is_told_before_the_first(
    service: EngineService, questions: Path, output: Path, manner: Manner, told: str
) -> None:
    with pytest.raises(VouchError, match=told):
        run(service, questions, output, manner)
    assert not output.exists()


def test_answers_in_whose_place_the_model_failed_are_counted(library: Path, questions: Path, output: Path) -> None:
    refused = ep.refuses(500, "out of order")
    with ep.Endpoint(refused) as server, batched.counted(library.with_name("modelled")) as service:
        service.engine.store.ingest([library.with_name("news")])
        model = OpenAIModel(LlmConfig(base_url=server.url, model="small"), first_pause_s=0.0)
        service.engine = Engine(service.engine.store, QaConfig(declining="eager"), model, None)
        tally = run(service, questions, output, Manner(seed=7))
        assert {request.body["seed"] for request in server.requests} == {7}
    assert (tally.instead, tally.statuses["answered"]) == (N, N)
    assert read_header(output)["finished"]["instead"] == N
    assert read_header(output)["model"] == "small"


def test_few_results_wait_for_a_slow_one_before_them() -> None:
    begun: list[int] = []
    go_on = threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        if number == 0:
            go_on.wait(PATIENCE_S)
        return number

    results = in_order(work, iter(range(1000)), 2)
    threading.Timer(0.3, go_on.set).start()
    assert next(results) == 0
    assert len(begun) <= 2 * (AHEAD + 1)
    assert list(results) == list(range(1, 1000))


# --- gone on with, or not


class StoppedError(Exception):
    """Something ends a batch."""


def stop_after(n: int) -> Any:
    def stop(tally: Tally) -> None:
        if tally.answers == n:
            raise StoppedError

    return stop


def test_what_was_answered_is_kept_and_the_rest_is_done(
    service: EngineService, questions: Path, output: Path, tmp_path: Path
) -> None:
    run(service, questions, tmp_path / "alone.jsonl")
    with pytest.raises(StoppedError):
        run(service, questions, output, Manner(workers=2), stop_after(7))
    half = output.read_bytes()
    assert half.count(b"\n") == 7
    begun = read_header(output)
    assert begun["finished"] is None
    seen: list[int] = []
    run(service, questions, output, on_answer=lambda tally: seen.append(tally.answers))
    assert seen == list(range(7, N + 1))
    assert output.read_bytes().startswith(half)
    assert without_times(output) == without_times(tmp_path / "alone.jsonl")
    assert read_header(output) | {"finished": None} == begun
    done = (output.read_bytes(), header_path(output).read_bytes())
    assert run(service, questions, output).answers == N
    assert (output.read_bytes(), header_path(output).read_bytes()) == done


def test_another_run_is_refused_with_what_differs(service: EngineService, questions: Path, output: Path) -> None:
    with pytest.raises(StoppedError):
        run(service, questions, output, Manner(), stop_after(3))
    before = (output.read_bytes(), header_path(output).read_bytes())
    with pytest.raises(VouchError, match=r"was begun otherwise: seed: null, now 5") as caught:
        run(service, questions, output, Manner(seed=5))
    assert "--restart" in caught.value.hint
    with pytest.raises(VouchError, match=r"scope.since: nothing, now \"2020-01-01\""):
        run(service, questions, output, Manner({"since": "2020-01-01"}))
    eager = service.engine.config
    service.engine.settings = {"qa": {"declining": "never"}}
    with pytest.raises(VouchError, match=r"settings.qa.declining: nothing, now \"never\""):
        run(service, questions, output)
    service.engine.settings = {}
    assert service.engine.config is eager
    batched.asked(questions, N + 1)
    with pytest.raises(VouchError, match=r"questions.sha256: "):
        run(service, questions, output)
    assert (output.read_bytes(), header_path(output).read_bytes()) == before
    with AnswerFile(output, anew=True) as file, pytest.raises(VouchError, match="a scope has no"):
        Batch(read_questions(questions), Manner({"untill": 1})).run(service, file)
    assert (output.read_bytes(), header_path(output).read_bytes()) == before  # what cannot begin replaces nothing
    with AnswerFile(output, anew=True) as file:
        assert Batch(read_questions(questions), Manner()).run(service, file).answers == N + 1


def test_a_file_that_is_no_run_is_never_written_over(service: EngineService, questions: Path, output: Path) -> None:
    output.write_text("dear diary")
    with pytest.raises(VouchError, match="holds something that is no run"):
        run(service, questions, output)
    output.unlink()
    header_path(output).write_text("[1, 2]")
    with pytest.raises(VouchError, match="is no header of a run"):
        run(service, questions, output)
    assert header_path(output).read_text() == "[1, 2]"


def test_two_batches_on_one_file_are_one_too_many(service: EngineService, questions: Path, output: Path) -> None:
    with AnswerFile(output), pytest.raises(VouchError, match="another vouch batch writes"):
        run(service, questions, output)
    assert run(service, questions, output).answers == N


@pytest.mark.parametrize(("name", "told"), [("missing/answers.jsonl", "no folder"), (".", "is no file")])
def test_a_place_where_no_file_can_be(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(VouchError, match=told):
        AnswerFile(tmp_path / name)


def test_a_library_that_changes_meanwhile_is_noted(tmp_path: Path, output: Path) -> None:
    questions = batched.asked(tmp_path / "questions.jsonl", N)
    with batched.counted(batched.ingested(tmp_path / "library")) as service:
        before = service.about()["library"]["fingerprint"]

        def change(tally: Tally) -> None:
            if tally.answers == 10:
                service.engine.store.ingest([write(tmp_path / "more", "more", "No barrels were left in week 9.")])

        run(service, questions, output, on_answer=change)
        states = Counter(answer["system"]["fingerprint"] for answer in answers(output))
        assert set(states) == {before, service.about()["library"]["fingerprint"]}
    assert read_header(output)["finished"]["states"] == states


def test_answers_that_are_the_same_each_time_need_no_graph_of_chroma(tmp_path: Path) -> None:
    with batched.counted(batched.ingested(tmp_path / "library")) as service:
        service.engine.store.ingest([write(tmp_path / "more", "more", "No barrels were left in week 9.")])
        chroma = service.engine.store.indexes.vectors()
        chroma.close()
        with pytest.raises(IndexDamagedError):
            chroma.search(service.engine.store.embedder.embed(["barrels"])[0], 3, Scope())
        assert service.repeatable().ask("What did the clerk of Hazelby count?")["status"] == "answered"
        assert service.notices() == []


# --- beside an owner


def beside(folder: Path) -> RemoteService:
    with pytest.raises(OwnedError) as caught:
        OwnerLock(folder)
    return RemoteService(caught.value)


def test_an_owner_gives_the_same_answers_and_the_rest_is_done_when_it_has_ended(
    service: EngineService, library: Path, questions: Path, output: Path, tmp_path: Path
) -> None:
    run(service, questions, tmp_path / "alone.jsonl", Manner(engine="extractive", seed=2))
    server = OwnerServer(service, service.engine.store.owner, "vouch test")
    remote = beside(library)

    def end(tally: Tally) -> None:
        if tally.answers == 5:
            server.close()

    with pytest.raises(OwnedError):
        run(remote, questions, output, Manner(engine="extractive", seed=2, workers=2), end)
    there = len(answers(output))
    assert 5 <= there < N
    run(service, questions, output, Manner(engine="extractive", seed=2))
    assert without_times(output) == without_times(tmp_path / "alone.jsonl")


# --- the command


ARTICLES = ("2021-12-26-webb-launch.txt", "2025-01-30-deal-sought.txt", "2025-02-01-rubio-first-trip.html")
ASKED = ("When was the Webb telescope launched?", "Who met the president of El Salvador?", "What is the price of tea?")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The demonstration's own articles in a library of the real engine, cleanly closed; without a reader, quick."""
    file = tmp_path_factory.mktemp("real") / "config.toml"
    file.write_text('[index]\nlibrary = "library"\n[reader]\nmodel = ""\n')
    with open_engine(file, thorough=False) as engine:
        engine.store.ingest([ROOT / "sources" / name for name in ARTICLES])
    return load_config(file)


def many(path: Path, n: int) -> Path:
    rows = ({"id": f"q{number}", "question": ASKED[number % len(ASKED)]} for number in range(n))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def command(config: Config, questions: Path, output: Path, *others: str) -> list[str]:
    return ["batch", str(questions), "-o", str(output), "--config", config.file, *others]


def test_the_command_goes_on_when_the_owner_ends_and_tells_what_came_of_it(
    config: Config, tmp_path: Path, output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = many(tmp_path / "questions.jsonl", 30)
    questions.write_text(questions.read_text() + '{"id": "bad", "question": "Who?", "scope": {"since": "then"}}\n')
    owner = EngineService(open_engine(config))
    server = OwnerServer(owner, owner.engine.store.owner, "vouch test")

    def end() -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and not (output.exists() and output.read_bytes().count(b"\n") > 4):
            time.sleep(0.01)
        server.close()
        owner.close()

    ending = threading.Thread(target=end)
    ending.start()
    assert cli.main(command(config, questions, output, "--workers", "2")) == 3
    ending.join()
    said = capsys.readouterr().err
    assert "31 questions in the form jsonl (guessed" in said
    assert "31 questions: " in said
    assert "1 errors" in said
    assert str(output) in said
    assert [answer["id"] for answer in answers(output)] == [f"q{number}" for number in range(30)] + ["bad"]
    assert cli.main(command(config, questions, output, "--seed", "4")) == 2
    assert "seed: null, now 4" in capsys.readouterr().err
    alone = tmp_path / "alone.jsonl"
    assert cli.main(command(config, questions, alone, "--quiet")) == 3
    assert capsys.readouterr().err == ""
    assert without_times(alone) == without_times(output)


def test_ctrl_c_says_how_to_go_on(config: Config, tmp_path: Path, output: Path) -> None:
    questions = many(tmp_path / "questions.jsonl", 2000)
    arguments = [sys.executable, "-m", "cli", *command(config, questions, output)]
    with subprocess.Popen(arguments, cwd=ROOT, env=os.environ, stderr=subprocess.PIPE, text=True) as process:
        until = time.monotonic() + PATIENCE_S
        while not (output.exists() and output.read_bytes().count(b"\n") > 2):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
    there = output.read_bytes().count(b"\n")
    assert process.returncode == 130
    assert f"stopped: {there:,} of 2,000 answers are in {output}; the same command goes on from there" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (["--workers", "0"], "--workers 0"),
        (["--seed", "-1"], "--seed -1"),
        (["--scope", "{"], "--scope is no JSON"),
        (["--scope", "[]"], "--scope is no JSON object"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    config: Config, questions: Path, output: Path, others: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(command(config, questions, output, *others)) == 2
    assert told in capsys.readouterr().err
    assert not output.exists()
