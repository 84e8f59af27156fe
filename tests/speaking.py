"""The HTTP API for tests: a library of small facts, a server over an engine on loopback, the openai client at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import uvicorn
from shelf import write

from qa.config import Config
from serving.app import api_app
from ui import listen, server_config
from web.opening import Opening

# One fact an article, with what is hard to count in some of them: emoji of several code points, letters with loose
# accents, text from right to left, and what looks like a marker.
FACTS = {
    "A ticket for the Gull Rock ferry costs four crowns.": "What does a ticket for the Gull Rock ferry cost?",
    "The lighthouse of Penmarra is 61 metres tall.": "How tall is the lighthouse of Penmarra?",
    "Mayor Odile Brandt opened the new library in Westhaven.": "Who opened the new library in Westhaven?",
    "The 👩‍🚀 museum of Astrid Bay has 3,200 moon stones.": "How many moon stones does the museum of Astrid Bay have?",
    "The cafe\u0301 on Fennel Street bakes 90 loaves of rye bread each night.": "How many loaves of rye bread does the "
    "cafe\u0301 on Fennel Street bake?",
    "The inn “بيت القمر” in Orlan harbour has forty beds.": "How many beds does the inn in Orlan harbour have?",
    "The Tarn bridge [1] was closed in March after a flood [2].": "Why was the Tarn bridge closed?",
    "Goats were brought to Skerry island by monks in 1204.": "Who brought goats to Skerry island?",
    "The Kestrel express reaches a speed of 240 kilometres per hour.": "What speed does the Kestrel express reach?",
    "Doctor Imre Szabo discovered the blue orchid of Mount Vela 🏔️🇭🇺.": "Who discovered the blue orchid of Mount Vela?",
}
ANSWERS = ("four crowns", "61", "Odile Brandt", "3,200", "90", "forty", "flood", "monks", "240", "Imre Szabo")
QUESTIONS = tuple(FACTS.values())
NOWHERE = "How many astronauts live in Ulaanbaatar?"


def newsroom(folder: Path) -> Path:
    """The facts as articles, the first with a web address."""
    for number, fact in enumerate(FACTS):
        url = {"url": "https://post.example/ferry"} if number == 0 else {}
        about = {"title": f"Story {number}", "outlet": f"Outlet {number}", "date": f"2024-05-{number + 1:02}", **url}
        write(folder, f"story{number}", fact, **about)
    return folder


@contextmanager
def served(engine: Any, config: Config | None = None, build: Callable[..., Any] | None = None) -> Iterator[str]:
    """The API, or what `build` makes, over an engine or a way to open one; its address."""
    config = config or Config()
    config = replace(config, ui=replace(config.ui, port=0))
    app = build(engine, config) if build else api_app(Opening(engine), config)
    listening = listen(config.ui)
    server = uvicorn.Server(server_config(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        app.state.opening.close()
    assert not thread.is_alive()


@contextmanager
def client(address: str, key: str = "none", **settings: Any) -> Iterator[openai.OpenAI]:
    """The openai client as anybody would make it, but that it gives up at once."""
    with openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0, **settings) as speaker:
        yield speaker


def ask(speaker: openai.OpenAI, question: str, **more: Any) -> Any:
    """A chat completion."""
    messages = [{"role": "user", "content": question}]
    return speaker.chat.completions.create(**{"model": "vouch", "messages": messages, **more})
