"""Is everything in order? Installation, models, library, indexes, endpoint: one finding each."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from index.checks import consistency, leftovers
from index.embed import open_embedder
from index.errors import OwnedError
from index.repair import repair as put_in_order
from index.rerank import open_reranker
from index.store import Store, open_store
from ingest.errors import VouchError
from qa.checking.entailment import open_entailment
from qa.config import Config
from qa.model.faults import ModelError
from qa.model.llm import check_endpoint
from qa.reading.reader import open_reader

PACKAGES = (
    "vouch",
    "chromadb",
    "tantivy",
    "sentence-transformers",
    "torch",
    "openvino",
    "llama-index-core",
    "gradio",
    "openai",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and whether it is as it should be."""

    subject: str
    finding: str
    sound: bool = True


def checkup(config: Config, repair: bool = False) -> Iterator[Finding]:
    """Look at everything; a fault in one thing does not stop the look at the next. `repair` mends what it can first."""
    if repair:
        yield from _repaired(config)
    installed = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield Finding("installed", f"Python {platform.python_version()}, {installed}")
    yield from _library(config)
    yield from _small_models(config)
    yield _endpoint(config)


def _repaired(config: Config) -> Iterator[Finding]:
    try:
        for sentence in put_in_order(config.library):
            yield Finding("repair", sentence)
    except VouchError as error:
        yield Finding("repair", f"{error.message}; {error.hint}", sound=False)


def _library(config: Config) -> Iterator[Finding]:
    try:
        opened = partial(open_embedder, start=Path(config.folder))
        store = open_store(config.library, config.index, config.ingest, opened=opened)
    except OwnedError as owned:
        yield Finding("library", f"{owned.message}; its owner checked it when it opened it")
        return
    except VouchError as error:
        yield Finding("library", f"{error.message}; {error.hint}", sound=False)
        return
    try:
        yield from _store(store)
    except VouchError as error:
        yield Finding("library", f"{error.message}; {error.hint}", sound=False)
    finally:
        store.close()


def _store(store: Store) -> Iterator[Finding]:
    counts = store.library.counts()
    yield Finding(
        "library",
        f"{store.library.folder}: {counts.articles:,} articles ({counts.undated:,} undated), "
        f"{counts.passages:,} passages, {counts.refusals:,} refused",
    )
    faults = store.library.integrity()
    yield Finding("database", faults or "sound", sound=not faults)
    yield from _consistency(store)
    yield Finding("embedding model", f"{store.embedder.fingerprint}, {type(store.embedder).__name__}")
    store.indexes.wait()
    told = " ".join(store.indexes.notices()) or "Chroma and tantivy hold every passage and find it"
    yield Finding("indexes", told, sound=store.indexes.sound)


def _consistency(store: Store) -> Iterator[Finding]:
    faults = consistency(store.library)
    for fault in faults:
        yield Finding("articles", fault, sound=False)
    if not faults:
        yield Finding("articles", leftovers(store.library) or "every one is whole, and so are its passages")


def _small_models(config: Config) -> Iterator[Finding]:
    """The models besides the embedding one: each is opened."""
    folder = Path(config.folder)
    yield _model("reader", config.reader.model, lambda: open_reader(config.reader.model, folder))
    yield _model("reranker", config.reranker.model, lambda: open_reranker(config.reranker.model, folder))
    yield _model("entailment", config.entailment.model, lambda: open_entailment(config.entailment.model, folder))


def _model(section: str, model: str, opened: Callable[[], object]) -> Finding:
    if not model:
        return Finding(section, f"none ([{section}] model)")
    try:
        return Finding(section, f"{model}, {type(opened()).__name__}")
    except VouchError as error:
        return Finding(section, f"{error.message}; {error.hint}", sound=False)


def _endpoint(config: Config) -> Finding:
    if not config.has_model:
        return Finding("language model", "none configured; answers are extracted ([llm] base_url and model)")
    try:
        return Finding("language model", check_endpoint(config.llm))
    except ModelError as error:
        return Finding("language model", error.sentence, sound=False)
