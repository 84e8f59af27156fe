"""What a site's robots.txt asks of readers like us."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ingest.errors import UnreadableError

if TYPE_CHECKING:
    from protego import Protego

    from ingest.exchange import Reply

AGENT = "Vouch"  # the name by which a robots.txt speaks of us
LONGEST_PAUSE_S = 30.0  # what is asked for beyond it would make one site stop all
MOST_BYTES = 500 * 1024  # the standard (RFC 9309) has readers take at least as much
TRIED_LATER = (408, 425, 429)  # of the 400s, those which say nothing of whether there is a robots.txt
ANYWAY = "or set respect_robots = false under [ingest.links] in config.toml, if the site allows you"

Ask = Callable[[str], "Reply"]  # an address → the reply, redirects followed


class Robots:
    """The robots.txt of each site, read once; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sites: dict[str, tuple[Lock, list[Protego | UnreadableError]]] = {}

    def pause_s(self, url: str, ask: Ask) -> float:
        """Seconds to let pass between requests, 0 if it does not say. UnreadableError if the page is not for us."""
        rules = self._rules(urljoin(url, "/robots.txt"), ask)
        if isinstance(rules, UnreadableError):
            raise UnreadableError(f"its robots.txt cannot be read: {rules.message}", hint=f"try later, {ANYWAY}")
        if not rules.can_fetch(url, AGENT):
            raise UnreadableError(
                "its robots.txt asks programs not to read it", hint=f"save the page as a file, {ANYWAY}"
            )
        return min(rules.crawl_delay(AGENT) or 0.0, LONGEST_PAUSE_S)

    def _rules(self, address: str, ask: Ask) -> Protego | UnreadableError:
        with self._lock:
            lock, found = self._sites.setdefault(address, (Lock(), []))
        with lock:
            if not found:
                found.append(_read(address, ask))
            return found[0]


def _read(address: str, ask: Ask) -> Protego | UnreadableError:
    """No robots.txt allows all; one that cannot be had allows nothing."""
    from protego import Protego

    try:
        reply = ask(address)
    except UnreadableError as error:
        return error
    if reply.status >= 500 or reply.status in TRIED_LATER:  # noqa: PLR2004  # the server's faults
        return UnreadableError(f"the site answered {reply.status}")
    return Protego.parse(reply.data[:MOST_BYTES].decode("utf-8", "replace"))
