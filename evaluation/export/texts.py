"""The texts of passages, which an answer names by their ids alone."""

from __future__ import annotations

from evaluation.collection import Collection
from ingest.errors import VouchError


class Texts:
    """What the passages of a collection say."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._places: dict[str, dict[str, slice]] = {}

    def text(self, article: str, passage: str) -> str:
        """The text of a passage; VouchError if the library has it no more, since it would be scored as never found."""
        place = self._places_in(article).get(passage)
        if place is None:
            hint = "export with the library that answered (--library DIR), or answer the questions again: vouch batch"
            raise VouchError(f"the answers name a passage that the library does not have: {passage}", hint=hint)
        return self._collection.text(article)[place]

    def title(self, article: str) -> str:
        """The title of an article of the library."""
        return str(self._collection.sources[article]["title"])

    def _places_in(self, article: str) -> dict[str, slice]:
        if article not in self._places:
            passages = self._collection.passages(article)
            self._places[article] = {one["passage"]: slice(one["start"], one["end"]) for one in passages}
        return self._places[article]
