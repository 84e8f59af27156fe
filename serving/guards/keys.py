"""The API's keys: who has them, read from the environment and from a file; and the door that asks for them."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import stat
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ingest.errors import ConfigError
from qa.config import ApiConfig, UiConfig
from serving.errors import ApiError
from web.people.entrance import warning
from web.people.users import Stamp, stamp_of

LOG = logging.getLogger("vouch")
NAME_LENGTH = 8  # hexadecimal digits of a key's digest: tells keys apart in a log, and gives none away
SHORTEST = 16  # characters: what is shorter can be guessed; `openssl rand -hex 16` writes twice as many
KEY = "vouch.key"  # in a request's scope: the name of its key
OTHERS = stat.S_IRGRP | stat.S_IROTH
HOW = "write one with: openssl rand -hex 24"


class Keys:
    """The keys of an environment variable (read once) and of a file (read again whenever it changes).

    A file that cannot be used is an error at first; later, the keys of before still count, and the log says so. Only
    digests are kept.
    """

    def __init__(self, config: ApiConfig, folder: str | Path = ".") -> None:
        self._variable = config.keys_env or "VOUCH_API_KEYS"
        named = os.environ.get(config.keys_env, "") if config.keys_env else ""
        self._fixed = _digests(_checked(named.split(","), f"the environment variable {config.keys_env}"))
        self._path = (Path(folder) / Path(config.keys_file).expanduser()).absolute() if config.keys_file else None
        self._stamp: Stamp | None = None
        self._read: tuple[bytes, ...] = ()
        if self._path is not None:
            self._stamp, self._read = stamp_of(self._path), _digests(read(self._path))

    def __bool__(self) -> bool:
        """Whether a key is needed at all: one that is set, or a file that is there to hold some."""
        return bool(self._fixed) or self._path is not None

    def name(self, key: str) -> str:
        """The name of a key, for logs and counts; "" for one that is not ours. Takes as long whichever it is.

        >>> keys = Keys(ApiConfig(keys_env=""))
        >>> keys.name("anything")
        ''
        """
        self._look()
        digest = _digest(key)
        matches = [hmac.compare_digest(digest, known) for known in (*self._fixed, *self._read)]
        return digest.hex()[:NAME_LENGTH] if any(matches) else ""

    def check(self, ui: UiConfig) -> None:
        """Raise a ConfigError where strangers could reach an API that asks for no key."""
        if self:
            return
        if warning(ui) or ui.auth or ui.user_header:  # where people must log in, programs must have a key
            raise ConfigError(
                f'the API would be open to whoever reaches {ui.host}: [ui] host = "{ui.host}"{_doors(ui)}, and no key',
                hint=f"put keys into the environment variable {self._variable}, or name a file with [api] keys_file; "
                'or set [ui] host = "127.0.0.1" without a log-in; or run "vouch chat", which has no API',
            )

    def _look(self) -> None:
        if self._path is None:
            return
        with suppress(OSError):
            stamp = stamp_of(self._path)
            if stamp == self._stamp:
                return
            self._stamp = stamp
            try:
                self._read = _digests(read(self._path))
            except ConfigError as error:
                LOG.warning("%s; the keys of before still count", error.message)


class Bearer:
    """Lets requests to these rooms in by their key ("Authorization: Bearer KEY"), and notes its name. Pure ASGI."""

    def __init__(self, app: ASGIApp, keys: Keys, rooms: Collection[str] = ("/v1",)) -> None:
        self.app = app
        self._keys = keys
        self._rooms = tuple(rooms)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._keys or not within(scope["path"], self._rooms):
            await self.app(scope, receive, send)
            return
        key = bearer(scope)
        name = self._keys.name(key)
        if name:
            await self.app({**scope, KEY: name}, receive, send)
            return
        words = "This API key is not known here." if key else "No API key: send it as “Authorization: Bearer KEY”."
        await ApiError(401, words, headers={"www-authenticate": "Bearer"}).response()(scope, receive, send)


def within(path: str, rooms: Iterable[str]) -> bool:
    """Whether a path is one of these, or below it."""
    return any(path == room or path.startswith(f"{room}/") for room in rooms)


def bearer(scope: Scope) -> str:
    """The key that a request brings; "" for none.

    >>> bearer({"headers": [(b"authorization", b"Bearer abc")]})
    'abc'
    """
    scheme, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def read(path: Path) -> list[str]:
    """The keys of a file, one a line; empty lines and those that begin with # are passed over."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        mode = path.stat().st_mode
    except OSError as exc:
        raise ConfigError(f"[api] keys_file: {path} cannot be read: {exc.strerror}", hint=HOW) from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"[api] keys_file: {path} is no text", hint=HOW) from exc
    if os.name == "posix" and mode & OTHERS:
        LOG.warning("others on this machine can read the API's keys in %s; run: chmod 600 %s", path, path)
    keys = _checked((line for line in lines if not line.lstrip().startswith("#")), str(path))
    if not keys:
        raise ConfigError(f"[api] keys_file: {path} holds no key, so that nobody could use the API", hint=HOW)
    return keys


def _checked(given: Iterable[str], where: str) -> list[str]:
    """What there is of keys; a ConfigError for one that could be guessed, or that no header can carry."""
    keys = [key for key in map(str.strip, given) if key]
    for number, key in enumerate(keys, start=1):
        if len(key) < SHORTEST:
            raise ConfigError(f"key {number} of {where} is shorter than {SHORTEST} characters", hint=HOW)
        if not key.isascii() or any(char.isspace() for char in key):
            raise ConfigError(f"key {number} of {where} has other characters than a header can carry", hint=HOW)
    return keys


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def _digests(keys: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(_digest(key) for key in dict.fromkeys(keys))


def _doors(ui: UiConfig) -> str:
    """The log-ins that are set, as a message names them."""
    named = {"auth": ui.auth, "user_header": ui.user_header}
    return "".join(f', {name} = "{value}"' for name, value in named.items() if value)
