"""The headers and parts of a mail, as far as they can be told; mails break rules more often than they keep them."""

import re
from collections.abc import Iterable, Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import NamedTuple

from ingest.errors import UnreadableError
from ingest.formats.reading import one_line
from ingest.formats.text import decoding, encoding_name

# What Python's parser of headers raises over broken ones.
BROKEN_HEADER = (MessageError, ValueError, LookupError, AttributeError, TypeError)
RAW_BYTES = re.compile(r"[\udc80-\udcff]")
MOST_PARTS = 1_000  # of a mail; beyond it is made to be slow


class Words(NamedTuple):
    """The characters of a part, and the encoding in which they stood."""

    text: str
    encoding: str


class Part(NamedTuple):
    """A part of a mail: its media type, the name of the file that it is, if it is one, and where it stands."""

    kind: str
    name: str
    message: EmailMessage


def mail_of(data: bytes) -> EmailMessage:
    """The mail in some bytes. UnreadableError if they have no headers, or too many parts."""
    try:
        mail = message_from_bytes(data.lstrip(), policy=default)
    except BROKEN_HEADER as error:
        raise UnreadableError(f"not a mail, or a damaged one ({error})", hint="save it anew, or as text") from error
    except RecursionError as error:
        raise UnreadableError("its parts are nested too deeply") from error
    if not mail.keys():
        raise UnreadableError("not a mail: it begins with no headers such as From and Subject")
    for count, _ in enumerate(mail.walk(), start=1):
        if count > MOST_PARTS:
            raise UnreadableError(f"a mail of more than {MOST_PARTS:,} parts", hint="save its text alone")
    return mail


def header(mail: EmailMessage, name: str) -> str:
    """A header on one line, encoded words decoded; as it stands where it is broken; "" where there is none."""
    raw = next((str(value) for field, value in mail.raw_items() if field.lower() == name.lower()), "")
    if not raw:
        return ""
    if RAW_BYTES.search(raw):  # many programs write headers in UTF-8 as they are
        return one_line(decoding(raw.encode("utf-8", "surrogateescape")).text)
    try:
        return one_line(str(mail.get(name, "")))
    except BROKEN_HEADER:
        return one_line(raw)


def sender(mail: EmailMessage) -> str:
    """The name of the sender as it is shown; an address is no name."""
    found = getaddresses([header(mail, "From")])
    name = found[0][0].strip(" '\"") if found else ""
    return "" if "@" in name else one_line(name)


def parts_of(mail: EmailMessage) -> list[Part]:
    """The parts of a mail that hold something; those of a mail attached to it are not divided."""
    kind = mail.get_content_type()
    within = mail.get_payload() if mail.is_multipart() and not kind.startswith("message/") else None
    if isinstance(within, list):
        return [leaf for part in within if isinstance(part, EmailMessage) for leaf in parts_of(part)]
    # Several parts without the line that divides them are one text.
    return [Part("text/plain" if kind.startswith("multipart/") else kind, _file_name(mail), mail)]


def texts(parts: Iterable[Part], kind: str) -> list[Words]:
    """The texts of that kind ("text/html") that are the mail's own, and not attached."""
    own = (part for part in parts if part.kind == kind and not part.name)
    return [words(part.message) for part in own if not _is_attached(part.message)]


def attachments(parts: Iterable[Part]) -> Iterator[tuple[str, bytes]]:
    """What is attached: its file name, and its bytes; another mail is named after its subject."""
    for part in parts:
        if part.kind.startswith("message/"):
            inner = part.message.get_payload(0) if part.message.is_multipart() else None
            if isinstance(inner, EmailMessage):
                yield part.name or f"{header(inner, 'Subject') or 'mail'}.eml", _bytes_of(inner)
        elif part.name:
            yield part.name, payload(part.message)


def words(part: EmailMessage) -> Words:
    """The characters of a text part: by the encoding that it names, if that is true of it, else as any text."""
    data = payload(part)
    named = _charset(part)
    try:
        return Words(data.decode(named), encoding_name(named)) if named else Words(*decoding(data))
    except (UnicodeDecodeError, LookupError):
        return Words(*decoding(data))


def payload(part: EmailMessage) -> bytes:
    """The bytes of a part, unpacked from base64 or quoted-printable."""
    try:
        found = part.get_payload(decode=True)
    except BROKEN_HEADER:
        return b""
    return found if isinstance(found, bytes) else b""


def _bytes_of(mail: EmailMessage) -> bytes:
    try:
        return mail.as_bytes()
    except BROKEN_HEADER:
        return b""


def _charset(part: EmailMessage) -> str:
    try:
        return part.get_content_charset("") or ""
    except BROKEN_HEADER:
        return ""


def _file_name(part: EmailMessage) -> str:
    try:
        return one_line(part.get_filename() or "")
    except BROKEN_HEADER:
        return ""


def _is_attached(part: EmailMessage) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except BROKEN_HEADER:
        return False
