"""What Prometheus reads: requests, questions, tokens, and how the library stands. Never words of anybody."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from functools import partial
from importlib.metadata import version
from itertools import product
from typing import get_args

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.answers import Answer, Status
from qa.engine import Engine
from serving.health import opened
from web.opening import Opening

# From a search in a small library (5 ms) to a language model's deadline (90 s).
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 90.0)
METHODS = {"GET", "HEAD", "POST", "DELETE"}
REFUSALS = {400: "request", 401: "key", 403: "origin", 413: "size", 415: "media_type", 422: "request", 429: "rate"}
OTHER = "other"  # a route or a method that is none of ours: callers could make up any number of them


class Metrics:
    """The figures of one app, in a registry of its own, so that several apps can live in one process."""

    def __init__(self, opening: Opening) -> None:
        self.registry = CollectorRegistry()
        counter = partial(Counter, namespace="vouch", registry=self.registry)
        gauge = partial(Gauge, namespace="vouch", registry=self.registry)
        self._requests = counter("requests", "Requests answered.", ["route", "method", "status"])
        self._in_flight = gauge("requests_in_flight", "Requests being answered.")
        self._refused = counter("requests_refused", "Requests refused, by what was wrong.", ["reason"])
        self._questions = counter("questions", "Questions answered, whoever asked.", ["status", "engine"])
        for answer in product(get_args(Status), ("extractive", "generative")):
            self._questions.labels(*answer)  # 0 from the start: what is absent has no rate
        self._tokens = counter("tokens", "Tokens of the language model.", ["kind"])
        self._calls = counter("model_calls", "Calls to the language model.")
        self._seconds = Histogram(
            "request_seconds",
            "Until the last byte of a reply.",
            ["route"],
            namespace="vouch",
            registry=self.registry,
            buckets=BUCKETS_S,
        )
        Info("build", "The version that runs.", namespace="vouch", registry=self.registry).info(
            {"version": version("vouch")}
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_Shelves(opening))
        opening.first.add_done_callback(self._listen)

    def _listen(self, opened: Future[Engine]) -> None:
        if not opened.cancelled() and opened.exception() is None:
            opened.result().heard.append(self.answered)

    def answered(self, answer: Answer) -> None:
        """Count an answer, whoever asked for it: the page, the API, an assistant."""
        self._questions.labels(answer.status, answer.engine).inc()
        self._calls.inc(answer.usage.calls)
        self._tokens.labels("prompt").inc(answer.usage.prompt_tokens)
        self._tokens.labels("completion").inc(answer.usage.completion_tokens)

    def begun(self) -> float:
        """Count a request that came; what is given is for `done`."""
        self._in_flight.inc()
        return time.perf_counter()

    def done(self, began: float, route: str, method: str, status: int) -> None:
        """Count a request that was answered, by the route that took it."""
        self._in_flight.dec()
        self._requests.labels(route, method if method in METHODS else OTHER, str(status)).inc()
        self._seconds.labels(route).observe(time.perf_counter() - began)
        if status in REFUSALS:
            self._refused.labels(REFUSALS[status]).inc()

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


class _Shelves:
    """How the library stands, looked up when it is asked for; nothing of it while it is being opened."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        engine = opened(self._opening)
        yield GaugeMetricFamily("vouch_library_open", "Whether the library is open.", value=float(engine is not None))
        if engine is None:
            return
        counts = engine.library.counts()
        yield GaugeMetricFamily("vouch_articles", "Articles in the library.", value=counts.articles)
        yield GaugeMetricFamily("vouch_passages", "Passages in the library.", value=counts.passages)
        in_use = GaugeMetricFamily("vouch_index_in_use", "1, or 0 while it is rebuilt.", labels=["index"])
        for kind, sound in engine.store.indexes.states.items():
            in_use.add_metric([kind], float(sound))
        yield in_use


class Measured:
    """Counts every request, refused ones too; `routes` are the paths of all, as OpenAPI writes them. Pure ASGI."""

    def __init__(self, app: ASGIApp, metrics: Metrics, routes: Iterable[str]) -> None:
        self.app = app
        self.metrics = metrics
        self._patterns = {route: compile_path(route)[0] for route in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500  # of a reply that never began

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = self.metrics.begun()
        try:
            await self.app(scope, receive, noted)
        finally:
            self.metrics.done(began, self._route(scope["path"]), scope["method"], status)

    def _route(self, path: str) -> str:
        """The route that takes a path."""
        if path in self._patterns:
            return path
        return next((route for route, pattern in self._patterns.items() if pattern.match(path)), OTHER)


def router(metrics: Metrics) -> APIRouter:
    """/metrics."""
    routes = APIRouter(tags=["Health"])
    example = 'vouch_questions_total{engine="extractive",status="answered"} 41.0\n'
    plain = {"text/plain": {"schema": {"type": "string"}, "example": example}}

    @routes.get(
        "/metrics",
        summary="Figures for Prometheus",
        response_class=Response,
        responses={200: {"description": "Prometheus' text format", "content": plain}},
    )
    def read() -> Response:
        return Response(metrics.text(), headers={"content-type": CONTENT_TYPE_PLAIN_0_0_4})

    return routes
