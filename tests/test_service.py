from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import endpoint as ep
import pytest
from endpoint import Endpoint

from index.config import IndexConfig
from index.store import Store
from ingest.errors import VouchError
from qa.checkup import checkup
from qa.config import Config, LlmConfig, QaConfig, ReaderConfig
from qa.engine import Engine
from qa.service import Data, EngineService


@pytest.fixture
def service(opened: Callable[..., Store]) -> EngineService:
    return EngineService(Engine(opened(), QaConfig(declining="eager"), None, None))


def nothing(_: Data) -> None:
    """Nobody watches the progress."""


def test_what_is_ingested_can_be_asked_about_and_listed(service: EngineService, clippings: Path) -> None:
    told: list[Data] = []
    report = service.ingest([str(clippings)], False, False, told.append)
    assert report["added"] == 5
    assert told
    answer = service.ask("What does a ticket for the ferry cost?")
    assert answer["sentences"][0]["text"] == "A ticket costs four crowns."
    listed = service.articles()
    assert [article["published"] for article in listed][:3] == ["2024-06-17", "2024-06-10", "2024-05-03"]
    assert all("text" not in article for article in listed)
    json.dumps([report, told, answer, listed])  # all of it can be handed to another process


def test_an_article_comes_with_the_text_that_offsets_point_into(service: EngineService, clippings: Path) -> None:
    service.ingest([str(clippings)], False, False, nothing)
    cited = service.ask("What does a ticket for the ferry cost?")["sentences"][0]["citations"][0]
    assert service.article(cited["article"])["text"][cited["start"] : cited["end"]] == cited["quote"]


def test_an_unknown_article_is_an_error_with_a_hint(service: EngineService) -> None:
    with pytest.raises(VouchError, match="no article has the id 'nope'") as caught:
        service.article("nope")
    assert caught.value.hint == "list them: vouch articles"


def test_what_was_refused_is_kept_with_its_reason(service: EngineService, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    service.ingest([str(tmp_path / "empty.txt")], False, False, nothing)
    (refusal,) = service.refusals()
    assert refusal["origin"] == str(tmp_path / "empty.txt")
    assert refusal["reason"]


def found(config: Config) -> dict[str, tuple[str, bool]]:
    return {finding.subject: (finding.finding, finding.sound) for finding in checkup(config)}


def settings(library: Path, **llm: str) -> Config:
    return Config(index=IndexConfig(library=str(library)), reader=ReaderConfig(model=""), llm=LlmConfig(**llm))


def test_a_new_library_is_in_order(tmp_path: Path) -> None:
    findings = found(settings(tmp_path / "library"))
    assert [subject for subject, (_, sound) in findings.items() if not sound] == []
    assert "chromadb" in findings["installed"][0]
    assert findings["library"][0].endswith("library: 0 articles (0 undated), 0 passages, 0 refused")
    assert findings["reader"][0] == "none ([reader] model)"
    assert findings["language model"][0].startswith("none configured")


def test_a_library_in_use_is_left_to_its_owner(opened: Callable[..., Store]) -> None:
    store = opened()
    finding, sound = found(settings(store.library.folder))["library"]
    assert sound
    assert "its owner checked it" in finding


def test_a_fault_does_not_stop_the_look_at_the_rest(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "library.db").write_bytes(b"no database" * 1000)
    with Endpoint(ep.refuses(401, "bad key")) as server:
        findings = found(settings(tmp_path / "library", base_url=server.url, model="small"))
    assert not findings["library"][1]
    said, sound = findings["language model"]
    assert not sound
    assert "refused the key" in said


def test_an_endpoint_that_answers_is_named(tmp_path: Path) -> None:
    with Endpoint(ep.models("small")) as server:
        said, sound = found(settings(tmp_path / "library", base_url=server.url, model="small"))["language model"]
    assert sound
    assert said.endswith("answers and offers small")
