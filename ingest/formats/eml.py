"""A mail: a newsletter, or an article that someone sent; and the articles attached to it."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

from ingest.byline import PRESS, names
from ingest.config import DEFAULTS, IngestConfig
from ingest.dates import parse_date
from ingest.errors import UnreadableError
from ingest.formats.archive import member_records
from ingest.formats.flow import flowing_page
from ingest.formats.mailparts import Part, Words, attachments, header, mail_of, parts_of, sender, texts
from ingest.formats.reading import Fault, Read, Record, one_line, said, storable

SAID_BY = "mail header"
STUB = 0.5  # share of the HTML part's text below which the plain part only says that there is one
BULK = ("List-Id", "List-Unsubscribe", "Feedback-ID", "X-Campaign")
LIST_NAME = re.compile(r"\s*\"?(?P<name>[^<\"]*[^<\"\s])\"?\s*<")
REPLY = re.compile(r"^(?:(?:re|fwd?|aw|wg|rv|tr)\s*:\s*)+", re.IGNORECASE)
ADDRESS = re.compile(r"<(https?://[^<>\s]+)>")
ID = re.compile(rb"^Message-ID:\s*<?([^<>\s]+)>?", re.IGNORECASE | re.MULTILINE)
HEAD_END = re.compile(rb"\r?\n\r?\n")


def records(data: bytes, config: IngestConfig = DEFAULTS) -> Iterator[Record | Fault]:
    """The mail itself, with the key "", and what is attached, if it can be read, keyed by its file name."""
    mail = mail_of(data)
    parts = parts_of(mail)
    attached = list(_attached(parts, config))
    try:
        yield Record("", _read(mail, parts, config))
    except UnreadableError:
        if not attached:  # a mail may be nothing but what it carries
            raise
    yield from attached


def message_id(data: bytes) -> str:
    """What tells a mail from all others, without its brackets; "" if it does not say."""
    match = ID.search(HEAD_END.split(data, 1)[0])
    return one_line(match[1].decode("ascii", "replace")) if match else ""


def _read(mail: EmailMessage, parts: list[Part], config: IngestConfig) -> Read:
    """Its text: the plain part, unless that is a stub and the HTML part has the article."""
    plain, pages = texts(parts, "text/plain"), texts(parts, "text/html")
    text = "\n\n".join(part.text.strip() for part in plain)
    page = _page(pages[0], config) if pages else Read("")
    if len(text) < max(1, STUB * len(page.text)):
        own = Read(page.text, encoding=pages[0].encoding if pages else "", unseen=page.unseen)
    else:
        own = Read(storable(text), encoding=plain[0].encoding)
    if not own.text.strip():
        raise UnreadableError("no text in it")
    return said(own, [(SAID_BY, _fields(mail)), ("web page", page)])


def _page(page: Words, config: IngestConfig) -> Read:
    """The HTML part: the article found in it, or else all that is seen of it, as of a short letter."""
    from ingest.formats import html

    try:
        return html.read(page.text.encode("utf-8-sig", "replace"), config)
    except UnreadableError:
        text, unseen = flowing_page(page.text)
        return Read(text, unseen=unseen)


def _fields(mail: EmailMessage) -> Read:
    name, bulk = sender(mail), any(header(mail, field) for field in BULK)
    group = LIST_NAME.match(header(mail, "List-Id")) if header(mail, "List-Post") else None
    is_outlet = (bulk and not header(mail, "List-Post")) or bool(PRESS.search(name))
    address = ADDRESS.search(header(mail, "Archived-At"))
    return Read(
        "",
        title=REPLY.sub("", header(mail, "Subject")),
        outlet=name if is_outlet else (group["name"] if group else ""),
        authors=() if is_outlet else names(name),
        published=parse_date(header(mail, "Date")),
        url=address[1] if address else "",
        language=header(mail, "Content-Language"),
    )


def _attached(parts: list[Part], config: IngestConfig) -> Iterator[Record | Fault]:
    """Pictures, signatures and the like are passed over; what is named like an article and is none is a fault."""
    from ingest.formats.kinds import is_read

    taken: dict[str, int] = {}
    for name, data in attachments(parts):
        taken[name] = taken.get(name, 0) + 1
        key = name if taken[name] == 1 else f"{name} ({taken[name]})"
        if is_read(name, data):
            yield from member_records(key, data, config)
