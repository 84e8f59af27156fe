"""Questions to begin with, made from the names that the articles themselves speak of. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

from ingest.documents import Article

READ = 6000  # characters of each article that are looked at: its opening names what it is about
WANTED = 4
SELDOM = 2  # mentions in one article that make a name worth asking about

# A name: two capitalised words or more inside a sentence, small words between them allowed.
_WORD = r"[A-ZÀ-Þ][\w’'-]*[a-zß-ÿ]"
_NAME = re.compile(rf"(?<=[a-zß-ÿ,;] ){_WORD}(?: (?:de|del|da|di|la|of|van|von|al|bin) {_WORD}| {_WORD})+")
_POSSESSIVE = re.compile(r"['’]s$")


def questions(articles: Iterable[Article]) -> list[str]:
    """Up to four questions, each about a name from articles that do not speak of the names before.

    >>> fog = "On Monday Gull Rock was dark. The keeper of Gull Rock slept; the ferry left Gull Rock."
    >>> questions([Article.of("a", fog, "Fog")])
    ['What do the articles say about Gull Rock?']
    """
    openings = [" ".join(article.text[:READ].split()) for article in articles]
    mentions = [Counter(_names(opening)) for opening in openings]
    spread = Counter(name for names in mentions for name in names)
    found: list[str] = []
    while len(found) < WANTED and (name := _most_telling(mentions, spread)):
        found.append(f"What do the articles say about {_with_article(name, openings)}?")
        mentions = [names for names in mentions if name not in names]
    return found


def _with_article(name: str, openings: Iterable[str]) -> str:
    """The name as the articles use it: "the Suez Canal", but "Gull Rock"."""
    whole = " ".join(openings).casefold()
    said = name.casefold()
    return f"the {name}" if 2 * whole.count(f"the {said}") > whole.count(said) else name


def _names(text: str) -> list[str]:
    return [_POSSESSIVE.sub("", found.group()) for found in _NAME.finditer(text)]


def _most_telling(mentions: Iterable[Counter[str]], spread: Mapping[str, int]) -> str:
    """The name that one article says often and few others say; "" if none is said often enough."""
    best, score = "", 0.0
    for names in mentions:
        for name, count in names.items():
            telling = count * log((len(spread) + 1) / spread[name])
            if count >= SELDOM and telling > score:
                best, score = name, telling
    return best
