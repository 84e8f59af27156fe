"""All settings: what a user may set about answers and the page, and the one reader of config.toml."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic.fields import Field

from index.config import IndexConfig
from ingest.config import IngestConfig
from ingest.errors import ConfigError
from ingest.formats.fields import check_fields

EngineName = Literal["auto", "extractive", "generative"]

STRICT = ConfigDict(extra="forbid", strict=True)
READER = "models/reader"  # the one that comes with Vouch
LEAST_READ = 1024  # tokens for the rules, the question and a passage


@dataclass(frozen=True, config=STRICT)
class QaConfig:
    """The `[qa]` section; every key is explained in config.toml."""

    engine: EngineName = "auto"
    passages: int = Field(default=8, ge=1, le=50)
    sentences: int = Field(default=3, ge=1, le=20)
    declining: Literal["cautious", "balanced", "eager", "never"] = "balanced"
    split: bool = False


@dataclass(frozen=True, config=STRICT)
class ReaderConfig:
    """The `[reader]` section: a small question-answering model."""

    model: str = READER


@dataclass(frozen=True, config=STRICT)
class RerankerConfig:
    """The `[reranker]` section: a cross-encoder that ranks what was found once more; empty for none."""

    model: str = ""


@dataclass(frozen=True, config=STRICT)
class EntailmentConfig:
    """The `[entailment]` section: a model that tells whether one text follows from another; empty for none."""

    model: str = ""


@dataclass(frozen=True, config=STRICT)
class LlmConfig:
    """The `[llm]` section; an empty base_url means that there is no language model."""

    base_url: str = ""
    model: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    seed: int = Field(default=-1, ge=-1, le=2**31 - 1)
    max_tokens: int = Field(default=1024, ge=16, le=65536)
    context_tokens: int = Field(default=8192, ge=1024, le=2_000_000)
    timeout_s: float = Field(default=30.0, gt=0.0, le=600.0)
    deadline_s: float = Field(default=90.0, gt=0.0, le=3600.0)


@dataclass(frozen=True, config=STRICT)
class UiConfig:
    """The `[ui]` section: where the chat page listens, who may use it, and how much."""

    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    auth: str = ""
    user_header: str = ""
    trusted_proxies: list[str] = Field(default_factory=list)
    names: list[str] = Field(default_factory=list)
    questions_per_minute: int = Field(default=30, ge=1, le=100_000)


@dataclass(frozen=True, config=STRICT)
class ApiConfig:
    """The `[api]` section: who may use the HTTP API of `vouch serve`, and how much."""

    keys_env: str = "VOUCH_API_KEYS"
    keys_file: str = ""
    requests_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    max_request_mb: int = Field(default=4, ge=1, le=2048)
    max_batch: int = Field(default=1000, ge=1, le=1_000_000)


@dataclass(frozen=True, config=STRICT)
class Config:
    """Everything that can be set.

    `file` is the config.toml that was read, "" for none; `folder` is its folder, where relative paths start.
    """

    ingest: IngestConfig = Field(default_factory=IngestConfig)
    index: IndexConfig = Field(default_factory=IndexConfig)
    qa: QaConfig = Field(default_factory=QaConfig)
    reader: ReaderConfig = Field(default_factory=ReaderConfig)
    reranker: RerankerConfig = Field(default_factory=RerankerConfig)
    entailment: EntailmentConfig = Field(default_factory=EntailmentConfig)
    llm: LlmConfig = Field(default_factory=LlmConfig)
    ui: UiConfig = Field(default_factory=UiConfig)
    api: ApiConfig = Field(default_factory=ApiConfig)
    folder: str = "."
    file: str = ""

    @property
    def library(self) -> Path:
        """The library's folder, absolute."""
        return (Path(self.folder) / Path(self.index.library).expanduser()).resolve()

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured."""
        return bool(self.llm.base_url and self.llm.model)

    def with_library(self, library: str) -> Config:
        """The same settings over another library."""
        return replace(self, index=replace(self.index, library=str(Path(library).expanduser().resolve())))


def settings_file() -> Path:
    """The settings of the folder that one works in, else Vouch's own."""
    here = Path("config.toml")
    return here if here.is_file() else Path(__file__).parent.with_name("config.toml")


def load_config(path: Path) -> Config:
    """Read config.toml strictly: an unknown key, a wrong type or a value out of range is an error."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise ConfigError(f"no such configuration file: {path}", hint="check --config, or leave it out") from exc
    except OSError as exc:
        raise ConfigError(f"{path} cannot be read: {exc.strerror}", hint="check --config") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path} is not valid TOML: {exc}", hint="mend that line") from exc
    for key in {"folder", "file"} & data.keys():
        raise _unknown(path, key, data[key])
    try:
        # As JSON, since in strict mode only JSON may stand for a dataclass.
        where = {"folder": str(path.resolve().parent), "file": str(path.resolve())}
        config = TypeAdapter(Config).validate_json(_json({**data, **where}))
    except ValidationError as exc:
        raise _first_error(path, exc) from exc
    check_fields(config.ingest)
    _check_window(path, config.llm)
    return config


def _check_window(path: Path, llm: LlmConfig) -> None:
    if llm.context_tokens < llm.max_tokens + LEAST_READ:
        told = f"llm.context_tokens = {llm.context_tokens} leaves no room for passages beside llm.max_tokens"
        hint = f"lower max_tokens, or give the model's window: {llm.max_tokens + LEAST_READ} at least"
        raise ConfigError(f"{path}: {told} = {llm.max_tokens}", hint=hint)


def _first_error(path: Path, exc: ValidationError) -> ConfigError:
    """One message naming file, key, value and what is allowed."""
    error: Any = exc.errors()[0]
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "unexpected_keyword_argument":
        return _unknown(path, key, error["input"])
    return ConfigError(f"{path}: {key} = {_json(error['input'])}: {error['msg']}", hint="mend that value")


def _unknown(path: Path, key: str, value: Any) -> ConfigError:
    message = f"{path}: unknown key '{key}' = {_json(value)}"
    return ConfigError(message, hint="see the comments in config.toml for every key")


def _json(value: Any) -> str:
    """A value of TOML as JSON, in which dates are none of the types that a setting may have."""
    return json.dumps(value, ensure_ascii=False, default=lambda day: {"date": str(day)})
