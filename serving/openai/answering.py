"""Questions of programs on their way to an answer: a few at a time, the others wait, what nobody waits for ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from threading import Event as Signal
from threading import Thread
from typing import Any

from index.scope import Scope
from ingest.errors import VouchError
from qa.answers import Answer
from qa.config import EngineName
from qa.conversation import Turn
from qa.engine import Engine, Event
from qa.followup import stand_alone
from qa.language.plain import plain
from qa.scopes import scope_of
from serving.desk import Desk
from serving.errors import ApiError, from_exception
from serving.openai.models import engine_of
from web.asking import ANSWERS_AT_ONCE
from web.waiting import Line

MOST_WAITING = 200  # each waits with a connection and nothing else; the server takes 600, the page needs a share
RETRY_S = 5  # what clients are told to wait who find no place
BUSY = "Vouch is busy: too many questions wait for an answer. Try again in a few seconds."


@dataclass(frozen=True, slots=True)
class Question:
    """What a program asks: `earlier` questions make a follow-up stand alone, `scope` is as `scope_of` takes it."""

    text: str
    model: str
    earlier: tuple[str, ...] = ()
    scope: Mapping[str, Any] | None = None
    seed: int | None = None


class Answering:
    """Answers questions in threads, `ANSWERS_AT_ONCE` at a time; the others wait without one.

    `line` is that of the page, so that both together answer no more at a time than one alone would.
    """

    def __init__(self, desk: Desk, line: Line | None = None) -> None:
        self._desk = desk
        self._line = line
        # One thread, since what is done there takes no time but while the library opens; then all wait for the same.
        self._preparing = ThreadPoolExecutor(1, thread_name_prefix="api-prepare")
        self._turns = asyncio.Semaphore(ANSWERS_AT_ONCE)
        self._taken = 0
        self._tasks: set[asyncio.Task[None]] = set()  # asyncio itself keeps no hold of them
        self._engines: dict[tuple[Engine, EngineName], Engine] = {}

    async def ask(self, question: Question) -> Asked:
        """Take a question. ApiError or VouchError where it cannot be answered, or not now."""
        if self._taken >= ANSWERS_AT_ONCE + MOST_WAITING:
            raise _busy()
        self._taken += 1
        with ExitStack() as undo:
            undo.callback(self._give_back)
            loop = asyncio.get_running_loop()
            engine, scope = await loop.run_in_executor(self._preparing, self._prepared, question)
            asked = Asked(question, engine, scope, self._line)
            undo.pop_all()
        task = asyncio.create_task(self._answer(asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return asked

    async def _answer(self, asked: Asked) -> None:
        """Wait for its turn, and until it is done."""
        try:
            async with self._turns:
                if not asked.left:
                    # A daemon, since a language model that hangs must not keep the server from ending.
                    Thread(target=asked.work, name="api-answer", daemon=True).start()
                    await asked.done.wait()
        finally:
            self._give_back()

    def _give_back(self) -> None:
        self._taken -= 1

    def _prepared(self, question: Question) -> tuple[Engine, Scope | None]:
        """The engine that the model's name means, and the scope."""
        engine = self._desk.engine
        scope = _scope(question.scope, engine.library.outlets()) if question.scope else None
        name = engine_of(question.model) or engine.config.engine
        if (engine, name) not in self._engines:
            self._engines[engine, name] = engine if name == engine.config.engine else engine.answering(name)
        chosen = self._engines[engine, name]
        seeded = question.seed is not None and bool(chosen.model)
        return (engine.answering(name, question.seed) if seeded else chosen), scope


class Asked:
    """A question that was taken: iterate `events` for what comes of it."""

    def __init__(self, question: Question, engine: Engine, scope: Scope | None, line: Line | None) -> None:
        self._question = question
        self._engine = engine
        self._scope = scope
        self._line = line
        self.done = asyncio.Event()
        self._left = Signal()
        self._loop = asyncio.get_running_loop()
        self._items: asyncio.Queue[Event | Exception] = asyncio.Queue()

    @property
    def left(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._left.is_set()

    async def events(self, tick_s: float) -> AsyncGenerator[Event | None]:
        """Steps and words, and last the answer; None whenever nothing came for `tick_s` seconds.

        Who stops iterating ends the work at its next word. Raises an ApiError for whatever goes wrong.
        """
        try:
            while True:
                try:
                    async with asyncio.timeout(tick_s):
                        item = await self._items.get()
                except TimeoutError:
                    yield None
                    continue
                if isinstance(item, Exception):
                    raise from_exception(item) from item
                yield item
                if isinstance(item, Answer):
                    return
        finally:
            self._left.set()

    def work(self) -> None:
        """Find the answer, in a thread."""
        try:
            with ExitStack() as place:
                if self._line is not None:
                    for _ in place.enter_context(_joined(self._line)):
                        pass  # its turn has come when this ends
                self._answer()
        except Exception as exc:  # the edge of a request: its client is told
            self._tell(self._items.put_nowait, exc)
        finally:
            self._tell(self.done.set)

    def _answer(self) -> None:
        history = turns(self._question.earlier)
        with closing(self._engine.stream(self._question.text, history, self._scope)) as events:  # type: ignore[type-var]  # a generator
            for event in events:
                if self.left:
                    return
                self._tell(self._items.put_nowait, event)

    def _tell(self, do: Callable[..., object], *what: Event | Exception) -> None:
        with suppress(RuntimeError):  # the server's loop has ended
            self._loop.call_soon_threadsafe(do, *what)


def turns(earlier: Sequence[str]) -> list[Turn]:
    """Earlier questions as the engine's history, of which it reads the last one, standing alone.

    >>> [turn.answer for turn in turns(["What is CECOT?", "and how far is it?"])]
    [{'standalone_question': 'How far is it (CECOT)?'}]
    """
    alone: list[str] = []
    for question in earlier:
        alone = [stand_alone(plain(question), alone)]
    return [Turn(earlier[-1], {"standalone_question": alone[0]})] if alone else []


def _busy() -> ApiError:
    return ApiError(503, BUSY, code="overloaded", headers={"retry-after": str(RETRY_S)})


def _joined(line: Line) -> Any:
    try:
        return line.join()
    except VouchError:
        raise _busy() from None


def _scope(given: Mapping[str, Any], outlets: Sequence[str]) -> Scope:
    try:
        return scope_of(given, outlets)
    except VouchError as exc:
        refusal = from_exception(exc)
        raise ApiError(400, refusal.message, param="vouch.scope") from exc
