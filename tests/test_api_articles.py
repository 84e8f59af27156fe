"""Articles by the API: listed, read, added, changed, refused, removed and brought back; and searched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from apis import asking, engine_of
from fastapi.testclient import TestClient
from shelf import open_shelf, write

from index.errors import LibraryError
from index.removal import UPLOADS
from index.store import Store
from serving.library.articles import AT_ONCE

GOATS = {"id": "goats", "title": "Goats", "text": "Goats were brought to Skerry by monks.", "published": "2024-02-03"}
JSON = {"content-type": "application/json"}


def fill(store: Store, folder: Path) -> Store:
    """Four articles, one of them undated."""
    ferry = {"title": "The ferry sails again", "outlet": "Tin Whistle Times", "date": "2024-06-10"}
    write(folder, "ferry", "The ferry to Gull Rock sails twice a day. A ticket costs four crowns.", **ferry)
    lamp = {"title": "A lamp for Gull Rock", "outlet": "Tin Whistle Times", "date": "2024-05-03"}
    write(folder, "lamp", "The lamp of Gull Rock burned for ninety years. Keepers climbed to it every night.", **lamp)
    strike = {"title": "Crews walk out", "outlet": "Harbour Post", "date": "2024-06-17"}
    write(folder, "strike", "Ferry crews went on strike over pay. No ferry sailed on Monday.", **strike)
    write(folder, "bread", "Bread costs more since the mill closed.", title="Bread prices", outlet="Harbour Post")
    store.ingest([folder])
    return store


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A library in which no test may change anything."""
    folder = tmp_path_factory.mktemp("still")
    with closing(fill(open_shelf(folder / "library"), folder / "articles")) as store:
        yield store
        assert store.library.counts().articles == 4
        assert kept(store) == []


@pytest.fixture(scope="module")
def reader(still: Store) -> Iterator[TestClient]:
    with asking(engine_of(still)) as client:
        yield client


@pytest.fixture
def store(opened: Callable[..., Store], tmp_path: Path) -> Store:
    return fill(opened(), tmp_path / "articles")


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with asking(engine_of(store)) as client:
        yield client


def add(client: TestClient, *articles: dict[str, Any]) -> list[dict[str, Any]]:
    reply = client.post("/v1/articles", json=list(articles))
    assert reply.status_code == 200, reply.text
    outcomes: list[dict[str, Any]] = reply.json()["data"]
    return outcomes


def kept(store: Store) -> list[Path]:
    return sorted(path for path in (store.library.folder / UPLOADS).rglob("*") if path.is_file())


def titles(client: TestClient, **query: Any) -> list[str]:
    reply = client.get("/v1/articles", params=query)
    assert reply.status_code == 200, reply.text
    return [article["title"] for article in reply.json()["data"]]


# Looking.


def test_a_list_comes_newest_first_and_in_pieces(reader: TestClient) -> None:
    whole = ["Crews walk out", "The ferry sails again", "A lamp for Gull Rock", "Bread prices"]
    assert titles(reader) == whole
    found: list[str] = []
    after, more = "", True
    while more:
        piece = reader.get("/v1/articles", params={"limit": 2, "after": after}).json()
        found += [article["title"] for article in piece["data"]]
        after, more = piece["last_id"], piece["has_more"]
    assert found == whole


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"outlet": "harbour post"}, ["Crews walk out", "Bread prices"]),
        ({"outlet": ["Harbour Post", "Tin Whistle Times"], "since": "2024-06-11"}, ["Crews walk out"]),
        ({"until": "2024-05-03"}, ["A lamp for Gull Rock"]),
        ({"since": "2024-06-10", "until": "2024-06-10"}, ["The ferry sails again"]),
        ({"since": "2030-01-01"}, []),
    ],
)
def test_a_list_can_be_narrowed(reader: TestClient, query: dict[str, Any], found: list[str]) -> None:
    assert titles(reader, **query) == found


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"outlet": "Nobody's"}, "no article is by an outlet called"),
        ({"since": "2024-02-31"}, "is no day"),
        ({"since": "2024-06-02", "until": "2024-06-01"}, "is after"),
        ({"after": "0000000000000000"}, "no article has the id"),
        ({"limit": "0"}, "limit"),
    ],
)
def test_a_list_that_cannot_be_is_refused_in_words(reader: TestClient, query: dict[str, Any], told: str) -> None:
    reply = reader.get("/v1/articles", params=query)
    assert reply.status_code == 400
    assert told in reply.json()["error"]["message"]


def test_an_article_is_read_whole_or_in_part(reader: TestClient, still: Store) -> None:
    [lamp] = [article for article in still.library.articles() if "lamp" in article.title]
    text = "The lamp of Gull Rock burned for ninety years. Keepers climbed to it every night."
    whole = reader.get(f"/v1/articles/{lamp.id}").json()
    assert (whole["text"], whole["start"], whole["end"], whole["characters"]) == (text, 0, 81, 81)
    part = reader.get(f"/v1/articles/{lamp.id}", params={"start": 4, "end": 8}).json()
    assert (part["text"], part["characters"]) == ("lamp", 81)
    for span in ({"start": 8, "end": 8}, {"start": 9, "end": 4}, {"end": 82}, {"start": 81}):
        assert reader.get(f"/v1/articles/{lamp.id}", params=span).status_code == 400, span


def test_a_hit_selects_its_text_in_the_article(reader: TestClient) -> None:
    hits = reader.post("/v1/search", json={"query": "What does a ticket cost?", "k": 3}).json()["data"]
    assert hits[0]["source"]["title"] == "The ferry sails again"
    for hit in hits:
        span = {"start": hit["start"], "end": hit["end"]}
        assert reader.get(f"/v1/articles/{hit['article']}", params=span).json()["text"] == hit["text"]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]


def test_a_search_is_the_same_however_it_is_sent(reader: TestClient) -> None:
    scope = {"outlets": ["Harbour Post"]}
    posted = reader.post("/v1/search", json={"query": "ferry", "scope": scope, "k": 2}).json()
    assert {hit["source"]["outlet"] for hit in posted["data"]} == {"Harbour Post"}
    assert reader.post("/v1/search", json={"question": "ferry", "scope": scope, "k": 2}).json() == posted
    assert reader.get("/v1/search", params={"query": "ferry", "outlet": "Harbour Post", "k": 2}).json() == posted


# Adding.


def test_what_is_added_is_found_answered_from_and_still_there_after_a_restart(
    client: TestClient, store: Store, opened: Callable[..., Store]
) -> None:
    [outcome] = add(client, GOATS)
    assert outcome["state"] == "added"
    article = client.get(f"/v1/articles/{outcome['article']}").json()
    assert (article["title"], article["text"], article["published"]) == ("Goats", GOATS["text"], "2024-02-03")
    assert str(store.library.folder) not in article["origin"]
    hits = client.post("/v1/search", json={"query": "Who brought goats to Skerry?"}).json()["data"]
    assert hits[0]["article"] == outcome["article"]
    again = opened()
    assert again.library.article(outcome["article"]).text == GOATS["text"]  # type: ignore[union-attr]


def test_the_same_article_again_changes_nothing_and_another_text_is_a_new_version(
    client: TestClient, store: Store
) -> None:
    [first], [again] = add(client, GOATS), add(client, GOATS)
    [changed] = add(client, {**GOATS, "text": "Goats were brought to Skerry by nuns."})
    assert [one["state"] for one in (first, again, changed)] == ["added", "unchanged", "changed"]
    assert len({one["article"] for one in (first, again, changed)}) == 1
    assert "nuns" in client.get(f"/v1/articles/{first['article']}").json()["text"]
    assert len(kept(store)) == 1


def test_an_article_without_an_id_sent_twice_is_one(client: TestClient) -> None:
    bread = {"title": "Bread", "text": "Bread is dear in Westhaven."}
    [first], [again] = add(client, bread), add(client, bread)
    assert (first["state"], again["state"]) == ("added", "unchanged")
    assert first["article"] == again["article"]


def test_a_text_that_the_library_has_is_told_as_a_copy(client: TestClient, store: Store) -> None:
    strike = "Ferry crews went on strike over pay. No ferry sailed on Monday."
    [outcome] = add(client, {"id": "mine", "text": strike})
    assert outcome["state"] == "copied"
    assert client.get(f"/v1/articles/{outcome['article']}").json()["title"] == "Crews walk out"
    assert store.library.counts().articles == 4


def test_what_is_wrong_with_one_of_several_is_told_of_that_one_and_leaves_nothing_behind(
    client: TestClient, store: Store
) -> None:
    outcomes = add(
        client,
        GOATS,
        {"id": "blank", "text": " \n"},
        {"id": "dots", "text": "... !"},
        {"id": "when", "text": "Ferries sail.", "published": "03/04/2024"},
        {**GOATS, "text": "Another."},
        {"id": "html", "text": "<p><script>x()</script></p>"},
    )
    assert [one["state"] for one in outcomes] == ["added", *["refused"] * 5]
    reasons = [one["reason"] for one in outcomes[1:]]
    assert reasons[0] == "it has no text"
    assert reasons[1] == "no text in it"
    assert reasons[2] == "published: 03/04/2024 is no day; write it as 2024-05-03"
    assert reasons[3] == "it stands twice in this request"
    assert "no text" in reasons[4]
    assert len(kept(store)) == 1
    assert store.library.refusals() == []


def test_a_new_version_that_is_refused_leaves_the_old_one(client: TestClient, store: Store) -> None:
    [first] = add(client, GOATS)
    before = kept(store)[0].read_bytes()
    [refused] = add(client, {**GOATS, "text": "..."})
    assert refused["state"] == "refused"
    assert kept(store)[0].read_bytes() == before
    assert client.get(f"/v1/articles/{first['article']}").json()["text"] == GOATS["text"]
    assert add(client, GOATS)[0]["state"] == "unchanged"


@pytest.mark.parametrize(
    "article",
    [
        {"text": "x", "url": "file:///etc/passwd"},
        {"text": "x", "url": "javascript:alert(1)"},
        {"text": "x", "path": "/etc/passwd"},
        {"text": "x", "origin": "/etc/passwd"},
        {"text": ["/etc/passwd"]},
        {"text": "x", "id": 7},
        {"title": "no text"},
        ["https://example.org/feed.xml"],
        "/etc/passwd",
        [],
        None,
    ],
)
def test_nothing_that_names_a_file_or_an_address_is_taken(reader: TestClient, still: Store, article: Any) -> None:
    assert reader.post("/v1/articles", json=article).status_code == 400
    assert kept(still) == []


def test_no_id_leads_out_of_the_uploads(client: TestClient, store: Store) -> None:
    idents = ["../../../../etc/cron.d/x", "/etc/passwd", "a/../b", "C:\\x", "..", "x\u0000y", "#", "é" * 90]
    articles = [{"id": ident, "text": f"Article {number}."} for number, ident in enumerate(idents)]
    assert {one["state"] for one in add(client, *articles)} == {"added"}
    uploads = (store.library.folder / UPLOADS / "api").resolve()
    assert [(path.name, path.parent.parent.resolve()) for path in kept(store)] == [("article.jsonl", uploads)] * 8
    assert {one["state"] for one in add(client, *articles)} == {"unchanged"}


def test_a_text_that_is_an_address_is_a_text(client: TestClient) -> None:
    [outcome] = add(client, {"id": "address", "text": "http://169.254.169.254/latest/meta-data/ is an address."})
    text = client.get(f"/v1/articles/{outcome['article']}").json()["text"]
    assert text == "http://169.254.169.254/latest/meta-data/ is an address."


def test_more_than_a_few_are_refused_before_anything_is_done(reader: TestClient, still: Store) -> None:
    reply = reader.post("/v1/articles", json=[{"text": f"Article {n}."} for n in range(AT_ONCE + 1)])
    assert reply.status_code == 400
    assert kept(still) == []


def test_many_may_add_at_once(client: TestClient, store: Store) -> None:
    ready = threading.Barrier(6)

    def send(number: int) -> str:
        ready.wait()
        article = {"id": f"{number % 3}", "text": f"Goats of isle {number % 3} number {number}."}
        return str(add(client, article)[0]["state"])

    with ThreadPoolExecutor(6) as pool:
        states = sorted(pool.map(send, range(6)))
    assert states == ["added"] * 3 + ["changed"] * 3
    assert store.library.counts().articles == 7


def test_what_keeps_the_ingest_from_working_is_told_and_leaves_no_file(client: TestClient, store: Store) -> None:
    store.builder.close()
    reply = client.post("/v1/articles", json=GOATS)
    assert reply.status_code == 503
    assert "closed" in reply.json()["error"]["message"]
    assert kept(store) == []


def test_a_disk_that_takes_nothing_is_told(client: TestClient, store: Store) -> None:
    (store.library.folder / UPLOADS).write_text("a file where a folder should be")
    reply = client.post("/v1/articles", json=GOATS)
    assert reply.status_code == 503
    assert "cannot be written" in reply.json()["error"]["message"]


# Removing.


def test_what_is_removed_is_gone_at_once_and_can_be_brought_back_once(client: TestClient, store: Store) -> None:
    [outcome] = add(client, GOATS)
    removed = client.delete(f"/v1/articles/{outcome['article']}").json()
    assert (removed["deleted"], removed["undo_seconds"]) == (True, 3600)
    assert client.get(f"/v1/articles/{outcome['article']}").status_code == 404
    assert client.delete(f"/v1/articles/{outcome['article']}").status_code == 404
    assert "Goats" not in titles(client)
    found = client.post("/v1/search", json={"query": "Goats were brought to Skerry by monks."}).json()["data"]
    assert outcome["article"] not in {hit["article"] for hit in found}
    undo = {"undo": removed["undo"]}
    assert client.post("/v1/articles/restore", json=undo).json()["data"] == [outcome["article"]]
    assert client.get(f"/v1/articles/{outcome['article']}").json()["text"] == GOATS["text"]
    assert client.post("/v1/articles/restore", json=undo).status_code == 404


def test_what_was_removed_can_be_added_again(client: TestClient, store: Store) -> None:
    [first] = add(client, GOATS)
    client.delete(f"/v1/articles/{first['article']}")
    [again] = add(client, GOATS)
    assert (again["state"], again["article"]) == ("added", first["article"])


def test_the_file_goes_when_a_removal_can_no_longer_be_undone(client: TestClient, store: Store) -> None:
    [outcome] = add(client, GOATS)
    client.delete(f"/v1/articles/{outcome['article']}")
    assert len(kept(store)) == 1
    store.builder.removals.forget("api")
    assert kept(store) == []


def test_a_library_that_cannot_be_opened_is_told_on_every_route() -> None:
    def closed() -> Any:
        raise LibraryError("the library is of a later version", hint="update Vouch")

    with asking(closed) as client:
        for method, path in (("GET", "/v1/articles"), ("GET", "/v1/articles/x"), ("DELETE", "/v1/articles/x")):
            reply = client.request(method, path)
            assert reply.status_code == 503
            assert reply.json()["error"]["message"] == "the library is of a later version: update Vouch"
