"""JSON lines: one article a line, in a file of any size."""

import codecs
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.reading import Fault, Record
from ingest.formats.records import Broken, Row, articles
from ingest.formats.text import CONVERT, MARKS, decoding, encoding_name

MEGABYTE = 1_000_000
TOLD_BY = 65_536  # bytes at the start of a stream that tell its encoding
WIDE = {"utf-16", "utf-32"}  # in these a byte that is wrong cannot be kept for later
SURROGATE = re.compile(r"[\udc80-\udcff]")
TOO_LONG = "\0"  # stands for a line that was passed over; no line of JSON is so


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The articles of a file that is held in memory; one that is a JSON list after all is read as such."""
    text, encoding = decoding(data)
    text = text.removeprefix("\ufeff")
    if is_list(text):
        from ingest.formats.listing import rows

        return articles(rows(text, config.fields), config, encoding)
    return articles(lines(io.StringIO(text, newline=None)), config, encoding)


def stream(file: BinaryIO, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The articles of a file of any size, of which no more than a line of `max_file_mb` is held in memory.

    A longer line is a fault. A file that is one JSON list can be read only as a whole, up to `max_file_mb`.
    """
    most = config.max_file_mb * MEGABYTE
    head = file.read(TOLD_BY)
    file.seek(0)
    encoding = _encoding(head)
    if is_list(head.decode(encoding, "replace").removeprefix("\ufeff")):
        whole = file.read(most + 1)
        if len(whole) > most:
            hint = "raise max_file_mb in config.toml, or save it as JSON lines, which may be of any size"
            raise UnreadableError(f"too large for one JSON list: over the limit of {config.max_file_mb} MB", hint=hint)
        yield from records(whole, config)
        return
    # A byte that is not of the encoding is kept as a surrogate, so that it harms only the line in which it stands.
    errors = "strict" if encoding in WIDE else "surrogateescape"
    opened = io.TextIOWrapper(file, encoding, errors)
    try:
        yield from articles(lines(_bounded(opened, most)), config, encoding_name(encoding))
    except UnicodeError as error:
        raise UnreadableError(f"it says it is {encoding}, and is not", hint=CONVERT) from error
    finally:
        if not file.closed:
            opened.detach()


def is_list(text: str) -> bool:
    """Whether it is one piece of JSON over several lines, or a list, rather than an object a line."""
    first = text.lstrip()[:1_000].splitlines()
    return bool(first) and (first[0].startswith("[") or first[0].strip() == "{")


def lines(found: Iterable[str]) -> Iterator[Row]:
    """The rows of JSON lines; one that is empty is passed over, and counted."""
    for number, line in enumerate(found, start=1):
        if line.strip():
            yield number, _loaded(line)


def _loaded(line: str) -> object:
    if line == TOO_LONG:
        return Broken("is longer than max_file_mb in config.toml allows")
    try:
        return json.loads(line.encode("utf-8", "surrogateescape").decode() if SURROGATE.search(line) else line)
    except UnicodeDecodeError:
        return Broken("is in another encoding than the lines before it; " + CONVERT)
    except json.JSONDecodeError as error:
        return Broken(f"is not valid JSON: {error.msg} at column {error.colno}")
    except RecursionError:
        return Broken("is nested too deeply")
    except ValueError as error:  # a number of thousands of digits
        return Broken(f"cannot be read: {error}")


def _bounded(file: io.TextIOWrapper, most: int) -> Iterator[str]:
    """The lines of a file; one of more than `most` characters is never held whole, and TOO_LONG stands for it."""
    while line := file.readline(most):
        if len(line) < most or line.endswith("\n"):
            yield line
            continue
        while (rest := file.readline(TOLD_BY)) and not rest.endswith("\n"):
            pass
        yield TOO_LONG


def _encoding(head: bytes) -> str:
    """By byte order mark, else UTF-8, else as the first bytes suggest."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    return "utf-8" if b"\x00" not in head and _is_utf8(head) else decoding(head).encoding


def _is_utf8(head: bytes) -> bool:
    """Whether these are the first bytes of UTF-8; a character may be cut at their end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
