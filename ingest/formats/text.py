"""Plain text: bytes to characters without losing one."""

import codecs
import re

from ingest.errors import UnreadableError
from ingest.formats.reading import Read, storable

MARKS = (  # the longer first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.01  # share of control bytes above which this is a program or an image, not a text
CONVERT = "save it as UTF-8 text"
# Without a mark these are full of NUL, unless the text is East Asian; a detector takes "café" for two Chinese signs.
WIDE = ["utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"]

# "ñ" and "ń" are one byte, and a detector takes the first encoding by name. Prose with a few accents, all of them usual
# in Western Europe, is taken for Western; in Cyrillic or Greek most letters are beyond ASCII, and Polish has others.
WESTERN = "cp1252"
FEW = 0.25  # share of characters beyond ASCII; French and German have up to a tenth
LETTERS_OF_THE_WEST = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØÙÚÛÜàáâãäåæçèéêëìíîïñòóôöøùúûüßœŒ‘’“”–—…«»¡¿€£°§©®·\xa0")


def read(data: bytes) -> Read:
    """A text file; what it says of itself is left to `metadata`."""
    return Read(storable(decoded(data)))


def decoded(data: bytes) -> str:
    """By byte order mark, else as UTF-8, else by the encoding that the bytes themselves suggest; never lossy."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\x00" in data or len(CONTROL.findall(data)) > MOST_CONTROL * len(data):
        raise UnreadableError("not a text: it holds binary data", hint=CONVERT)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _detected(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"it says it is {encoding}, and is not: {error.reason}", hint=CONVERT) from error


def _detected(data: bytes) -> str:
    from charset_normalizer import from_bytes

    western = data.decode(WESTERN, "replace")
    accents = [character for character in western if not character.isascii()]
    # Portuguese has both ã and õ; õ alone is more likely the Hungarian ő.
    allowed = LETTERS_OF_THE_WEST | {"õ"} if "ã" in accents else LETTERS_OF_THE_WEST
    if len(accents) <= FEW * len(western) and allowed.issuperset(accents):
        return western
    best = from_bytes(data, cp_exclusion=WIDE).best()
    if best is None:
        raise UnreadableError("its encoding cannot be told", hint=CONVERT)
    return _strictly(data, best.encoding)
