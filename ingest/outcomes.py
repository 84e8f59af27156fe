"""What reading an input ends in: articles, or reasons why not."""

from dataclasses import dataclass

from ingest.documents import Article


@dataclass(frozen=True)
class Refusal:
    """A file, a link, or a record in one, that became no article, and a reason that a user can act on."""

    origin: str
    reason: str


@dataclass(frozen=True)
class FileRead:
    """What one input, a file or a link, gave; one of many articles is given in parts, one after the other.

    `stamp` stands in the last part: it is kept to tell that the input has not changed since. "" there means that
    it is not settled and will be tried again. `unchanged` is for those whose stamp was known. `share` is how much of
    the input is behind us with this part, 0 to 1.
    """

    path: str
    stamp: str = ""
    articles: tuple[Article, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    unchanged: bool = False
    share: float = 1.0
    last: bool = True
