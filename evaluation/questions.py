"""Questions to be put to a library, and what is known of their right answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that an answer should rest on, and the article that it stands in, as the file of questions names it.

    `also` are other names of that article, for a library that does not know the first. `article` is "" where the file
    names none: then it is the one article in which the quote stands.
    """

    article: str
    quote: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a file, with what its gold says; whatever that does not say is empty or None.

    Each of `answers` is right by itself. `answerable` False: the collection holds no answer, and declining is right.
    `articles` are those that an answer should cite, those of `evidence` among them. `line` is where it stands in its
    file, counted from 1 (a record's number, where the file has no lines). `more` is what else only the scorer of its
    own form understands, handed on by an export to that form.
    """

    id: str
    question: str
    type: str = ""
    answers: tuple[str, ...] = ()
    answerable: bool | None = None
    evidence: tuple[Evidence, ...] = ()
    articles: tuple[str, ...] = ()
    scope: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    more: Mapping[str, Any] = field(default_factory=dict)
