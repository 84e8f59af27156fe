"""Zip files, opened so that a small one cannot unpack to gigabytes; documents and books are zip files too."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ingest.config import IngestConfig
from ingest.errors import UnreadableError

MEGABYTE = 1_000_000
STEEPEST = 100  # times its packed size that a part may unpack to; prose packs to a third, and XML to a thirtieth
FLAT = 10 * MEGABYTE  # up to this size any ratio will do: a table of zeros packs well, and harms nobody
ENCRYPTED = 0x1  # flags of a part
UTF8 = 0x800
LOCAL = re.compile(rb"PK\x03\x04.{22}(?P<length>..)..", re.DOTALL)  # what stands before the name of a part
END, CENTRAL = b"PK\x05\x06", b"PK\x01\x02"
DAMAGED = "open it with the program that wrote it and save it anew"
TOO_MUCH = "save its text alone, or raise max_unpacked_mb and max_parts in config.toml"
BROKEN = (BadZipFile, NotImplementedError, EOFError, zlib.error, struct.error, ValueError, OSError, UnicodeError)


@contextmanager
def opened(data: bytes, config: IngestConfig, what: str) -> Iterator[ZipFile]:
    """A document that is a zip file and unpacks to no more than the limits; `what` is what it should be, "a book".

    UnreadableError if it promises more, or is none.
    """
    with archive(data, what) as found:
        check(found.infolist(), config)
        for part in found.infolist():
            check_part(part)
        yield found


def archive(data: bytes, what: str) -> ZipFile:
    """A zip file of which nothing is known but that it has a directory."""
    try:
        return ZipFile(BytesIO(_with_plain_names(data)))
    except BROKEN as error:
        raise UnreadableError(f"not {what}, or a damaged one", hint=DAMAGED) from error


def check(parts: list[ZipInfo], config: IngestConfig) -> None:
    """UnreadableError if the parts are too many, or together too large."""
    size = sum(part.file_size for part in parts)
    if len(parts) > config.max_parts or size > config.max_unpacked_mb * MEGABYTE:
        promised = f"{size / MEGABYTE:,.0f} MB in {len(parts):,} parts"
        limits = f"{config.max_unpacked_mb:,} MB and {config.max_parts:,}"
        raise UnreadableError(f"it unpacks to {promised}, over the limits of {limits}", hint=TOO_MUCH)


def check_part(part: ZipInfo) -> None:
    """UnreadableError if a part is encrypted, or packed so well that it is a trap."""
    if part.flag_bits & ENCRYPTED:
        raise UnreadableError("it is protected by a password", hint="unpack it and add what was in it")
    if part.file_size > FLAT and part.file_size > STEEPEST * part.compress_size:
        ratio = part.file_size / max(part.compress_size, 1)
        raise UnreadableError(f"it unpacks to {ratio:,.0f} times its size, as only a trap does")


def content(container: ZipFile, part: ZipInfo) -> bytes:
    """What a part unpacks to, never more than the directory says. UnreadableError if it cannot be unpacked."""
    check_part(part)
    try:
        with container.open(part) as file:
            found = file.read(part.file_size + 1)
            if len(found) != part.file_size or file.read(1):
                raise BadZipFile("size")
    except NotImplementedError as error:
        raise UnreadableError(f"it is packed in a way that is not read ({error})", hint="pack it anew") from error
    except (*BROKEN, RuntimeError) as error:
        raise UnreadableError("it is damaged within the zip file", hint=DAMAGED) from error
    return found


def directory(data: bytes) -> list[str] | None:
    """The names of the parts of a zip file; None where it has no directory, as when it is only the beginning of one."""
    try:
        with ZipFile(BytesIO(_with_plain_names(data))) as container:
            return container.namelist()
    except BROKEN:
        return None


def first_names(data: bytes) -> list[str]:
    """The names of the parts whose heads are in `data`, the beginning of a zip file."""
    found = ((head.end(), int.from_bytes(head["length"], "little")) for head in LOCAL.finditer(data))
    return [data[start : start + length].decode("cp437") for start, length in found]


def _with_plain_names(data: bytes) -> bytes:
    """The file with names taken for old ones where they only pretend to be UTF-8; else its directory is not read."""
    try:
        ZipFile(BytesIO(data)).close()
    except UnicodeDecodeError:
        changed = bytearray(data)
        place = changed.find(CENTRAL, int.from_bytes(changed[changed.rfind(END) + 16 :][:4], "little"))
        while place >= 0 and changed[place : place + 4] == CENTRAL:
            (head,) = struct.unpack_from("<I", changed, place + 42)
            for flags in (place + 8, head + 6):  # in the directory, and in the head of the part itself
                struct.pack_into("<H", changed, flags, struct.unpack_from("<H", changed, flags)[0] & ~UTF8)
            place += 46 + sum(struct.unpack_from("<HHH", changed, place + 28))  # name, extras and comment follow
        return bytes(changed)
    return data
