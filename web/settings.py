"""The Settings tab: what is in force, where each setting comes from, and what leaves this machine. It shows no key."""

from __future__ import annotations

import logging
import os
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse

from ingest.errors import VouchError
from qa.config import Config
from qa.engine import Engine
from web import markup, origins
from web.opening import Opening
from web.origins import Setting

if TYPE_CHECKING:
    from fastapi import APIRouter

log = logging.getLogger(__name__)

SECTIONS = {
    "ingest": "Reading articles",
    "ingest.links": "Fetching links",
    "index": "Library and search",
    "qa": "Answers",
    "reader": "Reader",
    "reranker": "Reranker",
    "entailment": "Entailment",
    "llm": "Language model",
    "ui": "This page",
}
PACKAGES = ("vouch", "gradio", "chromadb", "tantivy", "sentence-transformers", "openvino", "llama-index-core", "openai")
AS_DIGITS = {"ui.port"}  # a name rather than a number: without separators
INSIDE = "It cannot be opened; the log says why."
_CODE = re.compile(r"`([^`]+)`")

Rows = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Given:
    """The config.toml that the settings are from: where it is, what it said at the start, whether it says the same."""

    path: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    stale: bool = False


def router(opening: Opening, config: Config, file: Path | None = None) -> APIRouter:
    """GET /settings: the tab as a fragment of HTML. `file` is the config.toml that the settings were read from."""
    from fastapi import APIRouter

    routes = APIRouter()
    said = origins.read(file)

    @routes.get("/settings", response_class=HTMLResponse)
    def settings() -> HTMLResponse:
        given = Given(str(file or ""), said, stale=origins.read(file) != said)
        return HTMLResponse(page(opening, config, given), headers={"cache-control": "no-store"})

    return routes


def page(opening: Opening, config: Config, given: Given) -> str:
    """The whole tab."""
    every = origins.settings(config, given.said)
    parts = [
        markup.element("h1", "Settings"),
        _how(given, every),
        _facts("In force", _state(opening, config)),
        _facts("What leaves this machine", _network(config)),
        *(_section(section, list(group)) for section, group in groupby(every, key=lambda one: one.section)),
    ]
    return markup.element("div", "".join(parts), class_="settings-page")


def _how(given: Given, every: Sequence[Setting]) -> str:
    where = _code(given.path) if given.path else "config.toml"
    told = f"To change a setting, edit {where} and start Vouch again. {_code('vouch doctor')} checks that all is well."
    changed = [each.key for each in every if each.origin != "default"]
    names = ", ".join(map(_code, changed))
    count = f"{markup.counted(len(changed), 'setting')} {'is' if len(changed) == 1 else 'are'} not at the default"
    differ = f"{count}: {names}." if changed else "Every setting is at its default."
    lines = [markup.element("p", told), markup.element("p", differ)]
    if given.stale:
        words = "config.toml was changed after Vouch was started: what it says now is not in force yet."
        lines.append(markup.element("p", words, class_="stale", role="status"))
    return markup.element("div", "".join(lines), class_="how")


# What is in force beside the settings.


def _state(opening: Opening, config: Config) -> Rows:
    yield from _library(opening, config)
    yield "Language model", _language_model(config)
    if config.llm.base_url:
        yield "Its key", _key(config)
    for name, model in (("Reader", config.reader), ("Reranker", config.reranker), ("Entailment", config.entailment)):
        yield name, _code(origins.safe(model.model)) if model.model else "none"
    yield "Prompts", f"{_code('vouch doctor --prompts')} prints what a language model is told"
    yield "Versions", markup.text(", ".join([*_versions(), f"Python {platform.python_version()}"]))


def _library(opening: Opening, config: Config) -> Rows:
    """Where the library is, what it holds and what it is searched with, or why it cannot be opened."""
    folder = _code(origins.safe(str(config.library)))
    try:
        engine = opening.engine()
        yield "Library", f"{folder}, {_held(engine)}"
        yield "Embedding model", _code(engine.store.embedder.fingerprint)
        notices = " ".join(engine.notices())
    except VouchError as error:
        yield "Library", f"{folder}: {markup.text(origins.safe('; '.join(filter(None, (error.message, error.hint)))))}"
        return
    except Exception:  # the page's edge: the tab is where one looks for what is wrong
        log.exception("the library cannot be opened")
        yield "Library", f"{folder}. {INSIDE}"
        return
    if notices:
        yield "To know", markup.text(notices)


def _held(engine: Engine) -> str:
    counts = engine.library.counts()
    return f"{markup.counted(counts.articles, 'article')}, {markup.counted(counts.passages, 'passage')}"


def _language_model(config: Config) -> str:
    if not config.has_model:
        return "none: answers are quoted from the articles. To connect one, set base_url and model under [llm]."
    named = f"{_code(origins.safe(config.llm.model))} at {_code(origins.safe(config.llm.base_url))}"
    if config.qa.engine == "extractive":
        return f"{named}, not used: answers are quoted, since engine under [qa] says so"
    return f"{named}. It is asked when a question is; nothing was asked for this page."


def _key(config: Config) -> str:
    name = config.llm.api_key_env
    shown = origins.shown("llm.api_key_env", name, Path(config.folder))
    if not name:
        return "none is used"
    state = "is set" if os.environ.get(name) else "is not set; local servers need none"
    return f"the variable {_code(shown)} {state}"


def _versions() -> Iterator[str]:
    for name in PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:  # run from a checkout that was not installed
            continue


def _network(config: Config) -> Rows:
    yield "By itself", "nothing: no telemetry, no look for updates, no fonts or scripts from elsewhere"
    if config.has_model and config.qa.engine != "extractive":
        host = markup.text(urlsplit(config.llm.base_url).hostname or "the endpoint")
        yield "Questions", f"each question, with the passages found for it, goes to {host}"
    else:
        yield "Questions", "are answered on this machine"
    links = sum("://" in path for path in config.ingest.paths)
    named = f", and {markup.counted(links, 'link')} under [ingest] paths" if links else ""
    yield "Articles", f"links that you add{named}: fetched when they are ingested"
    yield "Models", f"{_code('vouch models fetch')} downloads those that the settings name; nothing else does"


def _facts(title: str, rows: Rows) -> str:
    listed = "".join(
        markup.element("div", markup.element("dt", name) + markup.element("dd", value, dir="auto"))
        for name, value in rows
    )
    return markup.element("section", markup.element("h2", title) + markup.element("dl", listed, class_="facts"))


# The settings themselves.


def _section(section: str, every: Sequence[Setting]) -> str:
    title = markup.text(SECTIONS.get(section, section)) + f" {_code(f'[{section}]')}"
    content = "".join(_group(comment, list(group)) for comment, group in groupby(every, key=lambda one: one.comment))
    return markup.element("section", markup.element("h2", title) + content)


def _group(comment: str, every: Sequence[Setting]) -> str:
    """Settings that one comment explains."""
    rows = "".join(map(_row, every))
    told = markup.element("p", _plain(comment), class_="comment") if comment else ""
    return markup.element("div", markup.element("dl", rows) + told, class_="group")


def _row(setting: Setting) -> str:
    changed = setting.origin != "default"
    where = f"{setting.origin} (default: {_words(setting.key, setting.default)})" if changed else setting.origin
    name = markup.element("dt", _code(setting.name))
    value = markup.element("dd", markup.text(_words(setting.key, setting.value)), class_="value", dir="auto")
    from_where = markup.element("dd", markup.text(where), class_="origin")
    return markup.element("div", name + value + from_where, class_="setting changed" if changed else "setting")


def _words(key: str, value: Any) -> str:
    """A value as a reader says it.

    >>> _words("qa.split", False), _words("index.model", ""), _words("ingest.max_parts", 5000), _words("ui.port", 7860)
    ('no', 'none', '5,000', '7860')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return str(value) if key in AS_DIGITS else f"{value:,}".removesuffix(".0")
    if isinstance(value, dict):
        value = [f"{name} = {each}" for name, each in value.items()]
    return (", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)) or "none"


def _plain(comment: str) -> str:
    return _CODE.sub(r"<code>\1</code>", markup.text(comment))


def _code(words: str) -> str:
    return markup.element("code", markup.text(words))
