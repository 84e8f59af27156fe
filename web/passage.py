"""A passage that was found, as a short excerpt that opens its article."""

from __future__ import annotations

from ingest.documents import Passage
from qa.answers import source_dict
from web import markup, reference

LONGEST_EXCERPT = 260  # characters: four lines in the pane


def excerpt(turn: int, found: Passage) -> str:
    """A button that opens the article at this passage."""
    title = " ".join(found.article.title.split())
    words = " ".join(found.text.split()).removeprefix(title).lstrip() or title  # as a rule a text begins with its title
    shown = words if len(words) <= LONGEST_EXCERPT else words[:LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …"
    by = markup.element("span", markup.text(reference.byline(source_dict(found.article))), class_="by")
    heading = markup.element("span", markup.text(title), class_="of", dir="auto")
    quoted = markup.element("span", markup.text(shown), class_="words", dir="auto")
    return markup.element(
        "button",
        by + heading + quoted,
        type="button",
        class_="excerpt",
        data_event="passage",
        data_turn=turn,
        data_passage=found.id,
    )
