"""What programs ask of an open library, as plain data in and out: the same beside its owner and within it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import asdict, replace
from importlib.metadata import version
from typing import Any, Protocol, cast, get_args

from index.hits import Hit
from index.report import Progress
from index.scope import Scope
from index.stories import Stories
from ingest.documents import Article
from ingest.errors import VouchError
from qa.answers import source_dict
from qa.config import EngineName
from qa.engine import Engine
from qa.language.plain import plain
from qa.scopes import scope_of

Data = dict[str, Any]
OnProgress = Callable[[Data], None]


class Service(Protocol):
    """The command line speaks to one of these and need not know whether it owns the library."""

    def ask(
        self, question: str, scope: Mapping[str, Any] | None = None, *, engine: str = "", seed: int | None = None
    ) -> Data: ...

    def search(self, question: str, scope: Mapping[str, Any] | None = None, k: int = 10) -> list[Data]: ...

    def repeatable(self, engine: str = "", seed: int | None = None) -> Service: ...

    def about(self) -> Data: ...

    def passages(self, ident: str) -> list[Data]: ...

    def ingest(self, sources: Sequence[str], prune: bool, force: bool, on_progress: OnProgress) -> Data: ...

    def edit(self, ident: str, fields: Mapping[str, str | None]) -> Data: ...

    def articles(self) -> list[Data]: ...

    def article(self, ident: str) -> Data: ...

    def refusals(self) -> list[Data]: ...

    def notices(self) -> list[str]: ...

    def close(self) -> None: ...


class EngineService:
    """The service of an engine in this process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def ask(
        self, question: str, scope: Mapping[str, Any] | None = None, *, engine: str = "", seed: int | None = None
    ) -> Data:
        """The answer object of one question; `scope` as {"outlets": […], "since", "until", "as_of": "2023-10-31"}.

        `engine` ("auto", "extractive", "generative") and the model's `seed` in place of those of the settings.
        """
        return self._answering(engine, seed).ask(question, scope=self._scope(scope)).as_dict()

    def search(self, question: str, scope: Mapping[str, Any] | None = None, k: int = 10) -> list[Data]:
        """At most k hits, best first, each with its place, its text and its source."""
        hits = self.engine.store.searcher.search(plain(question), self._scope(scope), k)
        return [_hit_dict(hit, rank) for rank, hit in enumerate(hits, start=1)]

    def repeatable(self, engine: str = "", seed: int | None = None) -> EngineService:
        """The same service, whose answers are the same each time, whatever was asked before.

        Returns once no index is being checked or rebuilt; what it finds by vectors it finds by a scan. `engine` and
        `seed` as in `ask`. Closed with this one.
        """
        self.engine.store.indexes.wait()
        answering = copy(self._answering(engine, seed))
        answering.store = replace(self.engine.store, searcher=self.engine.store.searcher.exactly())
        return EngineService(answering)

    def about(self) -> Data:
        """What answers: version, models, settings, and the library with its fingerprint."""
        engine, counts = self.engine, self.engine.library.counts()
        return {
            "version": version("vouch"),
            "engine": engine.config.engine,
            "model": engine.model,
            "embedder": engine.store.embedder.fingerprint,
            "library": {
                "articles": counts.articles,
                "passages": counts.passages,
                "fingerprint": engine.library.fingerprint(),
            },
            "settings": engine.settings,
        }

    def passages(self, ident: str) -> list[Data]:
        """The passages of an article in their order, each with its place in the article's text."""
        return [
            {"passage": passage.id, "start": passage.start, "end": passage.end}
            for passage in self.engine.library.passages_of(ident)
        ]

    def _answering(self, engine: str, seed: int | None) -> Engine:
        """The engine as it is, or one that answers otherwise from the same library."""
        if not engine and seed is None:
            return self.engine
        name = engine or self.engine.config.engine
        if name not in get_args(EngineName):
            raise VouchError(f"there is no engine {name!r}", hint=f"take one of: {', '.join(get_args(EngineName))}")
        return self.engine.answering(cast(EngineName, name), seed)

    def _scope(self, given: Mapping[str, Any] | None) -> Scope | None:
        return scope_of(given, self.engine.library.outlets()) if given else None

    def ingest(self, sources: Sequence[str], prune: bool, force: bool, on_progress: OnProgress) -> Data:
        """Ingest files and folders (absolute paths) and links; the report, with refusals as {origin, reason}."""

        def tell(progress: Progress) -> None:
            on_progress(asdict(progress))

        return asdict(self.engine.store.ingest(sources, prune=prune, force=force, on_progress=tell))

    def edit(self, ident: str, fields: Mapping[str, str | None]) -> Data:
        """Correct fields of an article (None takes a correction back at the next ingest); the article without text."""
        self.engine.store.builder.edit(ident, dict(fields))
        return {**self.article(ident), "text": ""}

    def articles(self) -> list[Data]:
        """Every article without its text, newest first."""
        return [_article_dict(article) for article in self.engine.library.articles()]

    def article(self, ident: str) -> Data:
        """One article with its stored text, into which all offsets point, where it was found, and its near copies."""
        library = self.engine.library
        article = library.article(ident)
        if article is None:
            raise VouchError(f"no article has the id {ident!r}", hint="list them: vouch articles")
        others = (library.article(other) for other in Stories(library).story_of(ident))
        return {
            **_article_dict(article),
            "text": article.text,
            "pages": list(article.pages),
            "reading": asdict(article.reading),
            "origins": library.origins_of(ident),
            "copies": [_article_dict(other) for other in others if other],
        }

    def refusals(self) -> list[Data]:
        return [asdict(refusal) for refusal in self.engine.library.refusals()]

    def notices(self) -> list[str]:
        return self.engine.notices()

    def close(self) -> None:
        self.engine.close()


def _hit_dict(hit: Hit, rank: int) -> Data:
    passage = hit.passage
    place = {"start": passage.start, "end": passage.end, "text": passage.text}
    return {**hit.as_dict(rank), **place, "source": source_dict(passage.article, hit.reprints)}


def _article_dict(article: Article) -> Data:
    return {
        **source_dict(article),
        "updated": article.updated.isoformat() if article.updated else None,
        "language": article.language,
        "origin": article.origin,
        "sha256": article.sha256,
    }
