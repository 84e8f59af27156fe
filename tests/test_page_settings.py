"""The Settings tab: everything that is in force and where it comes from, and never a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from shelf import open_shelf

from ingest.errors import VouchError
from qa.config import Config, IngestConfig, LlmConfig, QaConfig, RerankerConfig, UiConfig, load_config
from qa.engine import Engine
from web import origins
from web.opening import Opening
from web.settings import Given, page, router

OWN = Path(__file__).parent.parent / "config.toml"
SECRETS = ["sk-pearl-0123456789", "pearl-password", "pearl/query", "gsk_pearl0123456789", "pearl-in-the-open"]


@pytest.fixture(scope="module")
def opening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
    store = open_shelf(tmp_path_factory.mktemp("library"))
    opening = Opening(Engine(store, QaConfig(), None, None))
    yield opening
    opening.close()
    store.close()


def asked(opening: Opening, config: Config, file: Path | None = None) -> str:
    app = FastAPI()
    app.include_router(router(opening, config, file))
    reply = TestClient(app).get("/settings")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    return reply.text


def origin_of(config: Config, file: Path | None = None) -> dict[str, str]:
    return {each.key: each.origin for each in origins.settings(config, origins.read(file)) if each.origin != "default"}


def test_every_setting_is_shown_with_what_config_toml_says_of_it(opening: Opening) -> None:
    shown = asked(opening, load_config(OWN), OWN)
    every = origins.settings(load_config(OWN), origins.read(OWN))
    known = {key for key in origins.flat(origins.read(OWN)) if "." in key}
    assert {each.key for each in every} == known
    assert all(each.comment for each in every), "every one is explained"
    assert "How many passages are found and read for a question, 1 to 50." in shown
    assert "<code>vouch ingest</code>" in shown
    assert shown.count('class="setting"') == len(every)
    assert "Every setting is at its default." in shown
    assert str(OWN) in shown


def test_a_setting_says_whether_it_is_from_the_file_the_command_line_or_the_default(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[qa]\npassages = 12\nsentences = 3\n[ui]\nport = 8000\n[index]\nlibrary = "here"\n')
    config = load_config(file)
    assert origin_of(config, file) == dict.fromkeys(["qa.passages", "ui.port", "index.library"], "config.toml")
    started = replace(config.with_library(str(tmp_path / "there")), ui=replace(config.ui, port=0))
    assert origin_of(started, file) == {
        "qa.passages": "config.toml",
        "ui.port": "command line",
        "index.library": "command line",
    }
    assert origin_of(Config()) == {}


def test_a_file_that_was_changed_since_the_start_is_said_to_be_not_in_force(opening: Opening, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[qa]\npassages = 12\n")
    app = FastAPI()
    app.include_router(router(opening, load_config(file), file))
    client = TestClient(app)
    assert "is not in force yet" not in client.get("/settings").text
    file.write_text("[qa]\npassages = 13\n")
    assert "is not in force yet" in client.get("/settings").text
    assert "12" in client.get("/settings").text
    file.write_text("[qa\n")
    assert "is not in force yet" in client.get("/settings").text


def test_no_key_is_shown_wherever_it_was_written(
    opening: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, password, query, groq, loose = SECRETS
    monkeypatch.setenv("MY_MODEL_KEY", token)
    monkeypatch.setenv("SOME_TOKEN", loose)
    address = f"https://ana:{password}@models.example/v1?api_key={query}"
    config = Config(
        ingest=IngestConfig(paths=[address, f"feed://{password}@a.example#{query}", loose], fields={"text": token}),
        qa=QaConfig(),
        reranker=RerankerConfig(model=f"models/{loose}/x"),
        llm=LlmConfig(base_url=address, model=f"model {token}", api_key_env="MY_MODEL_KEY"),
        ui=UiConfig(auth=f"ana:{password}", user_header=f"Bearer {groq}", trusted_proxies=[f"http://x:{password}@y"]),
        folder=str(tmp_path),
    )
    misplaced = [replace(config, llm=replace(config.llm, api_key_env=name)) for name in (token, groq, password)]
    for each in (config, *misplaced):
        shown = asked(opening, each)
        assert [secret for secret in SECRETS if secret in shown] == []
        assert "models.example" in shown
    assert "the variable <code>MY_MODEL_KEY</code> is set" in asked(opening, config)
    unset = replace(config, llm=replace(config.llm, api_key_env="OTHER_MODEL_KEY"))
    assert "<code>OTHER_MODEL_KEY</code> is not set" in asked(opening, unset)


def test_of_the_file_of_passwords_only_the_path_is_shown(opening: Opening, tmp_path: Path) -> None:
    (tmp_path / "users").write_text("ana:scrypt$pearl\n")
    shown = asked(opening, Config(ui=UiConfig(auth="users"), folder=str(tmp_path)))
    assert '<dd class="value" dir="auto">users</dd>' in shown
    assert "pearl" not in shown


def test_what_leaves_the_machine_is_told(opening: Opening) -> None:
    assert "are answered on this machine" in asked(opening, Config())
    model = LlmConfig(base_url="http://models.example:11434/v1", model="m")
    assert "goes to models.example" in asked(opening, Config(llm=model))
    quoting = Config(llm=model, qa=QaConfig(engine="extractive"))
    assert "goes to" not in asked(opening, quoting)
    assert "not used: answers are quoted" in asked(opening, quoting)
    assert "2 links under [ingest] paths" in asked(
        opening, Config(ingest=IngestConfig(paths=["http://a.example", "https://b.example", "folder"]))
    )


@pytest.mark.parametrize("error", [VouchError("the library is locked", hint="end the other Vouch"), OSError("pearl")])
def test_a_library_that_cannot_be_opened_leaves_the_settings_readable(error: Exception) -> None:
    def fails() -> Any:
        raise error

    shown = page(Opening(fails), Config(), Given())
    assert ("the library is locked; end the other Vouch" in shown) == isinstance(error, VouchError)
    assert "pearl" not in shown
    assert "passage_pieces" in shown


def test_hostile_values_are_text(opening: Opening) -> None:
    bad = "<img src=x onerror=alert(1)>"
    shown = asked(
        opening, Config(ingest=IngestConfig(paths=[bad], ignore=[f'"{bad}`x`']), ui=UiConfig(user_header=bad))
    )
    assert "<img" not in shown
    assert "&lt;img src=x" in shown
