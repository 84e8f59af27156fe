"""A text of LibreOffice or OpenOffice (ODT): its paragraphs, lists and tables in order, its notes at the end."""

from typing import Any
from zipfile import ZipFile

from ingest.byline import names
from ingest.config import DEFAULTS, IngestConfig
from ingest.errors import UnreadableError
from ingest.formats import packed
from ingest.formats.markup import local, parsed
from ingest.formats.odttext import Walk, unseen_styles
from ingest.formats.reading import Read, one_line, said, storable

WHAT = "an OpenDocument text"


def read(data: bytes, config: IngestConfig = DEFAULTS) -> Read:
    """The visible text of a document. Its dates are those of the file, not of the article, and are left out."""
    with packed.opened(data, config, WHAT) as archive:
        if b"encryption-data" in _part(archive, "META-INF/manifest.xml", needed=False):
            raise UnreadableError("it is protected by a password", hint="save it without one")
        content = parsed(_part(archive, "content.xml"), "its text")
        styles = _part(archive, "styles.xml", needed=False)
        about = _part(archive, "meta.xml", needed=False)
    body = content.find("{*}body/{*}text")
    if body is None:
        raise UnreadableError(f"not {WHAT}, or a damaged one", hint=packed.DAMAGED)
    roots = [content, *([parsed(styles, "its list of styles")] if styles else [])]
    walk = Walk(unseen_styles(roots))
    text = "\n\n".join([*walk.blocks(body), *walk.notes])
    if not text.strip():
        raise UnreadableError("no text in it")
    properties = _properties(parsed(about, "its list of properties")) if about else Read("")
    return said(Read(storable(text), unseen=walk.unseen), [("document properties", properties)])


def _part(archive: ZipFile, name: str, *, needed: bool = True) -> bytes:
    if name in archive.namelist():
        return packed.content(archive, archive.getinfo(name))
    if needed:
        raise UnreadableError(f"not {WHAT}, or a damaged one: {name} is missing", hint=packed.DAMAGED)
    return b""


def _properties(meta: Any) -> Read:
    """Title, author and language. The creator is who changed it last; the initial creator wrote it."""
    found = {local(node): one_line(node.text or "") for node in meta.iterfind("{*}meta/*")}
    people = names(found.get("initial-creator") or found.get("creator", ""))
    return Read("", title=found.get("title", ""), authors=people, language=found.get("language", ""))
