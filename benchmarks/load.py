"""The page's server under load: readers who hang beside readers who ask, and more questions than can wait.

A server of its own answers 40 readers, who each ask a question, all at the same time, as the page does; once
alone, once with 10 more, of whom a third asks and never reads the reply, a third stops in the middle of a request,
and a third in the middle of its head. Told: how long the 95th of 100 answers took. Then more questions come at the same
moment than can be answered or wait: told is how long the slowest reader waited for a first word, be it a place in the
line, a step of the answer, or that Vouch is busy; and what anybody who opened the page then waited for it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import cycle, repeat
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from benchmarks.collection import arguments, opened, read_jsonl

CLIENTS, HANGING = 40, 10
QUESTIONS = 1  # that each of them asks
AT_ONCE = 80  # more than 4 that are answered and 64 that wait
PATIENCE_S = 300
SETTINGS = '[ui]\nport = 0\nquestions_per_minute = 100000\n[qa]\nengine = "extractive"\n'
JOIN, DATA = "gradio_api/queue/join", "gradio_api/queue/data"


@dataclass(frozen=True, slots=True)
class Asking:
    """How Gradio is asked a question: which handler, and what it takes, of which one is the question."""

    handler: int
    inputs: tuple[str, ...]

    def click(self, question: str, session: str) -> dict[str, Any]:
        """What the page would send."""
        data = [question if name == "box" else None for name in self.inputs]
        return {"fn_index": self.handler, "data": data, "session_hash": session, "event_data": None}


def asking(page: str) -> Asking:
    """Read from the page how it asks."""
    config, _ = json.JSONDecoder().raw_decode(page.split("window.gradio_config = ")[1])
    names = {part["id"]: part["props"].get("elem_id") or "" for part in config["components"]}
    box = next(number for number, name in names.items() if name == "box")
    handler = next(each for each in config["dependencies"] if [box, "submit"] in [list(to) for to in each["targets"]])
    return Asking(handler["id"], tuple(names[number] for number in handler["inputs"]))


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question: the status it was taken with, seconds to the first word and to the whole, all of it."""

    status: int
    first_s: float
    whole_s: float
    text: str


async def ask(client: httpx.AsyncClient, how: Asking, question: str) -> Reply:
    """Ask as the page does, and read until the answer is there."""
    session = secrets.token_hex(8)
    began = time.perf_counter()
    joined = await client.post(JOIN, json=how.click(question, session))
    if joined.status_code != httpx.codes.OK:
        took = time.perf_counter() - began
        return Reply(joined.status_code, took, took, joined.text)
    first, told = 0.0, []
    async with client.stream("GET", DATA, params={"session_hash": session}) as stream:
        async for line in stream.aiter_lines():
            if '"process_generating"' in line or '"process_completed"' in line:
                first = first or time.perf_counter() - began
                told.append(line)
            if '"process_completed"' in line:
                break
    return Reply(joined.status_code, first, time.perf_counter() - began, "".join(told))


async def readers(address: str, questions: Sequence[str], clients: int, each: int) -> list[Reply]:
    """So many readers at the same time, each with a browser of its own, who ask so many questions one by one."""
    supply = cycle(questions)

    async def reader() -> list[Reply]:
        async with browser(address) as client:
            how = asking((await client.get("")).text)
            return [await ask(client, how, next(supply)) for _ in range(each)]

    return [reply for replies in await asyncio.gather(*(reader() for _ in range(clients))) for reply in replies]


@asynccontextmanager
async def hanging(address: str, question: str, clients: int) -> AsyncIterator[None]:
    """So many more, who hang while this lasts."""
    url = httpx.URL(address)
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        how = asking((await client.get("")).text)
    head = f"Host: {url.netloc.decode()}\r\n"
    writers = []
    for number in range(clients):
        _, writer = await asyncio.open_connection(url.host, url.port)
        for part in _stalling(head, how.click(question, secrets.token_hex(8)), number % 3):
            writer.write(part.encode())
            await writer.drain()
            await asyncio.sleep(0.05)
        writers.append(writer)
    yield
    for writer in writers:
        writer.transport.abort()


def _stalling(head: str, click: dict[str, Any], kind: int) -> list[str]:
    """What a client sends that hangs: a question whose reply it never reads, half a body, or half a head."""
    body = json.dumps(click)
    join = f"POST /{JOIN} HTTP/1.1\r\n{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    data = f"GET /{DATA}?session_hash={click['session_hash']} HTTP/1.1\r\n{head}\r\n"
    return [[join + body, data], [join + body[: len(body) // 2]], [join[: len(join) // 2]]][kind]


async def crowd(address: str, questions: Sequence[str], clients: int) -> tuple[list[Reply], float]:
    """So many readers who ask at the same moment: what came of each; and how long another waited for the page."""
    async with AsyncExitStack() as stack:
        each = [await stack.enter_async_context(browser(address)) for _ in range(clients + 1)]
        how = asking((await each[-1].get("")).text)
        tasks = [asyncio.create_task(ask(*one)) for one in zip(each[:-1], repeat(how), cycle(questions), strict=False)]
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        await each[-1].get("")
        page_s = time.perf_counter() - began
        return await asyncio.gather(*tasks), page_s


def browser(address: str) -> httpx.AsyncClient:
    """One that keeps its cookies to itself."""
    return httpx.AsyncClient(base_url=address, timeout=PATIENCE_S, trust_env=False)


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(seconds, n=20, method="inclusive")[-1]


@contextmanager
def server(library: Path, scratch: Path) -> Iterator[str]:
    """`vouch chat` over a library, in a process of its own; its address."""
    (scratch / "config.toml").write_text(SETTINGS, encoding="utf-8")
    command = [sys.executable, "-m", "cli", "chat", "--library", str(library), "--config", str(scratch / "config.toml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1] + "/"
        finally:
            process.terminate()


async def measured(address: str, questions: Sequence[str]) -> dict[str, Any]:
    """All figures; seconds."""
    await readers(address, questions, 1, 1)  # the library is open then
    alone = await readers(address, questions, CLIENTS, QUESTIONS)
    async with hanging(address, questions[0], HANGING):
        beside = await readers(address, questions, CLIENTS, QUESTIONS)
    crowded, page_s = await crowd(address, questions, AT_ONCE)
    busy = sum("are waiting" in reply.text for reply in crowded)
    figures: dict[str, Callable[[Sequence[float]], float]] = {"median": median, "p95": p95}
    took = {"alone": [reply.whole_s for reply in alone], "beside": [reply.whole_s for reply in beside]}
    return {
        **{f"{name}_{kind}_s": round(how(took[kind]), 2) for kind in took for name, how in figures.items()},
        "p95_ratio": round(p95(took["beside"]) / p95(took["alone"]), 2),
        "crowd": AT_ONCE,
        "crowd_busy": busy,
        "crowd_status": dict(Counter(str(reply.status) for reply in crowded)),
        "crowd_first_word_s": round(max(reply.first_s for reply in crowded), 2),
        "crowd_first_word_p95_s": round(p95([reply.first_s for reply in crowded]), 2),
        "crowd_page_s": round(page_s, 2),
    }


def main() -> None:
    options = arguments("load", "multihop-rag")
    questions = [each["question"] for each in read_jsonl(options.folder / "questions.jsonl")][:CLIENTS]
    with tempfile.TemporaryDirectory() as scratch:
        library = options.library or Path(scratch) / "library"
        with opened(options.folder, library):
            pass
        with server(library, Path(scratch)) as address:
            figures = asyncio.run(measured(address, questions))
    print(f"{CLIENTS} readers, {QUESTIONS} question each; beside them {HANGING} who hang; then {AT_ONCE} at once")
    for name, figure in figures.items():
        print(f"{name:24} {figure}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
