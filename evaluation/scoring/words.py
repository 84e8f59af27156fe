"""Answers compared as words, as SQuAD's published script does (evaluate-v2.0.py; Rajpurkar et al. 2018)."""

from __future__ import annotations

import re
import string
from collections import Counter

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_VERDICT = re.compile(r"(?:^|[.,;:!?–—]\s*)(yes|no)\s*(?=[.,;:!?–—]|$)", re.IGNORECASE)
_OPENING = re.compile(r"(?:yes|no)\b", re.IGNORECASE)


def normalised(text: str) -> list[str]:
    """The words of an answer without case, ASCII punctuation and English articles.

    >>> normalised("The 10th, and an 11th")
    ['10th', 'and', '11th']
    """
    return re.sub(r"\b(?:a|an|the)\b", " ", text.lower().translate(_PUNCTUATION)).split()


def exact(given: str, gold: str) -> bool:
    """Whether two answers are the same words.

    >>> exact("the Normans.", "Normans")
    True
    """
    return normalised(given) == normalised(gold)


def f1(given: str, gold: str) -> float:
    """How far two answers share their words, 0..1: the harmonic mean of precision and recall, repeated words counted.

    >>> f1("in Normandy", "Normandy")
    0.6666666666666666
    """
    ours, theirs = normalised(given), normalised(gold)
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * shared / (len(ours) + len(theirs)) if shared else float(ours == theirs)


def named(given: str, gold: str) -> bool:
    """Whether an answer has the words of another in their order, among others.

    >>> named("It was in Normandy, France.", "Normandy"), named("It was in Normandy.", "Norman")
    (True, False)
    """
    wanted = normalised(gold)
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(normalised(given))} "


def yes_or_no(text: str) -> str:
    """Which of the two an answer gives: it must open with the word, set apart, and not give the other as well; else "".

    >>> yes_or_no("Yes, both say so."), yes_or_no("No"), yes_or_no("yes no google"), yes_or_no("Yes. No. Google.")
    ('yes', 'no', '', '')
    """
    text = text.strip()
    given = {word.lower() for word in _VERDICT.findall(text)}
    return given.pop() if len(given) == 1 and _OPENING.match(text) else ""
