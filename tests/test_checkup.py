"""What `vouch doctor` says of a library and the models: their faults, and what was mended of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from tinymodels import bert

from index.config import IndexConfig
from index.library import Library
from index.owner import OwnerLock
from index.store import Store, open_store
from ingest.config import IngestConfig
from qa.checkup import Finding, checkup
from qa.config import Config, EntailmentConfig, ReaderConfig, RerankerConfig

Opened = Callable[..., Store]


def settings(library: Path) -> Config:
    return Config(index=IndexConfig(library=str(library)), reader=ReaderConfig(model=""))


def ingested(folder: Path, clippings: Path) -> Path:
    store = open_store(folder, IndexConfig(), IngestConfig())
    store.ingest([clippings])
    store.close()
    return folder


def said(findings: list[Finding], subject: str) -> list[tuple[str, bool]]:
    return [(finding.finding, finding.sound) for finding in findings if finding.subject == subject]


def test_faults_among_articles_are_found_and_leftovers_are_none(tmp_path: Path, clippings: Path) -> None:
    library = ingested(tmp_path / "library", clippings)
    findings = list(checkup(settings(library)))
    assert said(findings, "articles") == [("every one is whole, and so are its passages", True)]
    assert said(findings, "repair") == []
    with closing(Library(library)) as opened:
        first, second, *_ = opened.articles()
        opened.remove([first.id])
    ((left, sound),) = said(list(checkup(settings(library))), "articles")
    assert sound
    assert "the next ingest sweeps them" in left
    with closing(Library(library)) as opened:
        opened.rows("DELETE FROM origins WHERE article = ?", (second.id,))
        opened.rows("UPDATE passages SET end = 100000 WHERE article = ?", (second.id,))
    faults = said(list(checkup(settings(library))), "articles")
    assert [sound for _, sound in faults] == [False, False]


def test_repair_says_what_it_did_first(tmp_path: Path, clippings: Path) -> None:
    library = ingested(tmp_path / "library", clippings)
    findings = list(checkup(settings(library), repair=True))
    assert [finding.subject for finding in findings[:4]] == ["repair"] * 3 + ["installed"]
    assert all(finding.sound for finding in findings)
    assert said(findings, "indexes") == [("Chroma and tantivy hold every passage and find it", True)]


def test_what_cannot_be_repaired_is_a_fault_that_does_not_stop_the_rest(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "library.db").write_bytes(b"no database" * 1000)
    findings = list(checkup(settings(library), repair=True))
    ((fault, sound),) = said(findings, "repair")
    assert not sound
    assert "vouch restore FILE" in fault
    assert said(findings, "language model")


def test_a_library_in_use_is_not_repaired(tmp_path: Path, clippings: Path) -> None:
    library = ingested(tmp_path / "library", clippings)
    with closing(OwnerLock(library)):
        ((fault, sound),) = said(list(checkup(settings(library), repair=True)), "repair")
    assert not sound
    assert "is in use by vouch" in fault


@pytest.fixture
def models(tmp_path: Path) -> Config:
    """Settings that name models of their own, beside them, one of them of the wrong kind."""
    bert(tmp_path / "ranks", "ForSequenceClassification", num_labels=1)
    bert(tmp_path / "follows", "ForSequenceClassification", id2label={0: "not_entailment", 1: "entailment"})
    return replace(
        settings(tmp_path / "library"),
        reader=ReaderConfig(model="ranks"),
        reranker=RerankerConfig(model="ranks"),
        entailment=EntailmentConfig(model="follows"),
        folder=str(tmp_path),
    )


def test_each_model_is_opened(models: Config) -> None:
    findings = list(checkup(models))
    assert said(findings, "reranker") == [("ranks, CrossEncoderReranker", True)]
    assert said(findings, "entailment") == [("follows, CrossEncoderEntailment", True)]
    ((fault, sound),) = said(findings, "reader")
    assert not sound
    assert fault.startswith("[reader] model = 'ranks' is no question-answering model; it is Bert")


def test_a_model_that_is_not_there_is_a_fault_and_none_is_not(tmp_path: Path) -> None:
    config = replace(settings(tmp_path / "library"), reranker=RerankerConfig(model="nobody/nothing"))
    findings = list(checkup(config))
    ((fault, sound),) = said(findings, "reranker")
    assert not sound
    assert "vouch models fetch" in fault
    assert said(findings, "reader") == [("none ([reader] model)", True)]
    config = replace(config, index=replace(config.index, model="nowhere/at/all"), folder=str(tmp_path))
    ((fault, sound),) = said(list(checkup(config)), "library")
    assert not sound
    assert fault.startswith(f"[index] model = 'nowhere/at/all': there is no folder {tmp_path}/nowhere/at/all")
