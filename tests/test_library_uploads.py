"""What a browser sends lands below the library, under names that are only names, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.removal import UPLOADS
from ingest.config import IngestConfig
from ingest.errors import VouchError
from web.library import uploads
from web.library.parts import Parts
from web.library.uploads import Drop, links_in, safe_name, shown

BOUNDARY = "----frontier"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
HOSTILE = (
    "../../../etc/passwd",
    "/etc/cron.d/x",
    "..\\..\\boot.ini",
    ".bashrc",
    "...",
    "a\0b\nc.html",
    "ferry\u202ephtml.exe",
    "<img src=x onerror=alert(1)>.html",
    "con" * 200 + ".html",
    "",
    "~",
    "-rf",
    "$(touch x).txt",
)


def body(*files: tuple[str, bytes]) -> bytes:
    parts = []
    for name, data in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def received(library: Path, data: bytes, config: IngestConfig | None = None, step: int = 7) -> uploads.Dropped:
    """A body that comes in small pieces."""
    drop = Drop(library, config or IngestConfig())
    parts = Parts(TYPE, drop)
    try:
        for begin in range(0, len(data), step):
            parts.feed(data[begin : begin + step])
        return parts.finish()
    except VouchError:
        drop.discard()
        raise


def kept(library: Path) -> dict[str, bytes]:
    files = sorted(path for path in (library / UPLOADS).rglob("*") if path.is_file())
    return {str(path.relative_to(library / UPLOADS).parent.name) + "/" + path.name: path.read_bytes() for path in files}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_inside_and_is_only_a_name(name: str, tmp_path: Path) -> None:
    safe = safe_name(name)
    assert safe
    assert len(safe.encode()) <= uploads.LONGEST_NAME
    assert not safe.startswith(".")
    assert safe.isprintable()
    assert not set(safe) & set("/\\\0")
    drop = Drop(tmp_path, IngestConfig())
    drop.begin(name)
    drop.write(b"words")
    drop.end()
    drop.dropped()
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.is_relative_to(tmp_path / UPLOADS)
    assert file.stat().st_mode & 0o777 == 0o600


def test_files_of_one_name_are_numbered_and_folders_kept_apart(tmp_path: Path) -> None:
    files = (("a.md", b"1"), ("a.md", b"2"), ("x/a.md", b"3"), ("y/a.md", b"4"), ("y/a.md.meta.yaml", b"title: T"))
    dropped = received(tmp_path, body(*files))
    assert kept(tmp_path) == {
        "1/a.md": b"1",
        "1/a (2).md": b"2",
        "2/a.md": b"3",
        "3/a.md": b"4",
        "3/a.md.meta.yaml": b"title: T",
    }
    assert dropped.files == 5
    assert [path.name for path in dropped.sources] == ["a.md", "a (2).md", "2", "3"]


def test_what_an_ingest_of_the_folder_would_ignore_is_not_kept(tmp_path: Path) -> None:
    files = (("clips/.git/config", b"x"), ("clips/README.md", b"x"), ("clips/a.md", b"1"), ("README.md", b"named"))
    dropped = received(tmp_path, body(*files))
    assert list(kept(tmp_path).values()) == [b"1", b"named"]
    assert dropped.files == 2


def test_one_that_is_too_large_is_left_out_and_the_others_come(tmp_path: Path) -> None:
    data = body(("large.txt", b"x" * 1_000_001), ("small.txt", b"words"))
    dropped = received(tmp_path, data, IngestConfig(max_file_mb=1), step=60_000)
    assert kept(tmp_path) == {"1/small.txt": b"words"}
    assert [(one.origin, "over the limit of 1 MB" in one.reason) for one in dropped.refused] == [("large.txt", True)]
    assert dropped.files == 1


@pytest.mark.parametrize(("limit", "value"), [("MOST_FILES", 2), ("MOST_MB", 0)])
def test_too_much_at_once_is_told(limit: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, limit, value)
    with pytest.raises(VouchError, match="at once"):
        received(tmp_path, body(("a", b"1"), ("b", b"2"), ("c", b"3")))


def test_what_is_cut_off_or_no_form_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    drop = Drop(tmp_path, IngestConfig())
    parts = Parts(TYPE, drop)
    parts.feed(body(("a.md", b"1234"))[:-22])
    with pytest.raises(VouchError, match="damaged"):
        parts.finish()
    drop.discard()
    assert kept(tmp_path) == {}
    with pytest.raises(VouchError, match="no files"):
        Parts("application/json", drop)
    with pytest.raises(VouchError, match="damaged"):
        Parts(TYPE, drop).feed(b"no boundary at all")
    with pytest.raises(VouchError, match="no file in it"):
        received(tmp_path, body())


def test_links_are_one_a_line_and_anything_else_is_told() -> None:
    links, wrong = links_in(" https://a.example/1\n\njavascript:alert(1)\nfile:///etc/passwd\nhttps://a.example/1\n", 5)
    assert links == ["https://a.example/1"]
    assert [one.origin for one in wrong] == ["javascript:alert(1)", "file:///etc/passwd"]
    with pytest.raises(VouchError, match="more than 1 links"):
        links_in("https://a.example\nhttps://b.example", 1)


def test_an_uploaded_file_is_shown_by_its_name_alone(tmp_path: Path) -> None:
    assert shown(str(tmp_path / UPLOADS / "drop" / "1" / "a.md"), tmp_path) == "a.md (uploaded)"
    assert shown("/elsewhere/a.md", tmp_path) == "/elsewhere/a.md"
