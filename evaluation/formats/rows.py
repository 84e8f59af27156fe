"""From the characters of a file to its rows: lines of JSON, a list in JSON, or a table. Pure."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.errors import VouchError

LISTS = ("data", "questions", "examples", "results", "rows")  # names under which one object holds the list of them all
ASKED = {"question", "query", "user_input", "input"}  # fields that hold a question, in one form or another
SPLIT = {"answers", "articles", "evidence"}  # columns of a table that hold several, parted by "|" or as JSON
PACKED = {"scope", "contexts", "reference_contexts", "retrieved_contexts", "ground_truths"}  # … as JSON or by Python
BROKEN_BYTE = re.compile(r"[\udc80-\udcff]")  # a byte that is not UTF-8, as "surrogateescape" keeps it
ESCAPED_HALF = re.compile(
    r"\\u[dD][89a-fA-F]"
)  # the half of a character outside the first 65,536, or one of two halves
UTF8 = "save it as UTF-8"


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands in a row in place of a record, for the reason given; "line 7" is put before it."""

    reason: str


Row = tuple[int, object]  # the line, or in a list the place counted from 1, and the record or Broken that stands there


def json_rows(characters: str) -> Iterator[Row]:
    r"""The rows of JSON: an object a line, or a list; a list may be the one list that an object holds.

    >>> list(json_rows('[{"a": 1}]')), list(json_rows('{"a": 1}\n\n{"a": 2}'))
    ([(1, {'a': 1})], [(1, {'a': 1}), (3, {'a': 2})])
    """
    listed = _listed(characters)
    rows = enumerate(listed, start=1) if listed is not None else _lines(characters)
    doubtful = ESCAPED_HALF.search(characters) or BROKEN_BYTE.search(characters)
    for place, record in rows:
        yield place, _writable(record) if doubtful else record


def table_rows(characters: str, delimiter: str = "") -> Iterator[Row]:
    r"""The rows of a table whose first line names its columns; a cell that is empty says nothing.

    Several answers stand in a cell parted by "|", or as JSON. `delimiter` is found out where none is given.

    >>> list(table_rows("id;question;answers\n7;Who won?;Oslo|Oslo FC"))
    [(2, {'id': '7', 'question': 'Who won?', 'answers': ['Oslo', 'Oslo FC']})]
    """
    csv.field_size_limit(max(csv.field_size_limit(), len(characters) + 1))
    header = characters.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(characters, newline=""), delimiter=delimiter or max(",;\t", key=header.count), strict=True
    )
    columns: list[str] = []
    ended = 0
    try:
        for cells in reader:
            began, ended = ended + 1, reader.line_num
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
            elif any(cell.strip() for cell in cells):
                yield began, _record(columns, cells)
    except csv.Error as error:
        yield ended + 1, Broken(f"cannot be read: {error}; nothing after it was")


def _record(columns: list[str], cells: list[str]) -> Mapping[str, Any] | Broken:
    if len(cells) > len(columns):
        return Broken(
            f"has {len(cells)} cells, and the first line names {len(columns)} columns; put it in quotation marks"
        )
    named = zip(columns, cells, strict=False)
    return {name: _unpacked(name, cell.strip()) for name, cell in named if name and cell.strip()}


def _unpacked(name: str, cell: str) -> Any:
    if name not in SPLIT | PACKED:
        return cell
    if cell[0] in "[{":
        for read in (json.loads, ast.literal_eval):  # the second: pandas writes lists as Python does
            try:
                return read(cell)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
    return [part.strip() for part in cell.split("|")] if name in SPLIT else cell


def _listed(characters: str) -> list[object] | None:
    """The list that the characters are, or that they hold; None if they are lines. VouchError for a broken list."""
    start = characters.lstrip()
    if not start.startswith("[") and _is_object(start.partition("\n")[0]) and "\n" in start.rstrip():
        return None
    try:
        whole = json.loads(characters)
    except (ValueError, RecursionError) as error:
        if start.startswith("["):
            raise VouchError(f"is no valid JSON: {error}", hint="repair it, or write an object a line") from error
        return None
    if isinstance(whole, Mapping) and not ASKED & whole.keys():
        whole = next((whole[name] for name in LISTS if isinstance(whole.get(name), list)), whole)
    return whole if isinstance(whole, list) else [whole]


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), Mapping)
    except (ValueError, RecursionError):
        return False


def _lines(characters: str) -> Iterable[Row]:
    for number, line in enumerate(io.StringIO(characters, newline=None), start=1):
        if line.strip():
            yield number, _loaded(line.rstrip("\n"))


def _loaded(line: str) -> object:
    if BROKEN_BYTE.search(line):
        return Broken(f"holds bytes that are not UTF-8; {UTF8}")
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        return Broken(f"is no valid JSON: {error.msg} at column {error.colno}; write one whole object a line")
    except ValueError as error:  # a number of thousands of digits
        return Broken(f"cannot be read: {error}")
    except RecursionError:
        return Broken("is nested too deeply")


def _writable(record: object) -> object:
    """The record, if all of it can be written again."""
    if not isinstance(record, Mapping):
        return record
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Broken(f"holds bytes that are not UTF-8, or half a character (a lone surrogate); {UTF8} without these")
    return record
