"""What programs ask of an open library, as plain data in and out: the same beside its owner and within it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from index.report import Progress
from index.stories import Stories
from ingest.documents import Article
from ingest.errors import VouchError
from qa.answers import source_dict
from qa.engine import Engine
from qa.scopes import scope_of

Data = dict[str, Any]
OnProgress = Callable[[Data], None]


class Service(Protocol):
    """The command line speaks to one of these and need not know whether it owns the library."""

    def ask(self, question: str, scope: Mapping[str, Any] | None = None) -> Data: ...

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

    def ask(self, question: str, scope: Mapping[str, Any] | None = None) -> Data:
        """The answer object of one question; `scope` as {"outlets": […], "since", "until", "as_of": "2023-10-31"}."""
        chosen = scope_of(scope, self.engine.library.outlets()) if scope else None
        return self.engine.ask(question, scope=chosen).as_dict()

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


def _article_dict(article: Article) -> Data:
    return {
        **source_dict(article),
        "updated": article.updated.isoformat() if article.updated else None,
        "language": article.language,
        "origin": article.origin,
        "sha256": article.sha256,
    }
