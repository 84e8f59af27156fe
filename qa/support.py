"""Does the cited passage carry this sentence? A verdict and its reasons, from what code can check. Pure.

Nothing is read for its meaning here. So the verdicts that accuse stand on numbers, dates and names alone,
and where these cannot be told for certain the verdict is "not checked" rather than an accusation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from qa.answers import Citation, Support, long_date
from qa.citations import locate
from qa.dates import Stated, slashed, stands, stated
from qa.names import Name, carried, names, partly_carried
from qa.numerals import Numeral, numerals
from qa.words import WORD, bare, content

# Share of the sentence's content words. Set by judgement on a few dozen sentences: there are no judged replies to
# tune it on yet. In the quote, so that the words stand together; in the passage, so that few come from nowhere.
IN_QUOTE, IN_PASSAGE = 0.5, 0.75

SMALL = 10  # "the two countries" counts what the passage lists; up to here a number in words proves nothing
NEGATIONS = re.compile(r"\b(?:not|no|never|none|nobody|nothing|neither|nor|cannot|\w+n['’]t)\b", re.IGNORECASE)
EDGES = " \t\n.,;:!?…“”\"'‘’«»"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a text states, made comparable."""

    text: str
    words: frozenset[str]
    numbers: frozenset[Decimal]
    dates: tuple[Stated, ...]
    published: tuple[date, ...]

    @classmethod
    def of(cls, text: str, published: Sequence[date]) -> Evidence:
        found = numerals(text)
        numbers = frozenset().union(*(number.values | number.parts for number in found))
        words = frozenset(part for word in WORD.findall(text) for part in (bare(word), *map(bare, word.split("-"))))
        return cls(text, words | _acronyms(text), numbers, (*stated(text), *slashed(text)), tuple(published))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a sentence that can be looked up. `certain` is False where missing it accuses nobody."""

    text: str
    found: Callable[[Evidence], bool]
    certain: bool = True


def check(sentence: str, citations: Sequence[Citation]) -> Support:
    """Judge a sentence, without its markers, by the passages it cites."""
    if not citations:
        return Support("not checked", ("no citation",))
    if _verbatim(sentence, citations):
        return Support("quoted")
    evidence = _evidence(citations, whole=False)
    missing = [finding for finding in findings(sentence, evidence) if not finding.found(evidence)]
    accused = [finding for finding in missing if finding.certain]
    if accused:
        elsewhere = _evidence(citations, whole=True)
        return Support("partly", tuple(dict.fromkeys(_reason(finding, elsewhere, citations) for finding in accused)))
    return _by_words(sentence, citations, evidence, doubtful=missing)


def findings(sentence: str, evidence: Evidence) -> Iterator[Finding]:
    """The dates, numbers and names of a sentence, each place once."""
    dates = stated(sentence)
    yield from (Finding(entry.text, partial(_states, entry)) for entry in dates)
    for number in numerals(sentence):
        if not any(entry.start <= number.start < entry.end for entry in dates):
            yield Finding(number.text, partial(_counts, number), not _small(number))
    for name in names(sentence):
        certain = not partly_carried(name, evidence.words)
        yield Finding(name.text, partial(_names, name), certain)


def _states(entry: Stated, seen: Evidence) -> bool:
    return stands(entry, seen.dates, seen.words, seen.published)


def _counts(number: Numeral, seen: Evidence) -> bool:
    return not number.values.isdisjoint(seen.numbers)


def _names(name: Name, seen: Evidence) -> bool:
    return carried(name, seen.words)


def _small(number: Numeral) -> bool:
    return number.spelled and max(number.values) <= SMALL


def _verbatim(sentence: str, citations: Sequence[Citation]) -> bool:
    words = sentence.strip(EDGES)
    return bool(words) and any(
        locate(words, cited.passage.article.text, cited.passage.start, cited.passage.end) for cited in citations
    )


def _evidence(citations: Sequence[Citation], *, whole: bool) -> Evidence:
    """What the cited passages state, or their whole articles; with title, outlet and date of these."""
    passages = {cited.passage.id: cited.passage for cited in citations}.values()
    articles = {passage.article.id: passage.article for passage in passages}.values()
    heads = (f"{article.title}\n{article.outlet}\n{long_date(article)}" for article in articles)
    bodies = (article.text for article in articles) if whole else (passage.text for passage in passages)
    return Evidence.of("\n".join([*heads, *bodies]), [a.published for a in articles if a.published])


def _reason(finding: Finding, elsewhere: Evidence, citations: Sequence[Citation]) -> str:
    several = len({cited.passage.id for cited in citations}) > 1
    where = "in none of the cited passages" if several else "not in the cited passage"
    more = ", but elsewhere in the article" if finding.found(elsewhere) else ""
    return f"“{finding.text}” is {where}{more}"


def _by_words(sentence: str, citations: Sequence[Citation], evidence: Evidence, doubtful: Sequence[Finding]) -> Support:
    """Where nothing is missing: supported if the words are there too, else undecided."""
    if doubtful:
        return Support("not checked", tuple(f"“{finding.text}” could not be checked" for finding in doubtful))
    quotes = " ".join(cited.quote for cited in citations)
    if bool(NEGATIONS.search(sentence)) != bool(NEGATIONS.search(quotes)):
        return Support("not checked", ("only one of sentence and quote says “not”",))
    wanted = set(content(_unchecked(sentence)))
    enough = wanted and _share(wanted, quotes) >= IN_QUOTE and _share(wanted, evidence.text) >= IN_PASSAGE
    return Support("supported") if enough else Support("not checked", ("said in other words",))


def _unchecked(sentence: str) -> str:
    """The sentence without the numbers, dates and names in it, which were looked up already."""
    texts = [entry.text for entry in stated(sentence)]
    texts += [number.text for number in numerals(sentence)]
    texts += [name.text for name in names(sentence)]
    return re.sub("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in texts), " ", sentence) if texts else sentence


def _share(wanted: set[str], text: str) -> float:
    return len(wanted & set(content(text))) / len(wanted)


def _acronyms(text: str) -> frozenset[str]:
    """The initials of capitalised runs: "United States" also says "us", in the form of `bare`."""
    runs = re.findall(r"\b[A-Z]\w+(?:\s+(?:(?:of|the|for|and)\s+)*[A-Z]\w+)+", text)
    return frozenset("".join(re.findall(r"\b[A-Z]", run)).casefold() for run in runs)
