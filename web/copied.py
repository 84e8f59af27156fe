"""An answer as plain text, to be pasted anywhere. Pure."""

from __future__ import annotations

from typing import Any

from ingest.webaddress import followable
from web import markup


def copied(answer: dict[str, Any]) -> str:
    """The answer's text with its markers, then what each number stands for; what there is instead where there is none.

    >>> copied({"text": "It is 41 metres tall. [1]", "reason": "", "sources": [], "sentences": [], "disagreements": []})
    'It is 41 metres tall. [1]'
    """
    references = _references(answer)
    parts = [answer["text"] or answer["reason"], answer["reason"] if answer["text"] else "", "\n".join(references)]
    return "\n\n".join(part for part in parts if part)


def _references(answer: dict[str, Any]) -> list[str]:
    """A line for each number: who wrote what and when, and where."""
    sources = {source["article"]: source for source in answer["sources"]}
    sides = [side for matter in answer["disagreements"] for side in matter["sides"]]
    cited = [citation for part in (*answer["sentences"], *sides) for citation in part["citations"]]
    named = {citation["number"]: sources.get(citation["article"], {}) for citation in cited}
    return [f"[{number}] {_reference(named[number])}" for number in sorted(named)]


def _reference(source: dict[str, Any]) -> str:
    """As "Ada Marsh, “A lamp for Gull Rock”, Tin Whistle Times, 3 May 2024, https://example.org/gull-rock"."""
    title = f"“{source['title']}”" if source.get("title") else "Unknown source"
    parts = [", ".join(source.get("authors") or []), title, source.get("outlet")]
    parts += [markup.long_date(source.get("published")), followable(source.get("url") or "")]
    return ", ".join(part for part in parts if part)
