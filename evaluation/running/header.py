"""The header of a run, in a file beside its answers: what was asked, of what, by what, so that it can be repeated."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from index.errors import written
from index.swap import sync
from ingest.errors import VouchError

FORM = 1  # of the header; another is not gone on with
ENDING = ".run.json"
# Libraries whose version may change an answer: they make words of text, run the models, and search.
LIBRARIES = ("chromadb", "numpy", "openvino", "tantivy", "tokenizers", "torch", "transformers")
# What makes no other run of it.
ASIDE = ("started", "workers", "finished")

Header = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file of questions is to be answered; `scope` is that of questions without one."""

    scope: Mapping[str, Any] = field(default_factory=dict)
    engine: str = ""
    seed: int | None = None
    workers: int = 1


def header_path(answers: Path) -> Path:
    """Where the header of a file of answers is.

    >>> header_path(Path("runs/answers.jsonl")).name, header_path(Path("answers.txt")).name
    ('answers.run.json', 'answers.txt.run.json')
    """
    name = answers.name.removesuffix(".jsonl")
    return answers.with_name((name or answers.name) + ENDING)


def read_header(answers: Path) -> Header | None:
    """The header of a file of answers; None where there is none. VouchError for a file that is no header."""
    path = header_path(answers)
    try:
        header = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as exc:
        raise _no_header(path) from exc
    if not isinstance(header, dict) or header.get("vouch_run") != FORM:
        raise _no_header(path)
    return header


def _no_header(path: Path) -> VouchError:
    return VouchError(f"{path} is no header of a run of this Vouch", hint="move it away, or choose another -o")


def write_header(answers: Path, header: Header) -> None:
    """All of it or nothing, and on the disk when this returns."""
    path = header_path(answers)
    beside = path.with_name(f"{path.name}.part")
    with written(path):
        beside.write_text(json.dumps(header, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        sync(beside)
        beside.replace(path)
        sync(path.parent)


def header_of(about: Mapping[str, Any], questions: Mapping[str, Any], manner: Manner) -> Header:
    """What makes a run: `about` is what the service says of itself, `questions` {file, form, sha256, n, refused}."""
    return {
        "vouch_run": FORM,
        "version": about["version"],
        "questions": dict(questions),
        "engine": manner.engine or about["engine"],
        "model": about["model"],
        "seed": manner.seed,
        "scope": dict(manner.scope),
        "library": about["library"],
        "embedder": about["embedder"],
        "settings": _nameless(about["settings"]),
        "system": system(),
    }


def system() -> dict[str, Any]:
    """What the run runs on, as far as it can change an answer."""
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _nameless(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that shape an answer, without what tells of a user: how folders are called, who may log in."""
    shaping = {section: dict(values) for section, values in settings.items() if isinstance(values, Mapping)}
    shaping.pop("ingest", None)  # what came of it has a fingerprint
    shaping.get("index", {}).pop("library", None)
    return {section: {key: _named(value) for key, value in values.items()} for section, values in shaping.items()}


def _named(value: Any) -> Any:
    """A path by its last name, an address without who logs in there; everything else as it is.

    >>> _named("/home/anna/models/reader"), _named("http://anna:secret@localhost:8080/v1"), _named(0.35)
    ('reader', 'http://localhost:8080/v1', 0.35)
    """
    if not isinstance(value, str):
        return value
    if value.startswith(("http://", "https://")):
        return urlsplit(value)._replace(netloc=urlsplit(value).netloc.rpartition("@")[2]).geturl()
    return PurePath(value).name if value.startswith(("/", "~")) or PurePath(value).is_absolute() else value


def differences(old: Header, new: Header) -> list[str]:
    """In what two headers tell of different runs, in words: "seed: 1, now 2".

    >>> differences({"seed": 1, "workers": 1, "library": {"articles": 3}}, {"seed": 2, "library": {"articles": 3}})
    ['seed: 1, now 2']
    """
    then, now = dict(_folded(old)), dict(_folded(new))
    return [
        f"{key}: {_shown(then, key)}, now {_shown(now, key)}"
        for key in dict.fromkeys((*then, *now))
        if key.partition(".")[0] not in ASIDE and then.get(key) != now.get(key)
    ]


def _folded(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Values within values under one name: "library.articles"."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _folded(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _shown(values: Mapping[str, Any], key: str) -> str:
    return json.dumps(values[key], ensure_ascii=False) if key in values else "nothing"
