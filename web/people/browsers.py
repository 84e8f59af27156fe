"""The door without a log-in: every browser gets a name of its own that nobody can guess, and keeps it as a cookie."""

from __future__ import annotations

import re
import secrets

from starlette.requests import Request

from web.people import cookies
from web.people.door import Admitted

COOKIE = "vouch"
YEAR_S = 365 * 24 * 3600
_OURS = re.compile(r"[0-9a-f]{32}")  # 128 bits


class Browsers:
    """Admits everybody."""

    async def ask(self, request: Request) -> Admitted:
        known = cookies.read(request, COOKIE)
        if _OURS.fullmatch(known):
            return Admitted(known)
        person = secrets.token_hex(16)
        # Not "strict": then a browser that follows a link from a letter would seem new, and lose the name it has.
        return Admitted(person, cookies.written(request, COOKIE, person, "lax", YEAR_S))
