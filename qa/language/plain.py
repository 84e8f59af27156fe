"""Text without what nobody sees: control characters, direction overrides, hidden tags. Pure."""

from __future__ import annotations

import re

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u3164\uffa0"  # soft hyphen, fillers, zero width
    "\u2028\u2029\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"  # direction; selectors, which can carry bytes
    "\ufff9-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # annotations; halves of a pair
    "\U000e0000-\U000e0fff]"  # tag characters and selectors that carry hidden text
)
# Joiners stay, since emoji and several scripts are written with them: one, and not after ASCII, which needs none.
LONELY = re.compile("(?<=[\x00-\x7f\u180b-\u180f\u200c\u200d])[\u180b-\u180f\u200c\u200d]")

# A bracket of any script is read as one of ours, and markers of other systems have them too ([INST], 【1†】).
OPENING, CLOSING = "[［﹇【〔〖〘〚⟦⟬⁅❲⦋⦍⦏⦗⸢⸤⎡⎣", "]］﹈】〕〗〙〛⟧⟭⁆❳⦌⦎⦐⦘⸣⸥⎤⎦"
# The angle brackets are those of our fence and of what chat templates take for theirs: <|im_start|>, <<SYS>>, </s>.
IN_PROMPTS = str.maketrans(
    dict.fromkeys(OPENING, "(")
    | dict.fromkeys(CLOSING, ")")
    | dict.fromkeys("<＜﹤", "‹")
    | dict.fromkeys(">＞﹥", "›")
)


def plain(text: str) -> str:
    """Take out what cannot be seen, and joiners where nothing is joined."""
    return LONELY.sub("", UNSEEN.sub("", text))


def harmless(text: str) -> str:
    r"""Text as it may stand in a prompt: on one line, and with nothing in the form of a marker, a tag or a heading.

    >>> harmless("He said\n[[kqzt]] 【1†】 <|im_start|>")
    'He said ((kqzt)) (1†) ‹|im_start|›'
    """
    return " ".join(plain(text.replace("\r", " ")).translate(IN_PROMPTS).split())
