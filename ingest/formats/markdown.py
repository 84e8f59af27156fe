"""Markdown with or without front matter. Its marks go, as far as they would stand in the way of a quote; words stay."""

import re

from ingest.errors import UnreadableError
from ingest.formats.fields import described
from ingest.formats.reading import Read
from ingest.formats.text import decoded

FENCE = re.compile(r"^ {0,3}(?:```|~~~).*$", re.MULTILINE)
TARGET = r"\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
DEFINITION = re.compile(
    r"^ {0,3}\[(?P<name>[^\[\]\n]+)\]:[ \t]+<?(?:https?://|mailto:|[/#.])\S*"
    r"(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*(?:\r?\n|\Z)",
    re.MULTILINE,
)
CHANGES = (
    (re.compile(rf"!\[[^\[\]]*\](?:{TARGET}|\[[^\[\]]*\])"), ""),
    (re.compile(rf"\[(?P<text>[^\[\]]*)\]{TARGET}"), r"\g<text>"),
    (
        re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<text>.*?)(?:[ \t]{1,9}#{1,9})?(?P<end>[ \t]{0,9}\r?)$", re.MULTILINE),
        r"\g<text>\g<end>",
    ),
    (re.compile(r"(?P<mark>\*\*|__)(?=[^\s*_])(?P<text>[^\n]{1,300}?)(?<=\S)(?P=mark)"), r"\g<text>"),
    (re.compile(r"(?<![\w*_])(?P<mark>[*_])(?=[^\s*_])(?P<text>[^*_\n]+)(?<=\S)(?P=mark)(?![\w*_])"), r"\g<text>"),
    (re.compile(r"(?:(?<=\S\n)|(?<=\S\r\n)) {0,3}(?:=+|-+)[ \t]{0,9}\r?$", re.MULTILINE), ""),
)


def read(data: bytes) -> Read:
    """The prose of a Markdown file, described by its front matter."""
    import frontmatter
    import yaml

    try:
        fields, text = frontmatter.parse(decoded(data).removeprefix("\ufeff"))
    except (yaml.YAMLError, ValueError) as error:  # a ValueError is a date such as 2025-13-45
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise UnreadableError(
            f"its front matter is not valid YAML{place}", hint="put quotation marks around values that hold a colon"
        ) from error
    return described(fields, _without_marks(text))


def _without_marks(text: str) -> str:
    """Markdown outside fenced code, as a reader would see it."""
    parts = []
    start, fenced = 0, False
    for fence in FENCE.finditer(text):
        part = text[start : fence.start()]
        parts.append(part if fenced else _plain(part))
        parts.append(fence.group())
        start, fenced = fence.end(), not fenced
    return "".join([*parts, text[start:] if fenced else _plain(text[start:])])


def _plain(text: str) -> str:
    text = _without_comments(text)
    for pattern, replacement in CHANGES:
        text = pattern.sub(replacement, text)
    return _without_references(text)


def _without_comments(text: str) -> str:
    """What HTML comments hold is not shown. One that never ends is text, and is looked for only once."""
    parts = []
    start = 0
    while (first := text.find("<!--", start)) >= 0 and (last := text.find("-->", first)) >= 0:
        parts.append(text[start:first])
        start = last + len("-->")
    return "".join([*parts, text[start:]])


def _without_references(text: str) -> str:
    """[text][name] becomes its text where a line [name]: address stands, and that line goes."""
    defined = {match["name"].lower() for match in DEFINITION.finditer(text)}
    if not defined:
        return text

    def shown(match: re.Match[str]) -> str:
        name = match["name"] or match["text"]
        return match["text"] if name.lower() in defined else match.group()

    return re.sub(r"\[(?P<text>[^\[\]]+)\](?:\[(?P<name>[^\[\]]*)\])?", shown, DEFINITION.sub("", text))
