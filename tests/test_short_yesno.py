from __future__ import annotations

import pytest

from qa.reading.yesno import yes_or_no

CARTWRIGHT = "Ada Cartwright, the mayor of Gull Rock, closed the bridge on Monday."


@pytest.mark.parametrize(
    ("question", "sentence", "told"),
    [
        ("Did the mayor close the bridge?", "The mayor closed the bridge on Monday.", "Yes"),
        ("Did Ada Cartwright close the bridge?", CARTWRIGHT, "Yes"),
        ("Was the bridge closed on Monday?", "The bridge, which is old, was closed at 7:40 on Monday.", "Yes"),
        ("Has the island a lighthouse?", "The island has a lighthouse.", "Yes"),
        ("Were the goats sold?", "The goats were quickly sold.", "Yes"),
        ("Did the mayor close the bridge?", "The mayor did not close the bridge.", "No"),
        ("Did the mayor close the bridge?", "The mayor never closed the bridge.", "No"),
        ("Is the bridge safe?", "The bridge isn't safe.", "No"),
        ("Did the ferry carry 40 goats?", "The ferry carried no 40 goats.", "No"),
    ],
)
def test_a_sentence_that_restates_the_question_decides_it(question: str, sentence: str, told: str) -> None:
    found = yes_or_no(question, sentence)
    assert found is not None
    assert found[0] == told
    start, end = found[1]
    assert 0 <= start < end <= len(sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        # another does it, or to another
        ("Did the mayor close the bridge?", "The mayor's brother closed the bridge."),
        ("Did the mayor close the bridge?", "The daughter of the mayor closed the bridge."),
        ("Did the mayor close the bridge?", "The mayor met a monk who closed the bridge."),
        ("Did the mayor close the bridge?", "The mayor left and monks closed the bridge."),
        ("Did the goat bite the dog?", "The dog bit the goat."),
        ("Did the ferry sink?", "The ferry captain sank."),
        # it is not said plainly
        ("Did the mayor close the bridge?", "The mayor may have closed the bridge."),
        ("Did the mayor close the bridge?", "The mayor planned to close the bridge."),
        ("Did the mayor close the bridge?", "The mayor denied that he closed the bridge."),
        ("Did the mayor close the bridge?", "The mayor closed the bridge, the Courier claimed."),
        ("Did the mayor close the bridge?", "If the mayor closed the bridge, nobody saw it."),
        ("Did the mayor close the bridge?", "The mayor did not say that he had never closed the bridge."),
        ("Did the ferry sink?", "Nobody knows how the ferry sank."),
        ("Did the ferry sink?", "The ferry will sink."),
        ("Is the bridge closed?", "The bridge was closed."),
        # something asked for is not there
        ("Did the mayor close the old bridge?", "The mayor closed the bridge."),
        ("Did the ferry sail to Gull Rock?", "The ferry sailed from Gull Rock."),
        ("Did 300 goats arrive?", "Some 200 goats arrived."),
        # the question is of degree, of choice, or no question of yes or no
        ("Did all goats arrive?", "Goats arrived, all in one boat."),
        ("Did the mayor or the monks close the bridge?", "The mayor or the monks closed the bridge."),
        ("Didn't the mayor close the bridge?", "The mayor closed the bridge."),
        ("Who closed the bridge?", "The mayor closed the bridge."),
        ("Did he?", "He did."),
        ("", ""),
    ],
)
def test_what_does_not_plainly_say_so_decides_nothing(question: str, sentence: str) -> None:
    assert yes_or_no(question, sentence) is None
