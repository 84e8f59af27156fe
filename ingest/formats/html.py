"""A web page: its article, without menus and without what a reader of the page would not see."""

import re
from typing import TYPE_CHECKING, Any

from ingest.byline import names
from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.clutter import without_clutter
from ingest.formats.pagefields import places
from ingest.formats.reading import Read, one_line, said, storable
from ingest.formats.text import MARKS, Decoding, decoding
from ingest.formats.visibility import without_unseen

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
DECLARED_WITHIN = 4096  # bytes; the standard asks for the first 1024

# No part of HTML; one of them in a page, and its article could not be taken out of it.
CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]"
    r"|&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|fff[ef])(?![0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d));?",
    re.IGNORECASE,
)

TABLE_RULE = re.compile(r"^\|[-| ]+\|[ ]*\n", re.MULTILINE)
TABLE_EDGE = re.compile(r"^\| | \|[ ]*$", re.MULTILINE)
SENTENCE_END = re.compile(r"[.!?。！？]")
LONGEST_MENU = 200  # characters; a text longer than this without a full stop may still be a poem or a list


def read(data: bytes, config: IngestConfig = DEFAULTS) -> Read:
    """The article of a page. Its date is taken only from where pages state it, never estimated from the text."""
    source, encoding = _decoded(data)
    tree = _parsed(DECLARATION.sub("", CONTROL.sub("", source.replace("\f", " ").replace("\v", " "))))
    stated = places(tree)
    unseen = without_unseen(tree)
    without_clutter(tree)
    text, guess = _extracted(tree)
    return said(Read(text, encoding=encoding, unseen=unseen), [*stated, ("page", guess)])


def _decoded(data: bytes) -> Decoding:
    """By byte order mark, else as the page declares, if that is true of it, else as any text.

    Names of encodings mean what browsers take them for: "iso-8859-1" is windows-1252.
    """
    import webencodings

    declared = CHARSET.search(data[:DECLARED_WITHIN])
    known = webencodings.lookup(declared[1].decode("ascii")) if declared else None
    # A page that could be read so far is not in UTF-16, whatever it declares.
    if known and not known.name.startswith("utf-16") and not data.startswith(tuple(mark for mark, _ in MARKS)):
        try:
            return Decoding(known.codec_info.decode(data)[0], known.name)
        except UnicodeError:
            pass
    return decoding(data)


def _parsed(source: str) -> "HtmlElement":
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(huge_tree=True)  # else elements more than 256 deep are dropped, and their text with them
    try:
        tree: HtmlElement = document_fromstring(source, parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise UnreadableError("no article in it: the page is empty") from error
    if any("depth" in fault.message for fault in parser.error_log):
        raise UnreadableError(
            "no article in it: its elements stand in each other too deeply", hint="save its text alone"
        )
    return tree


def _extracted(tree: "HtmlElement") -> tuple[str, Read]:
    """The text of the article, and what trafilatura takes its fields to be; not its date, which may be an estimate.

    Meta tags and scripts are taken from it: they have been read, and what we did not believe it might.
    """
    from trafilatura import bare_extraction

    for element in tree.xpath("//meta | //script"):
        element.drop_tree()
    linked = sum(len(link.text_content()) for link in tree.iter("a"))
    menu = linked > len(tree.text_content().strip()) / 2
    found: Any = bare_extraction(tree, with_metadata=True, include_comments=False, include_tables=True)
    text = TABLE_EDGE.sub("", TABLE_RULE.sub("", storable((found.text if found else "") or "")))
    if not (SENTENCE_END.search(text) or (len(text) > LONGEST_MENU and not menu)):
        raise UnreadableError("no article in it: nothing but menus, or a page that needs a browser to show its text")
    guess = Read(
        "",
        title=one_line(found.title or ""),
        outlet=one_line(found.sitename or ""),
        authors=tuple(name for author in (found.author or "").split(";") for name in names(author)),
        url=found.url or "",
    )
    return text, guess
