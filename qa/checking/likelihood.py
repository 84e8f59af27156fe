"""How likely it is that the lines carry a claim, from what was found of it. Pure.

A logistic curve of one slope and one intercept over the sum below, fitted on 291 news summaries of nine articles, of
which 190 were subtly edited (SummEdits, Laban et al. 2023), the two labels weighed alike: AUROC .76, and .74 with each
article's summaries judged by a curve that had not seen them. The summands have round weights. STRANGE at 0, .25, .5 and
1 scored .74, .76, .76, .76; the share of words at 0, .5, 1 and 2 .71, .76, .76, .73. The best cosine of a line's
embedding, as one more summand, gained .01 and was left out; word vectors gained nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.checking.alignment import Line
from qa.checking.findings import Finding, known
from qa.language.names import Name, carried
from qa.language.words import bare

STRANGE = 0.5  # a capitalised word that no line has, against a finding that does not stand
SLOPE, INTERCEPT = 4.0, -1.5


def likelihood(claim: Line, found: Sequence[Finding], seen: Sequence[Line]) -> float:
    """The chance that the lines carry a claim, 0 to 1, where as many claims are carried as are not."""
    missing = sum(finding.state in {"nowhere", "other"} for finding in found)
    heads = frozenset().union(*(line.stems for line in seen if line.start < 0))
    nearest = max((_share(claim, line.stems | heads) for line in seen), default=0.0)
    total = nearest - missing - STRANGE * _strange(claim, known(seen))
    return 1 / (1 + math.exp(-(SLOPE * total + INTERCEPT)))


def _share(claim: Line, there: frozenset[str]) -> float:
    return len(claim.stems & there) / max(len(claim.stems), 1)


def _strange(claim: Line, there: frozenset[str]) -> int:
    """How many capitalised words of the claim, but its first, name nothing that is named there."""
    words = [claim.text[token.start : token.end] for token in claim.tokens[1:] if token.carries]
    return sum(word[0].isupper() and not carried(Name(word, (bare(word),)), there) for word in words)
