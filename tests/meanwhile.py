"""Somebody who asks while others ingest: `python meanwhile.py LIBRARY END`, until the file END is there.

Prints a line for each answer: the title of each article that it cites, with what it quotes.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Any

from commands.session import with_service
from qa.config import Config, load_config

TOWNS = ("Aldmoor", "Birchwick", "Coldbrook", "Dunmere", "Elverstone", "Fernhollow", "Gorsemouth", "Hazelby")
PAUSE_S = 0.1


def asked(config: Config, town: str) -> dict[str, Any]:
    return with_service(config, lambda service: service.ask(f"What did the harbour clerk of {town} count?"))


def cited(answer: dict[str, Any]) -> list[tuple[str, str]]:
    titles = {source["article"]: source["title"] for source in answer["sources"]}
    citations = [citation for sentence in answer["sentences"] for citation in sentence["citations"]]
    return [(titles[citation["article"]], citation["quote"]) for citation in citations]


def main(library: str, end: Path) -> None:
    config = load_config(Path(__file__).parent.parent / "config.toml").with_library(library)
    for town in cycle(TOWNS):
        if end.exists():
            return
        sys.stdout.write(json.dumps(cited(asked(config, town))) + "\n")
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
