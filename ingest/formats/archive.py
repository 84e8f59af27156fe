"""A zip file of articles: each member is read as the file that it is. Nothing is ever written to disk."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from zipfile import ZipFile, ZipInfo

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import packed
from ingest.formats.packed import MEGABYTE
from ingest.formats.reading import Fault, Record

DEEPEST = 2  # zip files within zip files within the one given
WHAT = "a zip file"
JUNK = "__MACOSX"  # what macOS adds beside each file
SEPARATORS = re.compile(r"[/\\]")


@dataclass
class Budget:
    """The bytes that may yet be unpacked, of the whole zip file and of all that are within it."""

    left: int

    def spend(self, part: ZipInfo) -> None:
        if part.file_size > self.left:
            raise UnreadableError("the zip file unpacks to more than max_unpacked_mb", hint=packed.TOO_MUCH)
        self.left -= part.file_size


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a zip file; its key is its name as it stands there, which is never used as a path."""

    key: str
    data: bytes


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The articles of all members, keyed "folder/name", or "folder/name#key" where a member has several.

    Folders, what begins with a dot, and what `config.ignore` names are passed over. A member that cannot be read is
    a fault; the others go on.
    """
    budget = Budget(config.max_unpacked_mb * MEGABYTE)
    found = False
    for member in _members(data, config, budget, ""):
        found = True
        if isinstance(member, Fault):
            yield member
        else:
            # What is within counts against the same budget; a document may be a zip file, too.
            left = max(1, budget.left // MEGABYTE)
            yield from member_records(member.key, member.data, replace(config, max_unpacked_mb=left))
    if not found:
        raise UnreadableError("there is no file in it")


def members_of(data: bytes, config: IngestConfig) -> list[Member | Fault]:
    """All members with their bytes, those of zip files within it too, for one who reads each by itself."""
    return list(_members(data, config, Budget(config.max_unpacked_mb * MEGABYTE), ""))


def member_records(key: str, data: bytes, config: IngestConfig) -> Iterator[Record | Fault]:
    """The articles of a file within a file; whatever is wrong with it is a fault."""
    from ingest.formats.kinds import records_in

    try:
        for item in records_in(key, data, config):
            yield replace(item, key=f"{key}#{item.key}" if item.key else key)
    except UnreadableError as error:
        yield Fault(key, f"{error.message}; {error.hint}" if error.hint else error.message)
    except MemoryError:
        raise
    except Exception as error:  # one broken member must not stop the rest, whatever its parser does
        yield Fault(key, f"it cannot be read ({type(error).__name__}: {error}); save it anew, or convert it to text")


def _members(data: bytes, config: IngestConfig, budget: Budget, outer: str) -> Iterator[Member | Fault]:
    """The members of a zip file, and of those within it, in the order of its directory."""
    taken: set[str] = set()
    with packed.archive(data, WHAT) as container:
        packed.check(container.infolist(), config)
        for part in container.infolist():
            name = _name(part)
            if part.is_dir() or _ignored(name, config):
                continue
            key = f"{outer}{name}"
            if name in taken:
                yield Fault(f"{key} (again)", f"{name} stands twice in the zip file; the first is kept")
                continue
            taken.add(name)
            yield from _member(container, part, key, config, budget)


def _member(
    container: ZipFile, part: ZipInfo, key: str, config: IngestConfig, budget: Budget
) -> Iterator[Member | Fault]:
    try:
        budget.spend(part)
        data = packed.content(container, part)
        if not _is_zip(key, data):
            yield Member(key, data)
        elif key.count("#") >= DEEPEST:
            yield Fault(key, f"a zip file more than {DEEPEST} deep in others; add what is in it by itself")
        else:
            yield from _members(data, config, budget, f"{key}#")
    except UnreadableError as error:
        yield Fault(key, f"{error.message}; {error.hint}" if error.hint else error.message)


def _is_zip(name: str, data: bytes) -> bool:
    from ingest.formats.kinds import ARCHIVE, kind_of

    try:
        return kind_of(name, data) == ARCHIVE
    except UnreadableError:
        return False


def _name(part: ZipInfo) -> str:
    """The name of a member; programs that do not say that it is UTF-8 often mean it nevertheless."""
    if part.flag_bits & packed.UTF8:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return part.filename


def _ignored(name: str, config: IngestConfig) -> bool:
    steps = [step for step in SEPARATORS.split(name) if step not in ("", ".", "..")]
    patterns = [*config.ignore, ".*", JUNK]
    return any(fnmatch(step, pattern) for step in steps for pattern in patterns)
