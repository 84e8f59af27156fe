"""Cookies: how they are read and written, over http on one's own machine and over https."""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response


def read(request: Request, name: str) -> str:
    """The value of a cookie; "" without it."""
    return request.cookies.get(_name(request, name), "")


def written(request: Request, name: str, value: str, site: Literal["lax", "strict"], max_age_s: int | None) -> str:
    """The header that has a browser keep a cookie, out of reach of scripts; 0 seconds to forget it, None until it ends.

    "lax" is sent along when a link elsewhere leads here, "strict" is not.
    """
    secure = _is_secure(request)
    reply = Response()
    reply.set_cookie(
        _name(request, name), value, max_age=max_age_s, path="/", secure=secure, httponly=True, samesite=site
    )
    return reply.headers["set-cookie"]


def _name(request: Request, name: str) -> str:
    """Over https browsers take a name that begins so from this very host only, not from a neighbour in its domain."""
    return f"__Host-{name}" if _is_secure(request) else name


def _is_secure(request: Request) -> bool:
    return bool(request.scope["scheme"] == "https")
