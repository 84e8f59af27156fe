"""What is read of each article, field by field, beside what its document says.

Three collections: the golden documents of tests/golden, one of every format and oddity; MultiHop-RAG's news articles,
whose fields are known; and, without a verdict, two files that say little of themselves.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.config import IngestConfig
from ingest.corpus import read_files
from ingest.documents import Article
from ingest.parsers import Parsers

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
SHARED = ROOT.parent / "shared"  # where collections lie beside a checkout, if they do
FIELDS = ("title", "outlet", "authors", "published", "updated", "url", "language")
AND = re.compile(r"\s*[,;]\s*|\s+(?:and|&)\s+")  # between the names of several authors
NEWS_MISSES = {
    "articles.jsonl#mh0006 authors": "an address with the name in brackets behind it, as mail has it",
    "articles.jsonl#mh0508 authors": "the place behind the name is no part of it",
    "articles.jsonl#mh0347 authors": "the record counts what the author is (an editor of a section) as an author",
}
LONGEST_SHOWN = 90  # characters of a value in a line of the report

Expected = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One field of one document: what a careful reader finds there, and what was read."""

    document: str
    field: str
    wanted: object
    found: object

    @property
    def right(self) -> bool:
        return self.wanted == self.found

    @property
    def name(self) -> str:
        """Names it in the list of known misses: "several.epub#bog outlet"."""
        return f"{self.document} {self.field}"


def articles_in(paths: Sequence[Path], config: IngestConfig | None = None) -> tuple[dict[str, Article], dict[str, str]]:
    """The articles of some files, and the reasons of what gave none, by file name and, of several in one, "#key"."""
    articles: dict[str, Article] = {}
    refused: dict[str, str] = {}
    parsers = Parsers(config or IngestConfig())
    try:
        for part in read_files(paths, config or IngestConfig(), parsers):
            articles |= {_short(article.origin): article for article in part.articles}
            refused |= {_short(refusal.origin): refusal.reason for refusal in part.refusals}
    finally:
        parsers.close()
    return articles, refused


def _short(origin: str) -> str:
    path, mark, key = origin.partition("#")
    return Path(path).name + mark + key


def checks(name: str, expected: Expected, article: Article | None) -> Iterator[Check]:
    """Compare one article with what is expected of it; one that was not read has nothing right."""
    for field in FIELDS:
        yield Check(name, field, expected[field], said(article, field) if article else "not read")
    text = " ".join(article.text.split()) if article else ""
    missing = [sentence for sentence in expected["text_has"] if sentence not in text]
    yield Check(name, "text", [], missing if article else "not read")
    if "text_lacks" in expected:
        spare = [piece for piece in expected["text_lacks"] if piece in text]
        yield Check(name, "clean", [], spare if article else "not read")
    if "pages" in expected:
        yield Check(name, "pages", expected["pages"], pages(article, expected["pages"]) if article else "not read")


def said(article: Article, field: str) -> object:
    """A field as JSON writes it, null for what is not known."""
    value = getattr(article, field)
    return list(value) if isinstance(value, tuple) else str(value) if value else None


def pages(article: Article, expected: Mapping[str, int]) -> dict[str, int | None]:
    """On which page each of some sentences stands."""
    return {start: article.page_at(article.text.index(start)) if start in article.text else None for start in expected}


def golden() -> list[Check]:
    """Every field of every golden document."""
    documents: dict[str, list[Expected]] = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))[
        "documents"
    ]
    articles, _ = articles_in([GOLDEN / name for name in documents])
    found = []
    for name, several in documents.items():
        for expected in several:
            place = f"{name}#{expected['key']}" if expected["key"] else name
            found += checks(place, expected, articles.pop(place, None))
    return found + [Check(place, "article", None, article.title) for place, article in articles.items()]


def expectations() -> dict[str, list[Expected]]:
    """What a careful reader finds in each golden document, by its name; null is what it does not say."""
    documents: dict[str, list[Expected]] = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))[
        "documents"
    ]
    return documents


def known_misses() -> dict[str, str]:
    """Why some fields of the golden documents are read wrong, by the name of the check."""
    kept: dict[str, str] = json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))["known_misses"]
    return kept


def news(path: Path) -> list[Check]:
    """The four fields of each record of MultiHop-RAG, through the whole of reading.

    Its list of authors often holds one string of several, "Ana Verde, Bo Li and Luis Gil": compared name by name.
    """
    articles, _ = articles_in([path])
    found = []
    for record in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        name = f"{path.name}#{record['id']}"
        article = articles.get(name)
        people = [part for person in record["authors"] for part in AND.split(" ".join(person.split())) if part]
        wanted = {**record, "title": " ".join(record["title"].split()), "authors": people}
        for field in ("title", "outlet", "authors", "published"):
            found.append(Check(name, field, wanted[field], said(article, field) if article else "not read"))  # noqa: PERF401
    return found


def report(name: str, found: Sequence[Check], reasons: Mapping[str, str]) -> None:
    """Right of all, by field; then each miss with its reason."""
    print(f"\n{name}: {sum(check.right for check in found)} of {len(found)} right")
    right = Counter(check.field for check in found if check.right)
    for field, count in Counter(check.field for check in found).items():
        print(f"  {field:<10} {right[field]:>4} of {count:<4} {right[field] / count:7.1%}")
    for check in found:
        if not check.right:
            print(f"  miss: {check.name}: wanted {_brief(check.wanted)}, found {_brief(check.found)}")
            print(f"        {reasons.get(check.name, 'no reason is known')}")


def _brief(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…"


def main() -> None:
    report("Golden documents", found := golden(), known_misses())
    if (articles := SHARED / "bench" / "multihop-rag" / "articles.jsonl").is_file():
        report("MultiHop-RAG, 609 news articles", news(articles), NEWS_MISSES)
    if (seeds := SHARED / "seeds").is_dir():
        for name, article in articles_in(sorted(seeds.iterdir()))[0].items():
            print(f"\n{name}")
            for field in ("title", "outlet", "authors", "published"):
                print(f"  {field:<10} {said(article, field)!r}")
    sys.exit(any(not check.right and check.name not in known_misses() for check in found))


if __name__ == "__main__":
    main()
