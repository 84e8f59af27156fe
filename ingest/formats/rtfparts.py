"""The source of a rich text, divided into what is read where, without what nobody sees. Pure."""

import codecs
import re
from dataclasses import dataclass, field

from ingest.errors import UnreadableError

TOKEN = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[^\\{}]+", re.IGNORECASE | re.DOTALL
)
CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
FONTS = re.compile(r"\{[^{}]*\\fonttbl(?:[^{}]|\{[^{}]*\})*\}")
USUAL = "cp1252"
# Addresses behind links, pictures, comments, running heads: nobody reads them as part of the text.
UNREAD = {
    "fldinst", "pict", "annotation", "atnid", "atnauthor", "header", "headerl", "headerr", "headerf", "footer",
    "footerl", "footerr", "footerf", "info", "object", "shpinst", "themedata", "datastore",
}  # fmt: skip
APART = {"footnote", "shptxt", "title", "author"}  # notes, text boxes, properties: read, but not in the midst
HIDING = {"v", "deleted"}  # "\v0" ends what "\v" began; "\plain" ends both
DEEPEST = 1_000  # groups within groups; Word writes about 20
LINE_END = "\u2028"  # stands for a break within a paragraph until paragraphs are told from lines


@dataclass
class Parts:
    """The source of each part, and the number of characters that nobody sees."""

    encoding: str
    fonts: str = ""
    found: dict[str, list[str]] = field(default_factory=dict)
    unseen: int = 0

    def source(self, name: str) -> str:
        """A part as a document of its own; "" where there is none."""
        tokens = "".join(self.found.get(name, ()))
        page = self.encoding.removeprefix("cp")
        return f"{{\\rtf1\\ansi\\ansicpg{page}{self.fonts} {tokens}}}" if tokens else ""

    def add(self, name: str, token: str) -> None:
        if name:
            self.found.setdefault(name, []).append(token)


@dataclass(frozen=True, slots=True)
class Group:
    """What holds from "{" to "}": the part it belongs to ("" for none), and whether it is hidden."""

    part: str = "text"
    hidden: bool = False


def parts_of(data: bytes) -> Parts:
    """Divide a document. UnreadableError if its groups are nested as no program nests them."""
    parts = Parts(_encoding(data))
    source = data.decode(parts.encoding, "replace")
    if fonts := FONTS.search(source):
        parts.fonts = fonts.group()
    stack = [Group()]
    place = 0
    while match := TOKEN.match(source, place):
        place = match.end() + _binary(match)
        if match.group() == "{":
            stack.append(stack[-1])
            parts.add(stack[-1].part, "{")
        elif match.group() == "}":
            _close(stack, parts)
        else:
            stack[-1] = _taken(match, stack[-1], parts)
        if len(stack) > DEEPEST:
            raise UnreadableError("its groups are nested too deeply", hint="open it in a word processor and save it")
    return parts


def _encoding(data: bytes) -> str:
    named = CODE_PAGE.search(data[:1_000])
    try:
        return codecs.lookup(f"cp{named[1].decode()}").name if named else USUAL
    except LookupError:
        return USUAL


def _binary(match: re.Match[str]) -> int:
    """How many bytes after a token are no source."""
    return max(0, int(match["number"])) if match["word"] == "bin" and match["number"] else 0


def _close(stack: list[Group], parts: Parts) -> None:
    """End a group; one note or box too many at the end of a file is no reason to stop."""
    closed = stack.pop()
    if not stack:
        stack.append(Group())
    if closed.part != stack[-1].part:
        parts.add(closed.part, "\\par ")
    parts.add(stack[-1].part, "}")


def _taken(match: re.Match[str], group: Group, parts: Parts) -> Group:
    """Keep a token where it belongs; gives the group as it is from there on."""
    token, word = match.group(), (match["word"] or "").lower()
    if word in UNREAD or word in APART:
        return Group(word if word in APART else "", group.hidden)
    if word == "uc" and not match["number"]:  # it must say how many
        return group
    if word in HIDING or word == "plain":
        return Group(group.part, word != "plain" and match["number"] != "0")
    if group.hidden and (not word or word == "u"):
        parts.unseen += 1 if token.startswith("\\") else len(token.strip("\r\n"))
        return group
    parts.add(group.part, f"\\u{ord(LINE_END)}?" if word == "line" else token)
    return group
