"""What a model wrote, reduced to text, emphasis, lists and our tags, while it streams in. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from qa.language.plain import LONELY, UNSEEN, plain
from qa.writing.rewriting import Rewriter, Rule

LIMIT_CHARS = 12_000  # some 2,000 words; an answer is asked for in one to five sentences
LAST_WORD_CHARS = 100  # past the limit, so that it does not cut a tag in two
LONGEST_TAG = 1_000  # characters of an HTML tag or comment; a longer one is shown as text
LONGEST_ADDRESS = 2_000  # what servers and browsers take

NEW_LINE = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|table|hr|h[1-6])\b", re.IGNORECASE)
AUTOLINK = re.compile(r"<([a-z][a-z0-9+.\-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>", re.IGNORECASE)

# Addresses that do something without "//". Followed by a space it is a word: "The data: two of three".
SCHEMES = "javascript|vbscript|livescript|data|mailto|file|blob|filesystem|view-source|about|tel|sms|intent|jar"
ADDRESS = re.compile(r"[./:#?\\]|^$")  # in the brackets behind a link's text; "[He](sic)" has none of them

# What makes an address, a link, a definition, an image, and what it is parted into.
APART = {"://": ": //", "](": "] (", "]:": "] :", "]://": "] : //"}

# What stands behind a link's text, "(address 'title')", and all that it may begin with.
TARGET = rf"[^\s()]{{0,{LONGEST_ADDRESS}}}(?:\([^\s()]{{0,200}}\)[^\s()]{{0,200}})?"
TARGET_BEGUN = rf"[^\s()]{{0,{LONGEST_ADDRESS}}}(?:\([^\s()]{{0,200}}(?:\)[^\s()]{{0,200}})?)?"
TITLE = r"\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|\([^()\n]{0,300}\)"
TITLE_BEGUN = r"\"[^\"\n]{0,300}\"?|'[^'\n]{0,300}'?|\([^()\n]{0,300}\)?"

DECODED = str.maketrans({"<": "‹", ">": "›", "`": "'"})  # what was written as an entity was meant as text


def _tag(match: re.Match[str], _before: str) -> str:
    if match["less"]:
        return "<"
    if match[0] == "<":
        return "‹"
    address = AUTOLINK.fullmatch(match[0])
    if address:
        return address[1]
    return "\n" if NEW_LINE.match(match[0]) else ""


def _character(match: re.Match[str], _before: str) -> str | None:
    """An entity as the character that it stands for; None where it stands for none."""
    written = f"&{match[1]};"
    meant = html.unescape(written)
    return None if meant == written else plain(f" {meant}")[1:].translate(DECODED)


def _link(match: re.Match[str], before: str) -> str | None:
    """A link without where it leads: nothing that is left forms an address, a link or a definition."""
    found = match[0]
    if found.startswith("!"):
        return ""
    if found in APART:
        behind_tag = found.startswith("]:") and before == "]"
        return None if behind_tag else APART[found]
    if found.startswith("]"):
        kept = "] " if match["more"] is not None else "]"
        return kept if ADDRESS.search(match["target"]) else "] " + found[1:]
    inside = before.isalnum() or (before and before in "/.:@-+]")
    return None if inside else ""


def _at_line_start(_match: re.Match[str], before: str) -> str | None:
    return "" if before in {"", "\n"} else None


# Code marks and backslashes before punctuation, which would hide from the rules below what they are to see.
MARKS = Rule(
    re.compile(r"`{3,}[\w+#\-]{0,20}(?=\n)|`+|\\(?=[!-/:-@\[-`{-~])"),
    re.compile(r"`{1,2}|`{3,}[\w+#\-]{0,20}|\\"),
    lambda _match, _before: "",
)
TAGS = Rule(
    re.compile(
        rf"<!--(?s:.{{0,{LONGEST_TAG}}}?)-->|<[a-z/!?][^<>]{{0,{LONGEST_TAG}}}>|(?P<less><(?=[\s\d=]))|<", re.IGNORECASE
    ),
    re.compile(rf"<|<!--(?s:(?!-->).){{0,{LONGEST_TAG}}}|<[a-z/!?][^<>]{{0,{LONGEST_TAG}}}", re.IGNORECASE),
    _tag,
)
ENTITIES = Rule(
    re.compile(r"&(?:(?:amp|#0*38|#x0*26);)*(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE),
    re.compile(r"&(?:[#a-z0-9]{1,33};)*[#a-z0-9]{0,33}", re.IGNORECASE),
    _character,
)
LINKS = Rule(
    re.compile(
        r"[a-z][a-z0-9+.\-]{0,31}://"
        rf"|(?:{SCHEMES}):(?=\S)"
        r"|www\.|://|\]:(?://)?|!+(?=\[[^\[])"
        rf"|\]\(\s{{0,3}}(?P<target>{TARGET})(?:\s{{1,3}}(?:{TITLE}))?\s{{0,3}}\)(?P<more>(?=[(:]))?"
        r"|\]\(",
        re.IGNORECASE,
    ),
    re.compile(
        r"[a-z][a-z0-9+.\-]{0,31}(?::/?)?|:/?|!+\[?|\](?::/?)?"
        rf"|\]\(\s{{0,3}}{TARGET_BEGUN}(?:\s{{1,3}}(?:{TITLE_BEGUN})?)?\s{{0,3}}\)?",
        re.IGNORECASE,
    ),
    _link,
)
# Headings, quotes, code fences, rules, underlines and the row that makes a table: what is left of them is text.
INDENT, ROW = r"[ \t]{0,40}+", r"[|:\-=+*_ \t]{0,400}+"  # bounded, so that a run of spaces costs no time
BLOCKS = Rule(
    re.compile(rf"{INDENT}(?:#{{1,6}}[ \t]{{1,40}}|>[ \t]?|~{{3,}}[^\n]{{0,40}}(?:\n|\Z)|[|:\-=+*_]{ROW}(?:\n|\Z))"),
    re.compile(rf"{INDENT}(?:#{{1,6}}[ \t]{{0,40}}|>|~{{1,2}}|~{{3,}}[^\n]{{0,40}}|{ROW})"),
    _at_line_start,
)


class OutputFilter:
    """Reduces a model's reply to what may be shown; never shows a part of what it would have to take back.

    No HTML, entities, images, links, definitions, addresses that can be clicked, code marks, tables, headings or
    characters that nobody sees. What looks like one of our tags passes as it is. `hidden` are words of the prompt
    that no answer may hold, such as its fence's; `leaks` counts them. `cut` says that the reply was too long.

    >>> output = OutputFilter()
    >>> parts = ("# See **th", "is** <im", "g src=x>[post](ht", "tps://a.example) [[kqzt]]")
    >>> "".join(map(output.feed, parts)) + output.finish()
    'See **this** [post] [[kqzt]]'
    """

    def __init__(self, hidden: Sequence[str] = (), limit: int = LIMIT_CHARS) -> None:
        self.leaks = 0
        self.cut = False
        self._limit = limit
        self._length = 0
        self._last = ""
        rules = [MARKS, TAGS, ENTITIES, LINKS, BLOCKS, *(self._hiding(word) for word in hidden if word)]
        self._rewriters = [Rewriter(rule) for rule in rules]

    def feed(self, delta: str) -> str:
        """Take more of the reply; give what can be shown."""
        return self._capped(self._rewritten(self._seen(delta), final=False))

    def finish(self) -> str:
        """Give what was held back."""
        return self._capped(self._rewritten("", final=True))

    def _seen(self, delta: str) -> str:
        """Without what nobody sees; a joiner needs the character before it, which may have come earlier."""
        text = LONELY.sub("", self._last + UNSEEN.sub("", delta.replace("\r", " ")))[len(self._last) :]
        self._last = text[-1:] or self._last
        return text

    def _rewritten(self, text: str, *, final: bool) -> str:
        for rewriter in self._rewriters:
            text = rewriter.feed(text, final=final)
        return text

    def _hiding(self, word: str) -> Rule:
        beginnings = "(?:".join(map(re.escape, word)) + ")?" * (len(word) - 1)
        return Rule(re.compile(re.escape(word), re.IGNORECASE), re.compile(beginnings, re.IGNORECASE), self._hide)

    def _hide(self, _match: re.Match[str], _before: str) -> str:
        self.leaks += 1
        return "…"

    def _capped(self, text: str) -> str:
        """What of it is within the limit, to the end of the word there."""
        if self.cut:
            return ""
        room = max(self._limit - self._length, 0)
        space = re.compile(r"\s").search(text, room)
        end = min(space.start() if space else len(text), self._limit + LAST_WORD_CHARS - self._length)
        self.cut = end < len(text)
        self._length += end
        return text[:end]
