"""Yes or no, where a sentence plainly restates the question. English only, and silent where it cannot tell. Pure.

A wrong "Yes" is worse than none: whatever hedges a sentence, reports what somebody says, or lets another one do what
is asked about, leaves the quote to speak for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from index.terms import WORD, terms
from qa.language.asked import FUNCTION_WORDS, carrying
from qa.language.kinds import kind_of

Extent = tuple[int, int]

LEAST_WORDS = 2  # of the question that carry meaning: fewer restate nothing
STRAYS = 6  # words after the verb that are not asked about: more may tell of something else

_NOT = re.compile(r"\b(?:not|never|no)\b|n['’]t\b", re.IGNORECASE)
# Words beside which a sentence does not say plainly that something is so.
_HEDGES = re.compile(
    r"\b(?:if|whether|unless|until|may|might|could|would|should|ought|probably|perhaps|possibly|likely|apparently"
    r"|allege\w*|reported(?:ly)?|accus\w+|claim\w*|den(?:y|ies|ied)|refus\w+|fail\w*|reject\w*|unable|hardly|barely"
    r"|almost|nearly|false\w*|nobody|none|nor|neither|nothing|without|try|tried|plan\w*|offer\w*|propos\w*|threat\w*"
    r"|attempt\w*|intend\w*|hop(?:e|es|ed|ing)|expect\w*|want\w*|ask(?:s|ed|ing)?|urg\w+|called for|said|says?|told"
    r"|tells?|argu\w+|believ\w+|think\w*|thought|according|rumou?r\w*|instead|few|some of|part of|half|only"
    r"|stop(?:s|ped)?|prevent\w*)\b",
    re.IGNORECASE,
)
# What makes a question one of degree, choice or denial, which no restating decides.
_UNDECIDED = re.compile(
    r"\b(?:not|never|no|or|only|all|every|everyone|always|most|more|less|fewer|enough|still|yet|already|ever|any|each|both"
    r"|same|other|another|such|really|exactly|actually|old|tall|big|large|high|deep|fast|soon|long|far|great)\b|n['’]t\b",
    re.IGNORECASE,
)
# Where another clause begins, whose subject may be another.
_CLAUSE = re.compile(
    r"[;—]|:\s|\b(?:who|whom|whose|which|that|while|but|after|before|because|although|when|where|and)\b", re.IGNORECASE
)
_LATER = re.compile(r"\b(?:will|shall|to be)\b", re.IGNORECASE)
_IS, _WAS = re.compile(r"^(?:is|are|has|have|do|does)\b", re.IGNORECASE), re.compile(r"\b(?:was|were|had|did)\b")
_WHERETO = frozenset(
    ("to", "from", "in", "on", "at", "by", "with", "for", "against", "before", "after", "under", "over")
)
_ASIDE = re.compile(r",[^,;:—]*,(?= [a-z])")  # "Noem, the secretary, toured": who somebody is
_BEING = frozenset(("is", "are", "was", "were", "has", "have", "had"))
# The subject belongs to another noun: "the captain of the ferry".
_GOVERNED = re.compile(r"\b(?:of|by|with|from|for|against|near|to|in|on|at) (?:(?:the|an?|its|his|her|their) )?$")
_FORMS = (
    "began:begin bought:buy built:build came:come died:die drew:draw drove:drive fell:fall fed:feed felt:feel flew:fly"
    " fought:fight found:find gave:give got:get grew:grow held:hold kept:keep knew:know laid:lay led:lead left:leave"
    " lost:lose made:make met:meet paid:pay ran:run rose:rise sank:sink saw:see sent:send shot:shoot sold:sell"
    " spent:spend spoke:speak stood:stand"
    " stole:steal struck:strike taught:teach took:take went:go won:win wore:wear wrote:write"
)
_IRREGULAR = dict(form.split(":") for form in _FORMS.split())


def yes_or_no(question: str, sentence: str) -> tuple[Literal["Yes", "No"], Extent] | None:
    """Whether a sentence says that it is so, and the span of the words that say it; None where it does not say.

    >>> yes_or_no("Did the ferry sink?", "The old ferry sank off Gull Rock.")
    ('Yes', (8, 18))
    >>> yes_or_no("Did the ferry sink?", "The ferry did not sink.")
    ('No', (4, 22))
    >>> yes_or_no("Did the ferry sink?", "A wave nearly sank the ferry.")
    """
    if kind_of(question) != "yes/no" or _UNDECIDED.search(question):
        return None
    plain = _ASIDE.sub(lambda aside: " " * len(aside[0]), sentence)
    found = _restated(question, plain)
    if found is None or _HEDGES.search(_without(question, sentence)) or _CLAUSE.search(plain, *found):
        return None
    if not _same_time(question, sentence[slice(*found)]):
        return None
    denials = len(_NOT.findall(sentence))
    if denials and not _NOT.search(sentence, *found):
        return None
    return (("Yes", "No")[denials], found) if denials <= 1 else None


def _restated(question: str, sentence: str) -> Extent | None:
    """From the first to the last of the question's words in a sentence that has all of them, in the same order.

    Up to the verb nothing may stand between that could be another subject.
    """
    asked = carrying(question)
    words = list(WORD.finditer(sentence))
    places = _places([_base(word) for word in asked], [_base(word[0]) for word in words])
    if len(places) < LEAST_WORDS:
        return None
    told = [word[0].lower() for word in words]
    if not _WHERETO & {word[0].lower() for word in WORD.finditer(question)} <= set(told):
        return None  # to Panama is not from Panama
    gaps = [told[place + 1 : after] for place, after in pairwise(places)]
    inflected = [_inflected(word, told[place]) for word, place in zip(asked, places, strict=True)]
    verb = next((at for at, gap in enumerate(gaps) if inflected[at + 1] or _BEING & set(gap)), len(gaps) - 1)
    strays = [word for gap in gaps[verb + 1 :] for word in gap if not _is_filling(word)]
    if not all(_is_filling(word) for gap in gaps[: verb + 1] for word in gap) or len(strays) > STRAYS:
        return None
    start, end = words[places[0]].start(), words[places[-1]].end()
    return None if _GOVERNED.search(sentence, 0, start) else (start, end)


def _places(asked: Sequence[str], told: Sequence[str]) -> list[int]:
    """Where each word stands, one after another; none where one is missing."""
    places: list[int] = []
    for base in asked:
        if base not in told[places[-1] + 1 if places else 0 :]:
            return []
        places.append(told.index(base, places[-1] + 1 if places else 0))
    return places


def _inflected(asked: str, told: str) -> bool:
    """Whether a sentence has the past of a verb that is asked for in its first form."""
    return told != asked and (told.endswith("ed") or told in _IRREGULAR)


def _is_filling(word: str) -> bool:
    """Whether a word may stand between without changing who did what."""
    return word in FUNCTION_WORDS or word == "never" or word.endswith("ly")


def _base(word: str) -> str:
    """A word as the search knows it, irregular verbs in their first form; "Rubio's" is not Rubio."""
    return "".join(terms(_IRREGULAR.get(word.lower(), word))) or word.lower()


def _without(question: str, sentence: str) -> str:
    """A sentence without the words of the question, which hedge nothing that is not asked for."""
    asked = {_base(word) for word in WORD.findall(question)}
    return " ".join(match[0] for match in WORD.finditer(sentence) if _base(match[0]) not in asked)


def _same_time(question: str, words: str) -> bool:
    """Whether what is asked of now is told of now, and what was is not told as what will be."""
    if _LATER.search(words) and not _LATER.search(question):
        return False
    return not (_IS.search(question) and _WAS.search(words))
