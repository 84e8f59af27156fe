"""Who is logged in: in memory, so that a restart asks everybody again."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from web.people.password import Hashed

IDLE_S = 12 * 3600.0  # a working day with its breaks; the next morning asks again
TOKEN_BYTES = 16  # 128 bits


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who logged in: by which name and kept password, and when last seen (seconds)."""

    name: str
    password: Hashed
    seen: float


class Sessions:
    """Found by a random token, of which only a hash is kept: who reads this memory cannot pass for anybody."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._open: dict[bytes, Session] = {}
        self._lock = Lock()

    def begin(self, name: str, password: Hashed) -> str:
        """A token for the browser."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._lock:
            now = self._now()
            self._open = {key: each for key, each in self._open.items() if now - each.seen < IDLE_S}
            self._open[_key(token)] = Session(name, password, now)
        return token

    def find(self, token: str) -> Session | None:
        """Whose token it is, if it was used within the last hours."""
        with self._lock:
            now, found = self._now(), self._open.get(_key(token))
            if found is None or now - found.seen >= IDLE_S:
                self._open.pop(_key(token), None)
                return None
            self._open[_key(token)] = replace(found, seen=now)
            return found

    def end(self, token: str) -> None:
        with self._lock:
            self._open.pop(_key(token), None)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
