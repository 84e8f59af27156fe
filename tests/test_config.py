from __future__ import annotations

import tomllib
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import ConfigError
from qa.config import Config, load_config

SHIPPED = Path(__file__).parent.parent / "config.toml"


def loaded(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def mistake(tmp_path: Path, text: str) -> str:
    """The one message that a mistake gives, without the folder."""
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert caught.value.hint
    assert caught.value.message.startswith(str(tmp_path / "config.toml"))
    return caught.value.message.removeprefix(f"{tmp_path}/")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[qa]\npassagse = 8", "unknown key 'qa.passagse' = 8"),
        ("[sauce]\nhot = true", "unknown key 'sauce' = {\"hot\": true}"),
        ("folder = '/etc'", "unknown key 'folder' = \"/etc\""),
        ("qa = 3", "qa = 3: Input should be an object"),
        ("[qa]\npassages = '8'", 'qa.passages = "8": Input should be a valid integer'),
        ("[qa]\npassages = 8.5", "qa.passages = 8.5: Input should be a valid integer"),
        ("[qa]\npassages = true", "qa.passages = true: Input should be a valid integer"),
        ("[qa]\nsplit = 1", "qa.split = 1: Input should be a valid boolean"),
        ("[qa]\npassages = 51", "qa.passages = 51: Input should be less than or equal to 50"),
        ("[qa]\nsentences = 0", "qa.sentences = 0: Input should be greater than or equal to 1"),
        ("[reader]\nmodel = false", "reader.model = false: Input should be a valid string"),
        ("[qa]\ndeclining = 0.4", "qa.declining = 0.4: Input should be 'cautious', 'balanced', 'eager' or 'never'"),
        ("[qa]\nengine = 'both'", "qa.engine = \"both\": Input should be 'auto', 'extractive' or 'generative'"),
        ("[llm]\ntimeout_s = 0.0", "llm.timeout_s = 0.0: Input should be greater than 0"),
        ("[llm]\ntimeout_s = nan", "llm.timeout_s = NaN: Input should be"),
        ("[llm]\nmodel = 1979-05-27", 'llm.model = {"date": "1979-05-27"}: Input should be a valid string'),
        ("[ingest]\npaths = 'sources'", 'ingest.paths = "sources": Input should be a valid array'),
        ("[ingest]\npaths = ['a', 1]", "ingest.paths.1 = 1: Input should be a valid string"),
        ("[index]\nprecision = 'int8'", "index.precision = \"int8\": Input should be 'auto', 'float32' or 'bfloat16'"),
        ("[ui]\nport = 65536", "ui.port = 65536: Input should be less than or equal to 65535"),
        ("[ui]\nhost = 'é'\nport = 'ü'", 'ui.port = "ü": Input should be a valid integer'),
    ],
)
def test_a_mistake_is_one_message_with_file_key_and_value(tmp_path: Path, text: str, said: str) -> None:
    assert mistake(tmp_path, text).startswith(f"config.toml: {said}")


def test_what_is_no_toml_is_said_with_its_place(tmp_path: Path) -> None:
    assert mistake(tmp_path, "[qa]\nengine = ?\n").startswith("config.toml is not valid TOML: Invalid value (at line 2")


def test_what_is_no_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load_config(path)


def test_a_file_that_is_not_there_and_one_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no such configuration file: .*/none\.toml"):
        load_config(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_config(tmp_path)


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    read = tmp_path.resolve()
    assert loaded(tmp_path, "") == Config(folder=str(read), file=str(read / "config.toml"))


def test_a_whole_number_stands_for_seconds(tmp_path: Path) -> None:
    assert loaded(tmp_path, "[llm]\ntimeout_s = 5").llm.timeout_s == 5.0


def defaults(section: Any) -> dict[str, Any]:
    """What a section is without a word in config.toml."""
    return {field.name: getattr(section, field.name) for field in fields(section)}


def test_config_toml_lists_every_key_with_its_default() -> None:
    shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    sections = {name: section for name, section in defaults(Config()).items() if is_dataclass(section)}
    assert shipped == {name: asdict(section) for name, section in sections.items()}


def test_every_key_of_config_toml_has_a_comment() -> None:
    """A comment stands right above it, or above the key it shares the comment with."""
    explained, bare = False, []
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("["):
            explained = False
        elif line.startswith("#"):
            explained = True
        elif not explained:
            bare.append(line)
    assert bare == []


@pytest.mark.parametrize(
    ("library", "expected"),
    [("data", "{folder}/data"), ("/srv/news", "/srv/news"), ("../beside", "{above}/beside"), ("~/news", "{home}/news")],
)
def test_where_the_library_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, expected: str) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    folder = tmp_path / "settings"
    folder.mkdir()
    config = loaded(folder, f"[index]\nlibrary = '{library}'")
    names = {"folder": str(folder.resolve()), "above": str(tmp_path.resolve()), "home": "/home/reader"}
    assert str(config.library) == expected.format(**names)


def test_another_library_changes_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = loaded(tmp_path, "[index]\ndense_weight = 0.5")
    other = config.with_library("other")
    assert other.library == (tmp_path / "other").resolve()
    assert (other.index.dense_weight, other.qa, other.folder) == (0.5, config.qa, config.folder)


@pytest.mark.parametrize(
    ("base_url", "model", "has"),
    [("", "", False), ("http://h/v1", "", False), ("", "m", False), ("http://h/v1", "m", True)],
)
def test_a_model_needs_an_address_and_a_name(tmp_path: Path, base_url: str, model: str, has: bool) -> None:
    assert loaded(tmp_path, f"[llm]\nbase_url = '{base_url}'\nmodel = '{model}'").has_model is has


def test_a_window_too_small_for_its_answers_is_refused(tmp_path: Path) -> None:
    told = mistake(tmp_path, "[llm]\ncontext_tokens = 2000\nmax_tokens = 1024")
    assert "llm.context_tokens = 2000 leaves no room for passages beside llm.max_tokens = 1024" in told
