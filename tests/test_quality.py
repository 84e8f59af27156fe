"""A floor under the answers: questions to the demonstration articles, with the scores that were measured.

Whoever changes an article measures again, and whoever makes answers better raises the floor: with SLACK = -100 each
test fails and tells its figure. A floor is lowered only here, in sight.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.config import IndexConfig
from qa.answers import Answer
from qa.config import Config, QaConfig
from qa.engine import Engine, open_engine

SOURCES = Path(__file__).parent.parent / "sources"
SOURCES_SHA256 = "5461e08f5a145e598508fc535d4325c07a69a24a0305c822772adc92892a7349"
# Measured on those articles: of 36 questions with an answer how many did not have it among the first two sentences,
# and how many would have been declined; of 14 without one how many would have been answered.
WRONG, KEPT_BACK, TAKEN = 4, 0, 4
SLACK = 1  # question; another processor computes in another precision
FIRST = 2  # sentences among which a reader should find the answer

SEEKING, TRIP, INSIDE = "2025-01-30-deal-sought", "2025-02-01-rubio-first-trip", "2025-02-12-inside-cecot"
LISTED, FIRST_MEN, COPY = "2025-02-21-terrorist", "2025-03-17-first-238", "2025-03-17-suspects-arrive"
FLIGHTS, OBJECT = "2025-03-19-planes", "2025-03-28-rights-groups"
AGROUND, REFLOATED = "2021-03-25-ever-given-aground", "2021-03-30-ever-given-refloated"
LAUNCH, IMAGES = "2021-12-26-webb-launch", "2022-07-13-webb-first-images"
WRECK, MACHINE = "antikythera-wreck-divers", "2024-07-14-antikythera-in-depth"
OFFER, ROTTERDAM, PARASOL, LONDON = (f"jsonl#teacup-{day}" for day in ("2025", "2021-0730", "2022", "2021-0313"))

# What is asked, words that the sentence must hold, and the articles that it may come from.
ANSWERED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("How far is CECOT from San Salvador?", " kilometers (4", (SEEKING, INSIDE, FLIGHTS, OBJECT)),
    ("What are the prisoners at CECOT given to eat?", "pasta and beans", (TRIP, INSIDE, FIRST_MEN, COPY, OBJECT)),
    ("How many men accused of belonging to Tren de Aragua were flown to El Salvador?", "238", (FIRST_MEN, COPY)),
    ("Who announced how many men had arrived?", "Nayib Bukele announced", (FIRST_MEN, COPY)),
    ("For how long will the men be held?", "one year", (FIRST_MEN, COPY, FLIGHTS)),
    ("Which judge ordered a halt to the removals?", "Boasberg", (FIRST_MEN, COPY, FLIGHTS, OBJECT)),
    ("From what year is the Alien Enemies Act?", "1798", (FIRST_MEN, COPY, OBJECT)),
    ("How many groups were put on the terrorist list on the same day?", "eight groups", (LISTED,)),
    ("In which prison did Tren de Aragua grow up?", "Tocorón", (LISTED,)),
    ("How many soldiers and police officers retook the prison in Venezuela?", "11,000", (LISTED,)),
    ("Where did Rubio and Bukele meet?", "Lake Coatepeque", (FLIGHTS, OFFER)),
    ("When did Biden suspend the asylum agreement with El Salvador?", "February 2021", (TRIP,)),
    ("How many people was CECOT designed for?", "40,000", (INSIDE,)),
    ("What share of the vote did Bukele win in 2024?", "80 percent", (INSIDE,)),
    ("What did Bukele say the mega-prison was made for?", "people like them", (FIRST_MEN, COPY, OBJECT)),
    ("Who toured CECOT on the day of the ruling?", "Kristi Noem", (OBJECT,)),
    ("What is a safe third country?", "asylum", (SEEKING, TRIP, OFFER)),
    ("How long is the Ever Given?", "400", (AGROUND, REFLOATED)),
    ("Why did the Ever Given run aground?", "high winds", (AGROUND,)),
    ("How many vessels were waiting when the Suez Canal reopened?", "422", (REFLOATED,)),
    ("How much sand was dredged from around the ship?", "30,000 cubic metres", (REFLOATED,)),
    ("How much did the Suez Canal Authority demand at first?", "916 million", (ROTTERDAM,)),
    ("When did the Ever Given reach Rotterdam?", "29 July", (ROTTERDAM,)),
    ("What rocket launched the James Webb Space Telescope?", "Ariane 5", (LAUNCH,)),
    ("How much did the Webb telescope cost?", "10 billion dollars", (LAUNCH,)),
    ("How wide is Webb's main mirror?", "6.5 metres", (LAUNCH,)),
    ("Who was James Webb?", "ran NASA", (LAUNCH,)),
    ("How thick are the thinnest layers of the sunshield?", "0.025", (PARASOL,)),
    ("How many single points of failure did NASA count?", "344", (PARASOL,)),
    ("In the air of which planet was water found?", "water vapour", (IMAGES,)),
    ("Who was the captain of the sponge divers?", "Kontos", (WRECK, MACHINE)),
    ("In what year did Price publish Gears from the Greeks?", "1974", (MACHINE,)),
    ("How heavy was the X-ray scanner that was brought to Athens?", "eight tonnes", (MACHINE,)),
    ("Why does the mechanism have a wheel with 223 teeth?", "prime number", (MACHINE,)),
    ("How did Archimedes die?", "was killed", (MACHINE,)),
    ("Which journal published the London study?", "Scientific Reports", (LONDON,)),
)

UNANSWERABLE = (
    "How many guards work at CECOT?",
    "When did CECOT open?",
    "Who is the president of Venezuela?",
    "What is the name of CECOT's director?",
    "How much did it cost to build CECOT?",
    "Which airline flew the prisoners to El Salvador?",
    "What did the Pope say about the deportations?",
    "Who was the captain of the Ever Given?",
    "How many people died when the Ever Given ran aground?",
    "How fast was the Ever Given sailing when it ran aground?",
    "How much does the Webb telescope weigh?",
    "Who succeeded James Webb as the head of NASA?",
    "How old was Elias Stadiatis when he dived?",
    "Who won the football World Cup in 2022?",
)


@dataclass(frozen=True)
class Outcome:
    """One question of ours: whether its answer was among the first sentences quoted, and whether it was declined."""

    question: str
    right: bool
    declined: bool
    first: str


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The real models over all of sources/. It never declines: what it would decline is told by its confidence."""
    library = str(tmp_path_factory.mktemp("quality"))
    engine = open_engine(Config(index=IndexConfig(library=library), qa=QaConfig(declining="never")), thorough=False)
    with closing(engine):
        assert engine.reader is not None
        assert engine.store.ingest([SOURCES]).refused == ()
        yield engine


def outcome(engine: Engine, question: str, words: str = "", files: tuple[str, ...] = ()) -> Outcome:
    answer = engine.ask(question)
    right = bool(words) and any(_holds(answer, place, words, files) for place in range(len(answer.sentences[:FIRST])))
    first = answer.sentences[0].text if answer.sentences else ""
    return Outcome(question, right, answer.confidence < QaConfig().decline_below, first)


def _holds(answer: Answer, place: int, words: str, files: tuple[str, ...]) -> bool:
    sentence = answer.sentences[place]
    origin = sentence.citations[0].passage.article.origin
    return words in " ".join(sentence.text.split()) and any(name in origin for name in files)


@pytest.fixture(scope="module")
def answered(engine: Engine) -> list[Outcome]:
    return [outcome(engine, *question) for question in ANSWERED]


@pytest.fixture(scope="module")
def unanswerable(engine: Engine) -> list[Outcome]:
    return [outcome(engine, question) for question in UNANSWERABLE]


def told(what: str, outcomes: list[Outcome]) -> str:
    """The figure and what it consists of, for whoever reads a failure."""
    return "\n".join([f"{what}: {len(outcomes)}", *(f"  {each.question} · {each.first[:90]}" for each in outcomes)])


def test_the_articles_are_those_that_the_floors_were_measured_on() -> None:
    state = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        if path.name != "README.md":  # about the articles, and not one of them
            state.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    assert state.hexdigest() == SOURCES_SHA256, "the articles changed: measure again, and pin both"


def test_the_answer_is_among_the_first_two_sentences(answered: list[Outcome]) -> None:
    wrong = [each for each in answered if not each.right]
    assert len(wrong) <= WRONG + SLACK, told("not among the first two", wrong)


def test_few_answers_are_kept_back(answered: list[Outcome]) -> None:
    declined = [each for each in answered if each.declined]
    assert len(declined) <= KEPT_BACK + SLACK, told("declined, though answerable", declined)


def test_what_the_articles_do_not_say_is_declined(unanswerable: list[Outcome]) -> None:
    taken = [each for each in unanswerable if not each.declined]
    assert len(taken) <= TAKEN + SLACK, told("answered, though not in the articles", taken)
