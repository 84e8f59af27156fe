from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index.hits import Hit
from ingest.documents import Article, Passage
from ingest.split import sentences
from qa.answers import Disagreement, Side
from qa.language.kinds import holds, kind_of
from qa.reading.claims import FURTHER, LEAST_SIMILARITY, Claim, claims, unsaid
from qa.reading.disagreement import told
from qa.reading.evidence import WORDS, Evidence
from qa.reading.reader import Reader, Reading, Span

GUARDS = "How many guards work at Gull Prison?"
SURE, UNSURE, LEAST = 8.0, -1.0, -20.0  # margins


class Marking:
    """A reader that marks the words that it was handed, each with its margin, in the texts that have them."""

    def __init__(self, **margins: float) -> None:
        self._margins = {words.replace("_", " "): margin for words, margin in margins.items()}
        self.asked = 0

    def read(self, asked: Sequence[Reading]) -> list[Span]:
        self.asked += len(asked)
        return [self._span(reading.text) for reading in asked]

    def _span(self, text: str) -> Span:
        found = [(text.find(words), words, margin) for words, margin in self._margins.items() if words in text]
        best = max(found, key=lambda each: each[2], default=(0, "", LEAST))
        return Span(best[0], best[0] + len(best[1]), best[2])


def article(text: str, outlet: str = "", day: int | None = None) -> Article:
    published = date(2024, 5, day) if day else None
    return Article.of(f"{outlet}-{day}-{text}", text, "About the prison", outlet=outlet, published=published)


def weighed(question: str, *articles: Article, stories: Sequence[Article] = (), near: float = 16.0) -> list[Evidence]:
    """Every sentence of the articles, all as similar to the question; `stories` are reprints of one another."""
    found = []
    for one in articles:
        reprints = tuple(other for other in stories if one in stories and other is not one)
        hit = Hit(Passage(one, 0, len(one.text)), 1.0, dense=0.0, reprints=reprints)
        for start, end in sentences(one.text, 0, len(one.text)):
            kind = holds(kind_of(question), one.text[start:end], question)
            words = (near - 5.0 * kind) / WORDS
            found.append(Evidence(hit, start, end, words, kind, start, end))
    return found


def disagreements(
    question: str, evidence: Sequence[Evidence], reader: Reader | None = None
) -> tuple[Disagreement, ...]:
    return told(question, claims(question, evidence, reader))


def values(matter: Disagreement) -> list[str]:
    return [side.value for side in matter.sides]


def outlets(side: Side) -> list[str]:
    return [citation.passage.article.outlet for citation in side.citations]


TWELVE = article("It was a wet day. Gull Prison has 12 guards.", "Pebble Gazette", 3)
SEVENTEEN = article("At Gull Prison 17 guards work in shifts.", "Tin Whistle Times", 4)
READER = Marking(**{"12": SURE, "17": SURE, "a dozen": SURE, "19": SURE})


def test_two_numbers_of_two_outlets_are_a_conflict_with_the_sentence_of_each_cited() -> None:
    (found,) = disagreements(GUARDS, weighed(GUARDS, TWELVE, SEVENTEEN), READER)
    assert (found.kind, found.matter, values(found)) == ("conflict", GUARDS.rstrip("?"), ["12", "17"])
    assert [citation.quote for side in found.sides for citation in side.citations] == [
        "Gull Prison has 12 guards.",
        "At Gull Prison 17 guards work in shifts.",
    ]
    assert {citation.number for side in found.sides for citation in side.citations} == {0}


def test_sources_that_say_the_same_in_other_words_do_not_differ() -> None:
    dozen = article("Gull Prison employs a dozen guards.", "Tin Whistle Times", 4)
    assert disagreements(GUARDS, weighed(GUARDS, TWELVE, dozen), READER) == ()


def test_one_article_does_not_differ_from_itself() -> None:
    both = article("Gull Prison had 12 guards. It has 17 guards.", "Pebble Gazette", 3)
    assert disagreements(GUARDS, weighed(GUARDS, both), READER) == ()


def test_no_evidence_and_nothing_marked_tell_of_no_disagreement() -> None:
    assert disagreements(GUARDS, [], READER) == ()
    assert disagreements(GUARDS, weighed(GUARDS, TWELVE, SEVENTEEN), Marking()) == ()


def test_an_unlikely_answer_makes_no_disagreement_but_is_a_side_of_one() -> None:
    unlikely = article("Some say that 19 guards once worked at Gull Prison.", "Low Tide News", 5)
    reader = Marking(**{"12": SURE, "17": SURE, "19": UNSURE})
    assert disagreements(GUARDS, weighed(GUARDS, TWELVE, unlikely), reader) == ()
    (found,) = disagreements(GUARDS, weighed(GUARDS, TWELVE, SEVENTEEN, unlikely), reader)
    assert values(found) == ["12", "17", "19"]


def test_a_value_that_is_told_beside_the_other_is_no_side() -> None:
    knows = article("Gull Prison has 17 guards, no longer 12.", "Tin Whistle Times", 4)
    assert disagreements(GUARDS, weighed(GUARDS, TWELVE, knows), READER) == ()


def test_what_cannot_be_compared_is_no_side() -> None:
    share = article("At Gull Prison 17 % are guards.", "Tin Whistle Times", 4)
    assert disagreements(GUARDS, weighed(GUARDS, TWELVE, share), READER) == ()


def test_the_same_outlet_a_day_later_is_an_update_in_the_order_of_time() -> None:
    later = article("At Gull Prison 17 guards now work.", "Pebble Gazette", 4)
    (found,) = disagreements(GUARDS, weighed(GUARDS, later, TWELVE), READER)
    assert (found.kind, values(found)) == ("update", ["12", "17"])


def test_a_later_article_of_the_same_story_is_an_update() -> None:
    evidence = weighed(GUARDS, SEVENTEEN, TWELVE, stories=(TWELVE, SEVENTEEN))
    (found,) = disagreements(GUARDS, evidence, READER)
    assert (found.kind, values(found)) == ("update", ["12", "17"])


def test_it_is_a_conflict_without_a_date_or_while_another_holds_on_to_the_first_value() -> None:
    later = article("At Gull Prison 17 guards now work.", "Pebble Gazette", 4)
    undated = article("At Gull Prison 17 guards now work.", "Pebble Gazette")
    holding = article("Gull Prison keeps its 12 guards.", "Low Tide News", 6)
    for others in ((undated,), (later, holding)):
        (found,) = disagreements(GUARDS, weighed(GUARDS, TWELVE, *others), READER)
        assert found.kind == "conflict"


def test_reprints_are_one_source_and_independent_ones_are_cited_each() -> None:
    reprint = article("Gull Prison has 12 guards. It rained.", "Copying Courier", 4)
    other = article("Only 12 guards work at Gull Prison.", "Low Tide News", 5)
    evidence = weighed(GUARDS, TWELVE, SEVENTEEN, reprint, other, stories=(TWELVE, reprint))
    (found,) = disagreements(GUARDS, evidence, READER)
    assert [len(outlets(side)) for side in found.sides] == [2, 1]
    assert "Low Tide News" in outlets(found.sides[0])


def test_a_side_says_whom_its_article_has_say_so() -> None:
    ministry = article("The ministry said on Monday that 17 guards work at Gull Prison.", "Tin Whistle Times", 4)
    (found,) = disagreements(GUARDS, weighed(GUARDS, TWELVE, ministry), READER)
    assert [side.said_by for side in found.sides] == ["", "The ministry"]


def test_names_differ_and_a_shorter_name_is_the_same() -> None:
    question = "Who runs Gull Prison?"
    full = article("Ada Quill runs Gull Prison.", "Pebble Gazette")
    short = article("Gull Prison is run by Quill.", "Low Tide News")
    other = article("Ned Marsh has run Gull Prison since May.", "Tin Whistle Times")
    reader = Marking(Ada_Quill=SURE, Quill=SURE - 1, Ned_Marsh=SURE)
    assert disagreements(question, weighed(question, full, short), reader) == ()
    (found,) = disagreements(question, weighed(question, full, short, other), reader)
    assert sorted(values(found)) == ["Ada Quill", "Ned Marsh"]


def test_yes_and_no_differ_without_a_reader_as_well() -> None:
    question = "Did the ferry sink?"
    sank = article("The old ferry sank off Gull Rock.", "Pebble Gazette")
    floats = article("The ferry did not sink.", "Tin Whistle Times")
    for reader in (None, READER):
        (found,) = disagreements(question, weighed(question, sank, floats), reader)
        assert sorted(values(found)) == ["No", "Yes"]


def test_numbers_differ_without_a_reader_and_names_are_not_compared() -> None:
    (found,) = disagreements(GUARDS, weighed(GUARDS, TWELVE, SEVENTEEN, near=20.0))
    assert sorted(values(found)) == ["12", "17"]
    question = "Who runs Gull Prison?"
    quill, marsh = article("Ada Quill runs Gull Prison."), article("Ned Marsh runs Gull Prison.")
    assert disagreements(question, weighed(question, quill, marsh, near=20.0)) == ()


def test_reasons_and_long_questions_are_not_read() -> None:
    reader = Marking(**{"12": SURE, "17": SURE})
    long = (
        "Did the Pebble Gazette report of May on the number of guards at Gull Prison agree with what the Tin Whistle "
        "Times wrote in June about wages, shifts, keys and uniforms of its wardens?"
    )
    for question in ("Why do guards work at Gull Prison?", "How do guards work at Gull Prison?", long):
        assert claims(question, weighed(question, TWELVE, SEVENTEEN), reader) == []
    assert reader.asked == 0


def test_only_passages_near_the_question_are_read_and_none_if_there_is_one() -> None:
    reader = Marking(**{"12": SURE, "17": SURE})
    far = weighed(GUARDS, SEVENTEEN, near=LEAST_SIMILARITY - 1)
    assert claims(GUARDS, [*weighed(GUARDS, TWELVE), *far], reader) == []
    assert reader.asked == 0
    assert len(claims(GUARDS, weighed(GUARDS, TWELVE, SEVENTEEN), reader)) == 2
    assert reader.asked == 2


def test_a_claim_in_a_sentence_that_was_not_weighed_is_left_out() -> None:
    evidence = [item for item in weighed(GUARDS, TWELVE, SEVENTEEN) if "12" not in item.text]
    assert [claim.text for claim in claims(GUARDS, evidence, READER)] == ["17"]


def test_a_claim_names_its_words_in_the_article() -> None:
    (first, _) = claims(GUARDS, weighed(GUARDS, TWELVE, SEVENTEEN), READER)
    assert first.article.text[first.start : first.end] == first.text == first.value.text == "12"


def found_in(*articles: Article) -> list[Claim]:
    return claims(GUARDS, weighed(GUARDS, *articles), Marking(**{str(n): UNSURE for n in range(11, 30)}))


def test_what_no_quote_says_is_left_to_be_quoted_once_and_not_without_end() -> None:
    many = [article(f"Gull Prison has {number} guards.", f"Paper {number}") for number in range(12, 20)]
    again = article("There are 12 guards at Gull Prison.", "Paper 1")
    assert len(unsaid(found_in(*many), [])) == FURTHER
    assert [claim.text for claim in unsaid(found_in(many[0], again), [])] == ["12"]
    assert [claim.text for claim in unsaid(found_in(*many[:2]), ["It has 12 guards."])] == ["13"]
