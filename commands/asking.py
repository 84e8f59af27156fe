"""`vouch ask`: a question on the command line."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any

from commands.session import config_of, with_service


def ask(options: Namespace) -> int:
    """Answer one question."""
    given = {"outlets": options.outlet, "since": options.since, "until": options.until, "as_of": options.as_of}
    scope = {key: value for key, value in given.items() if value}

    def work(service: Any) -> None:
        answer = service.ask(options.question, scope)
        if options.json:
            print(json.dumps(answer, ensure_ascii=False))
        else:
            _print_answer(answer)
        sys.stdout.flush()

    with_service(config_of(options), work)
    return 0


def _print_answer(answer: dict[str, Any]) -> None:
    if answer["standalone_question"] != answer["question"].strip():
        print(f"(searched for: {answer['standalone_question']})")
    if answer["text"]:
        print(answer["text"] + "\n")
    else:
        print(f"Not in the sources. {answer['reason']}")
        _print_nearest(answer)
    _print_disagreements(answer)
    _print_sources(answer)
    if answer["notice"]:
        print(f"\n{answer['notice']}")


def _print_nearest(answer: dict[str, Any]) -> None:
    if answer["nearest"]:
        print("\nThe nearest passages, which do not answer it:")
    for citation in answer["nearest"]:
        print(f"- {' '.join(citation['quote'].split())} ({citation['article']})")


def _print_disagreements(answer: dict[str, Any]) -> None:
    for matter in answer["disagreements"]:
        print(f"{'Sources disagree' if matter['kind'] == 'conflict' else 'A later report differs'}: {matter['matter']}")
        for side in matter["sides"]:
            said_by = f", according to {side['said_by']}" if side["said_by"] else ""
            print(f"- {side['value']}{said_by}: {'; '.join(_by(answer, citation) for citation in side['citations'])}")
        print()


def _by(answer: dict[str, Any], citation: dict[str, Any]) -> str:
    """Who says it and when, with the number of the citation."""
    source = next(source for source in answer["sources"] if source["article"] == citation["article"])
    return f"{source['outlet'] or source['title']}, {source['published'] or 'undated'} [{citation['number']}]"


def _print_sources(answer: dict[str, Any]) -> None:
    sources = {source["article"]: source for source in answer["sources"]}
    in_text = [citation for sentence in answer["sentences"] for citation in sentence["citations"]]
    in_sides = [c for matter in answer["disagreements"] for side in matter["sides"] for c in side["citations"]]
    for number, citation in sorted({c["number"]: c for c in reversed((*in_text, *in_sides))}.items()):
        source = sources[citation["article"]]
        page = f"p. {citation['page']}" if citation.get("page") else ""
        parts = (source["outlet"], source["published"] or "undated", page, source["url"])
        print(f"[{number}] {source['title']}: {', '.join(part for part in parts if part)} ({source['article']})")
        if source["copies"]:
            named = ", ".join(copy["outlet"] or copy["title"] for copy in source["copies"])
            print(f"    and {len(source['copies'])} reprint{'s' if len(source['copies']) > 1 else ''}: {named}")
