"""What an XML document is, told by its outermost element."""

import re

HEAD = 8192  # bytes within which the outermost element begins, after comments and declarations
# Each part is matched once and for all (possessive), so that a hostile head costs no more than a look.
ROOT = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*+(?>(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+)?>)\s*+)*+"
    rb"<(?:[\w.-]++:)?([\w.-]++)",
    re.DOTALL | re.IGNORECASE,
)


def root_of(data: bytes) -> str:
    """The outermost element's name in small letters, without its namespace; "" if this is no XML.

    >>> root_of(b'<?xml version="1.0"?><rdf:RDF xmlns="x">')
    'rdf'
    """
    match = ROOT.match(data[:HEAD].replace(b"\x00", b""))  # in UTF-16 every other byte is NUL
    return match[1].decode("ascii", "replace").lower() if match else ""
