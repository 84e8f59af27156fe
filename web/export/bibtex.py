"""Sources as a BibTeX file for biblatex. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from web.export.keys import keys
from web.export.names import parted
from web.export.sources import Source

# A backslash does not hide a brace from BibTeX, which counts them, so braces go by name. "<", ">", "|" and "`" stay:
# biber turns their names back into characters, and what it leaves behind of a name broke the initials of authors.
ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: f"\\{mark}" for mark in "&%$#_"},
    }
)


def bibtex(sources: Sequence[Source]) -> str:
    """An entry for each source: `@article` in a known outlet, else `@online`, or `@misc` where there is no address."""
    named = keys(sources)
    return "\n".join(_entry(named[source.article], source) for source in sources)


def escaped(text: str) -> str:
    r"""Text as LaTeX prints it.

    >>> print(escaped("50% of {this} & that_"))
    50\% of \textbraceleft{}this\textbraceright{} \& that\_
    """
    return text.translate(ESCAPES)


def _entry(key: str, source: Source) -> str:
    kind = "article" if source.outlet else "online" if source.url else "misc"
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(source) if value)
    return f"@{kind}{{{key},\n{fields}}}\n"


def _fields(source: Source) -> Iterator[tuple[str, str]]:
    """Names and values. Braces round a title keep its capitals, as it was published."""
    yield "author", _authors(source.authors)
    yield "title", f"{{{escaped(source.title or 'Untitled')}}}"
    if source.outlet:
        yield "journaltitle", escaped(source.outlet)
        yield "entrysubtype", "newspaper"
    yield "date", source.published.isoformat() if source.published else ""
    yield "url", source.url
    yield "urldate", source.accessed.isoformat() if source.url and source.accessed else ""


def _authors(authors: Iterable[str]) -> str:
    return " and ".join(map(_author, authors))


def _author(author: str) -> str:
    """A person as "von Last, First"; all else in braces, so that nothing in it is read as a part of a name."""
    name = parted(author)
    if name.literal:
        return f"{{{escaped(name.literal)}}}"
    return escaped(f"{name.particle} {name.family}, {name.given}".strip())
