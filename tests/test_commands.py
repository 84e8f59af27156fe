"""Keeping a library from the command line: follow a folder, fetch a link, correct, back up, restore, reindex."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cli import main

ROOT = Path(__file__).parent.parent
NOTE = "The mill at Orrin closed on Monday after ninety years. Its owner, Ada Marsh, has moved to the coast."


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on a library of this test, in this process; its exit code, stdout and stderr."""

    def running(*arguments: str, library: str = "library") -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*arguments, "--library", str(tmp_path / library)])
        return (code, *capsys.readouterr())

    return running


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "mill.txt").write_text(f"Mill closes\n\n{NOTE}\n")
    return folder


def only(run: Any, library: str = "library") -> dict[str, Any]:
    (article,) = json.loads(run("articles", "--json", library=library)[1])
    return article


def test_a_report_as_data_and_no_report_at_all(run: Any, news: Path) -> None:
    (news / "odd.xyz").write_text("?")
    code, out, err = run("ingest", str(news), "--json")
    report = json.loads(out)
    assert (code, err) == (3, "")
    assert (report["added"], report["files"], [r["origin"] for r in report["refused"]]) == (1, 2, [f"{news}/odd.xyz"])
    assert run("ingest", str(news), "--quiet") == (3, "", "")


def test_an_article_says_where_each_field_was_said_and_can_be_put_right(run: Any, news: Path) -> None:
    (news / "mill.txt.meta.json").write_text(json.dumps({"outlet": "Harbour Post"}))
    run("ingest", str(news))
    ident = only(run)["article"]
    shown = run("articles", "show", ident)[1]
    assert "outlet:    Harbour Post  (sidecar)\n" in shown
    assert "published: -\n" in shown
    assert f"read as:   text, utf-8\nfound in:  {news}/mill.txt\n" in shown
    code, out, _ = run("articles", "edit", ident, "published=2024-05-03", "authors=Ana Verde")
    assert (code, "published: 2024-05-03  (correction)\n" in out) == (0, True)
    (news / "mill.txt").write_text(f"Mill closes\n\n{NOTE} She will not be back.\n")
    run("ingest", str(news))
    assert only(run)["published"] == "2024-05-03"
    run("articles", "edit", ident, "--forget", "published")
    run("ingest", str(news))
    assert (only(run)["published"], only(run)["authors"]) == (None, ["Ana Verde"])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["articles", "edit"], "which article?"),
        (["articles", "edit", "x"], "nothing to correct"),
        (["articles", "edit", "x", "published"], "'published' is no correction"),
        (["articles", "edit", "x", "published=2024-05-03"], "no article has the id 'x'"),
        (["restore", "nowhere.vouch"], "nowhere.vouch"),
        (["backup", "b.vouch"], "there is no library"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Any, arguments: list[str], error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert error in err.splitlines()[0]
    assert err.splitlines()[1].startswith("hint: ")


def test_a_library_goes_into_one_file_and_comes_back(run: Any, news: Path, tmp_path: Path) -> None:
    run("ingest", str(news))
    file = str(tmp_path / "library.vouch")
    code, out, _ = run("backup", file)
    assert (code, out.startswith(f"{file}: 1 articles, 1 passages, ")) == (0, True)
    assert run("backup", file)[0] == 2
    assert run("backup", file, "--force")[0] == 0
    assert run("restore", file, library="other")[:2] == (
        0,
        f"{tmp_path}/other: 1 articles, 1 passages restored\n",
    )
    assert only(run, "other") == only(run)
    assert "has moved to the coast" in run("ask", "Where has Ada Marsh moved?", library="other")[1]


def test_another_length_of_passages_takes_a_reindex(run: Any, news: Path, tmp_path: Path) -> None:
    run("ingest", str(news))
    settings = tmp_path / "short.toml"
    settings.write_text("[index]\npassage_pieces = 40\n")
    other = ("--config", str(settings))
    code, _, err = run("ask", "Where has Ada Marsh moved?", *other)
    assert (code, "vouch reindex" in err) == (2, True)
    code, out, _ = run("reindex", *other)
    assert code == 0
    assert out.startswith("passage_pieces = 220, the settings say 40: 1 articles, ")
    assert run("reindex", *other)[1].startswith("nothing to do")
    assert "has moved to the coast" in run("ask", "Where has Ada Marsh moved?", *other)[1]


@pytest.fixture
def address(news: Path) -> Iterator[str]:
    """Where the folder of news is served, on this machine alone."""
    handler = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(news))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_link_becomes_an_article_where_that_is_allowed(run: Any, news: Path, tmp_path: Path, address: str) -> None:
    paragraphs = "".join(f"<p>{NOTE}</p>" for _ in range(3))
    page = f"<html><head><title>Mill closes</title></head><body><article>{paragraphs}</article></body></html>"
    (news / "mill.html").write_text(page)
    settings = tmp_path / "private.toml"
    settings.write_text("[ingest.links]\nallow_private = true\ndelay_s = 0.0\n")
    link = f"{address}/mill.html"
    code, out, _ = run("ingest", link)
    assert (code, "0 articles added" in out, "is not connected to" in out) == (3, True, True)
    code, out, _ = run("ingest", link, f"{address}/none.html", "--config", str(settings))
    assert (code, "1 articles added" in out, "no longer there (404)" in out) == (3, True, True)
    assert only(run)["url"] == link
    code, out, _ = run("ingest", link, "--config", str(settings))
    assert (code, "1 unchanged" in out) == (0, True)


def test_a_folder_is_followed_until_it_is_ended(news: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; from cli import main; sys.exit(main())", "ingest", str(news)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*command, "--watch", "--library", str(tmp_path / "library")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**environment, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        assert "1 articles added" in process.stdout.readline()
        (news / "tide.txt").write_text("The tide mill ground its flour on Tuesday.")  # whether it watches yet or not
        assert ": 1 articles added" in process.stdout.readline()
        (news / "tide.txt").write_text("The tide mill ground its flour on Wednesday.")
        assert ": 0 articles added, 1 changed" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
