"""What several articles have in common: the short answer to a question of several facts. Pure.

"Which company, reviewed by one, is also accused by another …" is answered by no sentence alone. Each tells a part,
and all tell it of the same: of whom or what most of the passages found name, and the question does not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import dropwhile

from ingest.documents import Passage
from ingest.split import sentences
from qa.language.addressed import reports
from qa.language.asked import asked
from qa.language.kinds import kind_of
from qa.language.names import JOINING, UNNAMED, Name, names
from qa.language.words import STOPWORDS, WORD, bare

# By so many times as many passages as name the next. On half of MultiHop-RAG, 85 questions that ask for a name: 1 gives
# 75 of them one, 62 right; 1.2 gives 74, 61 right; 1.5 gives 67, 58 right; 2 gives 53, 51 right. Counting mentions
# instead of passages finds no more.
LEAD = 1.5
LEAST = 2  # articles that name it
WHOLE = 0.2  # share of a name's mentions that are in full, for that to be given: Minnesota Vikings, mostly Vikings
MOST_WORDS = 3  # a longer run of capitals is a heading

_NAME_ASKED = re.compile(r"^\W*(?:(?:in|of|for|to|by|on|at) )?(?:who|whom|which|what)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"^\W*(?:which|what) (?:two|three|four|five)\b", re.IGNORECASE)
_PEOPLE = "person|individual|man|woman|figure|star|player|actor|actress|singer|founder|politician"
_PERSON = re.compile(rf"\W*(?:whom?\b|(?:which|what) (?:[\w-]+ )?(?:{_PEOPLE})\b)", re.IGNORECASE)
_KINDS = ("person", "place", "thing")
_TITLES = UNNAMED | {"ceo", "cto", "coo", "cfo"}
_NOT_IN_NAMES = (_TITLES | STOPWORDS) - JOINING


@dataclass(slots=True)
class _Named:
    """Names that end alike: in which passages and articles they stand, and how often in which form."""

    passages: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)
    forms: Counter[str] = field(default_factory=Counter)

    def whole(self, *, person: bool) -> str:
        """The name as it is given; empty where a person is wanted and nobody is named in full and by the last name."""
        full = Counter({form: n for form, n in self.forms.items() if " " in form}).most_common(1)
        if person:
            return full[0][0] if full and len(self.forms) > sum(" " in form for form in self.forms) else ""
        if full and full[0][1] >= WHOLE * self.forms.total():
            return full[0][0]
        return next((form for form, _ in self.forms.most_common(1)), "")


def common_name(question: str, passages: Iterable[Passage]) -> str:
    """The name that the passages found have in common, in full; empty if the question asks for none, or none leads.

    >>> from ingest.documents import Article
    >>> texts = "The jury found that Ada Quill lied. It was Quill who left.", "Nobody at the mint trusted Ada Quill."
    >>> found = [Passage(Article.of(text[:4], text, ""), 0, len(text)) for text in texts]
    >>> common_name("Who lied according to a jury, and was not trusted at the mint?", found)
    'Ada Quill'
    """
    if not _asks_for_one_name(question):
        return ""
    person = bool(_PERSON.match(question))
    known = frozenset(bare(word[0]) for word in WORD.finditer(question))
    named = [(len(each.passages), each.whole(person=person)) for each in _names(passages, known)]
    first, second = [*sorted((one for one in named if one[1]), reverse=True), (0, ""), (0, "")][:2]
    return first[1] if first[0] >= LEAD * second[0] else ""


def _asks_for_one_name(question: str) -> bool:
    if not _NAME_ASKED.match(question) or _SEVERAL.match(question):
        return False
    return kind_of(question) in _KINDS and bool(_PERSON.match(question) or asked(question).head)


def _names(passages: Iterable[Passage], known: frozenset[str]) -> list[_Named]:
    """What enough articles name, by its last word: neither what the question names nor who published it."""
    found: dict[str, _Named] = defaultdict(_Named)
    for passage in passages:
        article = passage.article
        said = (article.text[start:end] for start, end in sentences(article.text, passage.start, passage.end))
        for sentence in filter(reports, said):
            for name in names(sentence):
                telling = [word for word in name.words if word not in _TITLES]
                if not telling or telling[-1] in known or name.text == article.outlet:
                    continue
                named = found[telling[-1]]
                named.passages.add(passage.id)
                named.articles.add(article.id)
                if form := _form(name):
                    named.forms[form] += 1
    return [named for named in found.values() if len(named.articles) >= LEAST]


def _form(name: Name) -> str:
    """A name as it can be given, without titles before it; empty for a sentence's or a heading's first words.

    >>> from qa.language.names import names
    >>> [_form(name) for name in names("It was US Secretary of State Ada Quill, not the CEO of Gullwing.")]
    ['Ada Quill', 'Gullwing']
    """
    words = list(WORD.finditer(name.text))
    cut = max((place + 1 for place, word in enumerate(words) if bare(word[0]) in _NOT_IN_NAMES), default=0)
    kept = list(dropwhile(lambda word: word[0] in JOINING, words[cut:]))
    if not kept or sum(word[0] not in JOINING for word in kept) > MOST_WORDS:
        return ""
    begins = name.start == 0 and len(kept) == len(words) > 1
    return "" if begins else name.text[kept[0].start() :]
