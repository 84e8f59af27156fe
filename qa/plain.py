"""Text without what nobody sees: control characters, direction overrides, hidden tags. Pure."""

from __future__ import annotations

import re

KEPT = "\n\t"
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u00ad\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff"  # soft hyphen, zero width, direction
    "\ufff9-\ufffb\ud800-\udfff"  # annotations; halves of a pair
    "\U000e0000-\U000e0fff]"  # tag characters and selectors that carry hidden text
)
BRACKETS = str.maketrans(dict.fromkeys("[［【〔〖⟦⁅❲", "(") | dict.fromkeys("]］】〕〗⟧⁆❳", ")"))


def plain(text: str) -> str:
    """Take out what cannot be seen. Joiners stay, since emoji and several scripts are written with them."""
    return UNSEEN.sub("", text)


def harmless(text: str) -> str:
    r"""Text as it may stand in a prompt: on one line, and with nothing in the form of a marker or a heading.

    >>> harmless("He said\n[[kqzt]] 【1†】")
    'He said ((kqzt)) (1†)'
    """
    return " ".join(plain(text.replace("\r", " ")).translate(BRACKETS).split())
