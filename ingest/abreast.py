"""Several addresses fetched at a time, given back in an order that depends on the addresses alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice, zip_longest
from typing import TypeVar

from ingest.webaddress import host_of

AT_ONCE = 4  # hosts asked at a time; more would not be gentle to the network, and reading keeps pace with no more
AHEAD = 8  # pages fetched before they are read, which bounds the memory they take

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def abreast(
    things: Sequence[Thing],
    address: Callable[[Thing], str],
    job: Callable[[Thing], Callable[[], Result]],
    stop: Callable[[], None],
) -> Iterator[tuple[Thing, Result]]:
    """Each thing with the result of its job, the hosts taking turns.

    `job` is called here, when a thing's turn comes near; what it gives is called in a thread. `stop` is called if this
    ends early, and has to bring the jobs to an end.
    """
    rest = iter(_taking_turns(things, address))
    ahead: deque[tuple[Thing, Future[Result]]] = deque()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="vouch-links") as pool:
        try:
            ahead.extend((thing, pool.submit(job(thing))) for thing in islice(rest, AHEAD))
            while ahead:
                thing, future = ahead.popleft()
                result = future.result()
                ahead.extend((more, pool.submit(job(more))) for more in islice(rest, 1))
                yield thing, result
        except BaseException:  # whoever takes the results may just leave
            stop()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _taking_turns(things: Iterable[Thing], address: Callable[[Thing], str]) -> list[Thing]:
    """The first of each host, the second of each, and so on: a host's pause is filled with the others'."""
    hosts: dict[str, list[Thing | None]] = {}
    for thing in things:
        hosts.setdefault(host_of(address(thing)), []).append(thing)
    return [thing for thing in chain.from_iterable(zip_longest(*hosts.values())) if thing is not None]
