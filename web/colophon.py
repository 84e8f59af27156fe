"""The one quiet line under an answer: how well it is supported, by sources of when, what it took, what was left out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from web import markup


def line(number: int, answer: dict[str, Any]) -> str:
    """The line, with a button that brings back the sources."""
    parts = [_verdicts(answer), _dates(answer), _work(answer), _left_out(answer)]
    sources = markup.element("button", "Sources", type="button", data_event="sources", data_turn=number)
    return markup.element("p", markup.text(" · ".join(part for part in parts if part)) + sources, class_="meta")


def _verdicts(answer: dict[str, Any]) -> str:
    counts = Counter(sentence["support"]["verdict"] for sentence in answer["sentences"])
    if not counts:
        return ""
    total = markup.counted(counts.total(), "sentence")
    if len(counts) == 1:
        verdict = next(iter(counts))
        return f"{total}, {'all ' if counts.total() > 1 else ''}{verdict}"
    return f"{total}: " + ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())


def _dates(answer: dict[str, Any]) -> str:
    """How many sources, of which time; how many of them do not say when they were published."""
    days = [date.fromisoformat(source["published"]) for source in answer["sources"] if source["published"]]
    count = answer.get("independent_sources", len(answer["sources"]))
    if not count:
        return ""
    undated = len(answer["sources"]) - len(days)
    told = [f"{count} independent sources" if count > 1 else "1 source", markup.date_range(days)]
    told.append(f"{undated:,} undated" if undated and days else "undated" if undated else "")
    return ", ".join(part for part in told if part)


def _work(answer: dict[str, Any]) -> str:
    """What it took: "1 call, 1,840 tokens, 3.1 s"."""
    usage, timings = answer["usage"], answer["timings_ms"]
    told = [markup.counted(usage["calls"], "call") if usage["calls"] else "no model"]
    if tokens := usage["prompt_tokens"] + usage["completion_tokens"]:
        told.append(markup.counted(tokens, "token"))
    if spent := timings.get("total", sum(timings.values())):
        told.append(f"{spent / 1000:.1f}\u00a0s" if spent >= 1000 else f"{spent:.0f}\u00a0ms")  # noqa: PLR2004  ms in a second
    return ", ".join(told)


def _left_out(answer: dict[str, Any]) -> str:
    """What the scope kept from being searched."""
    searched = answer.get("searched") or {}
    if not searched.get("left_out"):
        return ""
    every = markup.counted(searched["articles"] + searched["left_out"], "article")
    return f"{searched['left_out']:,} of {every} left out by the scope"
