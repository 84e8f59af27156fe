from __future__ import annotations

from collections.abc import Sequence

import pytest
from ledger import changed, cited, plain, sentences

from qa.answers import Support
from qa.checking.alignment import Line
from qa.checking.entailment import Entailed
from qa.checking.misattribution import misattributed
from qa.checking.quantifiers import turned, turns
from qa.checking.support import check

PASSED = {"supported", "quoted"}


def judged(text: str, claim: str) -> Support:
    return check(claim, cited(text, claim))


@pytest.mark.parametrize(
    ("text", "claim", "speaker"),
    [
        ("The ministry said on Monday that rain stopped the ferry.", "Rain stopped the ferry.", "The ministry"),
        ("Rain stopped the ferry, according to the union.", "Rain stopped the ferry.", "the union"),
        ("Ana Ito claimed that rain had stopped the ferry.", "The ferry was stopped by rain.", "Ana Ito"),
        ("“Rain stopped the ferry,” Ana Ito told the Pebble Gazette.", "Rain stopped the ferry.", "Ana Ito"),
        ("The ministry denied that rain stopped the ferry.", "Rain stopped the ferry.", "The ministry"),
        ("The port was shut. “Rain stopped the ferry,” he said.", "Rain stopped the ferry.", "somebody"),
        ("Ana Ito said that rain stopped the ferry.", "Tom Reed said that rain stopped the ferry.", "Ana Ito"),
    ],
)
def test_what_somebody_only_says_is_at_most_partly_supported(text: str, claim: str, speaker: str) -> None:
    support = judged(text, claim)
    assert support.verdict in {"partly", "not supported"}
    if support.verdict == "partly" and "is not in" not in support.reasons[0]:
        assert support.reasons == (f"the article has {speaker} say so",)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The ministry said that rain stopped the ferry.", "The ministry says rain stopped the ferry."),
        ("The ministry said that rain stopped the ferry.", "Rain stopped the ferry, according to the ministry."),
        ("The ministry said that rain stopped the ferry.", "Rain reportedly stopped the ferry."),
        ("Rain stopped the ferry. Ana Ito said that she was sorry.", "The ferry was stopped by rain."),
        ("Pelican Foods said it will close its shops in Tarn.", "Pelican Foods will close its shops in Tarn."),
        ("Mayor Ines Halloran will sell the ferry, she said.", "Ines Halloran will sell the ferry."),
        ("Rain stopped the ferry. The union said rain stopped the ferry.", "The ferry stopped: rain."),
    ],
)
def test_what_the_article_says_itself_or_the_claim_attributes_is_no_misattribution(text: str, claim: str) -> None:
    assert "say so" not in "".join(judged(text, claim).reasons)


def test_nobody_says_what_stands_nowhere() -> None:
    assert misattributed(Line("Snow fell."), [Line("Ana Ito said rain fell on Tarn.")]) == ""
    assert misattributed(Line(""), []) == ""


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Most inmates of the island receive letters.", "All inmates of the island receive letters."),
        ("Some shops in Tarn will close.", "Most shops in Tarn will close."),
        ("Few boats left the harbour.", "Many boats left the harbour."),
        ("Boats left the harbour at noon.", "Only boats left the harbour at noon."),
        ("It is the only bridge to the island.", "It is not only the bridge to the island."),
    ],
)
def test_another_quantifier_is_not_supported(text: str, claim: str) -> None:
    assert judged(text, claim).verdict not in PASSED


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The island prison does not receive visitors in winter.", "The island prison receives visitors in winter."),
        ("The island prison receives visitors in winter.", "The island prison never receives visitors in winter."),
        ("No ferries crossed the bay during the storm.", "Ferries crossed the bay during the storm."),
        ("The mayor refused to sell the ferry line.", "The mayor will sell the ferry line."),
        ("The crew could leave the burning ship.", "The crew couldn’t leave the burning ship."),
    ],
)
def test_a_claim_turned_around_is_not_supported(text: str, claim: str) -> None:
    assert judged(text, claim).verdict == "not supported"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("The island prison does not receive visitors.", "The island prison doesn’t receive visitors."),
        ("No ferries crossed the bay.", "Ferries did not cross the bay."),
        ("The prison cannot receive visitors.", "The prison is unable to receive visitors."),
        ("Never-before-seen whales crossed the bay.", "Whales crossed the bay."),
        ("After all, the ferry left for the island.", "The ferry left for the island."),
    ],
)
def test_the_same_denied_in_other_words_is_not_accused(text: str, claim: str) -> None:
    assert judged(text, claim).verdict in {"supported", "quoted", "not checked"}


def test_opposites_are_doubted() -> None:
    text = "Shares in the old ferry company rose in the morning."
    assert judged(text, "Shares in the old ferry company fell in the morning.").verdict == "not checked"
    assert judged(text, "Shares in the new ferry company rose in the morning.").verdict == "not checked"
    found = turned(Line("The seizure of the ferry was unlawful."), [Line("The seizure of the ferry was lawful.")])
    assert [turn.reason for turn in found] == ["“unlawful”: the passage says “lawful”"]


def test_turns_say_what_they_turn() -> None:
    found = turns(Line("Not only boats but almost all ferries did not, it seems, leave."))
    assert [(turn.text, turn.group) for turn in found] == [("not only", "not only"), ("all", "all"), ("not", "not")]


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Ana Ito praised the work of Tom Reed.", "Tom Reed praised the work of Ana Ito."),
        ("The ferry went from Tarn Harbour to Gull Point.", "The ferry went from Gull Point to Tarn Harbour."),
        ("Judge Tom Reed freed the sailor Omar Castellan.", "Judge Omar Castellan freed the sailor Tom Reed."),
    ],
)
def test_names_that_change_places_are_not_supported(text: str, claim: str) -> None:
    assert judged(text, claim).verdict not in PASSED


def test_a_quotation_that_is_not_word_for_word_is_doubted() -> None:
    text = "Ana Ito called it “a fault of the pump that could stop the engine”."
    support = judged(text, "Ana Ito called it “a fault of the valve that could stop the engine”.")
    assert support.verdict == "not checked"
    assert "word for word" in support.reasons[0]


class Told:
    """An entailment model that says of every pair what it was told, and keeps the pairs."""

    def __init__(self, entails: float, contradicts: float) -> None:
        self.said = Entailed(entails, 1 - entails - contradicts, contradicts)
        self.pairs: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailed]:
        self.pairs += pairs
        return [self.said for _ in pairs]


TEXT = "A gale tore the roof off the church in Tarn, which is 400 years old."


@pytest.mark.parametrize(
    ("entails", "contradicts", "verdict"),
    [(0.95, 0.01, "supported"), (0.01, 0.95, "not supported"), (0.6, 0.2, "not checked")],
)
def test_an_entailment_model_decides_where_nothing_else_can(entails: float, contradicts: float, verdict: str) -> None:
    claim, model = "Strong winds damaged a place of worship.", Told(entails, contradicts)
    assert check(claim, cited(TEXT, claim)).verdict == "not checked"
    assert check(claim, cited(TEXT, claim), model).verdict == verdict
    assert model.pairs == [(TEXT, claim)]


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("A storm ruined a chapel that is 500 years old.", "partly"),
        ("A storm ruined a chapel in Caracas.", "partly"),
        ("A storm ruined 400 chapels.", "not checked"),  # the number stands there, of something else
        ("A gale tore the roof off the church in Tarn.", "quoted"),
    ],
)
def test_nothing_that_is_missing_or_quoted_is_overruled(claim: str, verdict: str) -> None:
    assert check(claim, cited(TEXT, claim), Told(1.0, 0.0)).verdict == verdict


@pytest.mark.parametrize(("sentence", "passage"), sentences()[::3])
def test_no_model_can_make_a_changed_number_supported(sentence: str, passage: str) -> None:
    text, credulous = plain(passage), Told(1.0, 0.0)
    verdicts = {check(other, cited(text, other), credulous).verdict for other in changed(sentence, passage)}
    assert not verdicts & PASSED


def test_the_score_falls_with_what_is_missing() -> None:
    claims = [
        "The church in Tarn is 400 years old.",
        "The church in Tarn is 500 years old.",
        "The church in Caracas is 500 years old and has 9 bells.",
    ]
    scores = [check(claim, cited(TEXT, claim)).score for claim in claims]
    assert scores == sorted(scores, key=lambda score: -(score or 0))
    assert all(score is not None and 0 < score < 1 for score in scores)
