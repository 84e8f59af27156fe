"""Ingesting: idempotent, article by article, and nothing goes that nobody asked to remove."""

from __future__ import annotations

import json
import os
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from shelf import HashedWords, open_shelf, write

from index.errors import LibraryError
from index.report import Progress, Report
from index.store import Store
from index.stories import Stories
from ingest.errors import VouchError


@pytest.fixture
def store(tmp_path: Path, embedder: HashedWords) -> Iterator[Store]:
    store = open_shelf(tmp_path / "library", embedder)
    yield store
    store.close()


def counted(report: Report) -> tuple[int, int, int]:
    return report.added, report.changed, report.unchanged


def state(store: Store) -> Any:
    """Everything that an ingest could alter."""
    tables = [
        store.library.rows(f"SELECT * FROM {name} ORDER BY 1") for name in ("articles", "live", "passages", "files")
    ]
    return tables, sorted(store.indexes.vectors().stored()), sorted(store.indexes.lexical().ids())


def texts(store: Store) -> set[str]:
    return {store.library.article(ident).text.split(".")[0] for ident in store.library.origins().values()}


# --- what goes in


def test_everything_goes_in_and_into_both_indexes(store: Store, clippings: Path) -> None:
    report = store.ingest([clippings])
    assert (report.files, counted(report), report.refused, report.gone) == (5, (5, 0, 0), (), ())
    assert report.passages == store.library.counts().passages == 5
    live = store.library.passage_ids()
    assert sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == live


def test_ingesting_twice_changes_nothing_and_embeds_nothing(
    store: Store, clippings: Path, embedder: HashedWords
) -> None:
    store.ingest([clippings])
    before = state(store)
    embedder.asked.clear()
    report = store.ingest([clippings])
    assert (counted(report), report.passages) == ((0, 0, 5), 0)
    assert state(store) == before
    assert embedder.asked == []


def test_a_file_that_was_only_touched_or_named_twice_is_unchanged(store: Store, clippings: Path) -> None:
    store.ingest([clippings, clippings / "lamp.md"])
    os.utime(clippings / "lamp.md", (1, 1))
    assert counted(store.ingest([clippings, clippings / "lamp.md"])) == (0, 0, 5)


def test_a_changed_file_replaces_its_article_wholly(store: Store, clippings: Path, embedder: HashedWords) -> None:
    store.ingest([clippings])
    ident = store.library.origins()[str(clippings / "goats.md")]
    embedder.asked.clear()
    write(clippings, "goats", "".join(f"Goat number {n} has left. " for n in range(30)), title="No goats")
    assert counted(store.ingest([clippings])) == (0, 1, 4)
    assert store.library.article(ident).title == "No goats"
    assert len(embedder.asked) > 1
    assert store.library.orphans() == []
    assert (
        sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == store.library.passage_ids()
    )
    assert "monks" not in " ".join(hit.passage.article.text for hit in store.searcher.search("monks", k=50))


def test_a_change_of_the_front_matter_alone_is_a_change(store: Store, clippings: Path) -> None:
    store.ingest([clippings])
    write(clippings, "goats", "Goats were brought to the island by monks. Nobody counts them.", title="Other goats")
    assert counted(store.ingest([clippings])) == (0, 1, 4)
    assert any(article.title == "Other goats" for article in store.library.articles())


def test_an_article_that_changes_back_is_the_old_one(store: Store, clippings: Path) -> None:
    store.ingest([clippings])
    before = store.library.fingerprint()
    old = (clippings / "goats.md").read_text()
    for text, expected in (("Different now.", 1), (old, 1), (old, 0)):
        (clippings / "goats.md").write_text(text)
        assert store.ingest([clippings]).changed == expected
    assert store.library.fingerprint() == before


def test_many_batches_and_a_file_of_many_records(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: HashedWords
) -> None:
    monkeypatch.setattr("index.arrivals.BATCH_PASSAGES", 3)
    records = [{"id": n, "title": f"Title {n}", "text": f"Record number {n}. " * (n + 1)} for n in range(20)]
    file = tmp_path / "records.jsonl"
    file.write_text("\n".join(map(json.dumps, records)))
    steps: list[Progress] = []
    report = store.ingest([file], on_progress=steps.append)
    assert (report.files, report.added) == (1, 20)
    articles, fractions = [step.articles for step in steps], [step.fraction for step in steps]
    assert articles == sorted(articles)
    assert fractions == sorted(fractions)
    assert len(set(articles)) > 5
    assert (steps[-1].articles, steps[-1].fraction, steps[-1].files, steps[-1].of_files) == (20, 1.0, 1, 1)
    assert steps[-1].passages == report.passages == report.embedded
    embedder.asked.clear()
    records[7]["text"] = "Other words."
    file.write_text("\n".join(map(json.dumps, records)))
    assert counted(store.ingest([file])) == (0, 1, 19)
    assert len(embedder.asked) == 1


# --- what is no longer there


def test_a_removed_file_is_reported_every_time_and_goes_with_prune(store: Store, clippings: Path) -> None:
    store.ingest([clippings])
    (clippings / "goats.md").unlink()
    for _ in range(2):
        report = store.ingest([clippings])
        assert (report.gone, report.pruned) == ((str(clippings / "goats.md"),), False)
        assert store.library.counts().articles == 5
    report = store.ingest([clippings], prune=True)
    assert (report.gone, report.pruned) == ((str(clippings / "goats.md"),), True)
    assert store.library.counts().articles == 4
    assert (
        sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == store.library.passage_ids()
    )
    assert store.ingest([clippings]).gone == ()


def test_a_file_that_comes_back_after_it_was_pruned_comes_back(store: Store, clippings: Path) -> None:
    store.ingest([clippings])
    content = (clippings / "goats.md").read_bytes()
    (clippings / "goats.md").unlink()
    store.ingest([clippings], prune=True)
    (clippings / "goats.md").write_bytes(content)
    assert counted(store.ingest([clippings])) == (1, 0, 4)


def test_a_record_removed_from_a_file_is_reported_every_time_and_goes_with_prune(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "c# and more"
    folder.mkdir()
    file = folder / "records.jsonl"
    lines = [json.dumps({"id": name, "text": f"About {name}."}) for name in ("one", "two", "three")]
    file.write_text("\n".join(lines))
    assert store.ingest([folder]).added == 3
    file.write_text("\n".join(lines[:2]))
    for _ in range(2):
        assert store.ingest([folder]).gone == (f"{file}#three",)
    assert store.ingest([file], prune=True).gone == (f"{file}#three",)
    assert store.library.counts().articles == 2
    report = store.ingest([folder])
    assert (report.gone, counted(report)) == ((), (0, 0, 2))
    file.write_text("\n".join(lines))
    assert counted(store.ingest([folder])) == (1, 0, 2)


def test_only_what_lies_under_the_paths_given_can_be_gone(store: Store, tmp_path: Path, clippings: Path) -> None:
    other = write(tmp_path / "clippings2", "other", "Another folder.")
    store.ingest([clippings, other.parent])
    other.unlink()
    (clippings / "goats.md").unlink()
    assert store.ingest([clippings], prune=True).gone == (str(clippings / "goats.md"),)
    assert str(other) in store.library.origins()
    assert store.ingest([clippings / "lamp.md"], prune=True).gone == ()


def test_a_path_that_is_not_there_removes_nothing(store: Store, clippings: Path, tmp_path: Path) -> None:
    store.ingest([clippings])
    clippings.rename(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="no such file or folder"):
        store.ingest([clippings], prune=True)
    assert store.library.counts().articles == 5


# --- what cannot be read


def test_a_file_that_cannot_be_read_any_more_keeps_its_article(store: Store, clippings: Path) -> None:
    store.ingest([clippings])
    for content in (b"", b"\x00\x01\x02\xff" * 500):
        (clippings / "goats.md").write_bytes(content)
        report = store.ingest([clippings], prune=True)
        assert [refusal.origin for refusal in report.refused] == [str(clippings / "goats.md")]
        assert report.gone == ()
        assert store.library.counts().articles == 5
        assert store.library.counts().refusals == 1
    write(clippings, "goats", "They are back.", title="Goats")
    assert counted(store.ingest([clippings])) == (0, 1, 4)
    assert store.library.refusals() == []


def test_a_folder_that_cannot_be_listed_keeps_its_articles(
    store: Store, clippings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = write(clippings / "inner", "deep", "Deep down.")
    store.ingest([clippings])
    monkeypatch.setattr("index.build.walk", lambda *_: [clippings / "lamp.md", inner.parent])
    report = store.ingest([clippings], prune=True)
    assert [refusal.origin for refusal in report.refused] == [str(inner.parent)]
    assert str(inner) in store.library.origins()
    assert len(report.gone) == 4  # what else lay in the folder that could be listed, and is not there


def test_a_record_that_is_broken_now_keeps_its_article(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    lines = [json.dumps({"id": name, "text": f"About {name}."}) for name in ("one", "two")]
    file.write_text("\n".join(lines))
    store.ingest([file])
    file.write_text("\n".join([lines[0], lines[1][:-4]]))
    report = store.ingest([file], prune=True)
    assert (len(report.refused), report.gone, store.library.counts().articles) == (1, (), 2)


def test_of_two_records_with_one_id_the_first_is_kept(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    lines = [json.dumps({"id": "same", "text": text}) for text in ("The first.", "The second.")]
    file.write_text("\n".join(lines))
    for _ in range(2):
        report = store.ingest([file])
        assert texts(store) == {"The first"}
    assert store.library.counts().refusals == 1
    file.write_text("\n".join([*lines, ""]))  # read again
    report = store.ingest([file])
    assert (counted(report), len(report.refused), texts(store)) == ((0, 0, 1), 1, {"The first"})


def test_the_refusal_of_a_file_goes_with_the_file(store: Store, clippings: Path) -> None:
    (clippings / "odd.xyz").write_text("?")
    (clippings / "bad.jsonl").write_text("{}\n")
    store.ingest([clippings])
    assert len(store.library.refusals()) == 2
    (clippings / "odd.xyz").unlink()
    (clippings / "bad.jsonl").unlink()
    store.ingest([clippings])
    assert store.library.refusals() == []


def test_a_pipe_is_refused_and_not_waited_for(store: Store, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for _ in range(2):
        report = store.ingest([tmp_path / "pipe.txt"])
        assert [refusal.reason for refusal in report.refused] == ["not a regular file but a pipe"]
    write(tmp_path, "was", "A file.").rename(tmp_path / "was.txt")
    store.ingest([tmp_path / "was.txt"])
    (tmp_path / "was.txt").unlink()
    os.mkfifo(tmp_path / "was.txt")
    assert len(store.ingest([tmp_path / "was.txt"], prune=True).refused) == 1
    assert str(tmp_path / "was.txt") in store.library.origins()


# --- at the same time, and cut short


def test_two_ingests_at_once_do_one_after_the_other(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.arrivals.BATCH_PASSAGES", 2)
    folders = [tmp_path / name for name in ("left", "right")]
    for folder in folders:
        for number in range(12):
            write(folder, f"text{number}", f"Text {number} of {folder.name}.")
    reports: list[Report] = []
    threads = [threading.Thread(target=lambda f=folder: reports.append(store.ingest([f]))) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [counted(report) for report in reports] == [(12, 0, 0)] * 2
    live = store.library.passage_ids()
    assert len(live) == 24
    assert sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == live


def test_closing_ends_an_ingest_after_the_batch_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.arrivals.BATCH_PASSAGES", 1)
    for number in range(30):
        write(tmp_path / "news", f"text{number:02}", f"Text {number}.")
    store = open_shelf(tmp_path / "library")
    under_way, ended = threading.Event(), []

    def ingest() -> None:
        with pytest.raises(LibraryError, match="its library was closed") as caught:
            store.ingest([tmp_path / "news"], on_progress=lambda _: under_way.set())
        ended.append(caught.value.hint)

    thread = threading.Thread(target=ingest)
    thread.start()
    under_way.wait(20)
    store.close()
    thread.join()
    assert ended == ["run it again to go on"]
    store = open_shelf(tmp_path / "library")
    done = store.library.counts().articles
    assert 0 < done < 30
    assert counted(store.ingest([tmp_path / "news"])) == (30 - done, 0, done)
    store.close()


def test_an_embedder_that_fails_leaves_the_library_as_it_was(
    opened: Callable[..., Store], clippings: Path, embedder: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened()
    store.ingest([clippings])
    before = state(store)

    def fails(_: object) -> Any:
        raise MemoryError

    write(clippings, "goats", "Other goats.")
    with monkeypatch.context() as patch:
        patch.setattr(embedder, "embed", fails)
        with pytest.raises(MemoryError):
            store.ingest([clippings])
    assert state(store) == before
    assert counted(store.ingest([clippings])) == (0, 1, 4)


def test_what_an_interrupted_ingest_left_is_swept_by_the_next(
    opened: Callable[..., Store], clippings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened()

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store.library, "make_live", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.ingest([clippings])
    assert len(store.library.orphans()) == 5
    assert store.library.counts().articles == 0
    assert store.searcher.search("ferry") == []
    (clippings / "goats.md").unlink()
    assert counted(store.ingest([clippings])) == (4, 0, 0)
    assert store.library.orphans() == []
    assert (
        sorted(store.indexes.vectors().stored()) == sorted(store.indexes.lexical().ids()) == store.library.passage_ids()
    )


# --- the same article in several places, elsewhere, or put right


def by_origin(store: Store) -> dict[str, str]:
    return {Path(origin).name: ident for origin, ident in store.library.origins().items()}


def test_the_same_text_in_two_places_is_one_article_with_two_origins(store: Store, tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        write(tmp_path, name, "The mill at Orrin closed. Nobody was there.", title="Mill", outlet="Harbour Post")
    report = store.ingest([tmp_path])
    assert (report.added, report.copied) == (1, 2)
    assert set(by_origin(store)) == {"a.md", "b.md", "c.md"}
    (ident,) = set(by_origin(store).values())
    assert [Path(origin).name for origin in store.library.origins_of(ident)] == ["a.md", "b.md", "c.md"]
    assert store.library.article(ident).origin.endswith("a.md")
    assert counted(store.ingest([tmp_path])) == (0, 0, 3)


def test_a_reprint_of_the_same_text_stays_an_article_of_its_own(store: Store, tmp_path: Path) -> None:
    text = "The mill at Orrin closed on Monday after ninety years, its owner said. Nobody was there to see it. " * 3
    write(tmp_path, "a", text, title="Mill", outlet="Harbour Post", date="2024-05-03")
    write(tmp_path, "b", text, title="Mill", outlet="Tin Whistle Times", date="2024-05-04")
    report = store.ingest([tmp_path])
    assert (report.added, report.copied) == (2, 0)
    one, other = by_origin(store)["a.md"], by_origin(store)["b.md"]
    assert Stories(store.library).story_of(other) == [one]


def test_a_copy_that_changes_becomes_an_article_and_leaves_the_other_alone(store: Store, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path, name, "The mill at Orrin closed.", title="Mill")
    store.ingest([tmp_path])
    shared = by_origin(store)["a.md"]
    write(tmp_path, "a", "The mill at Orrin opened again.", title="Mill")  # the first of the two places
    assert counted(store.ingest([tmp_path])) == (1, 0, 1)
    found = by_origin(store)
    assert found["b.md"] == shared != found["a.md"]
    assert store.library.article(shared).text.startswith("The mill at Orrin closed.")
    assert store.library.article(shared).origin.endswith("b.md")
    write(tmp_path, "a", "The mill at Orrin closed.", title="Mill")  # and back
    report = store.ingest([tmp_path])
    assert report.copied == 1
    assert set(by_origin(store).values()) == {shared}
    assert len(store.library.articles()) == 1
    assert store.library.orphans() == []


def test_a_file_that_moves_keeps_its_article_and_embeds_nothing(
    store: Store, tmp_path: Path, embedder: HashedWords
) -> None:
    old = write(tmp_path / "news", "old", "The mill at Orrin closed.", title="Mill")
    write(tmp_path / "news", "other", "The ferry sails again.", title="Ferry")
    store.ingest([tmp_path / "news"])
    ident = by_origin(store)["old.md"]
    embedder.asked.clear()
    (tmp_path / "news" / "deeper").mkdir()
    old.rename(tmp_path / "news" / "deeper" / "new.md")
    report = store.ingest([tmp_path / "news"])
    assert (report.added, report.gone, report.copied) == (0, (), 1)
    assert [Path(origin).name for origin in report.moved] == ["old.md"]
    assert by_origin(store) == {"new.md": ident, "other.md": by_origin(store)["other.md"]}
    assert store.library.article(ident).origin.endswith("new.md")
    assert embedder.asked == []
    write(tmp_path / "news", "old", "Something else stands here now.", title="Else")
    assert counted(store.ingest([tmp_path / "news"])) == (1, 0, 2)
    assert by_origin(store)["old.md"] != ident


def test_many_that_are_gone_at_once_are_not_pruned_without_force(store: Store, tmp_path: Path) -> None:
    for number in range(20):
        write(tmp_path / "news", f"text{number:02}", f"Text number {number} of the shelf.")
    write(tmp_path / "news" / "kept", "text", "This one stays.")
    store.ingest([tmp_path / "news"])
    for number in range(8):
        (tmp_path / "news" / f"text{number:02}.md").unlink()
    report = store.ingest([tmp_path / "news"], prune=True)
    assert (len(report.gone), report.pruned) == (8, False)
    assert "8 of 21 articles would go" in report.kept_back
    assert len(store.library.articles()) == 21
    report = store.ingest([tmp_path / "news"], prune=True, force=True)
    assert (len(report.gone), report.pruned, report.kept_back) == (8, True, "")
    assert len(store.library.articles()) == 13


def test_a_correction_outlives_every_ingest_until_it_is_taken_back(store: Store, clippings: Path) -> None:
    store.ingest([clippings])
    ident = by_origin(store)["goats.md"]
    store.builder.edit(ident, {"published": "3 May 2024", "outlet": "Goat Gazette", "authors": "Ana Verde; Bo Li"})
    article = store.library.article(ident)
    assert (article.published, article.outlet, article.authors) == (
        date(2024, 5, 3),
        "Goat Gazette",
        ("Ana Verde", "Bo Li"),
    )
    assert article.reading.said_by["published"] == "correction"
    assert "Goat Gazette" in store.library.outlets()
    write(clippings, "goats", "Goats were brought by monks, and now they are counted.", title="Goats, counted")
    assert counted(store.ingest([clippings])) == (0, 1, 4)
    article = store.library.article(ident)
    assert (article.title, article.outlet, article.published) == ("Goats, counted", "Goat Gazette", date(2024, 5, 3))
    store.builder.edit(ident, {"outlet": None})
    store.ingest([clippings])
    assert store.library.article(ident).outlet == ""
    assert store.library.article(ident).published == date(2024, 5, 3)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"colour": "red"}, "articles have no field 'colour'"),
        ({"published": "some day"}, "published = 'some day' is no day"),
        ({"title": " "}, "needs a title"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_changes_nothing(
    store: Store, clippings: Path, fields: dict[str, str], message: str
) -> None:
    store.ingest([clippings])
    before = store.library.fingerprint()
    with pytest.raises(VouchError, match=message):
        store.builder.edit(by_origin(store)["goats.md"], {"outlet": "Post", **fields})
    with pytest.raises(VouchError, match="no article has the id"):
        store.builder.edit("nobody", {"outlet": "Post"})
    assert store.library.fingerprint() == before


def test_the_same_words_are_never_embedded_twice(store: Store, clippings: Path, embedder: HashedWords) -> None:
    store.ingest([clippings])
    embedder.asked.clear()
    ident = by_origin(store)["goats.md"]
    store.builder.edit(ident, {"url": "https://example.com/goats"})  # is not searched
    assert store.library.article(ident).url == "https://example.com/goats"
    assert embedder.asked == []


def test_a_full_disk_is_told_before_anything_is_written(
    store: Store, clippings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("index.room.shutil.disk_usage", lambda _: usage(10**9, 10**9 - 10**6, 10**6))
    with pytest.raises(LibraryError, match=r"is full: 1 MB are free, \d+ are needed") as caught:
        store.ingest([clippings])
    assert "nothing that was in is lost" in caught.value.hint
    assert store.library.counts().articles == 0
    monkeypatch.undo()
    assert counted(store.ingest([clippings])) == (5, 0, 0)


def test_chroma_is_built_anew_when_most_of_it_is_gaps(store: Store, clippings: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("index.derived.FEW_GAPS", 3)
    store.ingest([clippings])
    assert store.library.meta("chroma") == "1"
    for version in range(3):
        write(clippings, "goats", f"Goats number {version} of the island.", title="Goats")
        write(clippings, "ferry", f"The ferry number {version} sails.", title="Ferry")
        store.ingest([clippings])
    assert store.library.meta("chroma") == "2"
    assert sorted(store.indexes.vectors().stored()) == store.library.passage_ids()
    assert store.indexes.notices() == []


def test_a_file_that_changes_leaves_its_text_to_the_copy_found_in_the_same_ingest(store: Store, tmp_path: Path) -> None:
    write(tmp_path, "b", "The mill at Orrin closed.", title="Mill")
    store.ingest([tmp_path])
    ident = by_origin(store)["b.md"]
    write(tmp_path, "a", "The mill at Orrin closed.", title="Mill")  # read before b
    write(tmp_path, "b", "The mill at Orrin opened again.", title="Mill")
    store.ingest([tmp_path])
    found = by_origin(store)
    assert found["a.md"] == ident
    assert store.library.article(ident).text.startswith("The mill at Orrin closed.")
    assert store.library.article(found["b.md"]).text.startswith("The mill at Orrin opened again.")
    assert len(store.library.articles()) == 2
