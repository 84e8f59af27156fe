"""XML that someone else wrote, parsed so that it can neither fetch anything nor grow."""

import re
from typing import Any

from ingest.errors import UnreadableError

ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
UNFOLDS = "its XML defines entities, which can unfold to gigabytes"
HINT = "open it with the program that wrote it and save it anew"


def parsed(data: bytes, what: str) -> Any:
    """The root element. UnreadableError if `what` ("its text") is no XML, or defines entities, which may unfold."""
    from lxml import etree

    if ENTITY.search(data.replace(b"\0", b"")):  # in UTF-16 every other byte is NUL
        raise UnreadableError(UNFOLDS, hint=HINT)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"{what} is damaged: {error.msg}", hint=HINT) from error


def check_entities(root: Any) -> None:
    """UnreadableError if what was parsed without unfolding them defines entities: documents do not, and traps do."""
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise UnreadableError(UNFOLDS, hint=HINT)


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for a comment or a processing instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
