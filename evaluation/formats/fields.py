"""The fields of one record of a question file, taken strictly: what is there must be what its name says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.errors import VouchError

Record = Mapping[str, Any]
KINDS = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list", dict: "an object"}
SAID = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class RowError(VouchError):
    """A row that holds no usable question; what is wrong with it, and what to do."""


def first(record: Record, *names: str) -> tuple[str, Any]:
    """The first of these fields that is there and not null, with its name; ("", None) if none is."""
    return next(((name, record[name]) for name in names if record.get(name) is not None), ("", None))


def text(record: Record, *names: str) -> str:
    """The first of these fields that is there, as a text without the white space around it; "" where none is.

    >>> text({"query": " Who won? "}, "question", "query"), text({"id": 7}, "id"), text({}, "id")
    ('Who won?', '7', '')
    """
    name, value = first(record, *names)
    return as_text(name, value) if name else ""


def texts(record: Record, *names: str) -> tuple[str, ...] | None:
    """The first of these fields that is there, as texts, each once and none empty; one alone may stand without a list.

    >>> texts({"answers": ["Oslo", "Oslo", " "]}, "answers"), texts({"answer": "Oslo"}, "answer"), texts({}, "answer")
    (('Oslo',), ('Oslo',), None)
    """
    name, value = first(record, *names)
    if not name:
        return None
    values = value if isinstance(value, list | tuple) else [value]
    return once(as_text(name, each) for each in values)


def records(record: Record, *names: str) -> list[Record]:
    """The first of these fields that is there, as a list of objects; [] where none is."""
    name, value = first(record, *names)
    given = value if isinstance(value, list) else [value] if name else []
    for each in given:
        if not isinstance(each, Mapping):
            raise RowError(f"holds {kind(each)} in its “{name}”; that must be a list of objects")
    return given


def truth(record: Record, name: str) -> bool | None:
    """A field that says yes or no; None where it is not there.

    >>> truth({"answerable": "No"}, "answerable"), truth({}, "answerable")
    (False, None)
    """
    value = record.get(name)
    said = SAID.get(str(value).strip().lower())
    if value is not None and said is None:
        raise RowError(f"says neither yes nor no in its “{name}”; write true or false")
    return said


def as_text(name: str, value: Any) -> str:
    """A text, or a number as one."""
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        return str(value).strip()
    raise RowError(f"holds {kind(value)} in its “{name}”; that must be a text")


def once(values: Any) -> tuple[str, ...]:
    """Each text once, in their order, without empty ones."""
    return tuple(dict.fromkeys(value for value in values if value))


def kind(value: Any) -> str:
    """What a value of JSON is, in words.

    >>> kind({"a": 1}), kind(None)
    ('an object', 'nothing')
    """
    return KINDS.get(type(value), "nothing")
