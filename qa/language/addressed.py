"""Sentences that report nothing: questions, and orders to whoever reads them. Pure.

An article quotes them, advertises with them, or has them planted in it; none of them answers a question.
"""

from __future__ import annotations

import re

_ASKS = re.compile(r"[?？؟][\"'”’»›)\]」』]*$")

# Verbs that begin an order to a program that writes, and hardly ever a sentence of an article.
_ORDERS = (
    "ignore disregard forget respond reply answer translate summari[sz]e paraphrase explain describe provide generate"
    " compose rewrite output print pretend imagine substitute replace render rearrange scramble misspell jumble"
    " insert append augment integrate incorporate introduce include modify convert encode decode calculate compute"
    " classify ensure remember suggest recommend encourage advise inform visit click subscribe download repeat"
)
# Verbs that are nouns as well ("Study finds", "State police"): orders only where an object follows.
_MAYBE = (
    "write say tell give list show make add use remove combine group find identify name state mention draft design"
    " develop create break send open read see follow execute run act begin start stop end finish go do let keep"
    " call email contact copy buy sign check consider solve complete choose compare discuss analy[sz]e evaluate"
)
_OBJECT = (
    "the|an?|all|any|every|each|this|that|these|those|your|my|our|me|us|it|them|only|not|no|to|as|with|in|for|how|what|why"
    "|down|up|out|one|two|three|some|random|more|anything|everything|nothing|numbers?|words?|letters?|sentences?"
)
_POLITE = r"(?:(?:please|now|also|then|instead|first|next|finally|and|but|important|note|remember|kindly)\b[,:]? ?)*"
_ORDER = re.compile(
    rf"^\W*{_POLITE}(?:(?:do not|don['’]t|never|always|you (?:must|should|are to|will) (?:now )?)?\b ?)"
    rf"(?:(?:{'|'.join(_ORDERS.split())})\b(?! (?:is|was|are|were|has|had|of)\b)"
    rf"|(?:{'|'.join(_MAYBE.split())}) (?:{_OBJECT})\b)",
    re.IGNORECASE,
)
# What only somebody says who speaks to the program that will read this.
_TO_A_PROGRAM = re.compile(
    r"\byour (?:answer|reply|response|output|instructions?)\b|\bsystem prompt\b"
    r"|\b(?:previous|prior|earlier|preceding|above) (?:instructions?|prompts?|directions)\b"
    r"|\byou are (?:now )?(?:an? )?(?:ai|assistant|chatbot|language model)\b|\bas an ai\b",
    re.IGNORECASE,
)
_QUOTED = tuple("\"'“‘«„")


def reports(sentence: str) -> bool:
    """Whether a sentence may tell something: it is no question, and no order to its reader.

    >>> [reports(text) for text in ("Explain how solar panels work.", "Officials explained it.", "Who knows?")]
    [False, True, False]
    """
    text = sentence.strip()
    if _ASKS.search(text):
        return False
    return not (_TO_A_PROGRAM.search(text) or (not text.startswith(_QUOTED) and _ORDER.search(text)))
