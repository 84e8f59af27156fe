"""A JSON list of articles, alone or within an object; or one article as a JSON object."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import jsonl
from ingest.formats.fields import Own, prose
from ingest.formats.reading import Fault, Record
from ingest.formats.records import Row, articles
from ingest.formats.text import decoding

LISTS = ("articles", "items", "documents", "records", "data", "results")  # where a JSON object may keep its list


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The articles of a list; a file that is JSON lines after all is read as such."""
    text, encoding = decoding(data)
    return articles(rows(text.removeprefix("\ufeff"), config.fields), config, encoding)


def rows(text: str, own: Own) -> Iterable[Row]:
    """What the list holds, counted from 1."""
    try:
        return enumerate(_articles_in(json.loads(text), own), start=1)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and _is_lines(text):
            return jsonl.lines(io.StringIO(text, newline=None))
        raise UnreadableError(f"not valid JSON: {error.msg} at line {error.lineno}") from error
    except RecursionError as error:
        raise UnreadableError("it is nested too deeply") from error


def _articles_in(found: object, own: Own) -> Sequence[object]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict) and not prose(found, own):
        return next((found[name] for name in LISTS if isinstance(found.get(name), list)), [found])
    return [found]


def _is_lines(text: str) -> bool:
    """Whether the first line is an object by itself."""
    first = text.lstrip().split("\n", 1)[0]
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False
