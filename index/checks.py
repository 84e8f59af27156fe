"""Does what a library holds hold together? SQLite proves its file; this proves what Vouch keeps in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from index.library import Library
from ingest.split import passages

AT_ONCE = 500  # articles whose texts are in memory
NAMED = 3  # ids that a sentence names; the rest is counted

_OF_LIVE = "JOIN live ON live.article = passages.article AND live.version = passages.version"
_LIVE_ARTICLES = "FROM live JOIN articles ON articles.id = live.article AND articles.version = live.version"

# What is wrong → the ids of those of which it is true. Each is one walk over a table or an index.
RULES = {
    "articles are listed that are not there": """SELECT live.article FROM live LEFT JOIN articles
        ON articles.id = live.article AND articles.version = live.version WHERE articles.id IS NULL""",
    "articles come from nowhere: they have no origin": f"""SELECT live.article {_LIVE_ARTICLES}
        WHERE NOT EXISTS (SELECT 1 FROM origins WHERE origins.article = live.article)""",  # noqa: S608
    "origins lead to no article": """SELECT origin FROM origins
        WHERE NOT EXISTS (SELECT 1 FROM live WHERE live.article = origins.article)""",
    "passages lie outside their article's text": f"""SELECT passages.id FROM passages {_OF_LIVE}
        JOIN articles ON articles.id = passages.article AND articles.version = passages.version
        WHERE NOT (0 <= start AND start < end AND end <= length(text))""",  # noqa: S608
    "passages have no vector like the others'": f"""SELECT passages.id FROM passages {_OF_LIVE}
        WHERE length(vector) <> (SELECT length(vector) FROM passages {_OF_LIVE}
                                 GROUP BY length(vector) ORDER BY count(*) DESC LIMIT 1)
        OR length(vector) % 4 OR NOT length(vector)""",  # noqa: S608
}


def consistency(library: Library) -> list[str]:
    """What is wrong with the articles and passages that readers see, in sentences; [] if nothing is."""
    with library.snapshot():
        found = {fault: [str(row[0]) for row in library.rows(sql)] for fault, sql in RULES.items()}
        found["articles are not as they were put in"] = list(_altered(library))
        found["articles have text but no passage: they cannot be found"] = list(_unfindable(library))
    return [_sentence(fault, idents) for fault, idents in found.items() if idents]


def leftovers(library: Library) -> str:
    """What an interrupted ingest left unseen, in a sentence, or "". It is no fault: the next ingest sweeps it."""
    count = len(library.orphans())
    return f"{count:,} passages belong to no article that readers see; the next ingest sweeps them" if count else ""


def _altered(library: Library) -> Iterator[str]:
    """Articles of which the text is not that of its hash, or anything else not that of its version."""
    versions = dict(library.rows("SELECT article, version FROM live"))
    yield from (article.id for article in library.articles() if article.version != versions[article.id])
    sql = f"SELECT articles.id, sha256, text {_LIVE_ARTICLES} WHERE articles.id IN ({{marks}})"
    idents = sorted(versions)
    for begin in range(0, len(idents), AT_ONCE):
        for ident, sha256, text in library.among(sql, idents[begin : begin + AT_ONCE]):
            if hashlib.sha256(text.encode()).hexdigest() != sha256:
                yield ident


def _unfindable(library: Library) -> Iterator[str]:
    """Articles without a passage; those that hold nothing but furniture of a page have none by right."""
    sql = f"""SELECT live.article {_LIVE_ARTICLES} WHERE NOT EXISTS
              (SELECT 1 FROM passages WHERE passages.article = live.article AND passages.version = live.version)"""  # noqa: S608
    for (ident,) in library.rows(sql):
        article = library.article(ident)
        if article is not None and passages(article, lambda texts: [1] * len(texts), len(article.text) + 1):
            yield ident


def _sentence(fault: str, idents: list[str]) -> str:
    named = ", ".join(idents[:NAMED]) + (", …" if len(idents) > NAMED else "")
    return f"{len(idents):,} {fault} ({named})"
