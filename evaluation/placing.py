"""What a question's gold means in a library: its articles by their ids there, its quotes where they stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape

from evaluation.collection import Collection
from evaluation.questions import Evidence, Question
from ingest.webaddress import is_link, tidied

SPACE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")  # white space, and characters of no width
UNKNOWN = "names an article that the library does not have"
SHOWN_TEXT = 60  # characters of a quote or a name in a message


@dataclass(frozen=True, slots=True)
class Placed:
    """A question with its articles named by the library's ids, `about` those it names at all, and what is wrong."""

    question: Question
    about: frozenset[str]
    faults: tuple[str, ...] = ()


class Shelf:
    """The articles of a collection by any of their names, and whether a quote stands in one."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._tight: dict[str, str] = {}

    def called(self, *names: str) -> frozenset[str]:
        """The ids of the articles that go by the first of these names that any goes by."""
        spelled = (self._collection.all_called(spelling) for name in names for spelling in _spellings(name))
        return next(filter(None, spelled), frozenset())

    def holding(self, quote: str, articles: Iterable[str] | None = None) -> frozenset[str]:
        """Those of the articles, of all if none are given, in which a quote stands, white space aside."""
        wanted = tight(quote)
        places = self._collection.sources if articles is None else articles
        return frozenset(article for article in places if wanted in self._text(article))

    def _text(self, article: str) -> str:
        if article not in self._tight:
            self._tight[article] = tight(self._collection.text(article))
        return self._tight[article]


def placed(question: Question, shelf: Shelf) -> Placed:
    """The question as the library names its articles.

    Of several articles with one name, that is meant in which all of the question's quotes stand, or each its own;
    where these too are several they are copies, and the first by id is as good as another. Evidence that names no
    article is given the one in which it stands, and left out where that is none or several. A question without an
    answer is left no articles, since none should be cited.
    """
    if question.answerable is False:
        return _without_answer(question, shelf)
    holding = [_holding(one, shelf) for one in question.evidence]
    faults = [
        reason
        for one, found in zip(question.evidence, holding, strict=True)
        if found is None
        for reason in _why(one, shelf)
    ]
    evidence = _evidence(question, [found or frozenset() for found in holding])
    meant: defaultdict[str, list[str]] = defaultdict(list)  # the ids, by the name in the file
    for given, one in zip(question.evidence, evidence, strict=True):
        meant[given.article] += [one.article] if one else []
    for name in question.articles:
        if name not in meant:
            faults += unclear(name, found := shelf.called(name))
            meant[name] += found
    stands = tuple(one for one in evidence if one)
    named = [ident for name in question.articles for ident in meant[name]]
    outside = {one.article for one in stands} - {*named} if named and not faults else ()
    faults += [f"has evidence of an article that is not among its articles: {ident}" for ident in sorted(outside)]
    articles = tuple(dict.fromkeys([*named, *(one.article for one in stands)]))
    return Placed(replace(question, articles=articles, evidence=stands), frozenset(articles), tuple(faults))


def tight(text: str) -> str:
    r"""A text without white space and characters of no width, as quotes are compared.

    >>> tight("Oslo won\n the cup")
    'Oslowonthecup'
    """
    return SPACE.sub("", text)


def short(text: str) -> str:
    """The beginning of a text, in quotation marks, for a message."""
    return f"“{text if len(text) <= SHOWN_TEXT else text[: SHOWN_TEXT - 1] + '…'}”"


def unclear(name: str, found: frozenset[str]) -> list[str]:
    """Why a name does not mean one article."""
    if len(found) == 1:
        return []
    many = f"names an article of which there are {len(found)}: {short(name)}; name it by its id"
    return [many if found else f"{UNKNOWN}: {short(name)}"]


def _spellings(name: str) -> tuple[str, ...]:
    """A name, and how else a library may have it: without spare space, HTML's escapes, Wikipedia's underscores."""
    link = (tidied(name),) if is_link(name) else (unescape(name), name.replace("_", " "))
    return (name, " ".join(name.split()), *link)


def _without_answer(question: Question, shelf: Shelf) -> Placed:
    """Its articles are those that it was asked about, and several may go by a name."""
    faults = [f"is said to have no answer, and has the {what}" for what in _answers_of(question)]
    found = {name: shelf.called(name) for name in question.articles}
    faults += [reason for name, ids in found.items() if not ids for reason in unclear(name, ids)]
    return Placed(replace(question, articles=()), frozenset().union(*found.values()), tuple(faults))


def _answers_of(question: Question) -> Iterator[str]:
    if question.answers:
        yield f"answer {short(question.answers[0])}"
    if question.evidence:
        yield f"evidence {short(question.evidence[0].quote)}"


def _holding(one: Evidence, shelf: Shelf) -> frozenset[str] | None:
    """The articles that it may mean and in which it stands; None where there should be one and is not."""
    if not one.article:
        found = shelf.holding(one.quote)
        return found if len(found) == 1 else frozenset()
    return shelf.holding(one.quote, shelf.called(one.article, *one.also)) or None


def _why(one: Evidence, shelf: Shelf) -> list[str]:
    """What is wrong with evidence that stands in no article of its name."""
    called = shelf.called(one.article, *one.also)
    return (
        [f"quotes what does not stand in {short(one.article)}: {short(one.quote)}"]
        if called
        else unclear(one.article, called)
    )


def _evidence(question: Question, holding: list[frozenset[str]]) -> list[Evidence | None]:
    """Each piece with the id of its article; None for what has none."""
    together: dict[str, frozenset[str]] = {}
    for one, found in zip(question.evidence, holding, strict=True):
        together[one.article] = together.get(one.article, found) & found
    idents = [
        min((one.article and together[one.article]) or found, default="")
        for one, found in zip(question.evidence, holding, strict=True)
    ]
    return [
        replace(one, article=ident, also=()) if ident else None
        for one, ident in zip(question.evidence, idents, strict=True)
    ]
