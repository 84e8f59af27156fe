"""A language model behind any OpenAI-compatible endpoint, and whether that endpoint is fit to use."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from qa.config import LlmConfig
from qa.model.breaker import Breaker
from qa.model.budget import Budget, drained
from qa.model.dialects import Dialect
from qa.model.exchange import Exchange, open_client
from qa.model.faults import ModelError, Server, from_exception
from qa.model.messages import Completion, Message
from qa.model.replies import Reply

if TYPE_CHECKING:
    from openai import OpenAI

FIRST_PAUSE_S = 0.5  # before the second call; doubled before the third
CHECK_S = 15.0  # longest that a check of the endpoint may take
LISTED = 12  # names of models shown by a check


class LanguageModel(Protocol):
    """Completes a chat."""

    @property
    def name(self) -> str:
        """The model, as its server knows it."""

    @property
    def window(self) -> int:
        """How many tokens a prompt may take."""

    def budget(self) -> Budget:
        """What one question may cost this model."""

    def stream(self, messages: Sequence[Message], budget: Budget) -> Iterator[str | Completion]:
        """Yield the reply's text bit by bit and, once it is whole, a Completion; ModelError otherwise."""


class OpenAIModel:
    """A model behind an endpoint. Safe to use from several threads; `close` it, or use it in a `with`."""

    def __init__(self, config: LlmConfig, *, first_pause_s: float = FIRST_PAUSE_S) -> None:
        key = os.environ.get(config.api_key_env, "").strip()
        self.server = Server(config.base_url, config.model, config.api_key_env, key)
        self._config = config
        self._first_pause_s = first_pause_s
        self._breaker = Breaker()
        self._dialect = Dialect()  # learnt from refusals; kept, so that they are met once
        self._client: OpenAI | None = None
        self._lock = threading.Lock()
        self._seeded: dict[int, OpenAIModel] = {}

    def __enter__(self) -> OpenAIModel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        return self.server.model

    @property
    def window(self) -> int:
        """What the context has beside the reply."""
        return self._config.context_tokens - self._config.max_tokens

    def seeded(self, seed: int) -> OpenAIModel:
        """The same model, asked with this seed; closed with this one."""
        with self._lock:
            if seed not in self._seeded:
                self._seeded[seed] = OpenAIModel(replace(self._config, seed=seed), first_pause_s=self._first_pause_s)
            return self._seeded[seed]

    def close(self) -> None:
        """Close the connections."""
        for other in self._seeded.values():
            other.close()
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None

    def budget(self) -> Budget:
        """Three HTTP calls within [llm] deadline_s."""
        return Budget(seconds=self._config.deadline_s)

    def stream(self, messages: Sequence[Message], budget: Budget) -> Iterator[str | Completion]:
        """Yield the reply. Calls again where that helps, but never once some of the reply was shown.

        A server that could not be reached the last few times is not called for a while: ModelError at once.
        """
        with self._breaker.watching(self._resting):
            yield from self._persistently(messages, budget)

    def _persistently(self, messages: Sequence[Message], budget: Budget) -> Iterator[str | Completion]:
        while True:
            shown = False
            try:
                for part in self._attempt(messages, budget):
                    shown = True
                    yield part
            except ModelError as error:
                if shown:
                    raise
                time.sleep(self._pause(error, budget))
            else:
                return

    def models(self, budget: Budget) -> tuple[str, ...]:
        """The names of the models that the endpoint offers; ModelError where it does not list them."""
        names: list[str] = []
        for data in self._call("/models", None, budget):
            listed = data.get("data") if isinstance(data, Mapping) else None
            if not isinstance(listed, list):
                raise self.server.fault("protocol")
            names += [str(entry["id"]) for entry in listed if isinstance(entry, Mapping) and entry.get("id")]
        return tuple(names)

    def _attempt(self, messages: Sequence[Message], budget: Budget) -> Iterator[str | Completion]:
        """One HTTP call and what it says."""
        dialect = self._dialect
        reply = Reply(self.server)
        with closing(self._call("/chat/completions", dialect.body(messages, self._config), budget)) as events:
            for data in events:
                yield from reply.feed(data)
        yield from reply.finish()

    def _call(self, path: str, body: dict[str, object] | None, budget: Budget) -> Generator[object]:
        """Send one request and yield what comes back, within the budget, in terms of ModelError."""
        if not self.server.key.isascii():  # no header could carry it
            raise self.server.fault("auth")
        if not budget.allows(0):
            raise self.server.fault("unavailable" if budget.seconds_left else "timeout")
        budget.spend()
        fault: ModelError | None
        try:
            timeout_s = max(0.01, min(self._config.timeout_s, budget.seconds_left))
            exchange = Exchange(self._opened(), path, body, timeout_s)
            yield from drained(iter(exchange), budget, exchange.halt)
        except ModelError:
            raise
        except Exception as exc:
            fault = from_exception(exc, self.server)
            if fault is None:
                raise
        else:
            return
        # Outside the handler and without a cause: the client's own message can hold the key and the address.
        raise fault

    def _resting(self, left_s: float) -> ModelError:
        error = self.server.fault("unavailable", retryable=False)
        error.hint = f"it failed several times in a row and is asked again in {max(1, round(left_s))} s; {error.hint}"
        return error

    def _opened(self) -> OpenAI:
        with self._lock:
            if self._client is None:
                self._client = open_client(self.server.base_url, self.server.key)
            return self._client

    def _pause(self, error: ModelError, budget: Budget) -> float:
        """How long to wait before the next call; raises the error where another call would not help."""
        simpler = self._dialect.simpler(error.complaint)
        if simpler is not None and budget.allows(0):
            self._dialect = simpler
            return 0.0
        pause_s = self._first_pause_s * 2.0 ** (budget.calls_made - 1) * random.uniform(0.8, 1.2)  # noqa: S311
        if error.retry_after_s is not None:
            pause_s = error.retry_after_s
        if not error.retryable or not budget.allows(pause_s):
            raise error
        return pause_s


def complete(model: LanguageModel, messages: Sequence[Message], budget: Budget) -> str:
    """What a model replies, whole; counted in the budget as one thing that it is asked for."""
    budget.ask()
    said: list[str] = []
    for part in model.stream(messages, budget):
        if isinstance(part, Completion):
            budget.count(part)
        else:
            said.append(part)
    return "".join(said)


def check_endpoint(config: LlmConfig) -> str:
    """Say that the endpoint answers and knows our model; ModelError where it does not.

    A server that lists no models, or not this one, is asked for a few words instead: that settles it.
    """
    short = replace(
        config, max_tokens=16, timeout_s=min(config.timeout_s, CHECK_S), deadline_s=min(config.deadline_s, CHECK_S)
    )
    with OpenAIModel(short) as model:
        offered = _offered(model)
        if any(name == config.model or name.partition(":")[0] == config.model for name in offered):
            return f"{model.server.host} answers and offers {_some(offered)}"
        _try_chat(model, offered)
        unlisted = f", though it lists only {_some(offered)}" if offered else ""
        return f"{model.server.host} answers with {config.model}{unlisted}"


def _offered(model: OpenAIModel) -> tuple[str, ...]:
    try:
        return model.models(model.budget())
    except ModelError as error:
        if error.kind in {"not_found", "protocol"}:
            return ()
        raise


def _try_chat(model: OpenAIModel, offered: tuple[str, ...]) -> None:
    try:
        for _ in model.stream([Message("user", "Say yes.")], model.budget()):
            pass
    except ModelError as error:
        if error.kind in {"truncated", "empty"}:  # it answered; how well is not asked here
            return
        if error.kind == "not_found" and offered:
            error.hint = f"set [llm] model to one that it offers: {_some(offered)}"
        raise


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
