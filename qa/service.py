"""What programs ask of an open library, as plain data in and out: the same beside its owner and within it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from index.build import Progress
from ingest.documents import Article
from ingest.errors import VouchError
from qa.answers import source_dict
from qa.engine import Engine

Data = dict[str, Any]
OnProgress = Callable[[Data], None]


class Service(Protocol):
    """The command line speaks to one of these and need not know whether it owns the library."""

    def ask(self, question: str) -> Data: ...

    def ingest(self, paths: Sequence[str], prune: bool, on_progress: OnProgress) -> Data: ...

    def articles(self) -> list[Data]: ...

    def article(self, ident: str) -> Data: ...

    def refusals(self) -> list[Data]: ...

    def notices(self) -> list[str]: ...

    def close(self) -> None: ...


class EngineService:
    """The service of an engine in this process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def ask(self, question: str) -> Data:
        """The answer object of one question."""
        return self.engine.ask(question).as_dict()

    def ingest(self, paths: Sequence[str], prune: bool, on_progress: OnProgress) -> Data:
        """Ingest files and folders (absolute paths); the report, with refusals as {origin, reason}."""

        def tell(progress: Progress) -> None:
            on_progress(asdict(progress))

        return asdict(self.engine.store.ingest([Path(path) for path in paths], prune=prune, on_progress=tell))

    def articles(self) -> list[Data]:
        """Every article without its text, newest first."""
        return [_article_dict(article) for article in self.engine.library.articles()]

    def article(self, ident: str) -> Data:
        """One article with its stored text, into which all offsets point."""
        article = self.engine.library.article(ident)
        if article is None:
            raise VouchError(f"no article has the id {ident!r}", hint="list them: vouch articles")
        return {**_article_dict(article), "text": article.text}

    def refusals(self) -> list[Data]:
        return [asdict(refusal) for refusal in self.engine.library.refusals()]

    def notices(self) -> list[str]:
        return self.engine.notices()

    def close(self) -> None:
        self.engine.close()


def _article_dict(article: Article) -> Data:
    return {**source_dict(article), "language": article.language, "origin": article.origin, "sha256": article.sha256}
