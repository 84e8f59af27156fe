"""The characters of a text that a reader sees. Pure.

Unicode has characters that are drawn as nothing; whole sentences have been smuggled past readers in them. They are
left out, but for those that shape what stands beside them: joiners in scripts that join, and in emoji.
"""

import re
from dataclasses import replace
from itertools import pairwise

from ingest.formats.reading import Read

# Never drawn: controls, direction marks and overrides, zero-width spaces, invisible operators, fillers, shorthand and
# musical marks, variation selectors but those of emoji, and the tag block, which can spell out any ASCII text.
NEVER = (
    r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u034f\u061c\u115f\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
# Arabic and its kin, the scripts of India, Tibet, Burma, Cambodia and Mongolia: joiners decide their letters' shapes.
JOINED = (
    r"\u0620-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u180d\u1810-\u18af\u1a20-\u1aaf\u1b00-\u1bff"
    r"\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
)
EMOJI = r"\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"

UNSEEN = re.compile(
    rf"[{NEVER}]+|(?<![{JOINED}])\u200c|\u200c(?![{JOINED}])"
    rf"|(?<![{JOINED}{EMOJI}\ufe0f])\u200d|\u200d(?![{JOINED}{EMOJI}])"
    rf"|(?<![{EMOJI}0-9#*])[\ufe0e\ufe0f]|(?<=[0-9#*])[\ufe0e\ufe0f](?!\u20e3)"
)
SOFT_HYPHEN = "\u00ad"  # says where a word may be divided; a search for the word must find it


def visible_text(text: str) -> tuple[str, int]:
    r"""A text as it is seen, and how many unseen characters were left out of it.

    Soft hyphens and a byte order mark at the beginning go too, but are not counted: neither is text that hides.

    >>> visible_text("fer\u200bry \U000e0041sails")
    ('ferry sails', 2)
    """
    plain = text.removeprefix("\ufeff").replace(SOFT_HYPHEN, "")
    unseen = 0
    while (seen := UNSEEN.sub("", plain)) != plain:  # what goes may have stood between a joiner and its letter
        unseen += len(plain) - len(seen)
        plain = seen
    return plain, unseen


def visible(read: Read) -> Read:
    """An article as it is seen: its text, with its pages where they now begin, and its fields."""
    edges = sorted({0, *(min(page, len(read.text)) for page in read.pages), len(read.text)})
    parts = [visible_text(read.text[start:end]) for start, end in pairwise(edges)]
    places = {edge: sum(len(part) for part, _ in parts[:count]) for count, edge in enumerate(edges)}
    return replace(
        read,
        text="".join(part for part, _ in parts),
        pages=tuple(places[min(page, len(read.text))] for page in read.pages),
        title=visible_text(read.title)[0],
        outlet=visible_text(read.outlet)[0],
        authors=tuple(visible_text(name)[0] for name in read.authors),
        unseen=read.unseen + sum(count for _, count in parts),
    )
