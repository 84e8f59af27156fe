"""The rows of a file of questions, whatever it is written in: what its first bytes tell, else its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evaluation.formats.rows import UTF8, Row, json_rows, table_rows
from ingest.errors import VouchError
from ingest.formats.text import MARKS, decoding

JSON_NAMES = {".json", ".jsonl", ".ndjson"}


def content(path: Path) -> bytes:
    """The bytes of a file that holds any; VouchError says why there are none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as exc:
        raise VouchError(f"there is no file {path}", hint="check the path") from exc
    except OSError as exc:
        raise VouchError(f"{path} cannot be read: {exc.strerror}", hint="check the path and its permissions") from exc
    if not data.strip():
        raise VouchError(f"{path} is empty", hint='write a question a line: {"id": "q1", "question": "…"}')
    return data


def rows(path: Path, data: bytes, form: str | None = None) -> Iterator[Row]:
    """The rows of a file; VouchError if not even these can be told."""
    try:
        if is_table(path, data, form):
            # A spreadsheet saves in the encoding of its country; JSON is UTF-8, and a wrong byte harms only its line.
            yield from table_rows(decoding(data).text.removeprefix("\ufeff"), "\t" if path.suffix == ".tsv" else "")
        else:
            yield from json_rows(_characters(data))
    except VouchError as error:
        raise VouchError(f"{path} cannot be read: {error.message}", hint=error.hint) from error


def is_table(path: Path, data: bytes, form: str | None = None) -> bool:
    """Whether a file is a table: it is said to be one, or neither begins as JSON does nor is called so."""
    if form == "csv":
        return True
    start = _characters(data[:1_000]).lstrip() if b"\x00" not in data or _mark(data) else ""
    return not start.startswith(("{", "[")) and path.suffix.lower() not in JSON_NAMES


def _characters(data: bytes) -> str:
    encoding = _mark(data)
    if not encoding and b"\x00" in data:
        raise VouchError("it holds binary data", hint=UTF8)
    if encoding in {"", "utf-8-sig"}:
        return data.decode(encoding or "utf-8", "surrogateescape")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as exc:
        raise VouchError(f"it says it is {encoding}, and is not", hint=UTF8) from exc


def _mark(data: bytes) -> str:
    """The encoding that a byte order mark tells; "" without one."""
    return next((encoding for mark, encoding in MARKS if data.startswith(mark)), "")
