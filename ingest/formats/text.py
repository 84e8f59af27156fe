"""Plain text: bytes to characters without losing one."""

import codecs
import re
from typing import NamedTuple

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.reading import Read, storable

MARKS = (  # the longer first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CODE_PAGE = re.compile(r"cp(125\d|874)")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.01  # share of control bytes above which this is a program or an image, not a text
CONVERT = "save it as UTF-8 text"
JAPANESE_MAIL = (b"\x1b$B", b"\x1b$@")  # begin Japanese in ISO-2022-JP, which has no byte beyond ASCII
# What prose has been written in since the 1990s. With more to choose from, a detector finds Welsh in Polish; without a
# mark UTF-16 and UTF-32 are full of NUL, and it takes "café" for two Chinese signs.
IN_USE = [
    *(f"cp{number}" for number in range(1250, 1259)), "cp874", "iso8859_2", "iso8859_5", "koi8_r", "koi8_u",
    "mac_roman", "cp850", "cp866", "cp932", "shift_jis", "euc_jp", "gb18030", "big5", "cp949", "euc_kr",
]  # fmt: skip
# Signs that stand within no word: where they do, they were letters in another encoding.
IN_A_WORD = re.compile(r"[^\W\d_][©®«»¶±§¤¦¬¨¸¼½¾¿¡†‡€£¥¹²³ªº]+[^\W\d_]|[a-zß-öø-ÿ][À-ÖØ-ÞŁĽĄĘŢ](?=[a-z])")

# "ñ" and "ń" are one byte, and a detector takes the first encoding by name. Prose with a few accents, all of them usual
# in Western Europe, is taken for Western; in Cyrillic or Greek most letters are beyond ASCII, and Polish has others.
WESTERN = "cp1252"
FEW = 0.25  # share of characters beyond ASCII; French and German have up to a tenth
LETTERS_OF_THE_WEST = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØÙÚÛÜàáâãäåæçèéêëìíîïñòóôöøùúûüßœŒ‘’“”–—…«»¡¿€£°§©®·\xa0")


class Decoding(NamedTuple):
    """The characters of a file, and the encoding in which they stood."""

    text: str
    encoding: str


def read(data: bytes, config: IngestConfig = DEFAULTS) -> Read:
    """A text file; what it says of itself is left to `metadata`."""
    text, encoding = decoding(data)
    return Read(storable(text), encoding=encoding)


def decoded(data: bytes) -> str:
    """The characters of a text file, without their encoding."""
    return decoding(data).text


def decoding(data: bytes) -> Decoding:
    """By byte order mark, else as UTF-8, else by the encoding that the bytes themselves suggest; never lossy.

    >>> decoding("café".encode("cp1252"))
    Decoding(text='café', encoding='windows-1252')
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\x00" in data or len(CONTROL.findall(data)) > MOST_CONTROL * len(data):
        raise UnreadableError("not a text: it holds binary data", hint=CONVERT)
    if any(mark in data for mark in JAPANESE_MAIL):
        return _strictly(data, "iso2022_jp")
    try:
        return Decoding(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _detected(data)


def encoding_name(name: str) -> str:
    """The usual name of an encoding: Python's "cp1252" is "windows-1252" everywhere else."""
    plain = codecs.lookup(name).name
    if match := CODE_PAGE.fullmatch(plain):
        return f"windows-{match[1]}"
    return "utf-8" if plain == "utf-8-sig" else plain


def _strictly(data: bytes, encoding: str) -> Decoding:
    try:
        return Decoding(data.decode(encoding), encoding_name(encoding))
    except UnicodeDecodeError as error:
        raise UnreadableError(f"it says it is {encoding}, and is not: {error.reason}", hint=CONVERT) from error


def _detected(data: bytes) -> Decoding:
    from charset_normalizer import from_bytes

    western = data.decode(WESTERN, "replace")
    accents = [character for character in western if not character.isascii()]
    # Portuguese has both ã and õ; õ alone is more likely the Hungarian ő.
    allowed = LETTERS_OF_THE_WEST | {"õ"} if "ã" in accents else LETTERS_OF_THE_WEST
    if len(accents) <= FEW * len(western) and allowed.issuperset(accents):
        return Decoding(western, encoding_name(WESTERN))
    for found in from_bytes(data, cp_isolation=IN_USE):
        if not IN_A_WORD.search(str(found)):
            return _strictly(data, found.encoding)
    raise UnreadableError("its encoding cannot be told", hint=CONVERT)
