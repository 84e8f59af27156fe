"""Articles as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from serving.library.additions import State

LONGEST_LINE = 2000  # characters of a title, a name, an address
LONGEST_NAME = 200  # of an id, an outlet, a day
MOST_AUTHORS = 100

Line = Annotated[str, Field(max_length=LONGEST_LINE)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]

FERRY: dict[str, Any] = {
    "id": "ferry-2024-06-10",
    "title": "The ferry sails again",
    "text": "The ferry to Gull Rock sails twice a day. A ticket costs four crowns.",
    "outlet": "Harbour Post",
    "authors": ["Ada Quill"],
    "published": "2024-06-10",
    "url": "https://harbour-post.example/ferry",
    "language": "en",
}
POSTED: dict[str, Any] = {
    "one": {"summary": "An article", "value": FERRY},
    "several": {"summary": "Several", "value": [FERRY, {"title": "Goats", "text": "Goats were brought by monks."}]},
}
CARD: dict[str, Any] = {
    "id": "0f8fad5b7c0a4e11",
    "object": "article",
    **{name: FERRY[name] for name in ("title", "authors", "outlet", "published", "url", "language")},
    "updated": None,
    "origin": "article.jsonl#ferry-2024-06-10 (uploaded)",
    "sha256": "7a2c…",
}
OUTCOME: dict[str, Any] = {"object": "article.outcome", "state": "added", "article": "0f8fad5b7c0a4e11", "reason": ""}

COUNTS = {"added": 1, "changed": 0, "unchanged": 0, "copied": 0, "refused": 0}
ADDED: dict[str, Any] = {"object": "list", "data": [OUTCOME], **COUNTS}

REMOVED: dict[str, Any] = {
    "id": CARD["id"],
    "object": "article",
    "deleted": True,
    "undo": "hjnLgGarkKDrtHX7lS4NaIaF4Rku7_Wds6-gsnwFHwQ",
    "undo_seconds": 3600,
}


class NewArticle(BaseModel):
    """An article to add. Sent again under the same `id` it is a new version; without one, the same article again."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(description="The whole text; of HTML what a reader would see")
    title: Line = ""
    outlet: Name = ""
    authors: list[Name] = Field(default=[], max_length=MOST_AUTHORS)
    published: Name = Field(default="", description="A day, best as 2024-05-03; none where it is not known")
    updated: Name = ""
    url: Line = Field(default="", pattern=r"^(https?://\S+)?$", description="Shown and cited, never fetched")
    language: Name = ""
    id: Name = Field(default="", description="Your own name for it")


class Outcome(BaseModel):
    """What became of an article; "copied": the library has it already, from elsewhere, as `article`."""

    object: Literal["article.outcome"] = "article.outcome"
    state: State
    article: str = Field(description="Its id in the library; empty where it was refused")
    reason: str = Field(description="Why it was refused")


class Added(BaseModel):
    """What became of each article, in their order, and how often what."""

    model_config = ConfigDict(json_schema_extra={"examples": [ADDED]})

    object: Literal["list"] = "list"
    data: list[Outcome]
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    copied: int = 0
    refused: int = 0


class Card(BaseModel):
    """An article without its text."""

    model_config = ConfigDict(json_schema_extra={"examples": [CARD]})

    id: str
    object: Literal["article"] = "article"
    title: str
    authors: list[str]
    outlet: str
    published: str | None
    updated: str | None
    url: str
    language: str
    origin: str = Field(description="The file or address that it was read from")
    sha256: str = Field(description="Of its text")


class Listed(BaseModel):
    """A piece of the list; ask for more with `after` = `last_id` while `has_more`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"object": "list", "data": [CARD], "first_id": CARD["id"], "last_id": CARD["id"], "has_more": False}
            ]
        }
    )

    object: Literal["list"] = "list"
    data: list[Card]
    first_id: str | None = None
    last_id: str | None = None
    has_more: bool


class WholeArticle(Card):
    """An article with its text, or the part [start, end) of it that was asked for, counted in characters.

    `pages` are the places in the whole text at which pages begin; `copies` are the other articles of its story.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {**CARD, "text": FERRY["text"], "start": 0, "end": 69, "characters": 69, "pages": [], "copies": []}
            ]
        }
    )

    text: str
    start: int
    end: int
    characters: int
    pages: list[int]
    copies: list[Card]


class Removed(BaseModel):
    """What undoes it, and for how long at least."""

    model_config = ConfigDict(json_schema_extra={"examples": [REMOVED]})

    id: str
    object: Literal["article"] = "article"
    deleted: Literal[True] = True
    undo: str
    undo_seconds: int


class Undo(BaseModel):
    """The word that the removal gave."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"undo": REMOVED["undo"]}]})

    undo: str = Field(min_length=1, max_length=LONGEST_NAME)


class Restored(BaseModel):
    """The ids of the articles that are back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [CARD["id"]]}]})

    object: Literal["list"] = "list"
    data: list[str]
