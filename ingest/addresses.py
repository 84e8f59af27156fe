"""Which addresses of the network may be connected to: those of the open web, unless the user allows private ones."""

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from ingest.errors import UnreadableError

Address = IPv4Address | IPv6Address
Resolver = Callable[[str], Sequence[str]]  # a name → its addresses; OSError if it has none

# All that is in use of the open web. Outside it are NAT64, site-local, v4-mapped and v4-compatible addresses.
WEB_6 = IPv6Network("2000::/3")
# Within it, but doors to somewhere else, or never to be met with: 6to4 and its relays, Teredo, what protocols have for
# themselves, documentation. Some are named by `is_global` too, but not in every Python.
DOORS_4 = tuple(map(IPv4Network, ("192.88.99.0/24", "192.0.0.0/24")))
DOORS_6 = tuple(map(IPv6Network, ("2002::/16", "2001::/23", "2001:db8::/32", "3fff::/20")))
# What `allow_private` adds. Link-local stays shut: the passwords of cloud machines are given out there.
PRIVATE_4 = tuple(map(IPv4Network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
PRIVATE_6 = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))

ALLOW = "if it is meant, set allow_private = true under [ingest.links] in config.toml"


def look_up(name: str) -> list[str]:
    """The addresses that the system knows for a name, the best first."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(about[4][0]) for about in found))


def reachable(host: str, resolve: Resolver, seconds: float, *, allow_private: bool) -> list[str]:
    """The addresses of a host, to be connected to as they are: asked again, its name might mean others.

    UnreadableError if it has none within `seconds`, or if any of them may not be connected to.
    """
    literal = _literal(host)
    found = [literal] if literal else _resolved(host, resolve, seconds)
    addresses = [ip_address(text) for text in found]
    for address in addresses:
        if not (is_public(address) or (allow_private and is_private(address))):
            raise UnreadableError(f"{host} is not on the open web ({address})", hint=ALLOW)
    return [str(address) for address in addresses]


def is_public(address: Address) -> bool:
    """Whether an address is one machine on the open web, and not a door through which another is reached.

    >>> is_public(ip_address("93.184.215.14")), is_public(ip_address("100.100.100.200"))
    (True, False)
    """
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in door for door in DOORS_4)
    return address in WEB_6 and not any(address in door for door in DOORS_6)


def is_private(address: Address) -> bool:
    """Whether an address is this machine, or one in the user's own network."""
    if isinstance(address, IPv4Address):
        return any(address in network for network in PRIVATE_4)
    return any(address in network for network in PRIVATE_6)


def _literal(host: str) -> str:
    """The address that a host is written as, also 2130706433, 0x7f.1 and 0177.0.0.1, as systems read it; else ""."""
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return ""


def _resolved(host: str, resolve: Resolver, seconds: float) -> Sequence[str]:
    """Asked in a thread of its own, which may be left behind: a resolver cannot be told when to give up."""
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=max(seconds, 0.0))
    except queue.Empty:
        raise UnreadableError(f"the name {host} was not found within the time given") from None
    if isinstance(found, Exception) or not found:
        raise UnreadableError(f"there is no host {host}", hint="check the address, and that there is a network")
    return found
