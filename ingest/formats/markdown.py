"""Markdown with or without front matter. Its marks go, as far as they would stand in the way of a quote; words stay."""

import re
from typing import Any

from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats.fields import described
from ingest.formats.look import Look, is_gone, under
from ingest.formats.reading import Read, said, storable
from ingest.formats.stylesheet import declarations
from ingest.formats.text import decoding

FENCE = re.compile(r"^ {0,3}(?:```|~~~).*$", re.MULTILINE)
OPENING = re.compile(r"(?<!`)<(?P<tag>[a-z][a-z0-9]{0,20})(?P<attributes>\s[^<>]{1,500})>", re.IGNORECASE)
MARKED = re.compile(
    r"\s(?:hidden(?:=(?:\"[^\"]*\"|'[^']*'))?|aria-hidden\s*=\s*[\"']?true[\"']?)(?=[\s/]|$)", re.IGNORECASE
)
QUOTED = re.compile(r"(\"[^\"]*\"|'[^']*')")
STYLED = re.compile(r"\sstyle\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')", re.IGNORECASE)
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
    (
        re.compile(
            r"^[ \t]{0,3}\|?(?:[ \t]{0,9}:?-{3,}:?[ \t]{0,9}\|)+[ \t]{0,9}(?::?-{3,}:?[ \t]{0,9})?\r?(?:\n|\Z)",
            re.MULTILINE,
        ),
        "",
    ),
    (re.compile(r"(?:(?<=\S\n)|(?<=\S\r\n)) {0,3}(?:=+|-+)[ \t]{0,9}\r?$", re.MULTILINE), ""),
)


def read(data: bytes, config: IngestConfig = DEFAULTS) -> Read:
    """The prose of a Markdown file, described by its front matter."""
    import frontmatter
    import yaml

    source, encoding = decoding(data)
    source = source.removeprefix("\ufeff")
    try:
        fields, text = frontmatter.parse(source, handler=_handler(source))
    except RecursionError as error:
        raise UnreadableError("its front matter is nested too deeply") from error
    except ValueError as error:  # a date such as 2025-13-45
        message = f"its front matter holds a date that is none ({error})"
        raise UnreadableError(message, hint="correct it, or put it in quotation marks") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise UnreadableError(
            f"its front matter is not valid YAML{place}", hint="put quotation marks around values that hold a colon"
        ) from error
    shown, unseen = _shown(text)
    about = described(fields, "")
    return said(Read(storable(shown), encoding=encoding, unseen=unseen), [("front matter", about)])


def _handler(source: str) -> Any:
    """YAML read by Python alone, since its C library ends the process when nested too deeply; None for no YAML."""
    import yaml
    from frontmatter import YAMLHandler

    class PlainYaml(YAMLHandler):  # type: ignore[misc]  # of a library without types
        def load(self, fm: str, **_: object) -> Any:
            return yaml.load(fm, yaml.SafeLoader)

    return PlainYaml() if YAMLHandler().detect(source) else None


def _shown(text: str) -> tuple[str, int]:
    """Markdown as a reader would see it, fenced code as it is; and the length of the comments left out of it."""
    parts = []
    start, fenced, unseen = 0, False, 0
    for first, last in [*(fence.span() for fence in FENCE.finditer(text)), (len(text), len(text))]:
        part, count = (text[start:first], 0) if fenced else _plain(text[start:first])
        parts += [part, text[first:last]]
        start, fenced, unseen = last, not fenced, unseen + count
    return "".join(parts), unseen


def _plain(text: str) -> tuple[str, int]:
    text, comments = _without_comments(text)
    text, hidden = _without_hidden(text)
    for pattern, replacement in CHANGES:
        text = pattern.sub(replacement, text)
    return _without_references(text), comments + hidden


def _without_comments(text: str) -> tuple[str, int]:
    """What HTML comments hold is not shown. One that never ends is text, and is looked for only once."""
    parts = []
    start = unseen = 0
    while (first := text.find("<!--", start)) >= 0 and (last := text.find("-->", first)) >= 0:
        parts.append(text[start:first])
        unseen += len(text[first + len("<!--") : last].strip())
        start = last + len("-->")
    return "".join([*parts, text[start:]]), unseen


def _without_hidden(text: str) -> tuple[str, int]:
    """Markdown may hold HTML, and HTML may hide what is in it; the rest of it stays as it stands."""
    parts = []
    start = unseen = 0
    never_closed: set[str] = set()
    for opening in OPENING.finditer(text):
        tag = opening["tag"].lower()
        if opening.start() < start or tag in never_closed or not _hides(opening["attributes"]):
            continue
        closing = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, opening.end())
        if closing is None:
            never_closed.add(tag)
            continue
        parts.append(text[start : opening.start()])
        unseen += len(text[opening.end() : closing.start()].strip())
        start = closing.end()
    return "".join([*parts, text[start:]]), unseen


def _hides(attributes: str) -> bool:
    # "hidden" within a value, as in title="a hidden gem", is a word like others.
    if MARKED.search(QUOTED.sub(lambda value: value[0].replace(" ", "_"), attributes)):
        return True
    found = STYLED.search(attributes)
    style = {name: value for name, value, _ in declarations(found["double"] or found["single"] or "")} if found else {}
    return is_gone(style) or under(Look(), style).unseen


def _without_references(text: str) -> str:
    """[text][name] becomes its text where a line [name]: address stands, and that line goes."""
    defined = {match["name"].lower() for match in DEFINITION.finditer(text)}
    if not defined:
        return text

    def shown(match: re.Match[str]) -> str:
        name = match["name"] or match["text"]
        return match["text"] if name.lower() in defined else match.group()

    return re.sub(r"\[(?P<text>[^\[\]]+)\](?:\[(?P<name>[^\[\]]*)\])?", shown, DEFINITION.sub("", text))
