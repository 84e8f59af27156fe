"""`vouch ask` and `vouch chat`: questions on the command line and on the page."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from typing import Any

from commands.session import config_of, with_service


def ask(options: Namespace) -> int:
    """Answer one question."""

    def work(service: Any) -> None:
        answer = service.ask(options.question)
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
    sources = {source["article"]: source for source in answer["sources"]}
    cited = {c["number"]: c for sentence in answer["sentences"] for c in sentence["citations"]}
    for number, citation in cited.items():
        source = sources[citation["article"]]
        page = f"p. {citation['page']}" if citation.get("page") else ""
        parts = (source["outlet"], source["published"] or "undated", page, source["url"])
        print(f"[{number}] {source['title']}: {', '.join(part for part in parts if part)} ({source['article']})")
    if answer["notice"]:
        print(f"\n{answer['notice']}")


def chat(options: Namespace) -> int:
    """Open the page; ingest first if nothing was ever ingested."""
    from dataclasses import replace

    from api import OwnerServer
    from commands.ingesting import ingested, print_report
    from qa.engine import open_engine
    from qa.service import EngineService
    from ui import serve

    config = config_of(options)
    ui = config.ui if options.port is None else replace(config.ui, port=options.port)
    service = EngineService(open_engine(config))
    try:
        if not service.engine.library.counts().articles:
            print("The library is empty: reading the articles that config.toml names …", file=sys.stderr)
            print_report(ingested(service, config, [], quiet=False))
        owner = OwnerServer(service, service.engine.store.owner, "vouch chat")
        try:
            serve(service.engine, ui)
        finally:
            owner.close()
    finally:
        service.close()
    return 0
