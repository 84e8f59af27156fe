"""What a feed or a sitemap tells of an article that stands elsewhere."""

from dataclasses import dataclass

from ingest.formats.reading import Read


@dataclass(frozen=True, slots=True)
class Entry:
    """An article by its link: what is said of it, its text as markup if that is given, and a key for its age.

    `when` is the time of publication or change in seconds since 1970, 0 if it is not known; it is for sorting only.
    `changed` is what is said of the last change, as it is written, to tell whether there was one since.
    """

    key: str
    link: str
    fields: Read
    markup: str = ""
    when: float = 0.0
    changed: str = ""
