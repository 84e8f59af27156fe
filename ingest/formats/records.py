"""Several articles in one file: JSON lines, a JSON list, or a table (CSV, TSV)."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence

from ingest.errors import UnreadableError
from ingest.formats.fields import ID, TEXT, described, plain, prose
from ingest.formats.reading import Fault, Record
from ingest.formats.text import decoded

Row = tuple[int, object]  # the line, or in a JSON list the place counted from 1, and what stands there

LISTS = ("articles", "items", "documents", "records", "data", "results")  # where a JSON object may keep its list


class _Broken(Exception):  # noqa: N818
    """A line that is no record; it stands in the row in place of one."""


def records(data: bytes, kind: str) -> list[Record | Fault]:
    """The articles of a file of `kind` "jsonl", "json", "csv" or "tsv"; a bad one is a fault, and the rest goes on."""
    text = decoded(data)
    rows = {"jsonl": _lines, "json": _list, "csv": _table, "tsv": _table}[kind](text)
    found: list[Record | Fault] = []
    taken: dict[str, int] = {}
    for line, row in rows:
        found.append(_record(line, row, taken))
    if not found:
        raise UnreadableError("no records in it")
    return found


def _record(line: int, row: object, taken: dict[str, int]) -> Record | Fault:
    if isinstance(row, _Broken):
        return Fault(str(line), f"line {line} {row}")
    if not isinstance(row, Mapping):
        return Fault(str(line), f"line {line} is not an object with fields such as title and text")
    key = plain({str(name).strip().lower(): value for name, value in row.items()}, ID) or str(line)
    text = prose(row)
    if not text:
        return Fault(key, f"line {line} has no text; it is looked for in the fields {', '.join(TEXT[:4])}")
    if key in taken:
        return Fault(f"{key} (line {line})", f"line {line} has the id of line {taken[key]}, {key!r}; the first is kept")
    taken[key] = line
    return Record(key, described(row, text))


def _lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if line.strip():
            yield number, _loaded(line)


def _loaded(line: str) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        return _Broken(f"is not valid JSON: {error.msg} at column {error.colno}")
    except RecursionError:
        return _Broken("is nested too deeply")


def _list(text: str) -> Iterator[Row]:
    try:
        found = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise UnreadableError(f"not valid JSON: {error.msg} at line {error.lineno}") from error
    except RecursionError as error:
        raise UnreadableError("it is nested too deeply") from error
    return iter(enumerate(_articles_in(found), start=1))


def _articles_in(found: object) -> Sequence[object]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict) and not prose(found):
        return next((found[name] for name in LISTS if isinstance(found.get(name), list)), [found])
    return [found]


def _table(text: str) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    head = text.removeprefix("\ufeff").split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    try:
        if not set(TEXT) & {(name or "").strip().lower() for name in reader.fieldnames or ()}:
            raise UnreadableError("its first line names no column for the text", hint=f"call it {TEXT[0]} or {TEXT[1]}")
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        yield reader.line_num + 1, _Broken(f"cannot be read: {error}, and nothing after it was")
