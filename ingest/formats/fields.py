"""The fields in which files describe an article, by the names that are usual for them or that a user gave."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from ingest.byline import names
from ingest.config import IngestConfig
from ingest.dates import parse_date
from ingest.errors import ConfigError
from ingest.formats.reading import Read, one_line, storable

TEXT = (
    "text", "body", "content", "article", "article_text", "full_text", "articlebody", "maintext", "content_text",
    "content_html",
)  # fmt: skip
USUAL = {
    "text": TEXT,
    "title": ("title", "headline", "name"),
    "outlet": (
        "outlet", "source", "publisher", "publication", "site", "site_name", "sitename", "newspaper", "source_name",
    ),
    "authors": ("authors", "author", "byline", "creator"),
    "published": (
        "published", "date", "published_at", "publication_date", "publish_date", "date_published", "datepublished",
        "published_date", "pubdate", "pub_date", "publishedat",
    ),
    "updated": (
        "updated", "modified", "date_modified", "datemodified", "last_updated", "last_modified", "updated_at",
        "modified_at", "date_updated", "updatedat",
    ),
    "url": ("url", "link", "canonical_url", "permalink"),
    "language": ("language", "lang", "inlanguage"),
    "id": ("id", "_id", "uid", "guid", "article_id"),
}  # fmt: skip

Fields = Mapping[str, object]
Own = Mapping[str, str]  # our name of a field → the name it has in the user's records
NONE: Own = MappingProxyType({})


def check_fields(config: IngestConfig) -> None:
    """ConfigError if `[ingest.fields]` names a field that articles do not have, or leaves one without a name."""
    for ours, theirs in config.fields.items():
        if ours not in USUAL:
            known = ", ".join(USUAL)
            raise ConfigError(f"config.toml: [ingest.fields] has no key {ours!r}", hint=f"the keys are: {known}")
        if not theirs.strip():
            raise ConfigError(
                f"config.toml: [ingest.fields] gives {ours!r} no name", hint="write the name of the field in your files"
            )


def described(fields: Fields, text: str, own: Own = NONE) -> Read:
    """An article whose text is known and whose other fields a mapping holds, under the user's name or a usual one."""
    low = _low(fields)
    return Read(
        text=storable(text),
        title=_shown(low, "title", own),
        outlet=_shown(low, "outlet", own),
        authors=_authors(low, own),
        published=next(filter(None, map(parse_date, _values(low, "published", own))), None),
        updated=next(filter(None, map(parse_date, _values(low, "updated", own))), None),
        url=_shown(low, "url", own),
        language=_shown(low, "language", own),
    )


def ident(fields: Fields, own: Own = NONE) -> str:
    """What tells a record from the others in its file, or nothing."""
    return _shown(_low(fields), "id", own)


def prose(fields: Fields, own: Own = NONE) -> str:
    """The text of a record: a string, or a list of paragraphs."""
    for given in _values(_low(fields), "text", own):
        value = given.get("rendered") if isinstance(given, Mapping) else given
        paragraphs = value if isinstance(value, list) else [value]
        text = "\n\n".join(part if isinstance(part, str) else "" for part in paragraphs)
        if text.strip() and all(isinstance(part, str) for part in paragraphs):
            return storable(text)
    return ""


@lru_cache(maxsize=4096)  # a file has few names, and as many rows as it likes
def normal(name: str) -> str:
    """The name of a field, as names are compared: "Publication-Date" is "publication_date"."""
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def plain(value: object) -> str:
    """A value as one can show it on a line, or nothing; {"name": "Latin Post"} is "Latin Post"."""
    value = value.get("name", value.get("rendered")) if isinstance(value, Mapping) else value
    return one_line(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def names_of_one(person: str) -> tuple[str, ...]:
    """One author as given, "Jane Doe, Jr." or "Doe, Jane" included; "Staff" is nobody, nor is a role or an address.

    >>> names_of_one("Doe, Jane"), names_of_one("Jane Doe, staff writer")
    (('Doe, Jane',), ('Jane Doe',))
    """
    found = names(person)
    return (person,) if "," in person and len(found) > 1 else found


def _low(fields: Fields) -> Fields:
    return {normal(str(name)): value for name, value in fields.items()}


def _values(low: Fields, field: str, own: Own) -> Iterator[object]:
    """What may be meant by one of our fields, the surest first."""
    if field in own:
        yield _nested(low, normal(own[field]))
    yield from (low[name] for name in USUAL[field] if name in low)


def _nested(low: Fields, name: str) -> object:
    """The field of that name or, where there is none, "source.name" as the field "name" of the field "source"."""
    if name in low:
        return low[name]
    outer, _, inner = name.partition(".")
    within = low.get(outer)
    return _nested(_low(within), inner) if inner and isinstance(within, Mapping) else None


def _shown(low: Fields, field: str, own: Own) -> str:
    return next(filter(None, map(plain, _values(low, field, own))), "")


def _authors(low: Fields, own: Own) -> tuple[str, ...]:
    """A list gives one author each, a string may hold several. "Harbour Post Staff" is better than nobody."""
    for value in _values(low, "authors", own):
        people = value if isinstance(value, list | tuple) else [value]
        single = [plain(person) for person in people]
        found = [name for person in single for name in (names(person) if len(single) == 1 else names_of_one(person))]
        found = found or [person for person in single if person.lower().endswith(" staff")]
        if found:
            return tuple(dict.fromkeys(found))
    return ()
