"""One process owns a library; the lock ends with the process, however it ends; the note says who it is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.errors import LibraryError, OwnedError
from index.owner import LOCK_FILE, NOTE_FILE, OwnerLock, owner_of

OWNER = """
import sys, time
from pathlib import Path
from index.owner import OwnerLock
owner = OwnerLock(Path(sys.argv[1]))
owner.announce(command="vouch test", port=4711, token="secret")
print("mine", flush=True)
time.sleep(60)
"""
ROOT = Path(__file__).parent.parent


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Owns the library until it is killed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", OWNER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "mine\n"
        yield process
        process.kill()


def test_a_second_process_is_told_who_owns_the_library(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        began = time.monotonic()
        with pytest.raises(OwnedError) as caught:
            OwnerLock(tmp_path)
        assert time.monotonic() - began < 1
        assert caught.value.message == f"{tmp_path} is in use by vouch test (process {process.pid})"
        assert caught.value.owner == {"pid": process.pid, "command": "vouch test", "port": 4711, "token": "secret"}
        assert owner_of(tmp_path) == caught.value.owner  # and the note is still there


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_lock_is_free_when_its_owner_dies(tmp_path: Path, how: signal.Signals) -> None:
    with another_process(tmp_path) as process:
        process.send_signal(how)
        process.wait(timeout=10)
        owner = OwnerLock(tmp_path)
        assert owner_of(tmp_path) == {"pid": os.getpid(), "command": "vouch"}  # not what the dead one wrote
        owner.close()


def test_a_process_that_an_owner_started_does_not_inherit_the_lock(tmp_path: Path) -> None:
    owner = OwnerLock(tmp_path)
    with subprocess.Popen(["sleep", "30"]) as child:
        owner.close()
        OwnerLock(tmp_path).close()
        child.kill()


def test_two_in_one_process_are_two(tmp_path: Path) -> None:
    first = OwnerLock(tmp_path)
    with pytest.raises(OwnedError, match=f"process {os.getpid()}"):
        OwnerLock(tmp_path)
    first.close()
    OwnerLock(tmp_path).close()


def test_only_its_user_can_read_the_note(tmp_path: Path) -> None:
    (tmp_path / f"{NOTE_FILE}.new").write_text("left by one that was killed")
    (tmp_path / f"{NOTE_FILE}.new").chmod(0o666)
    owner = OwnerLock(tmp_path)
    owner.announce(command="vouch", token="secret")
    assert (tmp_path / NOTE_FILE).stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / NOTE_FILE).read_text())["token"] == "secret"
    owner.close()


def test_the_note_goes_with_the_owner_and_closing_twice_is_closing_once(tmp_path: Path) -> None:
    owner = OwnerLock(tmp_path)
    owner.close()
    assert [path.name for path in tmp_path.iterdir()] == [LOCK_FILE]
    successor = OwnerLock(tmp_path)
    owner.close()
    assert owner_of(tmp_path)["pid"] == os.getpid()
    successor.close()


@pytest.mark.parametrize("note", [None, b"", b"{", b"[1]", b"\xff\xfe"])
def test_a_note_that_cannot_be_read_says_nothing(tmp_path: Path, note: bytes | None) -> None:
    owner = OwnerLock(tmp_path)
    (tmp_path / NOTE_FILE).unlink()
    if note is not None:
        (tmp_path / NOTE_FILE).write_bytes(note)
    with pytest.raises(OwnedError, match=r"another process \(process unknown\)") as caught:
        OwnerLock(tmp_path)
    assert caught.value.owner == {}
    owner.close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryError, match=r"cannot use .*file as a library") as caught:
        OwnerLock(tmp_path / "file")
    assert "--library" in caught.value.hint
