"""A workbook (XLSX): each sheet with a column of texts is a table of articles, one a row."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import packed
from ingest.formats.fields import TEXT, Own
from ingest.formats.reading import Fault, Record
from ingest.formats.records import Row, articles
from ingest.formats.table import names_text

Table = list[list[Any]]

MOST_CELLS = 8_000_000  # from the first to the last, empty ones too; each takes some 40 bytes
CELL = re.compile(rb"\br\s*=\s*[\"'](?P<column>[A-Z]{0,3})(?P<row>\d{1,7})")
TOP = 10  # rows within which the one with the names of the columns stands; a title and a note may come before


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The articles of all visible sheets, keyed by the sheet's name and the row's id or number: "News#7"."""
    with packed.opened(data, config, "an Excel workbook") as archive:
        _check_parts(archive)
    tables = [(name, rows) for name, rows in _sheets(data) if _header(rows, config.fields) is not None]
    if not tables:
        hint = f"call it {TEXT[0]} or {TEXT[1]}, or name it in [ingest.fields] in config.toml"
        raise UnreadableError("no sheet has a column for the text", hint=hint)
    for name, rows in tables:
        try:
            for item in articles(_rows(rows, config.fields), config):
                yield replace(item, key=f"{name}#{item.key}")
        except UnreadableError as error:
            yield Fault(name, error.message)


def _check_parts(archive: ZipFile) -> None:
    """UnreadableError if a part is not what the directory says of it, or a sheet spans too many cells.

    What reads sheets looks at neither: one word in the last row and column would ask it for half a terabyte.
    """
    for part in archive.infolist():
        source = packed.content(archive, part).replace(b"\0", b"")
        if part.filename.startswith("xl/worksheets/"):
            rows, columns = _spanned(source)
            if rows * columns > MOST_CELLS:
                hint = "delete what stands far from the table, or save the sheet as CSV"
                raise UnreadableError(f"a sheet of {rows:,} rows and {columns:,} columns", hint=hint)


def _spanned(sheet: bytes) -> tuple[int, int]:
    """The last row and the last column in which a sheet has a cell."""
    rows = columns = 0
    for match in CELL.finditer(sheet):
        rows = max(rows, int(match["row"]))
        columns = max(columns, _column(match["column"]))
    return rows, columns


@lru_cache(maxsize=32_768)
def _column(letters: bytes) -> int:
    """The number of a column: 1 for A, 27 for AA, 0 for a row by itself."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheets(data: bytes) -> Iterator[tuple[str, Table]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
                yield sheet.name, book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise UnreadableError("not an Excel workbook, or a damaged one", hint=packed.DAMAGED) from error


def _header(rows: Table, own: Own) -> int | None:
    """The place of the row that names the columns."""
    return next((place for place, row in enumerate(rows[:TOP]) if names_text(row, own)), None)


def _rows(rows: Table, own: Own) -> Iterator[Row]:
    """The rows below the header, counted as the workbook does; empty ones are passed over."""
    header = _header(rows, own) or 0
    columns = [str(name) for name in rows[header]]
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        if any(value != "" for value in row):
            yield number, dict(zip(columns, map(_value, row), strict=True))


def _value(value: Any) -> Any:
    """A whole number is an int: all numbers in a workbook are floats, and the id of an article is "7", not "7.0"."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
