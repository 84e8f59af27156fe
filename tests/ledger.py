"""Passages of our own in which every number stands in braces, and what to put in a number's place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ingest.documents import Article, Passage
from qa.answers import Citation
from qa.checking.quotes import choose

PASSAGES = (
    """The prison at Gull Point holds {238} guards and {12} judges. It was built in {1987} for {$6 million}.
About {45 percent} of the cells are empty. The {third} wing opened on {3 May 2019}. Two inspectors came on
{Thursday} and found {seventeen} broken locks. {Hundreds} of prisoners were moved to the mainland. Each cell
measures {9} square metres.""",
    """Ferry traffic rose by {7.5%} in {2022}, to {1,200} crossings. In {March} {14} ferries were late; in
{April} {19} were. A ticket costs {€24}, up from {€21}. The harbour board employs {fifty-two} people. It has
{three quarters} of its budget from tolls. The {21st} ferry was named Osprey. Its crew of {30} comes from {four}
islands.""",
    """Mayor Ines Halloran won {61} percent of the vote on {12 June}. Her rival Tomas Brandt had {33} percent.
{Two thirds} of the {88,000} voters took part. She had lost in {2015} by {412} votes. Halloran will serve {four}
years. The count took {eleven} hours. It was her {second} attempt.""",
    """Pelican Foods lost {$3.4 billion} in the {first} quarter. It closed {26} of its {140} shops. Shares fell
{8%} to {$17.20} on {Monday}. The firm was founded in {1952} by {two} brothers. It owes banks {£750m}.
{Thousands} of workers fear for their jobs.""",
    """The storm hit Marrow Bay on {8 November 2023}. Winds reached {190} kilometres an hour. {Nine} houses lost
their roofs and {31} were flooded. Schools were closed for {five} days. Repairs may cost {two to three million
dollars}. At least {60} people spent the night in the church. It was the {fourth} storm since {August}. Rain of
{82} millimetres fell in {six} hours.""",
    """Doctor Olu Adeyemi treated {350} patients in {2020} and {410} in {2021}. {Half} of them were children.
The clinic in Tarn has {18} beds. A course of tablets takes {ten} days and costs {$40}. Vaccination reached {92
per cent} of infants. The {5th} clinic will open in {January 2026}. Nurses work {twelve-hour} shifts.""",
    """The bridge at Lower Fenn is {1.2} kilometres long and {34} metres wide. It carries {25,000} cars a day.
Work began on {1 February 2018} and ended on {30 September 2021}. {Dozens} of engineers came from abroad. The
toll is {80} cents for cars and {$3} for lorries. One in {five} drivers pays by phone. The old bridge stood for
{ninety} years.""",
    """Between {40} and {65} whales pass Cape Sorrow each spring, guides say. In {1999} only {16} came; in
{2009} {61} did. Of {120} boats, {36} may go out. Hunters took {700} whales in {1930} and {90} in {1960}. The
museum has {1,500} visitors a month and {ten} rooms.""",
)
ARTICLE_DAY = date(2024, 6, 15)

# What may stand in a number's place, by its form.
_FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\d.* \d{4}$", ("4 May 2019", "3 July 2019", "3 May 2016", "2 February 2018")),
    (r"^\d+ [A-Z]", ("13 June", "12 July", "2 June")),
    (r"^[A-Z]\w+ \d{4}$", ("March 2026", "January 2025")),
    (r"day$", ("Tuesday", "Sunday", "yesterday")),
    (r"^(March|April|August)$", ("May", "October", "July")),
    (r"(?i)^(hundreds|thousands|dozens)$", ("Hundreds", "Thousands", "Dozens", "Millions")),
    (r"(?i)^(half|two\s+thirds|three\s+quarters)$", ("A third", "Half", "Two thirds", "Three quarters", "A tenth")),
    (r"\d(st|nd|rd|th)$", ("22nd", "2nd", "6th")),
    (r"^(first|second|third|fourth)$", ("first", "second", "fifth", "tenth", "fourth")),
    (r"dollars$", ("four to five million dollars", "two to three billion dollars")),
    (r"[$€£]", ("$5 million", "$60 million", "€25", "£7", "$3.5 billion", "$34 billion", "$6", "£6 million")),
    (r"percent|per cent|%", ("44 percent", "4.5 percent", "7.6%", "75%", "9%", "29 per cent")),
    (r"hour$", ("eight-hour", "ten-hour")),
    (r"^\d{4}$", ("1988", "2014", "2016", "1925", "2019")),
    (r"^[\d.,]+$", ("13", "239", "2,380", "1.3", "23", "12,000", "thirteen", "240", "120", "2")),
    (r"", ("three", "eight", "sixteen", "sixty", "a hundred", "twenty-five", "forty")),
)
_MARKED = re.compile(r"\{([^}]*)\}")


def plain(text: str) -> str:
    """A passage as an article has it."""
    return " ".join(re.sub(r"[{}]", "", text).split())


def cited(text: str, claim: str, published: date | None = ARTICLE_DAY) -> list[Citation]:
    """The whole of a text as the passage that a claim cites."""
    article = Article.of("ledger.txt", text, "Notes of the week", outlet="Pebble Gazette", published=published)
    passage = Passage(article, 0, len(text))
    return [Citation(1, passage, *choose(claim, passage))]


def sentences() -> list[tuple[str, str]]:
    """Every sentence with a number, in braces, and its passage."""
    return [
        (" ".join(sentence.split()), passage)
        for passage in PASSAGES
        for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z{])", passage)
        if "{" in sentence
    ]


def changed(sentence: str, passage: str) -> Iterator[str]:
    """The sentence once for each of its numbers and each other value, those of the passage among them."""
    values = [" ".join(value.split()) for value in _MARKED.findall(passage)]
    for match in _MARKED.finditer(sentence):
        form = _form(match[1])
        kin = _COUNTS if form in _COUNTS else {form}
        alike = [value for value in values if _form(value) in kin]
        for other in dict.fromkeys([*_FORMS[form][1], *alike]):
            if other.lower() != match[1].lower():
                yield plain(f"{sentence[: match.start()]}{other}{sentence[match.end() :]}")


def _form(value: str) -> int:
    return next(place for place, (pattern, _) in enumerate(_FORMS) if re.search(pattern, value))


_COUNTS = {_form(value) for value in ("1987", "238", "seventeen")}  # may stand in one another's place
