"""The routes of the Library tab without a browser: what they take, what they refuse, and how jobs go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from held import PATIENCE_S, Held
from newsstand import Page, Site
from shelf import INDEX, HashedWords, write

from index.removal import UPLOADS
from index.store import Store, open_store
from ingest.config import IngestConfig, LinksConfig
from qa.config import QaConfig
from qa.engine import Engine
from web.library.jobs import Jobs
from web.library.routes import router
from web.opening import Opening

PAGE = "a page of someone"
ARTICLE = "<html><head><title>Lamps of Pebble</title></head><body><article><h1>Lamps of Pebble</h1><p>{}</p></article>"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    config = IngestConfig(links=LinksConfig(allow_private=True, delay_s=0.0))
    store = open_store(tmp_path / "library", INDEX, config, opened=lambda *_, **__: HashedWords())
    yield store
    store.close()


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(router(Opening(Engine(store, QaConfig(), None, None))))
    with TestClient(app) as client:
        yield client


def through(client: TestClient) -> str:
    """The jobs when all are over."""
    until = time.monotonic() + PATIENCE_S
    while 'data-active="0"' not in (told := client.get("/library/jobs").text):
        assert time.monotonic() < until, told
        time.sleep(0.02)
    return told


def sent(client: TestClient, *files: tuple[str, bytes]) -> str:
    reply = client.post("/library/files", files=[("file", file) for file in files])
    assert reply.status_code == 200, reply.text
    return through(client)


def ident(store: Store, words: str) -> str:
    return next(one.id for one in store.library.articles() if words in one.title)


def test_files_come_in_and_what_is_no_article_is_refused_with_its_reason(client: TestClient, store: Store) -> None:
    jpeg = b"\xff\xd8\xff\xe0" + bytes(500)
    told = sent(client, ("lamp.md", b"---\ntitle: A lamp\n---\nThe lamp burns."), ("<b>photo.jpg", jpeg))
    assert "1 added, 1 refused" in told
    assert [one.title for one in store.library.articles()] == ["A lamp"]
    refusals = client.get("/library/refusals").text
    assert "&lt;b&gt;photo.jpg (uploaded)" in refusals
    assert "A picture (JPEG)" in refusals


def test_links_come_in_and_the_others_are_told(client: TestClient, store: Store) -> None:
    site = Site()
    site.pages["/lamps"] = Page(ARTICLE.format("The lamps of Pebble burn all night. " * 20).encode())
    reply = client.post("/library/links", json={"links": f"{site.at('/lamps')}\nno address"})
    assert reply.status_code == 200
    told = through(client)
    site.close()
    assert "no web address" in told
    assert [one.title for one in store.library.articles()] == ["Lamps of Pebble"]


def test_a_refused_file_is_tried_again_and_leaves_the_list_when_it_worked(client: TestClient, store: Store) -> None:
    sent(client, ("empty.txt", b""))
    (refusal,) = store.library.refusals()
    Path(refusal.origin).write_text("The ferry sails at noon.")
    assert client.post("/library/retry", json={"origins": ["/etc/passwd"]}).status_code == 200
    through(client)
    assert store.library.counts().articles == 0, "nothing but what was refused is read"
    client.post("/library/retry", json={"origins": [refusal.origin]})
    assert "1 added" in through(client)
    assert client.get("/library/refusals").text == ""
    assert store.library.counts().articles == 1


def test_a_dismissed_refusal_goes_with_its_file(client: TestClient, store: Store) -> None:
    sent(client, ("empty.txt", b""), ("other.txt", b""))
    one, other = store.library.refusals()
    assert "1 refused" in client.post("/library/dismiss", json={"origins": [one.origin]}).text
    assert (Path(one.origin).exists(), Path(other.origin).exists()) == (False, True)
    assert client.post("/library/dismiss", json={"origins": []}).text == ""


def test_removed_undone_and_forgotten_when_the_page_is_left(client: TestClient, store: Store) -> None:
    sent(client, ("lamp.md", b"---\ntitle: A lamp\n---\nThe lamp burns."))
    (file,) = (store.library.folder / UPLOADS).rglob("lamp.md")
    lamp = ident(store, "lamp")
    reply = client.post("/library/remove", json={"articles": [lamp, "nobody"], "page": PAGE}).json()
    assert reply["said"] == "1 article removed."
    assert store.searcher.search("lamp") == []
    assert "no longer in the library" in client.get(f"/library/articles/{lamp}").text
    assert client.post("/library/undo", json={"undo": reply["undo"]}).json()["said"] == "1 article back."
    assert store.searcher.search("lamp")
    undo = client.post("/library/remove", json={"articles": [lamp], "page": PAGE}).json()["undo"]
    client.post("/library/leave", json={"page": PAGE})
    assert client.post("/library/undo", json={"undo": undo}).json()["back"] == 0
    assert not file.exists()


def test_an_article_is_corrected_and_a_wrong_value_is_told(client: TestClient, store: Store) -> None:
    sent(client, ("lamp.md", b"---\ntitle: A lamp\n---\nThe lamp burns."))
    lamp = ident(store, "lamp")
    reply = client.post(f"/library/articles/{lamp}", json={"fields": {"outlet": "Echo", "published": "2024-05-03"}})
    assert "3 May 2024" in reply.text
    assert store.library.article(lamp).outlet == "Echo"
    reply = client.post(f"/library/articles/{lamp}", json={"fields": {"published": "soon"}})
    assert reply.status_code == 422
    assert "no day that can be told" in reply.text


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/library/remove", {"articles": ["x"] * 10_001, "page": PAGE}),
        ("/library/remove", {"articles": "x", "page": PAGE}),
        ("/library/undo", {"undo": ""}),
        ("/library/links", {"links": "x" * 1_000_001}),
        ("/library/links", {"links": "x" * 5_000_000}),
    ],
)
def test_too_much_and_the_wrong_kind_is_refused(client: TestClient, path: str, body: dict[str, Any]) -> None:
    assert client.post(path, json=body).status_code in {413, 422}


def test_jobs_wait_for_each_other_and_can_be_cancelled(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    client.post("/library/files", files={"file": ("one.txt", b"The ferry sails at noon.")})
    assert held.begun.wait(PATIENCE_S)
    told = client.post("/library/files", files={"file": ("two.txt", b"The mill is closed.")}).text
    assert (told.count("Waits for what came before"), told.count("<progress")) == (1, 1)
    assert client.post("/library/articles/x", json={"fields": {"title": "T"}}).status_code == 422
    waiting = told.split('data-job="')[1].split('"')[0]
    assert "Cancelled" in client.post("/library/cancel", json={"job": waiting}).text
    held.let()
    assert "1 added" in through(client)
    assert store.library.counts().articles == 1
    assert "Cancelled" not in client.post("/library/cancel", json={"job": waiting}).text, "off the list"


def test_a_running_job_is_cancelled_at_its_next_step(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    told = client.post("/library/files", files={"file": ("one.txt", b"The ferry sails at noon.")}).text
    assert held.begun.wait(PATIENCE_S)
    client.post("/library/cancel", json={"job": told.split('data-job="')[1].split('"')[0]})
    held.let()
    store.builder.close()  # waits for the ingest that is under way
    assert store.library.counts().articles == 0


def test_a_job_that_fails_says_why(store: Store, tmp_path: Path, opened: Callable[..., Store]) -> None:
    jobs = Jobs(lambda: store)
    jobs.begin("a folder that is not there", [tmp_path / "nowhere"])
    jobs.close()
    until = time.monotonic() + PATIENCE_S
    while not jobs.list()[0].over and time.monotonic() < until:
        time.sleep(0.02)
    (job,) = jobs.list()
    assert job.state in {"failed", "waiting"}
    assert job.state == "waiting" or "No such file or folder" in job.error


def test_progress_tells_what_is_read_before_anything_is_embedded(store: Store, tmp_path: Path) -> None:
    site = Site()
    for number in range(4):
        site.pages[f"/{number}"] = lambda _: (time.sleep(0.4), Page(status=404))[1]
    write(tmp_path / "clips", "lamp", "The lamp burns.", title="A lamp")
    steps: list[tuple[int, int]] = []
    sources = [tmp_path / "clips", *(site.at(f"/{number}") for number in range(4))]
    store.ingest(sources, on_progress=lambda progress: steps.append((progress.files, progress.of_files)))
    site.close()
    assert {of for _, of in steps} == {5}
    assert [files for files, _ in steps] == sorted(files for files, _ in steps)
    assert steps[-1] == (5, 5)
