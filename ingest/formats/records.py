"""From the rows of a file (lines, items of a list, rows of a table) to its articles; a bad row is a fault."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import unescape

from ingest.config import IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.fields import TEXT, described, ident, prose
from ingest.formats.flow import flowing_markup, is_markup
from ingest.formats.reading import Fault, Read, Record, said

SAID_BY = "record fields"


@dataclass(frozen=True, slots=True)
class Broken:
    """What stands in a row in place of a record, for the reason given; "line 7" is put before it."""

    reason: str


Row = tuple[int, object]  # the line, or in a list the place counted from 1, and the record or Broken that stands there


def articles(rows: Iterable[Row], config: IngestConfig, encoding: str = "") -> Iterator[Record | Fault]:
    """The article of each row. Raises UnreadableError, at the end, if there was no row at all."""
    taken: dict[str, int] = {}
    line = 0
    for line, row in rows:  # looked at after the loop
        yield _article(line, row, taken, config, encoding)
    if not line:
        raise UnreadableError("no records in it")


def _article(line: int, row: object, taken: dict[str, int], config: IngestConfig, encoding: str) -> Record | Fault:
    if isinstance(row, Broken):
        return Fault(str(line), f"line {line} {row.reason}")
    if not isinstance(row, Mapping):
        return Fault(str(line), f"line {line} is not an object with fields such as title and text")
    key = ident(row, config.fields) or str(line)
    text = prose(row, config.fields)
    if not text:
        wanted = [*filter(None, [config.fields.get("text")]), *TEXT[:4]]
        return Fault(key, f"line {line} has no text; it is looked for in the fields {', '.join(wanted)}")
    if key in taken:
        return Fault(f"{key} (line {line})", f"line {line} has the id of line {taken[key]}, {key!r}; the first is kept")
    taken[key] = line
    own, about = Read(text, encoding=encoding), described(row, "", config.fields)
    if is_markup(text):
        seen, unseen = flowing_markup(text)
        if not seen:
            return Fault(key, f"line {line} has no text that could be seen")
        own, about = replace(own, text=seen, unseen=unseen), replace(about, title=unescape(about.title))
    return Record(key, said(own, [(SAID_BY, about)]))
