"""Work done by several threads, its results taken in the order in which it was given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TypeVar

# Results that wait for the one before them, for each thread: enough that no thread stands still for one that takes
# ten times as long as the others, few enough that little is lost with a kill and nothing piles up.
AHEAD = 10

T = TypeVar("T")
R = TypeVar("R")


def in_order(work: Callable[[T], R], items: Iterable[T], workers: int) -> Iterator[R]:
    """The results of all items, so many of them worked on at the same time.

    What an item raises is raised in its place; what was not begun by then never is.

    >>> list(in_order(str.upper, "abc", 2))
    ['A', 'B', 'C']
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="vouch-batch") as pool:
        yield from done_by(pool, work, items, AHEAD * workers)


def done_by(pool: Executor, work: Callable[[T], R], items: Iterable[T], ahead: int) -> Iterator[R]:
    """The same by a pool that others use too, of which at most so many results are ahead of the one that is taken.

    What is not begun when nobody takes any more never is.
    """
    coming: deque[Future[R]] = deque()
    try:
        for item in items:
            coming.append(pool.submit(work, item))
            if len(coming) > ahead:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        for future in coming:
            future.cancel()
