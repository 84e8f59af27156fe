"""Bytes to articles, whatever the format. Formats that may hang or explode are read in a child process with limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, TypeVar

from ingest.config import IngestConfig
from ingest.documents import Article, Reading
from ingest.errors import UnreadableError, VouchError
from ingest.formats.archive import members_of
from ingest.formats.kinds import ARCHIVE, HEAD, Kind, kind_of, records_in
from ingest.formats.reading import Fault, Read, Record, said
from ingest.furniture import furniture
from ingest.metadata import completed
from ingest.outcomes import Refusal
from ingest.visible import visible

if TYPE_CHECKING:
    from pebble import ProcessPool

MEGABYTE = 1_000_000

Item = Article | Refusal
Places = Sequence[tuple[str, Read]]
Pending = Callable[[], list[Item]]  # waits for the items
Result = TypeVar("Result")


class Parsers:
    """Reads files one or several at a time; nothing that is wrong with one raises.

    One child process, started when the first risky format comes, and again after it was stopped. `close` ends it.
    """

    def __init__(self, config: IngestConfig) -> None:
        self._config = config
        self._pool: ProcessPool | None = None

    def read(self, origin: str, name: str, data: bytes, *, before: Places = (), after: Places = ()) -> list[Item]:
        """The articles in some bytes, and what could not be read of them.

        `name` tells the format where the bytes do not. `before` are places that are trusted more than the file with
        what an article's fields are (a sidecar), `after` are trusted less (the feed that named it).
        """
        return self.begin(origin, name, data, before=before, after=after)()

    def begin(self, origin: str, name: str, data: bytes, *, before: Places = (), after: Places = ()) -> Pending:
        """The same, without waiting where a child process does the work: what is given waits for it."""
        try:
            kind = kind_of(name, data[:HEAD])
        except UnreadableError as error:
            refused: list[Item] = [Refusal(origin, reason_of(error))]
            return lambda: refused
        arguments = (origin, name, data, self._config, before, after)
        if not kind.risky:
            found = _here(*arguments)
            return lambda: found
        task = self._scheduled(_read, arguments)
        return lambda: self._finished(task, kind, arguments)

    def call(self, function: Callable[..., Result], /, *arguments: Any) -> Result:
        """What a function of a module gives, run in the child process: for what is no file of articles.

        What it raises is raised here; and UnreadableError if it takes too long or too much memory, or ends the child.
        """
        task = self._scheduled(function, arguments)
        error = _error_of(task)
        if error is None:
            result: Result = task.result()
            return result
        if isinstance(error, _endings()):
            raise UnreadableError(self._failure(error, function.__name__)) from error
        raise error

    def _scheduled(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Future[Any]:
        task: Future[Any]
        try:
            task = self._started().schedule(function, arguments, timeout=self._config.read_timeout_s)
        except RuntimeError as error:  # the pool ended, as it does when a child cannot even start
            self.close()
            task = Future()
            task.set_exception(CancelledError(str(error)))
        return task

    def _finished(self, task: Future[list[Item]], kind: Kind, arguments: tuple[Any, ...]) -> list[Item]:
        error = _error_of(task)
        if error is None:
            return task.result()
        refusal = Refusal(arguments[0], self._failure(error, kind.module))
        return self._by_member(refusal, *arguments) if kind == ARCHIVE else [refusal]

    def _by_member(
        self, whole: Refusal, origin: str, _: str, data: bytes, config: IngestConfig, before: Places, after: Places
    ) -> list[Item]:
        """A zip file that could not be read as one, read file by file, so that only the bad one is refused."""
        found: list[Item] = []
        try:
            members = self.call(members_of, data, config)
        except UnreadableError:
            return [whole]
        for member in members:
            place = f"{origin}#{member.key}"
            if isinstance(member, Fault):
                found.append(Refusal(place, member.reason))
            else:
                found += self.read(place, member.key, member.data, before=before, after=after)
        return found

    def _started(self) -> ProcessPool:
        if self._pool is None:
            from pebble import ProcessPool

            from ingest.alone import AloneContext

            limits = (self._config.read_memory_mb,)
            self._pool = ProcessPool(1, context=AloneContext(), initializer=_limit, initargs=limits)
        return self._pool

    def _failure(self, error: BaseException, reader: str) -> str:
        if isinstance(error, TimeoutError):
            return f"reading it took more than {self._config.read_timeout_s:g} s; save its text alone"
        if isinstance(error, MemoryError):
            return f"reading it took more than {self._config.read_memory_mb:,} MB of memory; save its text alone"
        return f"its {reader} reader ended over it ({type(error).__name__}); open it and save it anew"

    def close(self) -> None:
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None


def _error_of(task: Future[Any]) -> BaseException | None:
    """Waits for a task, and gives why it failed, if it did."""
    try:
        return task.exception()
    except CancelledError as error:  # with the pool
        return error


def _endings() -> tuple[type[BaseException], ...]:
    """What tells that a child was stopped, or ended by itself."""
    from pebble import ProcessExpired

    return (TimeoutError, MemoryError, CancelledError, ProcessExpired)


def _limit(memory_mb: int) -> None:
    """In the child: it may not take the machine down, nor outlive the process that started it."""
    import logging
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MEGABYTE, memory_mb * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)


def _read(*arguments: Any) -> list[Item]:
    return list(items(*arguments))


def _here(*arguments: Any) -> list[Item]:
    try:
        return _read(*arguments)
    except MemoryError as error:
        return [Refusal(arguments[0], reason_of(error))]


def items(origin: str, name: str, data: bytes, config: IngestConfig, before: Places, after: Places) -> Iterator[Item]:
    """The articles in some bytes, read here and now. Nothing is raised but MemoryError."""
    try:
        yield from articles_of(origin, kind_of(name, data).module, records_in(name, data, config), before, after)
    except MemoryError:
        raise
    except Exception as error:  # one broken file must not stop the rest, whatever its parser does
        yield Refusal(origin, reason_of(error))


def articles_of(
    origin: str, form: str, found: Iterator[Record | Fault], before: Places = (), after: Places = ()
) -> Iterator[Item]:
    """Records as articles, each for itself: one that cannot be read is a refusal."""
    for item in found:
        place = f"{origin}#{item.key}" if item.key else origin
        if isinstance(item, Fault):
            yield Refusal(place, item.reason)
            continue
        try:
            yield article_of(place, form, item.read, before, after)
        except UnreadableError as error:
            yield Refusal(place, reason_of(error))


def article_of(origin: str, form: str, read: Read, before: Places = (), after: Places = ()) -> Article:
    """One article, its fields filled in from the most trusted place that says them; see `said`."""
    read = visible(read)
    if not _has_prose(read.text):
        raise UnreadableError("no text in it")
    of_text = {field: place for field, place in read.said_by.items() if field == "text"}
    own = Read(read.text, pages=read.pages, said_by=of_text)
    full = completed(said(own, [*before, ("file", read), *after]))
    return Article.of(
        origin,
        full.text,
        full.title,
        outlet=full.outlet,
        authors=full.authors,
        published=full.published,
        updated=full.updated,
        url=full.url,
        language=full.language,
        pages=full.pages,
        reading=Reading(read.format or form, read.encoding, read.unseen, dict(full.said_by)),
    )


def reason_of(error: Exception) -> str:
    """What a user is told of an input that gave nothing, and what to do next."""
    if isinstance(error, VouchError):
        return f"{error.message}; {error.hint}" if error.hint else error.message
    if isinstance(error, MemoryError):
        return "reading it takes too much memory; save its text alone"
    return f"it cannot be read ({type(error).__name__}: {error}); open it and save it anew, or convert it to text"


def _has_prose(text: str) -> bool:
    """Whether a letter or digit is left when the furniture is taken away."""
    start = 0
    for first, last in [*furniture(text), (len(text), len(text))]:
        if any(character.isalnum() for character in text[start:first]):
            return True
        start = last
    return False
