"""A web page that a browser saved as one file (MHTML): its root page, read as any page."""

from email.message import EmailMessage

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import html
from ingest.formats.mailparts import header, mail_of, words
from ingest.formats.reading import Read, said

PAGES = {"text/html", "application/xhtml+xml"}


def read(data: bytes, config: IngestConfig = DEFAULTS) -> Read:
    """The article of the page, with the address it was saved from. The date is that of saving, and is left out."""
    mail = mail_of(data)
    page = _root(mail)
    if page is None:
        raise UnreadableError("no web page in it", hint='save the page anew, as "single file" or as HTML')
    text, encoding = words(page)
    found = html.read(text.encode("utf-8-sig", "replace"), config)
    own = Read(found.text, encoding=encoding, unseen=found.unseen)
    return said(
        own, [("web page", found), ("MHTML header", Read("", title=header(mail, "Subject"), url=_url(mail, page)))]
    )


def _root(mail: EmailMessage) -> EmailMessage | None:
    """The part that the file names as its start, or else the first page in it; others are frames of that."""
    pages = [part for part in mail.walk() if isinstance(part, EmailMessage) and part.get_content_type() in PAGES]
    start = str(mail.get_param("start", ""))
    return next((page for page in pages if start and header(page, "Content-ID") == start), next(iter(pages), None))


def _url(mail: EmailMessage, page: EmailMessage) -> str:
    places = (header(page, "Content-Location"), header(mail, "Snapshot-Content-Location"))
    return next((place for place in places if place.startswith(("http://", "https://"))), "")
