"""Walking folders and reading files: every input ends as an article or as a refusal with a reason."""

import json
import os
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest

from ingest.config import IngestConfig
from ingest.corpus import read_files
from ingest.errors import VouchError
from ingest.folders import walk
from ingest.outcomes import FileRead, Refusal
from ingest.parsers import Parsers

CONFIG = IngestConfig()
TEXT = "Ferry stops on the Lune\n\nBy Ana Verde, Pebble Gazette, 30 January 2025\n\nIt stopped on Monday.\n"


def made(folder, *names, content=TEXT):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder.resolve()


def names(paths, root):
    return [str(path.relative_to(root)) for path in paths]


# --- walking


def test_files_come_in_a_stable_order_without_what_is_ignored(tmp_path):
    root = made(
        tmp_path, "b.txt", "a.txt", "sub/c.md", "README.md", ".git/config.txt", "~$d.docx", "sub/.e.txt", "z.bin"
    )
    assert names(walk([tmp_path], CONFIG), root) == ["a.txt", "b.txt", "z.bin", "sub/c.md"]


def test_a_file_named_as_such_is_never_ignored_and_nothing_comes_twice(tmp_path):
    root = made(tmp_path, "README.md", "a.txt")
    found = walk([tmp_path / "README.md", tmp_path, tmp_path / "a.txt"], CONFIG)
    assert names(found, root) == ["README.md", "a.txt"]
    assert all(path.is_absolute() for path in found)


def test_patterns_of_ones_own(tmp_path):
    root = made(tmp_path, "README.md", "drafts/a.txt", "b.txt", "b.log")
    assert names(walk([tmp_path], IngestConfig(ignore=["drafts", "*.log"])), root) == ["README.md", "b.txt"]


def test_a_path_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(VouchError, match="no-such-folder"):
        walk([tmp_path / "no-such-folder"], CONFIG)


def test_links_that_leave_the_folder_are_not_followed(tmp_path):
    made(tmp_path, "outside/secret.txt", "inside/a.txt")
    root = (tmp_path / "inside").resolve()
    (root / "file.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root)
    (root / "nowhere.txt").symlink_to(root / "gone.txt")
    (root / "same.txt").symlink_to(root / "a.txt")
    found = walk([root], CONFIG)
    assert names(found, root) == ["a.txt", "file.txt", "folder", "loop", "nowhere.txt"]
    assert [refused(path).split(";")[0] for path in found[1:]] == [
        "a link to a file outside of the folder",
        "a link to a folder, which is not followed",
        "a link to a folder, which is not followed",
        "a link that leads nowhere, or to itself",
    ]


def test_a_link_given_by_name_is_followed(tmp_path):
    root = made(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert names(walk([tmp_path / "link"], CONFIG), root) == ["real/a.txt"]


def test_pipes_are_found_so_that_they_can_be_refused(tmp_path):
    root = made(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(walk([tmp_path], CONFIG), root) == ["a.txt", "pipe.txt"]


# --- reading


@pytest.fixture(scope="module", autouse=True)
def parsers():
    with closing(Parsers(CONFIG)) as made:
        READERS["here"] = made
        yield made


READERS = {}


def read_file(path, config=CONFIG, known=lambda _: ""):
    """All parts of a file as one."""
    parts = list(read_files([path], config, READERS["here"], known))
    assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
    assert [part.share for part in parts] == sorted(part.share for part in parts)
    articles = tuple(article for part in parts for article in part.articles)
    return replace(parts[-1], articles=articles, refusals=tuple(r for part in parts for r in part.refusals))


def only(read: FileRead):
    [article] = read.articles
    assert read.refusals == ()
    return article


def refused(path, config=CONFIG):
    read = read_file(path, config)
    assert read.articles == ()
    [refusal] = read.refusals
    assert refusal.origin == str(path)
    return refusal.reason


def test_a_text_becomes_an_article(tmp_path):
    path = made(tmp_path, "ferry.txt") / "ferry.txt"
    read = read_file(path, CONFIG)
    article = only(read)
    assert (read.path, len(read.stamp), read.unchanged) == (str(path), 64, False)
    assert (article.origin, article.text, article.title) == (str(path), TEXT, "Ferry stops on the Lune")
    assert (article.outlet, article.authors, article.published) == ("Pebble Gazette", ("Ana Verde",), date(2025, 1, 30))


def test_line_endings_are_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"One.\r\n\r\nTwo.\r\n")
    assert only(read_file(path, CONFIG)).text == "One.\r\n\r\nTwo.\r\n"


@pytest.mark.parametrize("name", ["a.txt", "a.TEXT", "a.md", "a.markdown", "a.Txt"])
def test_suffixes_in_any_case(tmp_path, name):
    assert only(read_file(made(tmp_path, name) / name, CONFIG)).title == "Ferry stops on the Lune"


@pytest.mark.parametrize("name", ["a.htm", "a.html", "a.xhtml"])
def test_pages(tmp_path, name):
    page = "<html><head><title>Ferry stops</title></head><body><article>" + "<p>It stopped on Monday.</p>" * 9
    path = made(tmp_path, name, content=page + "</article></body></html>") / name
    assert "It stopped on Monday." in only(read_file(path, CONFIG)).text


def test_a_document(tmp_path):
    document = docx.Document()
    document.add_paragraph("It stopped on Monday.")
    path = tmp_path.resolve() / "a.docx"
    document.save(str(path))
    assert only(read_file(path, CONFIG)).title == "It stopped on Monday."


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson"])
def test_records_carry_their_id_or_line(tmp_path, name):
    lines = [
        json.dumps({"id": "x/1", "text": "One."}),
        "{",
        json.dumps({"text": "Three."}),
        json.dumps({"text": "\u0000"}),
    ]
    path = made(tmp_path, name, content="\n".join(lines)) / name
    read = read_file(path, CONFIG)
    assert [article.origin for article in read.articles] == [f"{path}#x/1", f"{path}#3"]
    assert [refusal.origin for refusal in read.refusals] == [f"{path}#2", f"{path}#4"]
    assert len({article.id for article in read.articles}) == 2


def test_bad_files_are_refused_with_a_reason_to_act_on(tmp_path):
    def file(name, data=b""):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    assert "(none) are not read" in refused(file("noext", b"x"))
    assert ".exe are not read; these are: .atom .csv" in refused(file("a.exe", b"x"))
    assert refused(file("a.txt")) == "the file is empty"
    assert refused(file("b.txt", b" \n\t")) == "no text in it"
    assert refused(file("c.txt", "© 2025 Pebble Gazette".encode())) == "no text in it"
    assert "binary" in refused(file("d.txt", b"\x7fELF\x00\x01"))
    assert "not a PDF" in refused(file("e.pdf", b"hello"))
    assert "damaged" in refused(file("f.pdf", b"%PDF-1.4 hello"))
    assert "not a Word document" in refused(file("g.docx", b"hello"))
    assert "no article in it" in refused(file("h.html", b"<html></html>"))
    assert "not valid JSON" in refused(file("i.json", b"{"))
    assert "YAML" in refused(file("j.md", b"---\na: b: c\n---\nText"))
    assert "no column for the text" in refused(file("k.csv", b"a,b\n1,2"))
    assert "cannot be opened" in refused(tmp_path / "gone.txt")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    assert refused(path) == "too large: 3000 MB, over the limit of 50; raise max_file_mb in config.toml, or divide it"


def test_a_pipe_or_folder_is_refused_and_nothing_hangs(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    assert refused(tmp_path / "pipe.txt") == "not a regular file but a pipe"
    assert refused(tmp_path / "folder.txt") == "a folder that cannot be listed; check who may read it"


@pytest.fixture
def open_folder():
    """A folder that anybody may enter, which pytest's own are not; files in it are read without root's rights."""
    nobody = 65534
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name), (lambda: os.seteuid(nobody)) if os.geteuid() == 0 else (lambda: None)
        os.seteuid(os.getuid())


def test_files_and_folders_without_permission(open_folder):
    folder, give_up_rights = open_folder
    path = made(folder, "a.txt", "shut/b.txt") / "a.txt"
    path.chmod(0)
    (folder / "shut").chmod(0)
    give_up_rights()
    assert "cannot be opened: Permission denied" in refused(path)
    assert folder.resolve() / "shut" in walk([folder], CONFIG), "so that reading it gives a refusal"


def test_a_fault_of_a_parser_that_nobody_foresaw_is_a_refusal(tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr("ingest.formats.text.read", broken)
    assert "ZeroDivisionError: surprise" in refused(made(tmp_path, "a.txt") / "a.txt")


def test_reading_twice_gives_the_same(tmp_path):
    path = made(tmp_path, "a.txt") / "a.txt"
    assert read_file(path, CONFIG) == read_file(Path(str(path)), CONFIG)


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl"])
def test_a_file_whose_stamp_is_known_is_not_read_again(tmp_path, name):
    path = made(tmp_path, name, content='{"text": "It stopped."}' if name == "a.jsonl" else TEXT) / name
    stamp = read_file(path).stamp
    again = read_file(path, known={str(path): stamp}.get)
    assert (again.unchanged, again.articles, again.stamp) == (True, (), stamp)
    path.write_text('{"text": "It goes again."}' if name == "a.jsonl" else TEXT + "It goes again.")
    assert not read_file(path, known={str(path): stamp}.get).unchanged


def test_what_lies_beside_a_file_speaks_first_and_counts_as_part_of_it(tmp_path):
    path = made(tmp_path, "a.txt") / "a.txt"
    before = read_file(path).stamp
    (tmp_path / "a.txt.meta.json").write_text(json.dumps({"outlet": "Harbour Post", "updated": "2025-02-03"}))
    assert names(walk([tmp_path], CONFIG), tmp_path.resolve()) == ["a.txt"]
    read = read_file(path)
    article = only(read)
    assert (article.outlet, article.updated, article.authors) == ("Harbour Post", date(2025, 2, 3), ("Ana Verde",))
    assert article.reading.said_by["outlet"] == "sidecar"
    assert article.reading.said_by["authors"] == "byline"
    assert read.stamp != before


def test_a_name_that_is_no_valid_utf_8_is_refused_and_shown_as_text(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text(TEXT)
    [found] = walk([tmp_path], CONFIG)
    [refusal] = read_file(found).refusals
    assert refusal.origin == f"{tmp_path}/caf\\xe9.txt"
    assert refusal.reason == "its name is no valid UTF-8; rename it"


def test_files_keep_their_order_whatever_reads_them(tmp_path):
    folder = made(tmp_path, *(f"{n:02}{'.html' if n % 3 else '.txt'}" for n in range(20)))
    read = [part.path for part in read_files(walk([folder], CONFIG), CONFIG, READERS["here"])]
    assert read == sorted(read)
    assert len(read) == 20


def test_a_refusal_is_a_value():
    assert Refusal("a", "b") == Refusal("a", "b")
