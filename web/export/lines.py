"""Data as JSON Lines. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

# Inside JSON they may only stand in strings; some readers end a line at them.
LINE_ENDS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x85\u2028\u2029"}


def json_lines(objects: Iterable[dict[str, Any]]) -> str:
    r"""One object a line.

    >>> print(json_lines([{"text": "a\nb\u2028c"}, {}]), end="")
    {"text": "a\nb\u2028c"}
    {}
    """
    return "".join(json.dumps(each, ensure_ascii=False).translate(LINE_ENDS) + "\n" for each in objects)
