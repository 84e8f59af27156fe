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
from statistics import fmean

import pytest

from evaluation.scoring.words import f1
from index.config import IndexConfig
from qa.answers import Answer, Sentence
from qa.config import Config, QaConfig
from qa.engine import Engine, open_engine
from qa.reading.confidence import THRESHOLDS

SOURCES = Path(__file__).parent.parent / "sources"
SOURCES_SHA256 = "5461e08f5a145e598508fc535d4325c07a69a24a0305c822772adc92892a7349"
# Measured on those articles: of 36 questions with an answer how many did not have it among the first one, two and three
# sentences, and how many would have been declined; of 14 without one how many would have been answered; of 48 to be
# answered yes or no how many were, none of them wrongly. F1 is that of the short answers, as SQuAD scores them, over
# the questions that have one; none given counts 0. Today 1 is
# declined ("In the air of which planet was water found?") and 4 are answered, so the slack of these two is used up.
NOT_FIRST, NOT_IN_TWO, NOT_IN_THREE, KEPT_BACK, TAKEN = 4, 4, 3, 0, 3
SHORT_F1 = 0.78
YES_OR_NO = 4
LAST, HALF = 3, 0.5
NAMED = 1  # of the six questions of several facts
SLACK = 1  # question; another processor computes in another precision

SEEKING, TRIP, INSIDE = "2025-01-30-deal-sought", "2025-02-01-rubio-first-trip", "2025-02-12-inside-cecot"
LISTED, FIRST_MEN, COPY = "2025-02-21-terrorist", "2025-03-17-first-238", "2025-03-17-suspects-arrive"
FLIGHTS, OBJECT = "2025-03-19-planes", "2025-03-28-rights-groups"
AGROUND, REFLOATED = "2021-03-25-ever-given-aground", "2021-03-30-ever-given-refloated"
LAUNCH, IMAGES = "2021-12-26-webb-launch", "2022-07-13-webb-first-images"
WRECK, MACHINE = "antikythera-wreck-divers", "2024-07-14-antikythera-in-depth"
OFFER, ROTTERDAM, PARASOL, LONDON = (f"jsonl#teacup-{day}" for day in ("2025", "2021-0730", "2022", "2021-0313"))


@dataclass(frozen=True)
class Question:
    """What is asked, words that the sentence must hold, the articles that it may come from, and short answers.

    `short` has a bar between answers that are as good; it is empty where none is short, or where sources disagree.
    """

    asked: str
    words: str
    files: tuple[str, ...]
    short: str


ANSWERED = (
    Question("How far is CECOT from San Salvador?", " kilometers (4", (SEEKING, INSIDE, FLIGHTS, OBJECT), ""),
    Question(
        "What are the prisoners at CECOT given to eat?",
        "pasta and beans",
        (TRIP, INSIDE, FIRST_MEN, COPY, OBJECT),
        "pasta and beans|mostly pasta and beans",
    ),
    Question(
        "How many men accused of belonging to Tren de Aragua were flown to El Salvador?",
        "238",
        (FIRST_MEN, COPY),
        "238",
    ),
    Question(
        "Who announced how many men had arrived?",
        "Nayib Bukele announced",
        (FIRST_MEN, COPY),
        "Nayib Bukele|Bukele|President Nayib Bukele",
    ),
    Question("For how long will the men be held?", "one year", (FIRST_MEN, COPY, FLIGHTS), "one year"),
    Question(
        "Which judge ordered a halt to the removals?",
        "Boasberg",
        (FIRST_MEN, COPY, FLIGHTS, OBJECT),
        "James Boasberg|Boasberg",
    ),
    Question("From what year is the Alien Enemies Act?", "1798", (FIRST_MEN, COPY, OBJECT), "1798"),
    Question(
        "How many groups were put on the terrorist list on the same day?",
        "eight groups",
        (LISTED,),
        "eight|eight groups",
    ),
    Question("In which prison did Tren de Aragua grow up?", "Tocorón", (LISTED,), "Tocorón"),
    Question(
        "How many soldiers and police officers retook the prison in Venezuela?",
        "11,000",
        (LISTED,),
        "11,000|some 11,000",
    ),
    Question(
        "Where did Rubio and Bukele meet?",
        "Lake Coatepeque",
        (FLIGHTS, OFFER),
        "Lake Coatepeque|presidential retreat on Lake Coatepeque",
    ),
    Question(
        "When did Biden suspend the asylum agreement with El Salvador?",
        "February 2021",
        (TRIP,),
        "February 2021|in February 2021",
    ),
    Question("How many people was CECOT designed for?", "40,000", (INSIDE,), "40,000"),
    Question(
        "What share of the vote did Bukele win in 2024?", "80 percent", (INSIDE,), "80 percent|more than 80 percent"
    ),
    Question(
        "What did Bukele say the mega-prison was made for?",
        "people like them",
        (FIRST_MEN, COPY, OBJECT),
        "people like them",
    ),
    Question("Who toured CECOT on the day of the ruling?", "Kristi Noem", (OBJECT,), "Kristi Noem"),
    Question("What is a safe third country?", "asylum", (SEEKING, TRIP, OFFER), ""),
    Question("How long is the Ever Given?", "400", (AGROUND, REFLOATED), "400 metres|400-metre"),
    Question("Why did the Ever Given run aground?", "high winds", (AGROUND,), "high winds|high winds and a sandstorm"),
    Question("How many vessels were waiting when the Suez Canal reopened?", "422", (REFLOATED,), "422|422 ships"),
    Question(
        "How much sand was dredged from around the ship?",
        "30,000 cubic metres",
        (REFLOATED,),
        "30,000 cubic metres|about 30,000 cubic metres",
    ),
    Question(
        "How much did the Suez Canal Authority demand at first?", "916 million", (ROTTERDAM,), "916 million dollars"
    ),
    Question(
        "When did the Ever Given reach Rotterdam?",
        "29 July",
        (ROTTERDAM,),
        "29 July|Thursday, 29 July|early on Thursday, 29 July",
    ),
    Question(
        "What rocket launched the James Webb Space Telescope?", "Ariane 5", (LAUNCH,), "Ariane 5|an Ariane 5 rocket"
    ),
    Question(
        "How much did the Webb telescope cost?",
        "10 billion dollars",
        (LAUNCH,),
        "10 billion dollars|about 10 billion dollars",
    ),
    Question("How wide is Webb's main mirror?", "6.5 metres", (LAUNCH,), "6.5 metres"),
    Question("Who was James Webb?", "ran NASA", (LAUNCH,), "ran NASA"),
    Question("How thick are the thinnest layers of the sunshield?", "0.025", (PARASOL,), "0.025 millimetres"),
    Question("How many single points of failure did NASA count?", "344", (PARASOL,), "344"),
    Question("In the air of which planet was water found?", "water vapour", (IMAGES,), "WASP-96 b"),
    Question(
        "Who was the captain of the sponge divers?",
        "Kontos",
        (WRECK, MACHINE),
        "Dimitrios Kontos|Captain Dimitrios Kontos",
    ),
    Question("In what year did Price publish Gears from the Greeks?", "1974", (MACHINE,), "1974"),
    Question("How heavy was the X-ray scanner that was brought to Athens?", "eight tonnes", (MACHINE,), "eight tonnes"),
    Question(
        "Why does the mechanism have a wheel with 223 teeth?",
        "prime number",
        (MACHINE,),
        "223 is a prime number|prime number",
    ),
    Question("How did Archimedes die?", "was killed", (MACHINE,), "was killed"),
    Question("Which journal published the London study?", "Scientific Reports", (LONDON,), "Scientific Reports"),
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


# The answer that the articles give; "" where they do not say.
TO_BE_DECIDED = (
    ("Did the Ever Given run aground in the Suez Canal?", "Yes"),
    ("Is the Ever Given a container ship?", "Yes"),
    ("Was the Ever Given fully afloat on 29 March?", "Yes"),
    ("Did cranes lift off the containers of the Ever Given?", "No"),
    ("Did the Ever Given reach Rotterdam?", "Yes"),
    ("Did the captain of the Ever Given die?", ""),
    ("Were ships waiting when the canal reopened?", "Yes"),
    ("Has Egypt begun an inquiry?", "Yes"),
    ("Did Rubio meet Bukele?", "Yes"),
    ("Did Rubio visit Mexico?", ""),
    ("Did Rubio visit Panama?", "Yes"),
    ("Does CECOT have visits?", "No"),
    ("May inmates at CECOT receive visits?", "No"),
    ("Do the inmates eat meat?", "No"),
    ("Was Tren de Aragua listed as a terrorist organization?", "Yes"),
    ("Did a judge order a halt to the removals?", "Yes"),
    ("Did judge Boasberg approve the removals?", "No"),
    ("Did Bukele win the election in 2024?", "Yes"),
    ("Did Kristi Noem tour CECOT?", "Yes"),
    ("Is El Salvador a safe third country?", ""),
    ("Did Biden suspend the asylum agreement?", "Yes"),
    ("Was the Webb telescope launched by an Ariane 5?", "Yes"),
    ("Did Webb launch from Florida?", "No"),
    ("Is Webb's mirror larger than Hubble's?", "Yes"),
    ("Did Webb find water in the air of a planet?", "Yes"),
    ("Did Webb find life?", ""),
    ("Does the sunshield have five layers?", "Yes"),
    ("Was James Webb an astronomer?", "No"),
    ("Did James Webb run NASA?", "Yes"),
    ("Did sponge divers find the wreck?", "Yes"),
    ("Is the Antikythera mechanism made of bronze?", "Yes"),
    ("Did the mechanism predict eclipses?", "Yes"),
    ("Did Archimedes build the mechanism?", ""),
    ("Was Archimedes killed by a Roman soldier?", "Yes"),
    ("Did Price publish Gears from the Greeks in 1974?", "Yes"),
    ("Did Price publish Gears from the Greeks in 1984?", "No"),
    ("Did Bukele announce the arrival of 261 men?", ""),
    ("Is CECOT in Tecoluca?", "Yes"),
    ("Did Maersk send ships around the Cape of Good Hope?", "Yes"),
    ("Did SMIT Salvage direct the work?", "Yes"),
    ("Did the Suez Canal Authority demand 916 million dollars?", "Yes"),
    ("Did the owner pay the full sum?", "No"),
    ("Did the United States pay El Salvador 6 million dollars?", "Yes"),
    ("Is the death penalty used in El Salvador?", ""),
    ("Did Venezuela's government condemn the transfer?", "Yes"),
    ("Did the planes turn around?", "No"),
    ("Did Rubio travel to Europe on his first trip?", "No"),
    ("Can prisoners at CECOT go outside?", "No"),
)


OF_SEVERAL_FACTS = {
    (
        "Who offered to take in prisoners from the United States according to one report, built the prison "
        "known as CECOT, and received Marco Rubio at his lakeside residence as other outlets reported?"
    ): "Nayib Bukele",
    (
        "Who visited five capitals on a first trip as a minister according to one outlet, and spent nearly "
        "three hours with a president at a lake house as another outlet reported?"
    ): "Marco Rubio",
    (
        "Which ship ran aground in the canal in March 2021 according to one outlet, was refloated after six "
        "days with the help of tugs, and was held until its owner signed a settlement?"
    ): "Ever Given",
    (
        "Which telescope was launched from French Guiana on Christmas Day according to one report, and later "
        "showed its first images of deep space, as another outlet told in July?"
    ): "Webb",
    (
        "Which gang was listed as a terrorist organisation according to one outlet, and had 238 suspected "
        "members flown to a prison in El Salvador, as other outlets reported in March?"
    ): "Tren de Aragua",
    (
        "Who flew to the moon according to one outlet, opened a bakery in Rotterdam as another outlet "
        "reported, and was later elected mayor of the town of Saltmarsh?"
    ): "",
}


@dataclass(frozen=True)
class Outcome:
    """One question of ours: the place of its answer among the sentences quoted, its short answer, its confidence."""

    question: str
    answer: Answer
    place: int = 0
    f1: float = 0.0

    @property
    def declined(self) -> bool:
        return self.answer.confidence < THRESHOLDS["balanced"]

    @property
    def first(self) -> str:
        short = f"[{self.answer.short.text}] " if self.answer.short else ""
        return short + (self.answer.sentences[0].text if self.answer.sentences else "")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The real models over all of sources/. It never declines: what it would decline is told by its confidence."""
    library = str(tmp_path_factory.mktemp("quality"))
    engine = open_engine(Config(index=IndexConfig(library=library), qa=QaConfig(declining="never")), thorough=False)
    with closing(engine):
        assert engine.reader is not None
        assert engine.store.ingest([SOURCES]).refused == ()
        yield engine


def outcome(engine: Engine, question: Question) -> Outcome:
    answer = engine.ask(question.asked)
    places = [place for place, one in enumerate(answer.sentences, start=1) if _holds(one, question)]
    given = answer.short.text if answer.short else ""
    best = max(f1(given, gold) for gold in question.short.split("|")) if given else 0.0
    return Outcome(question.asked, answer, min(places, default=len(answer.sentences) + LAST), best)


def _holds(sentence: Sentence, question: Question) -> bool:
    origin = sentence.citations[0].passage.article.origin
    return question.words in " ".join(sentence.text.split()) and any(name in origin for name in question.files)


@pytest.fixture(scope="module")
def answered(engine: Engine) -> list[Outcome]:
    return [outcome(engine, question) for question in ANSWERED]


def told(what: str, outcomes: list[Outcome]) -> str:
    """The figure and what it consists of, for whoever reads a failure."""
    return "\n".join([f"{what}: {len(outcomes)}", *(f"  {each.question} · {each.first[:90]}" for each in outcomes)])


def test_the_articles_are_those_that_the_floors_were_measured_on() -> None:
    state = hashlib.sha256()
    for path in sorted(SOURCES.iterdir()):
        if path.name != "README.md":  # about the articles, and not one of them
            state.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    assert state.hexdigest() == SOURCES_SHA256, "the articles changed: measure again, and pin both"


@pytest.mark.parametrize(("sentences", "wrong"), [(1, NOT_FIRST), (2, NOT_IN_TWO), (3, NOT_IN_THREE)])
def test_the_answer_is_among_the_first_sentences(answered: list[Outcome], sentences: int, wrong: int) -> None:
    missing = [each for each in answered if each.place > sentences]
    assert len(missing) <= wrong + SLACK, told(f"not among the first {sentences}", missing)


def test_the_short_answer_is_the_right_one(answered: list[Outcome]) -> None:
    scored = [each for each, question in zip(answered, ANSWERED, strict=True) if question.short]
    mean = fmean(each.f1 for each in scored)
    assert mean >= SHORT_F1 - SLACK / len(scored), told(
        f"F1 {mean:.3f}; less than half right", [each for each in scored if each.f1 < HALF]
    )


def test_few_answers_are_kept_back(answered: list[Outcome]) -> None:
    declined = [each for each in answered if each.declined]
    assert len(declined) <= KEPT_BACK + SLACK, told("declined, though answerable", declined)


def test_what_the_articles_do_not_say_is_declined(engine: Engine) -> None:
    outcomes = [Outcome(question, engine.ask(question)) for question in UNANSWERABLE]
    taken = [each for each in outcomes if not each.declined]
    assert len(taken) <= TAKEN + SLACK, told("answered, though not in the articles", taken)


def test_yes_and_no_are_right_where_they_are_said(engine: Engine) -> None:
    given = [(right, Outcome(question, engine.ask(question))) for question, right in TO_BE_DECIDED]
    decided = [(right, each) for right, each in given if each.answer.short]
    wrong = [each for right, each in decided if each.answer.short and each.answer.short.text != right]
    assert wrong == [], told("wrong", wrong)
    assert len(decided) >= YES_OR_NO - SLACK, told("decided", [each for _, each in decided])


def test_questions_of_several_facts_get_the_right_name_or_none(engine: Engine) -> None:
    given = [(right, engine.ask(question).short) for question, right in OF_SEVERAL_FACTS.items()]
    names = [(short.text, right) for right, short in given if short]
    assert [name for name, right in names if name != right] == []
    assert len(names) >= NAMED
