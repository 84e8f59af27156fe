"""The steps of a search, each of which can be left out, to see what it gains."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Steps:
    """What is done beyond searching once for the question as it is; docs/finding.md tells what each step gained.

    `outlets`: each outlet that is named is searched by itself. `outsiders`: but for a passage that is far better than
    any of theirs. `clauses`: each part of a question that combines or compares is searched by itself. `dates`: articles
    of the time that is named come first. `sentences`: the best passages are looked at once more, sentence by sentence.
    `stories`: the same passage of a story fills one place, however often it was printed.
    """

    outlets: bool = True
    outsiders: bool = True
    clauses: bool = True
    dates: bool = True
    sentences: bool = True
    stories: bool = True


ALL, NONE = Steps(), Steps(*[False] * 6)
