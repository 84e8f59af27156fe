from __future__ import annotations

from ingest.documents import Article
from web.examples import questions


def test_example_questions_are_about_different_articles() -> None:
    texts = [
        "On a night in May the lamp of Gull Rock went dark. The keeper of Gull Rock met Ada Marsh.",
        "By summer the lamp of Gull Rock was lit again, and Gull Rock shone.",
        "The crew of the Paper Boat sang; the Paper Boat sailed. One saw the Paper Boat's mast.",
        "nothing with a name, 123, <b>Bold Name</b>",
        "",
    ]
    articles = [Article.of(str(n), text, "T") for n, text in enumerate(texts)]
    expected = ["What do the articles say about the Paper Boat?", "What do the articles say about Gull Rock?"]
    assert sorted(questions(articles)) == sorted(expected)
    assert questions([]) == []
