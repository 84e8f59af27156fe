from __future__ import annotations

import pytest

from qa.language.asked import asked, carrying
from qa.language.kinds import Kind, holds, kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did CECOT open?", "time"),
        ("In which year was it built?", "time"),
        ("How long ago did the ship sink?", "time"),
        ("What was the date of the launch?", "time"),
        ("Can you tell me when it opened?", "time"),
        ("How old is the mechanism?", "age"),
        ("How old was he when he dived?", "age"),
        ("For how long will they be held?", "duration"),
        ("How many days did the journey take?", "duration"),
        ("How far is it from the capital?", "distance"),
        ("What is the distance between them?", "distance"),
        ("How wide is the mirror?", "distance"),
        ("How long is the ship?", "distance"),
        ("How long is the new suspension bridge?", "distance"),
        ("How long is the Ever Given?", "distance"),
        ("How long is Oppenheimer?", "thing"),
        ("How long is the film?", "duration"),
        ("How long was the tunnel closed?", "duration"),
        ("How many kilometres of road are there?", "distance"),
        ("How much did the telescope cost?", "money"),
        ("What price was paid?", "money"),
        ("How many men arrived?", "count"),
        ("How many methods are known?", "count"),
        ("How many ships were waiting when the canal reopened?", "count"),
        ("When the canal reopened, how many ships were waiting?", "count"),
        ("How fast was the ship when it ran aground?", "count"),
        ("What share of the vote did he win?", "count"),
        ("Who announced how many had arrived?", "person"),
        ("Whose idea was it?", "person"),
        ("What is the name of the man who led them?", "person"),
        ("Where did they meet?", "place"),
        ("Which countries did he visit?", "place"),
        ("Did Rubio visit Panama?", "yes/no"),
        ("Did he say when they would leave?", "yes/no"),
        ("Is it true that Rubio, who travelled, met him?", "yes/no"),
        ("Which airline flew them?", "thing"),
        ("What did he say when they met?", "thing"),
        ("Why was it built?", "thing"),
        ("Why did it cost so much, and when was it built?", "thing"),
        ("", "thing"),
    ],
)
def test_what_kind_of_thing_is_asked_for(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("How many guards work at CECOT?", "guards"),
        ("How many of the men were convicted?", "men"),
        ("How many suspected gang members arrived?", "members"),
        ("How many bus drivers went on strike?", "drivers"),
        ("How much sand was dredged?", "sand"),
        ("How many were there?", ""),
        ("Which airline flew them?", "airline"),
        ("What is the capital of Venezuela?", "capital"),
        ("What is the name of the prison's director?", "director"),
        ("What is the name of CECOT's director?", "director"),
        ("What share of the vote did he win?", "vote"),
        ("What was the number of prisoners in the first group?", "prisoners"),
        ("What is the population of Symi?", "population"),
        ("Who is the president?", ""),
        ("Who announced how many men had arrived?", ""),
        ("To whom were what guns sold?", ""),
        ("What did he say?", ""),
    ],
)
def test_what_is_counted_named_or_chosen(question: str, head: str) -> None:
    assert asked(question).head == head


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How far is the prison from the capital?", ["prison", "capital"]),
        ("What do inmates eat, and where do inmates sleep?", ["inmates", "eat", "sleep"]),
        ("How long is the Ever Given?", ["ever", "given"]),
        ("Has he ever given up?", ["given"]),
        ("What will the US give us?", ["us"]),
        ("Who is CECOT's director?", ["cecot", "director"]),
        ("HOW FAR IS IT FROM THE CAPITAL?", ["capital"]),
        ("How Far Is It From The Capital?", ["capital"]),
        ("O que aconteceu em São Paulo?", ["o", "que", "aconteceu", "em", "são", "paulo"]),
        ("?!", []),
    ],
)
def test_which_words_carry_the_question(question: str, words: list[str]) -> None:
    assert carrying(question) == words


def test_names_are_told_from_the_other_words() -> None:
    wanted = asked("Who was the captain of the Ever Given in Egypt?")
    assert wanted.words == ("captain", "ever", "given", "egypt")
    assert wanted.plain == ("captain",)
    assert wanted.names == ("ever", "given", "egypt")


@pytest.mark.parametrize(
    ("kind", "sentence", "has"),
    [
        ("time", "It opened in 1998.", True),
        ("time", "It opened in May.", True),
        ("time", "Nobody may visit.", False),
        ("time", "They march on.", False),
        ("time", "It lasted two years.", False),
        ("duration", "It lasted two years.", True),
        ("duration", "They stay for half an hour.", True),
        ("duration", "It was in 1998.", False),
        ("distance", "It is 75 kilometers away.", True),
        ("distance", "It is 0.025 millimetres thick.", True),
        ("distance", "It holds 75 people.", False),
        ("age", "He is a 40-year-old.", True),
        ("age", "She is forty.", False),
        ("money", "It cost 10 billion dollars.", True),
        ("money", "It cost €5.", True),
        ("money", "Some 12 per cent of trade uses it.", False),
        ("count", "Some 238 men arrived.", True),
        ("count", "Two of them stayed.", True),
        ("count", "It took 12 days.", False),
        ("count", "It is 75 km away.", False),
        ("count", "It ran aground at 7:40 on 23 March 2021.", False),
        ("yes/no", "Anything.", True),
        ("thing", "Anything.", True),
    ],
)
def test_whether_a_sentence_holds_such_a_thing(kind: Kind, sentence: str, has: bool) -> None:
    assert holds(kind, sentence, "How many?") is has


@pytest.mark.parametrize(
    ("question", "sentence", "has"),
    [
        ("How often does it sail?", "It sails every 20 minutes.", True),
        ("How many ferries are there?", "It sails every 20 minutes.", False),
        ("How large is the shield?", "It measures 21 metres.", True),
        ("How large is the shield?", "It opened in 2022.", False),
        ("How fast did it sail?", "It sailed for 106 days.", False),
    ],
)
def test_a_size_is_measured_and_a_number_counted(question: str, sentence: str, has: bool) -> None:
    assert holds("count", sentence, question) is has


def test_a_person_or_place_is_one_that_the_question_does_not_name() -> None:
    assert holds("person", "Rubio met Bukele.", "Who met Rubio?")
    assert not holds("person", "Rubio travelled.", "Who travelled with Rubio?")
    assert not holds("place", "it was far away.", "Where was it?")
