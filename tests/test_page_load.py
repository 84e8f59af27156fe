"""Many readers at once: some hang, more ask than can be answered, and nobody else notices."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from pages import served
from shelf import open_shelf, write

from benchmarks.load import Reply, ask, asking, browser, hanging, readers
from qa.config import QaConfig, UiConfig
from qa.engine import Engine
from web.asking import ANSWERS_AT_ONCE, MOST_WAITING

QUESTION = "How tall is the lighthouse on Gull Rock?"
HEIGHT = "The lighthouse on Gull Rock is 41 metres tall."
TOO_MANY = 5
EVERYBODY = ANSWERS_AT_ONCE + MOST_WAITING + TOO_MANY
PATIENCE_S = 60
TOLD_WITHIN_S = 3  # so long the gate stays shut, so that everybody who waits has been told their place
GENEROUS = UiConfig(port=0, questions_per_minute=10_000)


class Gate:
    """The real engine, which answers nothing while the gate is shut."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.open = threading.Event()
        self.open.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def stream(self, *args: Any) -> Iterator[Any]:
        assert self.open.wait(PATIENCE_S)
        yield from self._engine.stream(*args)


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    folder: Path = tmp_path_factory.mktemp("articles")
    write(folder, "lamp", HEIGHT, title="A lamp for Gull Rock", outlet="Tin Whistle Times", date="2024-05-03")
    with closing(open_shelf(tmp_path_factory.mktemp("library"))) as store:
        store.ingest([folder])
        yield Gate(Engine(store, QaConfig(declining="never"), None, None))


@pytest.fixture(scope="module")
def address(gate: Gate) -> Iterator[str]:
    with served(gate, GENEROUS) as address:
        yield address


def test_everybody_is_answered_beside_readers_who_hang(address: str) -> None:
    async def both() -> list[Reply]:
        async with hanging(address, QUESTION, 6):
            return await readers(address, [QUESTION], clients=4, each=2)

    replies = asyncio.run(both())
    assert [reply.status for reply in replies] == [200] * 8
    assert all("41 metres tall" in reply.text for reply in replies)


def test_those_who_wait_are_told_their_place_and_those_beyond_that_vouch_is_busy(address: str, gate: Gate) -> None:
    gate.open.clear()

    async def crowd() -> tuple[list[Reply], list[Reply], int]:
        async with AsyncExitStack() as stack:
            browsers = [await stack.enter_async_context(browser(address)) for _ in range(EVERYBODY)]
            how = asking((await browsers[0].get("")).text)
            asked = [asyncio.create_task(ask(one, how, QUESTION)) for one in browsers]
            first = asyncio.as_completed(asked, timeout=PATIENCE_S)
            refused = [await next(first) for _ in range(TOO_MANY)]
            other = (await browsers[0].get("")).status_code  # whoever opens the page does not wait for them
            await asyncio.sleep(TOLD_WITHIN_S)
            gate.open.set()
            every = await asyncio.gather(*asked)
            return refused, [reply for reply in every if reply not in refused], other

    try:
        refused, answered, other = asyncio.run(crowd())
    finally:
        gate.open.set()
    assert other == 200
    assert {reply.status for reply in refused} == {503}
    assert all("41 metres tall" in reply.text for reply in answered)
    waited = [reply for reply in answered if "before yours" in reply.text or "the next question" in reply.text]
    assert len(waited) == MOST_WAITING
