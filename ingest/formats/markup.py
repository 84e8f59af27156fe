"""XML that someone else wrote, parsed so that it can neither fetch anything nor grow."""

import re
from typing import Any

from ingest.errors import UnreadableError

ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
UNFOLDS = "its XML defines entities, which can unfold to gigabytes"
NO_MEMORY = 2  # libxml2's number of that error
OUT_OF_BOUNDS = ("unknown error", "huge", "limit exceeded", "too long", "out of memory")  # the first is no memory, too
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
        raise fault(error, what) from error


def fault(error: Any, what: str) -> UnreadableError:
    """What a user is told of an XMLSyntaxError over `what`: that it is a trap, too large, or damaged."""
    message = error.msg or ""
    if "amplification" in message or "entity reference loop" in message:
        return UnreadableError(UNFOLDS, hint=HINT)
    if error.code == NO_MEMORY or any(words in message for words in OUT_OF_BOUNDS):
        return UnreadableError(f"{what} is too large to be read", hint="save its text alone")
    return UnreadableError(f"{what} is damaged: {message}", hint=HINT)


def check_entities(root: Any) -> None:
    """UnreadableError if what was parsed without unfolding them defines entities: documents do not, and traps do."""
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise UnreadableError(UNFOLDS, hint=HINT)


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for a comment or a processing instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
