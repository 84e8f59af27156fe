"""The owner's service for other processes: over loopback, with a token, and clear about what it cannot do."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.errors import OwnedError
from index.owner import NOTE_FILE, OwnerLock, owner_of
from ingest.errors import VouchError
from serving.processes.owner import OwnerServer
from serving.processes.remote import RemoteService

Data = dict[str, Any]


class Always:
    """The same service, bound to how it is to answer."""

    def __init__(self, engine: str, seed: int | None) -> None:
        self.manner = [engine, seed]

    def ask(self, question: str, scope: Data | None = None) -> Data:
        return {"text": f"Always: {question}", "manner": self.manner}

    def about(self) -> Data:
        return {"manner": self.manner}


class Desk:
    """A service of a few lines, which keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.go_on = threading.Event()
        self.waiting = threading.Event()
        self.go_on.set()

    def ask(self, question: str, scope: Data | None = None, *, engine: str = "", seed: int | None = None) -> Data:
        self.asked.append(question)
        if question == "What breaks?":
            raise ZeroDivisionError
        return {"text": f"Asked: {question}", "none": None}

    def repeatable(self, engine: str = "", seed: int | None = None) -> Always:
        return Always(engine, seed)

    def about(self) -> Data:
        return {"engine": "auto"}

    def passages(self, ident: str) -> list[Data]:
        return [{"passage": f"{ident}-1", "start": 0, "end": 5}]

    def articles(self) -> list[Data]:
        return [{"article": "a1", "title": "Ünïcode \U0001f600"}]

    def article(self, ident: str) -> Data:
        if ident != "a/1 &":
            raise VouchError(f"no article has the id {ident!r}", hint="list them: vouch articles")
        return {"article": ident, "text": "Text."}

    def refusals(self) -> list[Data]:
        return [{"origin": "b.xyz", "reason": "not read"}]

    def notices(self) -> list[str]:
        return ["The vector index was rebuilt."]

    def ingest(self, paths: Sequence[str], prune: bool, force: bool, on_progress: Callable[[Data], None]) -> Data:
        self.asked.append((list(paths), prune))
        if paths == ["/missing"]:
            raise VouchError("no such file or folder: /missing", hint="check the path")
        if paths == ["/broken"]:
            raise ZeroDivisionError("by nought")
        for number in range(3):
            on_progress({"files": number})
            self.waiting.set()
            self.go_on.wait(20)
        return {"files": len(paths), "pruned": prune}

    def close(self) -> None:
        self.go_on.set()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[OwnerLock]:
    owner = OwnerLock(tmp_path)
    yield owner
    owner.close()


@pytest.fixture
def server(desk: Desk, owner: OwnerLock) -> Iterator[OwnerServer]:
    server = OwnerServer(desk, owner, "vouch test")
    yield server
    server.close()


@pytest.fixture
def remote(server: OwnerServer, tmp_path: Path) -> RemoteService:
    return beside(tmp_path)


def beside(folder: Path, **other: Any) -> RemoteService:
    with pytest.raises(OwnedError) as caught:
        OwnerLock(folder)
    caught.value.owner.update(other)
    return RemoteService(caught.value)


def test_what_is_asked_of_the_owner_is_what_it_answers(remote: RemoteService, desk: Desk) -> None:
    assert remote.ask("Où?\n") == {"text": "Asked: Où?\n", "none": None}
    assert remote.articles() == desk.articles()
    assert remote.article("a/1 &") == {"article": "a/1 &", "text": "Text."}
    assert remote.refusals() == desk.refusals()
    assert remote.notices() == desk.notices()
    assert remote.passages("a/1 &") == desk.passages("a/1 &")
    assert desk.asked == ["Où?\n"]
    remote.close()


def test_answers_that_are_to_be_the_same_each_time_are_asked_for_so(remote: RemoteService, desk: Desk) -> None:
    steady = remote.repeatable("extractive", 7)
    assert steady.about() == {"manner": ["extractive", 7]}
    assert steady.ask("Où?") == {"text": "Always: Où?", "manner": ["extractive", 7]}
    assert remote.repeatable().ask("Où?")["manner"] == ["", None]
    assert remote.about() == {"engine": "auto"}
    assert remote.ask("Où?")["text"] == "Asked: Où?"
    assert desk.asked == ["Où?"]


def test_an_ingest_tells_how_far_it_is(remote: RemoteService, desk: Desk) -> None:
    steps: list[Data] = []
    assert remote.ingest(["/a", "/b"], True, False, steps.append) == {"files": 2, "pruned": True}
    assert steps == [{"files": 0}, {"files": 1}, {"files": 2}]
    assert desk.asked == [(["/a", "/b"], True)]


def test_an_ingest_in_which_little_happens_is_still_alive(
    remote: RemoteService, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.processes.owner.ALIVE_S", 0.05)
    monkeypatch.setattr("serving.processes.remote.ANSWER_TIMEOUT_S", 1.0)
    desk.go_on.clear()
    threading.Timer(1.6, desk.go_on.set).start()
    assert remote.ingest(["/a"], False, False, lambda _: None)["files"] == 1


def test_what_the_owner_refuses_is_refused_with_its_hint(remote: RemoteService) -> None:
    with pytest.raises(VouchError, match="no article has the id 'nobody'") as caught:
        remote.article("nobody")
    assert caught.value.hint == "list them: vouch articles"
    with pytest.raises(VouchError, match="no such file or folder: /missing") as caught:
        remote.ingest(["/missing"], False, False, lambda _: None)
    assert caught.value.hint == "check the path"


def test_what_breaks_at_the_owner_is_told(remote: RemoteService) -> None:
    with pytest.raises(VouchError, match="owner answered 500"):
        remote.ask("What breaks?")
    with pytest.raises(VouchError, match="ZeroDivisionError: by nought"):
        remote.ingest(["/broken"], False, False, lambda _: None)
    assert remote.ask("And now?")["text"] == "Asked: And now?"


# --- who may ask


def test_a_wrong_token_is_told_so(server: OwnerServer, tmp_path: Path, desk: Desk) -> None:
    with pytest.raises(VouchError, match="wrong token"):
        beside(tmp_path, token="guessed").ask("Who?")
    assert desk.asked == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer geheim\xe9"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/articles"), ("POST", "/ask"), ("POST", "/ingest"), ("GET", "/nowhere"), ("GET", "/docs")],
)
def test_without_the_token_there_is_nothing(
    server: OwnerServer, tmp_path: Path, desk: Desk, method: str, path: str, headers: dict[str, str]
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", owner_of(tmp_path)["port"], timeout=10)
    connection.request(method, path, body=json.dumps({"question": "Who?", "paths": [], "prune": True}), headers=headers)
    reply = connection.getresponse()
    assert reply.status == 401
    assert json.load(reply)["error"] == "wrong token"
    assert desk.asked == []
    connection.close()


def test_only_loopback_is_listened_on_and_the_token_is_new_each_time(
    desk: Desk, owner: OwnerLock, tmp_path: Path
) -> None:
    tokens = set()
    for _ in range(2):
        server = OwnerServer(desk, owner, "vouch test")
        assert server._socket.getsockname()[0] == "127.0.0.1"
        note = owner_of(tmp_path)
        assert (tmp_path / NOTE_FILE).stat().st_mode & 0o777 == 0o600
        assert note["command"] == "vouch test"
        assert len(note["token"]) >= 40
        tokens.add(note["token"])
        server.close()
    assert len(tokens) == 2


# --- an owner that is not there, or goes


def test_an_owner_that_serves_nobody_is_named(owner: OwnerLock, tmp_path: Path) -> None:
    with pytest.raises(OwnedError, match=r"is in use by vouch \(process \d+\)"):
        beside(tmp_path)


@pytest.mark.parametrize("note", [{"port": 1}, {"token": "t"}, []])
def test_half_a_note_is_no_owner_to_ask(owner: OwnerLock, tmp_path: Path, note: Any) -> None:
    (tmp_path / NOTE_FILE).write_text(json.dumps(note))
    with pytest.raises(OwnedError, match="is in use by"):
        beside(tmp_path)


def test_an_address_at_which_nobody_listens(remote: RemoteService, server: OwnerServer) -> None:
    server.close()
    with pytest.raises(OwnedError, match="is in use by vouch test"):
        remote.articles()


def test_an_owner_that_ends_in_the_middle_is_told(remote: RemoteService, server: OwnerServer, desk: Desk) -> None:
    desk.go_on.clear()
    caught: list[VouchError] = []

    def ingest() -> None:
        with pytest.raises(VouchError, match="which did not finish its answer") as error:
            remote.ingest(["/a"], False, False, lambda _: None)
        caught.append(error.value)

    thread = threading.Thread(target=ingest)
    thread.start()
    desk.waiting.wait(20)
    server.close()
    thread.join(20)
    assert [error.hint for error in caught] == ["run the command again"]
