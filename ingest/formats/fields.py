"""The fields in which files describe an article, by the names that are usual for them."""

from collections.abc import Mapping

from ingest.byline import names
from ingest.dates import parse_date
from ingest.formats.reading import Read, one_line, storable

TEXT = ("text", "body", "content", "article", "article_text", "full_text", "articlebody", "maintext")
TITLE = ("title", "headline", "name")
OUTLET = ("outlet", "source", "publisher", "publication", "site", "site_name", "sitename", "newspaper", "source_name")
AUTHORS = ("authors", "author", "byline", "creator")
PUBLISHED = (
    "published", "date", "published_at", "publication_date", "publish_date", "date_published", "datepublished",
    "published_date", "pubdate", "pub_date",
)  # fmt: skip
URL = ("url", "link", "canonical_url", "permalink")
LANGUAGE = ("language", "lang", "inlanguage")
ID = ("id", "_id", "uid", "guid", "article_id")

Fields = Mapping[str, object]


def described(fields: Fields, text: str) -> Read:
    """An article whose text is known and whose other fields a mapping holds, under whatever usual name."""
    low = {str(key).strip().lower().replace("-", "_").replace(" ", "_"): value for key, value in fields.items()}
    dates = (parse_date(low[name]) for name in PUBLISHED if name in low)
    return Read(
        text=storable(text),
        title=plain(low, TITLE),
        outlet=plain(low, OUTLET),
        authors=_authors(low),
        published=next((date for date in dates if date), None),
        url=plain(low, URL),
        language=plain(low, LANGUAGE),
    )


def plain(fields: Fields, candidates: tuple[str, ...]) -> str:
    """The first field that holds something one can show on a line; {"name": "Latin Post"} gives its name."""
    for name in candidates:
        value = fields.get(name)
        value = value.get("name") if isinstance(value, Mapping) else value
        if isinstance(value, str | int | float) and not isinstance(value, bool) and one_line(str(value)):
            return one_line(str(value))
    return ""


def prose(fields: Fields) -> str:
    """The text of a record: a string, or a list of paragraphs."""
    low = {str(key).strip().lower(): value for key, value in fields.items()}
    for name in TEXT:
        value = low.get(name)
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)
        if isinstance(value, str) and value.strip():
            return storable(value)
    return ""


def _authors(fields: Fields) -> tuple[str, ...]:
    """A list gives one author each, a string may hold several."""
    for name in AUTHORS:
        value = fields.get(name)
        people = value if isinstance(value, list | tuple) else [value]
        single = [plain({"author": person}, ("author",)) for person in people]
        found = [name for person in single for name in (names(person) if len(single) == 1 else names_of_one(person))]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def names_of_one(person: str) -> tuple[str, ...]:
    """One author as given, "Jane Doe, Jr." or "Doe, Jane" included; "Staff" is nobody."""
    return (person,) if person and (names(person) or "," in person) else ()
