"""`vouch models`: what it lists, and what it fetches from a hub that the test itself is."""

from __future__ import annotations

import errno
import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tinymodels import bert

from cli import main
from index import hub

ROOT = Path(__file__).parent.parent
OWN_READER = ROOT / "models" / "reader"
COMMIT = "c0ffee" + "0" * 34

Refusal = tuple[int, dict[str, str]]
REFUSALS: dict[str, Refusal] = {
    "pebble/secret": (403, {"X-Error-Code": "GatedRepo"}),
    "pebble/broken": (503, {}),
}


class Hub(http.server.BaseHTTPRequestHandler):
    """The routes of the Hugging Face hub that a download takes: of a model, its commit, its files, a file."""

    models: dict[str, dict[str, bytes]]
    asked: list[str]

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        route = self.path.partition("?")[0].strip("/").split("/")
        api = route[:2] == ["api", "models"]
        name, rest = "/".join(route[2:4] if api else route[:2]), route[4:] if api else route[2:]
        self.asked.append(f"{self.command} {self.path}")
        if name in REFUSALS:
            self._reply(REFUSALS[name][0], b"", REFUSALS[name][1])
        elif name not in self.models:
            self._reply(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif api:
            self._reply(200, json.dumps(self._about(name, rest)).encode(), {"Content-Type": "application/json"})
        else:
            self._file(self.models[name]["/".join(rest[2:])])

    def _about(self, name: str, rest: list[str]) -> Any:
        if rest[:1] != ["tree"]:
            return {"id": name, "sha": COMMIT, "siblings": []}
        files = self.models[name].items()
        return [{"type": "file", "path": path, "size": len(data), "oid": _hash(data)} for path, data in files]

    def _file(self, data: bytes) -> None:
        self._reply(200, data, {"X-Repo-Commit": COMMIT, "ETag": f'"{_hash(data)}"'})

    def _reply(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


def _hash(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[type[Hub]]:
    """A hub of two models: one in all its forms, one of the older kind only."""
    folder = bert(tmp_path / "served", "ForSequenceClassification", num_labels=1)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    weights = files.pop("model.safetensors")
    older = {**files, "pytorch_model.bin": b"pickled"}
    whole = {**older, "model.safetensors": weights, "onnx/model.onnx": b"x", "tf_model.h5": b"x", "README.md": b"x"}
    here = type("Here", (Hub,), {"models": {"pebble/ranks": whole, "pebble/older": older}, "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), here) as server:
        here.address = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield here
        server.shutdown()
        thread.join()


Vouch = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def vouch(tmp_path: Path) -> Vouch:
    """Runs `vouch models` as a process of its own, with a cache of its own, beside a config.toml."""

    def run(settings: str, *arguments: str, hub: Any = None, **more: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "config.toml").write_text(settings, encoding="utf-8")
        here = {"HF_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT), "HF_HUB_DISABLE_XET": "1"}
        here["HF_ENDPOINT"] = hub.address if hub else "http://127.0.0.1:9"
        environment = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"} | here | more
        command = [sys.executable, "-m", "cli", "models", *arguments, "--config", str(tmp_path / "config.toml")]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)

    return run


def placed(done: subprocess.CompletedProcess[str], use: str) -> dict[str, Any]:
    (place,) = (row for row in json.loads(done.stdout) if row["use"] == use)
    found: dict[str, Any] = place
    return found


RANKS, OLDER = '[reranker]\nmodel = "pebble/ranks"\n', '[reranker]\nmodel = "pebble/older"\n'


def test_a_model_is_fetched_once_and_opened_without_a_network(vouch: Vouch, served: type[Hub], tmp_path: Path) -> None:
    missing = vouch(RANKS, "--json", hub=served)
    assert (missing.returncode, missing.stderr) == (2, "")
    assert "vouch models fetch" in placed(missing, "reranker")["problem"]
    assert served.asked == []  # only `fetch` asks the hub
    done = vouch(RANKS, "fetch", hub=served)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "fetching pebble/ranks, the reranker model\n"
    folder = tmp_path / "cache" / "hub" / "models--pebble--ranks" / "snapshots" / COMMIT
    assert f"MB in {folder}\n" in done.stdout
    names = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert {path.name for path in folder.iterdir()} == names  # no pickle beside safetensors, no forms of others
    files = {line.rpartition("/")[2] for line in served.asked if "/resolve/" in line}
    assert files == names
    assert all(line.split()[1].startswith(("/api/models/pebble/ranks", "/pebble/ranks/")) for line in served.asked)
    served.asked.clear()
    again = vouch(RANKS, "fetch", "--json", hub=served)
    assert (again.returncode, again.stderr, served.asked) == (0, "", [])
    assert placed(again, "reranker")["folder"] == str(folder)
    assert placed(again, "reranker")["bytes"] == sum(path.stat().st_size for path in folder.iterdir())


def test_what_was_cut_short_is_not_there_until_it_is_fetched_again(
    vouch: Vouch, served: type[Hub], tmp_path: Path
) -> None:
    vouch(RANKS, "fetch", hub=served)
    (weights,) = tmp_path.glob("cache/hub/models--pebble--ranks/snapshots/*/model.safetensors")
    weights.unlink()
    assert vouch(RANKS, "--json").returncode == 2
    assert vouch(RANKS, "fetch", hub=served).returncode == 0
    assert weights.is_file()


def test_a_model_of_the_older_kind_is_fetched_as_it_is(vouch: Vouch, served: type[Hub], tmp_path: Path) -> None:
    assert vouch(OLDER, "fetch", hub=served).returncode == 0
    assert len(list(tmp_path.glob("cache/hub/models--pebble--older/snapshots/*/pytorch_model.bin"))) == 1


@pytest.mark.parametrize(
    ("name", "error", "hint"),
    [
        ("pebble/none", "{hub} knows no model pebble/none", "check the name"),
        ("pebble/secret", "pebble/secret is given only to who asks its authors", "hf auth login"),
        ("pebble/broken", "{hub} answered with 503 for pebble/broken", "try again later"),
        ("./nowhere", "[reranker] model = './nowhere': there is no folder", "check the path"),
    ],
)
def test_why_a_model_cannot_be_fetched_is_said(
    vouch: Vouch, served: type[Hub], name: str, error: str, hint: str
) -> None:
    done = vouch(f'[reranker]\nmodel = "{name}"\n', "fetch", "--json", hub=served)
    assert (done.returncode, done.stdout) == (2, "")
    told, advice = done.stderr.splitlines()
    assert told.startswith(f"error: {error.format(hub=served.address)}")  # type: ignore[attr-defined]
    assert hint in advice


def test_without_a_network_it_says_so(vouch: Vouch, served: type[Hub]) -> None:
    done = vouch(RANKS, "fetch", "--json")
    assert done.returncode == 2
    assert done.stderr.startswith("error: http://127.0.0.1:9 cannot be reached: ")
    done = vouch(RANKS, "fetch", "--json", hub=served, HF_HUB_OFFLINE="1")
    assert done.returncode == 2
    assert done.stderr.startswith("error: HF_HUB_OFFLINE is set, which forbids all downloads\nhint: unset it, or ")
    assert served.asked == []


# --- in this process


@pytest.fixture
def listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[str], tuple[int, str]]:
    def run(settings: str) -> tuple[int, str]:
        (tmp_path / "config.toml").write_text(settings, encoding="utf-8")
        capsys.readouterr()
        code = main(["models", "--config", str(tmp_path / "config.toml")])
        return code, capsys.readouterr().out

    return run


def test_the_models_that_come_with_vouch_are_here(listed: Callable[[str], tuple[int, str]]) -> None:
    code, out = listed("")
    embedding, where, reader, below, *others = out.splitlines()
    assert (code, embedding, reader) == (0, "embedding  all-MiniLM-L6-v2", "reader     models/reader")
    assert "MB in /" in where
    assert below.endswith(f"MB in {OWN_READER}")
    assert others == ["reranker   none", "entailment none"]


def test_folders_start_at_the_settings_and_unfit_ones_are_told(
    listed: Callable[[str], tuple[int, str]], tmp_path: Path
) -> None:
    bert(tmp_path / "mine", "ForSequenceClassification", num_labels=1)
    code, out = listed('[reranker]\nmodel = "mine"\n[entailment]\nmodel = "mine"\n[reader]\nmodel = ""\n')
    assert code == 2
    assert f"reranker   mine\n           0 MB in {tmp_path}/mine\n" in out
    assert "entailment mine\n           FAULT: [entailment] model = 'mine' does not say which of its" in out
    assert "reader     none\n" in out


def test_what_fits_on_no_disk_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "not" / "yet"))
    hub._check_room("pebble/ranks", 1000)
    with pytest.raises(hub.FetchError, match=rf"pebble/ranks needs 1,000,000,000 MB, and {tmp_path} has") as caught:
        hub._check_room("pebble/ranks", 10**15)
    assert "HF_HOME" in caught.value.hint


def test_a_disk_that_becomes_full_is_told() -> None:
    with (
        pytest.raises(hub.FetchError, match="the disk became full while pebble/ranks was fetched"),
        hub._in_words("pebble/ranks"),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(hub.FetchError, match="/cache/x: Permission denied"), hub._in_words("pebble/ranks"):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/cache/x")


def test_what_is_no_name_of_the_hub_is_no_model_in_its_cache() -> None:
    assert hub.cached("../up/and/away") is None
    with pytest.raises(hub.FetchError, match="is no name of the hub"):
        hub.download("a/b/c")
