"""A file beside a file, that says of its article what the article does not: `ferry.pdf.meta.yaml` for `ferry.pdf`."""

import json
import tomllib
from pathlib import Path, PurePath
from typing import Any

from ingest.errors import UnreadableError
from ingest.formats.fields import described
from ingest.formats.reading import FIELDS, Read
from ingest.formats.text import decoded

ENDINGS = (".meta.json", ".meta.yaml", ".meta.yml", ".meta.toml")  # the first that is there counts


def is_sidecar(name: str) -> bool:
    """Whether a file's name says that it describes another.

    >>> is_sidecar("ferry.pdf.meta.json"), is_sidecar("ferry.json")
    (True, False)
    """
    return name.lower().endswith(ENDINGS)


def sidecar_of(path: Path) -> Path | None:
    """The sidecar that lies beside a file; None if there is none, and for a sidecar itself."""
    if is_sidecar(path.name):
        return None
    beside = (path.with_name(path.name + ending) for ending in ENDINGS)
    return next((candidate for candidate in beside if candidate.is_file()), None)


def sidecar(data: bytes, name: str) -> Read:
    """The fields in a sidecar called `name`, under their usual names; others in it are ignored.

    >>> sidecar(b"title: Ferry stops", "ferry.pdf.meta.yaml").title
    'Ferry stops'
    """
    try:
        fields = _loaded(decoded(data), PurePath(name).suffix.lower())
    except UnreadableError as error:
        raise UnreadableError(f"its sidecar {name} cannot be read: {error.message}", hint=error.hint) from error
    if not isinstance(fields, dict):
        raise UnreadableError(f"its sidecar {name} holds no fields", hint="give them by name, such as title and date")
    read = described(fields, "")
    return Read("", **_known(read), said_by=dict.fromkeys(_known(read), "sidecar"))


def _known(read: Read) -> dict[str, Any]:
    return {field: getattr(read, field) for field in FIELDS if getattr(read, field)}


def _loaded(text: str, suffix: str) -> object:
    import yaml

    plain = text.removeprefix("\ufeff")
    try:
        if suffix == ".json":
            return json.loads(plain)
        return tomllib.loads(plain) if suffix == ".toml" else (yaml.safe_load(plain) or {})
    except RecursionError as error:
        raise UnreadableError("it is nested too deeply") from error
    except (ValueError, yaml.YAMLError) as error:  # those of JSON and TOML are ValueErrors
        reason = " ".join(str(error).split())
        raise UnreadableError(
            f"it is not valid {suffix[1:].upper()} ({reason})", hint="correct or remove it"
        ) from error
