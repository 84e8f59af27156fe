"""A run as ALCE's script reads it: sentences with markers, and the documents they number (arXiv 2305.14627). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from evaluation.cases import Case
from evaluation.export.said import gold_answer, hits, sentences
from evaluation.export.texts import Texts

STOP = re.compile(r"[.!?…]+[\"'”’»)\]]*$")
NUMBER = re.compile(r"\[(\d+)\]?")  # in a text that is quoted: the script would read it as a marker


def alce(cases: Sequence[Case], texts: Texts) -> str:
    """{"data": […]}, each question with the `output`, its `docs`, and what its gold has to score by."""
    return json.dumps({"data": [_item(case, texts) for case in cases]}, ensure_ascii=False, indent=1) + "\n"


def _item(case: Case, texts: Texts) -> dict[str, Any]:
    numbers = _numbers(case)
    docs = [{"id": one, "title": texts.title(article), "text": texts.text(article, one)} for article, one in numbers]
    item = {"id": case.question.id, "question": case.question.question, "answer": gold_answer(case)}
    return item | _gold(case) | {"output": _output(case, numbers), "docs": docs}


def _numbers(case: Case) -> dict[tuple[str, str], int]:
    """The number of each passage, by article and passage: those cited first, in their order, then the others found."""
    cited = [citation for sentence in sentences(case) for citation in sentence["citations"]]
    places = dict.fromkeys((one["article"], one["passage"]) for one in [*cited, *hits(case)])
    return {place: number for number, place in enumerate(places, start=1)}


def _output(case: Case, numbers: dict[tuple[str, str], int]) -> str:
    """The sentences on one line, since the script reads no further; the markers of each before its stop.

    Behind the stop they would be taken for the beginning of the next sentence.
    """
    parts = []
    for sentence in sentences(case):
        cited = [numbers[one["article"], one["passage"]] for one in sentence["citations"]]
        parts.append(_marked(sentence["text"], list(dict.fromkeys(cited))))
    return " ".join(parts)


def _marked(text: str, numbers: Sequence[int]) -> str:
    """A sentence with its markers.

    >>> _marked("Rain fell [1].", [3, 1])
    'Rain fell (1) [3][1].'
    """
    plain = NUMBER.sub(r"(\1)", " ".join(text.split()))
    stop = STOP.search(plain)
    words, end = (plain[: stop.start()], stop.group()) if stop else (plain, ".")
    markers = "".join(f"[{number}]" for number in numbers)
    return f"{words} {markers}{end}" if markers else words + end


def _gold(case: Case) -> dict[str, Any]:
    """What its own data had to score by; else every answer as another name for the same."""
    if case.question.more:
        return dict(case.question.more)
    if not case.question.answers:
        return {}
    asked, names = case.question.question, list(case.question.answers)
    return {"qa_pairs": [{"question": asked, "short_answers": names, "context": "", "wikipage": None}]}
