"""Which kinds of things on the web may hold an article, told by the type that the server gives."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ingest.errors import UnreadableError

OPEN_XML = "application/vnd.openxmlformats-officedocument."
SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/rdf+xml": ".xml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/json": ".json",
    "application/feed+json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    OPEN_XML + "wordprocessingml.document": ".docx",
    OPEN_XML + "spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "message/rfc822": ".eml",
    "application/mbox": ".mbox",
    "multipart/related": ".mhtml",
    "application/x-mimearchive": ".mhtml",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
}
# Servers say these of files that they do not know; the name, and the bytes themselves, tell more.
VAGUE = ("", "text/plain", "application/octet-stream", "binary/octet-stream", "application/download")
NAMED = {*SUFFIXES.values(), ".htm", ".markdown", ".ndjson", ".mht"}
MARKUP = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")  # may be in any encoding


def check_media(media_type: str) -> None:
    """UnreadableError if nothing of such a type is an article."""
    if media_type not in SUFFIXES and media_type not in VAGUE:
        raise UnreadableError(f"it is no article but {media_type}", hint="give the address of the article's page")


def name_of(url: str, media_type: str) -> str:
    """A file name whose ending tells the format of what stands at an address.

    >>> name_of("https://example.com/a/story?id=3", "text/html"), name_of("https://example.com/a.md", "text/plain")
    ('story.html', 'a.md')
    """
    path = PurePosixPath(unquote(urlsplit(url).path))
    if media_type in VAGUE and path.suffix.lower() in NAMED:
        return path.name
    return (path.stem or "page") + SUFFIXES.get(media_type, "")


def in_utf8(data: bytes, media_type: str, charset: str) -> bytes:
    """Text whose encoding the server states, with a mark of it that goes before what the page says of itself."""
    if not charset or media_type not in MARKUP:
        return data
    try:
        return data.decode(charset).encode("utf-8-sig") if not data.startswith(b"\xef\xbb\xbf") else data
    except (UnicodeError, LookupError):
        return data  # it is not what the server says
