"""One article as the library has it, as HTML: what is known of it, where it was found, how it begins; correcting it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.documents import Article
from ingest.webaddress import followable
from web import markup
from web.library.uploads import shown

BEGINNING = 700  # characters of the text
FIELDS = {"title": "Title", "outlet": "Outlet", "published": "Published", "authors": "Authors"}
FORMS = {"published": "2025-01-30, or empty", "authors": "separated by semicolons"}
SAID = {"correction": "put right here", "sidecar": "said by a file beside it"}


def detail(article: Article, origins: Sequence[str], prints: Sequence[Article], library: Path) -> str:
    """All of it; `prints` are the other articles of its story."""
    head = markup.element("h2", markup.text(article.title), id="detail-title", dir="auto", tabindex="-1")
    about = markup.element("dl", "".join(_facts(article, origins, prints, library)))
    begins = markup.element("blockquote", markup.text(_beginning(article.text)), dir="auto")
    return head + about + markup.element("h3", "How it begins") + begins + _form(article)


def gone() -> str:
    """In place of an article that was removed meanwhile."""
    head = markup.element("h2", "Not there any more", id="detail-title", tabindex="-1")
    return head + markup.element("p", "This article is no longer in the library.")


def _facts(article: Article, origins: Sequence[str], prints: Sequence[Article], library: Path) -> list[str]:
    said = article.reading.said_by
    published = markup.long_date(article.published.isoformat() if article.published else None)
    updated = markup.long_date(article.updated.isoformat()) if article.updated else ""
    facts = [
        _fact("Outlet", article.outlet or "not known", said.get("outlet", "")),
        _fact("Published", published, said.get("published", "")),
        _fact("Updated", updated, said.get("updated", "")),
        _fact("Authors", ", ".join(article.authors) or "not known", said.get("authors", "")),
        _fact("Language", article.language, said.get("language", "")),
        _line("Address", _address(article.url)),
        _line("Found in", "<br>".join(markup.element("bdi", markup.text(shown(each, library))) for each in origins)),
        _fact("Read as", article.reading.format, ""),
        _line(
            "Length", f"{len(article.text):,} characters" + (f", {len(article.pages):,} pages" if article.pages else "")
        ),
        _line("Same story", "<br>".join(_print(each) for each in prints)),
    ]
    return [fact for fact in facts if fact]


def _length(article: Article) -> str:
    pages = f", {len(article.pages):,} pages" if article.pages else ""
    return f"{len(article.text):,} characters{pages}"


def _fact(name: str, value: str, said_by: str) -> str:
    if not value:
        return ""
    how = markup.element("span", markup.text(SAID.get(said_by, f"from {said_by}")), class_="hint") if said_by else ""
    return _line(name, markup.element("bdi", markup.text(value)) + how)


def _line(name: str, content: str) -> str:
    return markup.element("dt", name) + markup.element("dd", content) if content else ""


def _address(url: str) -> str:
    """A link where a reader may follow it; anything else as the text that it is."""
    address = followable(url)
    words = markup.text(url)
    if not address:
        return words
    return markup.element("a", words, href=address, target="_blank", rel="noopener noreferrer", class_="link")


def _print(article: Article) -> str:
    when = markup.short_date(article.published) if article.published else "undated"
    return markup.element("bdi", markup.text(f"{article.title} ({article.outlet or 'outlet not known'}, {when})"))


def _beginning(text: str) -> str:
    plain = text.strip()
    return plain if len(plain) <= BEGINNING else plain[:BEGINNING].rsplit(maxsplit=1)[0] + " …"


def _form(article: Article) -> str:
    """The fields that can be put right here; what is typed wins over what the file says, for good."""
    values = {
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published.isoformat() if article.published else "",
        "authors": "; ".join(article.authors),
    }
    fields = "".join(_field(name, values[name]) for name in FIELDS)
    told = markup.element("p", "What you put right stays, whatever the file says at the next ingest.", class_="hint")
    save = markup.element("button", "Save", type="submit", class_="main")
    problem = markup.element("p", "", class_="problem", role="alert")
    form = markup.element("form", fields + told + problem + save, data_correct=article.id)
    return markup.element("details", markup.element("summary", "Put something right") + form)


def _field(name: str, value: str) -> str:
    """A labelled input; it remembers what it had, so that only what was changed is sent."""
    label = markup.element("label", FIELDS[name], for_=f"correct-{name}")
    field = markup.void(
        "input",
        id=f"correct-{name}",
        name=name,
        value=value,
        data_had=value,
        dir="auto",
        placeholder=FORMS.get(name),
        autocomplete="off",
    )
    return markup.element("div", label + field, class_="field")
