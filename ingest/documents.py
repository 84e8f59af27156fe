"""Articles, and the passages cut from them: the two nouns that everything else is about."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

ID_LENGTH = 16  # hex digits kept of a hash: 64 bits, no collision to fear below a billion articles


def digest(*parts: str) -> str:
    """Hash strings so that no two different sequences of parts meet (each is length-prefixed)."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8")
        state.update(f"{len(data)}:".encode())
        state.update(data)
    return state.hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """How an article was read, for whoever doubts a field; nothing is searched in it.

    `said_by` tells of each field that is known where it was said ("json-ld", "byline", "sidecar"). `unseen` counts
    the characters that were left out because nobody who opens the file would see them.
    """

    format: str = ""
    encoding: str = ""
    unseen: int = 0
    said_by: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read. Make it with `Article.of`, which derives id and sha256.

    `text` is kept whole and unaltered, so that a citation can open it at the sentence. `origin` says
    where it came from: an absolute path or a web address, with `#record` for one of several in a file. What the
    article does not say of itself is empty or None; nothing is guessed. `pages` are the places in `text` at which
    its pages begin, where it has pages.
    """

    id: str
    origin: str
    sha256: str
    text: str
    title: str
    outlet: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    url: str = ""
    language: str = ""
    pages: tuple[int, ...] = ()
    reading: Reading = Reading()

    @classmethod
    def of(  # noqa: PLR0913  # one for each thing that an article says of itself
        cls,
        origin: str,
        text: str,
        title: str,
        *,
        outlet: str = "",
        authors: tuple[str, ...] = (),
        published: date | None = None,
        updated: date | None = None,
        url: str = "",
        language: str = "",
        pages: tuple[int, ...] = (),
        reading: Reading = Reading(),  # frozen
    ) -> Article:
        """Make an article whose id follows from its origin and whose sha256 follows from its text."""
        sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
        ident = digest(origin)[:ID_LENGTH]
        about = (title, outlet, authors, published, updated, url, language, pages, reading)
        return cls(ident, origin, sha256, text, *about)

    @property
    def version(self) -> str:
        """Changes when anything changes that a reader or a search could see."""
        about: list[object] = [
            self.title,
            self.outlet,
            list(self.authors),
            str(self.published or ""),
            self.url,
            self.language,
        ]
        if self.updated or self.pages:  # only then: libraries made before there were such fields keep their versions
            about += [str(self.updated or ""), list(self.pages)]
        return digest(self.id, self.sha256, json.dumps(about))[:ID_LENGTH]

    def page_at(self, place: int) -> int | None:
        """The page, counted from 1, on which a place in the text stands; None where there are no pages.

        >>> Article.of("a.pdf", "One. Two.", "Numbers", pages=(0, 5)).page_at(6)
        2
        """
        return bisect_right(self.pages, place) if self.pages else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of an article. It holds no text of its own, so that it cannot differ from the article's.

    >>> article = Article.of("a.txt", "One. Two.", "Numbers")
    >>> Passage(article, 5, 9).text
    'Two.'
    """

    article: Article
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= len(self.article.text):
            raise ValueError(f"no such span: {self.start}:{self.end} of {len(self.article.text)} characters")

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def id(self) -> str:
        return digest(self.article.id, self.article.version, f"{self.start}:{self.end}")[:ID_LENGTH]
