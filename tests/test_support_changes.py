from __future__ import annotations

import random

from benchmarks.changes import CHANGES, changed

SENTENCE = "On Monday all 14 ferries, said to be old, were late, but Ana Ito did not wait in the harbour."
PASSAGE = f"{SENTENCE} In June 19 boats sank, and so Tom Reed left."


def test_each_change_changes_one_thing_and_the_same_every_time() -> None:
    once, again = (dict(changed(SENTENCE, PASSAGE, random.Random(5))) for _ in range(2))
    assert once == again
    assert once.keys() == CHANGES.keys()
    assert SENTENCE not in once.values()


def test_a_sentence_without_room_for_a_change_is_left_alone() -> None:
    assert dict(changed("Rain fell.", "Rain fell.", random.Random(5))) == {}
