"""Which format a file is in, told by its content first and its name second; and its articles, whatever the format."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import PurePath

from ingest.config import IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import packed
from ingest.formats.binaries import PACKED, binary_of
from ingest.formats.reading import Fault, Read, Record
from ingest.formats.root import root_of
from ingest.formats.text import MARKS

HEAD = 8192  # bytes that tell a format
PDF_WITHIN = 1024  # bytes, as readers of PDF allow; mail servers put lines before it
PDF_HEADER = re.compile(rb"%PDF-\d\.\d\s+%[\x80-\xff]{2}")  # the comment says that what follows is binary
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Word and Excel before 2007, Outlook, and what is protected by a password
PAGE = re.compile(r"\s*+(?>(?><\?.*?\?>|<!--.*?-->)\s*+)*+<!doctype\s+html\b", re.DOTALL | re.IGNORECASE)

HEADER = r"(?>[!-9;-~]++:.*+\n(?:[ \t].*+\n)*+)"
MAILBOX = re.compile(rf"From \S.*\r?\n{HEADER}")
MAIL = re.compile(rf"(?:{HEADER})*?(?:MIME-Version|Message-ID|Received|Return-Path):", re.IGNORECASE)
WEB_ARCHIVE = re.compile(rf"(?:{HEADER})*?Content-Type:\s*multipart/related\b", re.IGNORECASE)
SNAPSHOT = re.compile(r"^(?:Snapshot-Content-Location|X-MAF):|^From:\s*<?Saved by", re.IGNORECASE | re.MULTILINE)
ARCHIVED = (".mht", ".mhtml")


@dataclass(frozen=True, slots=True)
class Kind:
    """A format: the module of `ingest.formats` that reads it.

    The module has `read(data, config) -> Read` for a file that is one article, or, where `many`,
    `records(data, config) -> Iterator[Record | Fault]`. Where `streamed` it also has `stream(file, config)`, which
    gives the same of a file of any size. One that may hang or explode over a bad file is `risky`: it is run in a
    child process.
    """

    module: str
    many: bool = False
    risky: bool = True
    streamed: bool = False


TEXT = Kind("text", risky=False)
HTML = Kind("html")
PDF = Kind("pdf")
DOCX = Kind("docx")
ODT = Kind("odt")
RTF = Kind("rtf")
EPUB = Kind("epub", many=True)
EML = Kind("eml", many=True)
MBOX = Kind("mbox", many=True)
MHTML = Kind("mhtml")
WORKBOOK = Kind("workbook", many=True)
ARCHIVE = Kind("archive", many=True)
FEED = Kind("feed", many=True)

KINDS = {
    **dict.fromkeys((".txt", ".text"), TEXT),
    **dict.fromkeys((".md", ".markdown"), Kind("markdown", risky=False)),
    **dict.fromkeys((".htm", ".html", ".xhtml"), HTML),
    ".pdf": PDF,
    ".docx": DOCX,
    ".odt": ODT,
    ".rtf": RTF,
    ".epub": EPUB,
    ".eml": EML,
    ".mbox": MBOX,
    **dict.fromkeys(ARCHIVED, MHTML),
    **dict.fromkeys((".jsonl", ".ndjson"), Kind("jsonl", many=True, risky=False, streamed=True)),
    ".json": Kind("listing", many=True, risky=False),
    **dict.fromkeys((".csv", ".tsv"), Kind("table", many=True, risky=False)),
    ".xlsx": WORKBOOK,
    ".zip": ARCHIVE,
    **dict.fromkeys((".rss", ".atom"), FEED),
    ".xml": FEED,  # if it is one: see _of_xml
}
ZIPPED = {".docx": DOCX, ".odt": ODT, ".epub": EPUB, ".xlsx": WORKBOOK, ".zip": ARCHIVE}
ZIPPED_PARTS = {  # what stands in the zip file that such a document is
    ("[Content_Types].xml", "word/"): DOCX,
    ("[Content_Types].xml", "xl/"): WORKBOOK,
    ("META-INF/container.xml",): EPUB,
    ("mimetype", "content.xml"): ODT,  # its type is packed, as it should not be
}
OPEN_DOCUMENT = re.compile(
    rb".{26}\x08\x00..mimetype(?P<type>application/(?:epub\+zip|vnd\.oasis\.opendocument\.[a-z]+))", re.DOTALL
)
MIMETYPES = {b"application/vnd.oasis.opendocument.text": ODT, b"application/epub+zip": EPUB}
UNREAD_ZIPS = {  # by a part's name: what it is, and what to do with it
    "ppt/": ("a presentation", "save it as PDF"),
    "xl/workbook.bin": ("a binary workbook (.xlsb)", "save it as .xlsx"),
    "Index/Document.iwa": ("a document of Pages, Numbers or Keynote", "export it as Word or PDF"),
    "AndroidManifest.xml": ("a program", ""),
    "META-INF/MANIFEST.MF": ("a program", ""),
}


def kind_of(name: str, head: bytes) -> Kind:
    """The format of a file that begins with `head`: its first HEAD bytes, or all of it, which tells zip files better.

    What it is called counts where its content does not tell: a PDF named ".txt" is a PDF, and words named ".pdf" are
    a broken one. UnreadableError if no known format is in it.
    """
    suffix = PurePath(name).suffix.lower()
    return _by_mark(suffix, head) or _by_words(suffix, head[:HEAD]) or _by_name(suffix)


def records_in(name: str, data: bytes, config: IngestConfig) -> Iterator[Record | Fault]:
    """The articles of a file; one that is an article itself is a single record with the key ""."""
    kind = kind_of(name, data)
    for item in _records(kind, data, config):
        if isinstance(item, Fault) or item.read.format:  # what lies in an archive or a mail was told by the inner call
            yield item
        else:
            yield replace(item, read=replace(item.read, format=kind.module))


def _records(kind: Kind, data: bytes, config: IngestConfig) -> Iterator[Record | Fault]:
    module = import_module(f"ingest.formats.{kind.module}")
    if kind.many:
        many: Callable[[bytes, IngestConfig], Iterator[Record | Fault]] = module.records
        yield from many(data, config)
    else:
        one: Callable[[bytes, IngestConfig], Read] = module.read
        yield Record("", one(data, config))


def is_read(name: str, data: bytes) -> bool:
    """Whether a file is of a format that is read, or at least called so; a picture in a mail is neither."""
    try:
        kind_of(name, data)
    except UnreadableError:
        return PurePath(name).suffix.lower() in KINDS
    return True


def _by_name(suffix: str) -> Kind:
    if suffix not in KINDS:
        known = " ".join(sorted(KINDS))
        raise UnreadableError(f"files of type {suffix or '(none)'} are not read", hint=f"these are: {known}")
    return KINDS[suffix]


def _by_mark(suffix: str, head: bytes) -> Kind | None:
    """By the bytes that formats begin with."""
    if _is_pdf(suffix, head):
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(suffix, head)
    if head.startswith(b"{\\rtf"):
        return RTF
    if head.startswith(OLE):
        raise UnreadableError(
            "an old document (.doc, .xls, .msg), or one protected by a password",
            hint="save it in today's format, without a password",
        )
    if what := binary_of(head[:HEAD]):
        hint = "unpack it, or pack what is in it as .zip" if what.startswith(PACKED) else ""
        raise UnreadableError(f"{what}: binary data, and no text to read", hint=hint)
    return None


def _is_pdf(suffix: str, head: bytes) -> bool:
    """At the start, or a little later if that is no text which merely speaks of PDF."""
    place = head.find(b"%PDF-", 0, PDF_WITHIN)
    return place == 0 or (place > 0 and (suffix == ".pdf" or bool(PDF_HEADER.match(head, place))))


def _zipped(suffix: str, head: bytes) -> Kind:
    if found := OPEN_DOCUMENT.match(head):
        if found["type"] not in MIMETYPES:
            raise UnreadableError("a table, drawing or presentation of LibreOffice", hint="save it as .xlsx or PDF")
        return MIMETYPES[found["type"]]
    listed = packed.directory(head)
    names = packed.first_names(head) if listed is None else listed
    for part, (what, hint) in UNREAD_ZIPS.items():
        if any(name.startswith(part) for name in names):
            raise UnreadableError(f"{what}: no articles in it", hint=hint)
    for parts, kind in ZIPPED_PARTS.items():
        if all(any(name.startswith(part) for name in names) for part in parts):
            return kind
    return ARCHIVE if listed and "[Content_Types].xml" not in names else ZIPPED.get(suffix, ARCHIVE)


def _beginning(head: bytes) -> str:
    """The first characters, good enough to tell words by."""
    encoding = next((encoding for mark, encoding in MARKS if head.startswith(mark)), "latin-1")
    return head.decode(encoding, "replace").removeprefix("\ufeff")


def _by_words(suffix: str, head: bytes) -> Kind | None:
    """By the words that formats begin with."""
    text = _beginning(head)
    root = root_of(head)
    if root == "html" or PAGE.match(text):
        return HTML
    if root in ("urlset", "sitemapindex"):
        raise UnreadableError("a sitemap: a list of addresses, and no article", hint="give its address instead")
    if root in ("rss", "feed", "rdf"):
        return FEED
    if suffix == ".xml":
        what = f"XML of an unknown kind (<{root}>)" if root else "not XML, or XML that begins with no element"
        raise UnreadableError(what, hint="feeds and web pages are read; save it as one")
    return _mail(suffix, text)


def _mail(suffix: str, text: str) -> Kind | None:
    if MAILBOX.match(text):
        return MBOX
    if WEB_ARCHIVE.match(text) and SNAPSHOT.search(text):
        return MHTML
    return EML if suffix not in (".mbox", *ARCHIVED) and MAIL.match(text) else None
