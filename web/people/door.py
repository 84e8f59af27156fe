"""A door: it looks at a request, and says whose it is or what is answered instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

PAGE = "/"
OPEN = frozenset({"/healthz", "/favicon.ico"})  # to everybody, whatever the door; they tell nothing
USER = "user:"  # begins the person of a named user; no browser's own name can, being hexadecimal digits


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who may go on; "" is nobody in particular. `cookie` is what the browser is to keep of it, if anything."""

    person: str
    cookie: str = ""


class Door(Protocol):
    """Admits a request, or answers it itself."""

    async def ask(self, request: Request) -> Admitted | Response: ...


def user_name(person: str) -> str:
    """The name of a person who logged in, here or at a proxy; "" for a browser without a name.

    A header's bytes arrive as Latin-1, whatever they were.

    >>> user_name("user:ada"), user_name("0123456789abcdef0123456789abcdef")
    ('ada', '')
    """
    if not person.startswith(USER):
        return ""
    return person.removeprefix(USER).encode("latin-1", "replace").decode("utf-8", "replace")
