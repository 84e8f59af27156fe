"""Ingests that were asked for on the page: one after the other, each with how far it is and what came of it."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index.report import Progress, Report
from index.store import Store
from ingest.errors import VouchError
from ingest.outcomes import Refusal

log = logging.getLogger(__name__)

KEPT = 12  # jobs that are over and still listed
INSIDE = "Something went wrong inside Vouch; nothing that was in the library is lost. The log has the details."

State = Literal["waiting", "running", "done", "failed", "cancelled"]
OVER = {"done", "failed", "cancelled"}


class CancelledError(Exception):
    """Somebody cancelled it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One ingest. `refused` never came so far as the ingest; `error` says why the whole of it failed."""

    id: str
    what: str
    state: State = "waiting"
    refused: tuple[Refusal, ...] = ()
    progress: Progress | None = None
    report: Report | None = None
    error: str = ""

    @property
    def over(self) -> bool:
        return self.state in OVER


class Jobs:
    """The jobs of one page server, newest first. They are in memory: what has come in is in the library anyway."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vouch-library")

    def begin(self, what: str, sources: Sequence[str | Path], refused: Sequence[Refusal] = ()) -> Job:
        """Have something ingested when what came before is through."""
        job = Job(secrets.token_hex(8), what, "waiting" if sources else "done", tuple(refused))
        self._set(job)
        if sources:
            self._worker.submit(self._run, job.id, list(sources))
        return job

    def list(self) -> list[Job]:
        with self._lock:
            return list(reversed(self._jobs.values()))

    def cancel(self, ident: str) -> None:
        """End it; what is in stays. One that is over leaves the list."""
        with self._lock:
            job = self._jobs.get(ident)
            if job is None:
                return
            if job.over:
                del self._jobs[ident]
            else:
                self._jobs[ident] = replace(job, state="cancelled")

    def close(self) -> None:
        """Take no more; what waits is dropped."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _run(self, ident: str, sources: Sequence[str | Path]) -> None:
        """The page's edge: whatever goes wrong becomes a sentence, and a line in the log."""
        if not self._change(ident, "running"):
            return
        try:
            report = self._store().ingest(sources, on_progress=lambda progress: self._on(ident, progress))
            self._change(ident, "done", report=report)
        except CancelledError:
            return
        except Exception as exc:
            if not isinstance(exc, VouchError):
                log.exception("an ingest from the page failed")
            self._change(ident, "failed", error=told(exc))

    def _on(self, ident: str, progress: Progress) -> None:
        if not self._change(ident, "running", progress=progress):
            raise CancelledError

    def _change(self, ident: str, state: State, **fields: object) -> bool:
        """Note how a job stands; False if it was cancelled."""
        with self._lock:
            job = self._jobs[ident]
            if job.state != "cancelled":
                self._jobs[ident] = replace(job, state=state, **fields)  # type: ignore[arg-type]  # its own fields
            return job.state != "cancelled"

    def _set(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.id] = job
            over = [one.id for one in self._jobs.values() if one.over]
            for ident in over[: max(0, len(over) - KEPT)]:
                del self._jobs[ident]


def told(error: Exception) -> str:
    """What a reader is told of an error: of one of ours its own words, of any other none."""
    if not isinstance(error, VouchError):
        return INSIDE
    words = f"{error.message[:1].upper()}{error.message[1:]}."
    return f"{words} What to do: {error.hint}." if error.hint else words
