"""A mailbox (mbox): one mail after the other in one file."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import eml
from ingest.formats.reading import Fault, Record

# A mail begins with such a line, after an empty one or with a time in it, and a header after it; "From the harbour"
# in the midst of a mail does not.
START = re.compile(
    rb"(?:(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]*|(?<=\n)From [^\r\n]*\d\d:\d\d[^\r\n]*)\r?\n(?=>?[!-9;-~]+[ \t]*:)"
)
QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)  # how a line is kept from beginning a mail


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The mails, keyed by their Message-ID or else by their number, and their attachments ("key#file name").

    A mail that cannot be read is a fault. One with the Message-ID of another is one, too: the first is kept.
    """
    starts = [match.span() for match in START.finditer(data)]
    if not starts:
        raise UnreadableError('not a mailbox: no line that begins with "From " starts a mail in it')
    ends = [start for start, _ in starts[1:]] + [len(data)]
    taken: dict[str, int] = {}
    for number, ((_, start), end) in enumerate(zip(starts, ends, strict=True), start=1):
        mail = QUOTED.sub(b"", data[start:end])
        key = eml.message_id(mail) or str(number)
        if key in taken:
            reason = f"mail {number} has the Message-ID of mail {taken[key]}; the first is kept"
            yield Fault(f"{key} (mail {number})", reason)
        else:
            taken[key] = number
            yield from _mail(key, mail, config)


def _mail(key: str, mail: bytes, config: IngestConfig) -> Iterator[Record | Fault]:
    try:
        for item in eml.records(mail, config):
            yield replace(item, key=f"{key}#{item.key}" if item.key else key)
    except UnreadableError as error:
        yield Fault(key, error.message)
