"""Every setting in force: its value, where it comes from, and what config.toml says of it. Never a secret."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from qa.config import Config

OWN = Path(__file__).parent.parent / "config.toml"  # the one that comes with Vouch, and that explains every key
HIDDEN = "•••"
LEAST_SECRET = 6  # characters: a shorter value of a variable is found in any text by chance

Origin = Literal["default", "config.toml", "command line"]

_HEADER = re.compile(r"\[([\w.]+)\]\s*")
_KEY = re.compile(r"(\w+)\s*=")
_USERINFO = re.compile(r"(?<=://)[^/?#@\s]*(?:@[^/?#@\s]*)*@")
_QUERY = re.compile(r"(\w+://[^\s?#]*)[?#]\S*")
_TOKEN = re.compile(r"\b(?:sk|pk|rk|hf|gsk|ghp|gho|ghs|github_pat|glpat|xox[a-z]|AKIA|Bearer|eyJ)[-_ ]?[\w\-.=+/]{8,}")
_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


@dataclass(frozen=True, slots=True)
class Setting:
    """`key` as in "qa.passages"; `value` and `default` are without secrets; `comment` is that of config.toml."""

    key: str
    value: Any
    default: Any
    origin: Origin
    comment: str = ""

    @property
    def section(self) -> str:
        return self.key.rpartition(".")[0]

    @property
    def name(self) -> str:
        return self.key.rpartition(".")[2]


def settings(config: Config, file: Mapping[str, Any]) -> list[Setting]:
    """All settings in the order of config.toml. `file` is what was read from it when Vouch was started."""
    force, defaults, said, told = flat(asdict(config)), flat(asdict(Config())), flat(file), comments()

    def setting(key: str, value: Any) -> Setting:
        safely = shown(key, value, Path(config.folder))
        return Setting(key, safely, defaults[key], origin(key, value, said, defaults), told.get(key, ""))

    return [setting(key, value) for key, value in force.items() if "." in key]


def origin(key: str, value: Any, file: Mapping[str, Any], defaults: Mapping[str, Any]) -> Origin:
    """Where a value comes from; one that config.toml gives as it is anyhow is the default."""
    if value == defaults[key]:
        return "default"
    return "config.toml" if key in file and value == file[key] else "command line"


def flat(data: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Nested sections as one level: {"qa": {"passages": 8}} is {"qa.passages": 8}; [ingest.fields] is one setting."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        key = f"{before}{name}"
        found |= flat(value, f"{key}.") if isinstance(value, dict) and key != "ingest.fields" else {key: value}
    return found


def read(file: Path | None) -> dict[str, Any]:
    """What stands in a config.toml, as far as it can be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")) if file else {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return {}


def shown(key: str, value: Any, folder: Path) -> Any:
    """A value as it may be shown: no key, no password, whatever setting it was written into."""
    if isinstance(value, str):
        if key == "llm.api_key_env":
            return _name_of_key(value)
        return _path(value, folder) if key == "ui.auth" else safe(value)
    if isinstance(value, (list, tuple)):
        return [shown(key, each, folder) for each in value]
    return {safe(name): safe(str(each)) for name, each in value.items()} if isinstance(value, dict) else value


def safe(text: str) -> str:
    """Text without what opens a door: log-in parts and queries of addresses, tokens, values of secret variables.

    >>> safe("https://ana:pearl@example.org/v1?key=abc"), safe("sk-0123456789abcdef")
    ('https://•••@example.org/v1?•••', '•••')
    """
    for secret in _secrets():
        text = text.replace(secret, HIDDEN)
    text = _USERINFO.sub(f"{HIDDEN}@", text)
    return _TOKEN.sub(HIDDEN, _QUERY.sub(rf"\1?{HIDDEN}", text))


def comments(own: Path = OWN) -> dict[str, str]:
    """What config.toml says of each key; keys that follow one another share what stands above the first."""
    return dict(_comments(own.read_text(encoding="utf-8").splitlines())) if own.is_file() else {}


def _comments(lines: list[str]) -> Iterator[tuple[str, str]]:
    section, above, fresh = "", [""], True
    for line in lines:
        if line.startswith("#"):
            above = [] if fresh else above
            above.append(line.lstrip("# "))
            fresh = False
            continue
        if header := _HEADER.fullmatch(line):
            section = header[1]
            yield section, " ".join(above).strip() if not fresh else ""
            above, fresh = [""], True
        elif key := _KEY.match(line):
            yield f"{section}.{key[1]}", " ".join(above).strip()
            fresh = True
        else:
            above, fresh = [""], True


def _secrets() -> list[str]:
    values = (value for name, value in os.environ.items() if _SECRET_NAME.search(name))
    return sorted((value for value in values if len(value) >= LEAST_SECRET), key=len, reverse=True)


def _name_of_key(value: str) -> str:
    """The variable's name; what does not look like one may be the key itself, put into the wrong place."""
    return value if value in os.environ or _VARIABLE.fullmatch(value) or not value else HIDDEN


def _path(value: str, folder: Path) -> str:
    """The path of a file; what is none may be a name and a password, put into the wrong place."""
    return safe(value) if not value or (folder / Path(value).expanduser()).is_file() else HIDDEN
