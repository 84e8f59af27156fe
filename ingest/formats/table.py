"""A table, one article a row: CSV or TSV."""

import csv
import io
from collections.abc import Iterable, Iterator

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.fields import TEXT, Own, normal
from ingest.formats.reading import Fault, Record
from ingest.formats.records import Broken, Row, articles
from ingest.formats.text import decoding


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The articles of a table whose first line names its columns."""
    text, encoding = decoding(data)
    return articles(_rows(text.removeprefix("\ufeff"), config.fields), config, encoding)


def names_text(columns: Iterable[object], own: Own) -> bool:
    """Whether one of the columns is that of the text."""
    wanted = {*TEXT, normal(own.get("text", TEXT[0]))}
    return any(normal(str(column or "")) in wanted for column in columns)


def _rows(text: str, own: Own) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        if not names_text(reader.fieldnames or (), own):
            raise UnreadableError("its first line names no column for the text", hint=f"call it {TEXT[0]} or {TEXT[1]}")
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        yield reader.line_num + 1, Broken(f"cannot be read: {error}, and nothing after it was")
