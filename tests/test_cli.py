"""The command line: what it prints and where, its exit codes, its JSON, and its work beside a running owner."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from cli import main
from index.owner import NOTE_FILE, owner_of

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "sources"
QUESTION = "How far is the prison from San Salvador?"
ANSWER = "75 kilometers"
HEAVY = ("numpy", "torch", "chromadb", "gradio", "llama_index", "openvino", "pydantic", "fastapi", "tantivy")

OWNER = """
import sys, time
from pathlib import Path
from index.owner import OwnerLock
owner = OwnerLock(Path(sys.argv[1]))
print("mine", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration articles. For copying."""
    library = tmp_path_factory.mktemp("cli") / "library"
    assert main(["ingest", str(SOURCES), "--library", str(library)]) == 0
    return library


@pytest.fixture
def library(ingested: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ingested, tmp_path / "library", copy_function=shutil.copy2))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], library: Path) -> Any:
    """Runs a command on the library, in this process; its exit code, stdout and stderr."""

    def running(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*arguments, "--library", str(library)])
        return (code, *capsys.readouterr())

    return running


def vouch(*arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    command = [sys.executable, "-c", "import sys; from cli import main; sys.exit(main())", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120, **more)


def told(stderr: str) -> tuple[str, str]:
    """The error and the hint, which are all there is."""
    match = re.fullmatch(r"error: (.+)\nhint: (.+)\n", stderr)
    assert match, stderr
    return match[1], match[2]


# --- help and errors


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = f"import sys, cli\ntry: cli.main(['--help'])\nfinally: print([n for n in {HEAVY} if n in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0
    for command in ("ingest", "ask", "chat", "articles", "models", "doctor"):
        assert re.search(rf"^    {command} +[A-Z]", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("[]\n")
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [[], ["fly"], ["ask"], ["ask", "a", "b"], ["articles", "--fast"]])
def test_what_is_no_command_gets_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: vouch" in capsys.readouterr().err


def test_errors_say_what_is_wrong_and_what_to_do(run: Any, tmp_path: Path) -> None:
    odd = tmp_path / "odd.toml"
    odd.write_text("[index]\nmodle = 'x'\n")
    for arguments, error, hint in [
        (["ingest", str(tmp_path / "nowhere")], "no such file or folder", "check the path"),
        (["articles", "show", "nobody"], "no article has the id 'nobody'", "vouch articles"),
        (["articles", "show"], "which article?", "vouch articles show ID"),
        (["ask", "x", "--config", str(tmp_path / "none.toml")], "no such configuration file", "check --config"),
        (["ask", "x", "--config", str(odd)], "unknown key 'index.modle'", "config.toml"),
    ]:
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert error in told(err)[0]
        assert hint in told(err)[1]


def test_a_library_that_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["articles", "--library", str(tmp_path / "file")]) == 2
    assert "cannot use" in told(capsys.readouterr().err)[0]


def test_other_settings_are_refused_before_anything_is_done(run: Any, tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("[index]\npassage_pieces = 90\n")
    code, out, err = run("ask", QUESTION, "--config", str(settings))
    assert (code, out) == (2, "")
    assert "passage_pieces = 220, the settings say 90" in told(err)[0]


def test_a_fault_of_ours_is_told_without_a_traceback(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("qa.engine.open_engine", breaks)
    code, out, err = run("articles")
    assert (code, out) == (2, "")
    assert told(err) == ("ZeroDivisionError: by nought", "this is a fault of Vouch; VOUCH_DEBUG=1 shows where")
    monkeypatch.setenv("VOUCH_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("articles")


def test_ctrl_c_ends_it_quietly(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("qa.engine.open_engine", interrupted)
    assert run("articles") == (130, "", "")


def test_a_reader_that_goes_away_is_no_error(library: Path) -> None:
    command = [sys.executable, "-c", "from cli import main; main()", "articles", "--json", "--library", str(library)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=environment, check=False, timeout=60)
    os.close(writing)
    assert done.stderr == b""


# --- ingest


def test_ingest_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    news, library = tmp_path / "news", str(tmp_path / "library")
    news.mkdir()
    (news / "one.txt").write_text("One fish swam past the pier.")
    (news / "two.xyz").write_text("?")
    assert main(["ingest", str(news), "--library", library]) == 3
    out, err = capsys.readouterr()
    first, blank, head, refusal = out.splitlines()
    assert re.fullmatch(r"2 files: 1 articles added, 0 changed, 0 unchanged; 1 passages in \d+\.\d s", first)
    assert (blank, head) == ("", "1 refused; they are tried again at the next ingest:")
    assert re.fullmatch(r"  \S*/two\.xyz  files of type \.xyz are not read; these are: .+", refusal)
    assert err == ""
    (news / "two.xyz").unlink()
    assert main(["ingest", str(news), "--library", library]) == 0
    assert capsys.readouterr().out.startswith("1 files: 0 articles added, 0 changed, 1 unchanged;")
    (news / "one.txt").unlink()
    assert main(["ingest", str(news), "--library", library]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"gone: {news}/one.txt",
        "1 articles are no longer there; vouch ingest --prune removes them",
    ]
    main(["ingest", str(news), "--prune", "--library", library])
    assert capsys.readouterr().out.splitlines()[1:] == [f"removed: {news}/one.txt"]
    assert main(["articles", "--library", library]) == 0
    assert capsys.readouterr().out == ""


def test_without_a_path_what_the_settings_name_is_ingested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "one.txt").write_text("One fish swam past the pier.")
    (tmp_path / "config.toml").write_text('[ingest]\npaths = ["mine"]\n[index]\nlibrary = "shelf"\n')
    assert main(["ingest", "--config", str(tmp_path / "config.toml")]) == 0
    assert capsys.readouterr().out.startswith("1 files: 1 articles added")
    assert (tmp_path / "shelf" / "library.db").is_file()


def test_an_index_that_was_rebuilt_is_told_of(run: Any, library: Path) -> None:
    shutil.rmtree(library / "chroma")
    code, out, err = run("ingest", str(SOURCES))
    assert code == 0
    assert "0 articles added" in out
    assert re.fullmatch(
        r"note: The vector index \(Chroma\) was rebuilt from the library in .+: its files are gone\..+\n", err
    )
    shutil.rmtree(library / "lexical")
    code, out, err = run("ask", QUESTION)
    assert code == 0
    assert ANSWER in out
    assert "note: The word index (tantivy) was rebuilt" in err


# --- ask


def test_an_answer_to_read(run: Any) -> None:
    code, out, err = run("ask", QUESTION)
    assert (code, err) == (0, "")
    assert ANSWER in out
    assert "[1]" in out
    assert re.search(r"^\[1\] .+: .+, \d{4}-\d\d-\d\d.* \([0-9a-f]{16}\)$", out, re.MULTILINE)


def test_an_answer_as_data_cites_what_the_article_says(run: Any) -> None:
    code, out, err = run("ask", QUESTION, "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert answer["status"] == "answered"
    assert {"id", "question", "standalone_question", "status", "reason", "text", "sentences", "sources", "retrieved",
            "confidence", "scope", "timings_ms", "usage", "system"} <= answer.keys()  # fmt: skip
    assert answer["question"] == QUESTION
    assert ANSWER in answer["text"]
    citations = [citation for sentence in answer["sentences"] for citation in sentence["citations"]]
    assert citations
    for citation in citations:
        article = json.loads(run("articles", "show", citation["article"], "--json")[1])
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["article"] in {source["article"] for source in answer["sources"]}


def test_what_is_not_in_the_sources_is_said(run: Any) -> None:
    code, out, _ = run("ask", "Who won the cricket match in Lahore?")
    assert code == 0
    assert out.startswith("Not in the sources. ")
    answer = json.loads(run("ask", "Who won the cricket match in Lahore?", "--json")[1])
    assert (answer["status"], answer["sentences"], answer["text"]) == ("not_in_sources", [], "")
    assert answer["reason"]


def test_an_empty_library_says_how_to_fill_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", QUESTION, "--library", str(tmp_path / "new")]) == 0
    assert "The library holds no articles yet. Add some: vouch ingest FOLDER" in capsys.readouterr().out


# --- articles


def test_articles_are_listed_newest_first(run: Any) -> None:
    code, out, err = run("articles")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert all(re.match(r"[0-9a-f]{16}  (\d{4}-\d\d-\d\d|undated   )  \S", line) for line in lines)
    dated = [line[18:28] for line in lines if "undated" not in line]
    assert dated == sorted(dated, reverse=True)
    rows = json.loads(run("articles", "list", "--json")[1])
    assert [row["article"] for row in rows] == [line[:16] for line in lines]
    assert {"title", "authors", "outlet", "published", "url", "language", "origin", "sha256"} <= rows[0].keys()


def test_an_article_is_shown_whole(run: Any) -> None:
    ident = json.loads(run("articles", "--json")[1])[0]["article"]
    shown, data = run("articles", "show", ident)[1], json.loads(run("articles", "show", ident, "--json")[1])
    assert shown.startswith(data["title"] + "\n")
    assert data["text"] in shown


def test_refusals_are_listed(run: Any, tmp_path: Path) -> None:
    assert run("articles", "refusals") == (0, "", "")
    (tmp_path / "two.xyz").write_text("?")
    assert run("ingest", str(tmp_path / "two.xyz"))[0] == 3
    code, out, _ = run("articles", "refusals")
    assert code == 0
    assert "two.xyz  files of type .xyz are not read" in out
    (row,) = json.loads(run("articles", "refusals", "--json")[1])
    assert row["origin"] == f"{tmp_path}/two.xyz"


# --- doctor


def findings(out: str) -> dict[str, str]:
    return {line[7:].partition(":")[0]: line for line in out.splitlines()}


def test_the_doctor_finds_a_sound_library_sound(run: Any) -> None:
    code, out, err = run("doctor")
    assert (code, err) == (0, "")
    found = findings(out)
    assert all(line.startswith("ok     ") for line in found.values())
    assert "18 articles" in found["library"]
    assert "Chroma and tantivy hold every passage and find it" in found["indexes"]
    assert "chromadb 1." in found["installed"]


def test_the_doctor_tells_of_an_index_that_it_healed(run: Any, library: Path) -> None:
    (database,) = (library / "chroma").glob("*/chroma.sqlite3")
    database.write_bytes(database.read_bytes()[:20_000])
    code, out, _ = run("doctor")
    assert code == 0
    assert "The vector index (Chroma) was rebuilt from the library" in findings(out)["indexes"]
    assert "hold every passage" in findings(run("doctor")[1])["indexes"]


def test_the_doctor_finds_a_torn_database(run: Any, library: Path) -> None:
    with closing(sqlite3.connect(library / "library.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'passages'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with (library / "library.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    code, out, err = run("doctor")
    assert (code, err) == (2, "")
    faults = [line for line in out.splitlines() if line.startswith("FAULT  ")]
    assert any("malformed" in line for line in faults)
    assert "reader" in findings(out)  # the look at the rest went on


def test_the_doctor_shows_the_prompts(run: Any) -> None:
    from qa.writing.prompts import ABSTAIN

    code, out, err = run("doctor", "--prompts")
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if line.startswith("# The ")] == [
        "# The answer (every question)",
        "# The repair (at most once, where sentences of the reply lack their tags)",
        "# The split (before the search, where [qa] split is on and the question is a hard one)",
        "# The judge (vouch evaluate --judge llm)",
    ]
    assert ABSTAIN in out


def test_the_doctor_finds_that_an_endpoint_does_not_answer(run: Any, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[llm]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\ntimeout_s = 2.0\n')
    code, out, _ = run("doctor", "--config", str(tmp_path / "config.toml"))
    assert code == 2
    assert findings(out)["language model"].startswith("FAULT")


# --- beside a running owner


@contextmanager
def chatting(library: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`vouch chat` on a library, from when it announces its page."""
    command = [sys.executable, "-c", "import sys; from cli import main; sys.exit(main())", "chat", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command += ["--library", str(library), *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=library
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("Vouch is at http://127.0.0.1:")
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def chat(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The library of a running chat."""
    library = Path(shutil.copytree(ingested, tmp_path_factory.mktemp("chat") / "library"))
    with chatting(library):
        yield library


@pytest.fixture
def beside(chat: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def running(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*arguments, "--library", str(chat)])
        return (code, *capsys.readouterr())

    return running


def test_questions_are_answered_beside_a_chat(beside: Any) -> None:
    code, out, err = beside("ask", QUESTION)
    assert (code, err) == (0, "")
    assert ANSWER in out
    answer = json.loads(beside("ask", QUESTION, "--json")[1])
    assert answer["status"] == "answered"
    assert answer["sentences"][0]["citations"]


def test_articles_are_listed_and_shown_beside_a_chat(beside: Any, run: Any) -> None:
    assert beside("articles") == run("articles")
    ident = json.loads(beside("articles", "--json")[1])[0]["article"]
    assert beside("articles", "show", ident) == run("articles", "show", ident)
    code, out, err = beside("articles", "show", "nobody")
    assert (code, out) == (2, "")
    assert told(err) == ("no article has the id 'nobody'", "list them: vouch articles")


def test_articles_are_ingested_beside_a_chat_and_found_at_once(
    beside: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quince.txt").write_text("Quince jam\n\nThe quince harvest at Orrin reached 412 tonnes in 2023.")
    (tmp_path / "odd.xyz").write_text("?")
    monkeypatch.chdir(tmp_path)
    code, out, err = beside("ingest", "quince.txt", "odd.xyz")  # as seen from here, not from where the chat runs
    assert (code, err) == (3, "")
    assert out.startswith("2 files: 1 articles added")
    assert "odd.xyz  files of type .xyz are not read" in out
    assert "412 tonnes" in beside("ask", "How large was the quince harvest at Orrin?")[1]
    assert len(json.loads(beside("articles", "refusals", "--json")[1])) == 1
    (tmp_path / "quince.txt").unlink()
    (tmp_path / "odd.xyz").unlink()
    assert f"removed: {tmp_path}/quince.txt" in beside("ingest", ".", "--prune")[1]
    assert beside("articles", "refusals") == (0, "", "")
    code, out, err = beside("ingest", str(tmp_path / "nowhere"))
    assert (code, out) == (2, "")
    assert "no such file or folder" in told(err)[0]


def test_the_doctor_beside_a_chat(beside: Any) -> None:
    code, out, _ = beside("doctor")
    assert code == 0
    assert "is in use by vouch chat (process" in findings(out)["library"]


def test_a_second_chat_is_refused(chat: Path) -> None:
    done = vouch("chat", "--port", "0", "--library", str(chat))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is in use by vouch chat (process" in told(done.stderr)[0]


def test_a_wrong_token_and_a_missing_note(beside: Any, chat: Path) -> None:
    note = (chat / NOTE_FILE).read_text()
    try:
        (chat / NOTE_FILE).write_text(json.dumps({**json.loads(note), "token": "guessed"}))
        assert told(beside("articles")[2])[0] == "wrong token"
        (chat / NOTE_FILE).unlink()
        code, out, err = beside("articles")
        assert (code, out) == (2, "")
        assert told(err.partition("\n")[2])[0] == f"{chat} is in use by another process (process unknown)"
    finally:
        (chat / NOTE_FILE).write_text(note)
    assert beside("articles")[0] == 0


def test_an_owner_that_serves_nobody_is_named(library: Path, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.session.PATIENCE_S", 0.3)
    run("articles")  # so that everything is imported
    command, environment = [sys.executable, "-c", OWNER, str(library)], {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "mine\n"
        who = f"{library} is in use by vouch (process {process.pid})"
        for arguments in (["articles"], ["ask", QUESTION]):
            began = time.monotonic()
            code, out, err = run(*arguments)
            assert time.monotonic() - began < 1.5
            assert (code, out) == (2, "")
            waiting, *rest = err.splitlines(keepends=True)
            assert waiting == f"waiting: {who}\n"
            assert told("".join(rest)) == (who, "wait for it to end, or stop it")
        threading.Timer(1, process.kill).start()
        code, out, err = run("ingest", str(SOURCES))  # waits for as long as it takes
        assert (code, err) == (0, f"waiting: {who}\n")
    assert run("articles")[0] == 0


def test_a_chat_that_is_ended_while_it_reads_its_first_articles_ends_at_once(tmp_path: Path) -> None:
    records = ({"id": n, "title": f"Fog {n}", "text": f"Fog number {n} closed the quay. " * 40} for n in range(3000))
    (tmp_path / "many.jsonl").write_text("\n".join(map(json.dumps, records)))
    (tmp_path / "config.toml").write_text('[ingest]\npaths = ["many.jsonl"]\n')  # a minute's work
    (tmp_path / "library").mkdir()
    with chatting(tmp_path / "library", "--config", str(tmp_path / "config.toml")) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("The library is empty: reading")
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=20)
        said = process.stderr.read()
    assert (code, "Traceback" in said) == (0, False)
    assert owner_of(tmp_path / "library") == {}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_chat_that_ends_gives_the_library_back(library: Path, run: Any, how: signal.Signals) -> None:
    with chatting(library) as process:
        process.send_signal(how)
        code = process.wait(timeout=30)
        assert process.stderr is not None
        said = process.stderr.read()
    assert "Traceback" not in said
    if how != signal.SIGKILL:
        assert owner_of(library) == {}
    if how == signal.SIGINT:
        assert (code, said) == (0, "")
    assert ANSWER in run("ask", QUESTION)[1]
