"""Texts of our own from which pairs of articles are made: leads, credits, comments, and reports from templates."""

from __future__ import annotations

import random

LEADS = (
    (
        "Officials spoke of a turning point on Tuesday, after days in which little was certain and much was said. What "
        "is known so far comes from those who were there, and from papers that this newsroom was able to read."
    ),
    "It is a matter that few people followed until this week, and that now fills the front pages on two continents.",
    (
        "Our readers asked what lies behind the news that has been spoken of everywhere since the morning, and how it "
        "came about. Here is the account of our correspondent, who has followed the affair from its first day."
    ),
    "Questions remained open on Friday evening, hours after the first reports, and those in charge asked for patience.",
)
NOTES = (
    "This report first appeared in the Paper Lantern Post and is published here by agreement.",
    "With material from the Driftwood News Agency.",
    "(Editing by Rosalind Pike)",
)
COMMENTS = (
    (
        "I have read many accounts of this affair, and most of them left me no wiser than before. One of them I should "
        "like to set before you at length, because its author does what reporters are paid for and too seldom do: he "
        "counts, he asks, he names. I do not share all that he concludes. But read it first, and then let us talk "
        "about what it leaves out, which is a good deal, and about what my grandmother would have said to it."
    ),
    (
        "Our society met on Thursday in the reading room, as it does every month, and talked about a piece from the "
        "press that the secretary had brought along. Eleven members came, tea was poured, and the treasurer gave her "
        "report. After that the secretary read aloud, and nobody interrupted him, for once."
    ),
    (
        "Media notes. How did the papers tell it this time? We laid them side by side and chose one passage as an "
        "example of how a plain report can do its work without raising its voice. It stands here in full length, so "
        "that you can judge for yourself. Others took more space and said less, and two of them got the names wrong."
    ),
)
FEET = (
    (
        "The Pebble Gazette is written by people who live where you live. If you have seen something that we should "
        "know, write to our desk or come by between nine and five; the kettle is always on. Reports may be shortened. "
        "Opinions are those of the writers, and mistakes are put right on page two of the next issue."
    ),
    (
        "About this service: articles are gathered every night from correspondents in fourteen harbours and checked by "
        "two editors before they are set. The service is paid for by its readers and takes no money from shipowners."
    ),
)
TOWNS = ("Pebble Bay", "Upper Kettle", "Lanternside", "Marrow", "Quillham", "Driftwood", "Thimble", "Old Saucer")
CLUBS = ("Rovers", "Albion", "Harbour", "Wanderers", "Athletic", "Lanterns", "Thistle", "Corinthians")


def boilerplate(rng: random.Random) -> str:
    """What an outlet puts below all that it prints."""
    return rng.choice(FEET)


def report(kind: int, rng: random.Random) -> list[str]:
    """A report from one of four templates: market, weather, match, traffic; only names and figures differ."""
    return (market, weather, match, canal)[kind](rng)


def market(rng: random.Random) -> list[str]:
    def moved() -> str:
        return f"{rng.choice(('rose', 'fell'))} {rng.randrange(1, 300) / 100} percent to {rng.randrange(900, 9000)}"

    return [
        f"Shares on the Pebble Exchange {moved()} points on {rng.choice(('Monday', 'Tuesday', 'Friday'))}.",
        (
            f"The index of the twenty largest companies {moved()}, while the index of smaller companies {moved()}. In "
            f"early trading {rng.randrange(3, 17)} of the twenty shares had gained. Brokers spoke of a quiet day with "
            f"a turnover of {rng.randrange(100, 999)} million crowns."
        ),
        (
            f"A barrel of oil for delivery next month {moved()} cents. The price of an ounce of gold {moved()} crowns. "
            f"The crown was traded at {rng.randrange(100, 140) / 100} to the guilder."
        ),
        "All prices are delayed by fifteen minutes. The Pebble Exchange takes no responsibility for their accuracy.",
    ]


def weather(rng: random.Random) -> list[str]:
    one, two, three = rng.sample(TOWNS, 3)
    low = rng.randrange(-5, 12)
    return [
        f"The day begins with {rng.choice(('fog', 'clouds', 'sunshine', 'showers'))} in {one} and along the coast.",
        (
            f"During the morning the temperature climbs to {low + 4} degrees in {two} and to {low + 6} degrees in "
            f"{three}. A {rng.choice(('light', 'fresh', 'strong'))} wind blows from the "
            f"{rng.choice(('north', 'south', 'east', 'west'))} at {rng.randrange(5, 70)} kilometres an hour. The "
            f"risk of rain is {rng.randrange(5, 95)} percent. At night the temperature goes down to {low} degrees."
        ),
        (
            f"The sun rises at {rng.randrange(5, 8)}:{rng.randrange(10, 59)} and sets at {rng.randrange(17, 21)}:"
            f"{rng.randrange(10, 59)}. High water at {one} is at {rng.randrange(1, 12)}:{rng.randrange(10, 59)}."
        ),
    ]


def match(rng: random.Random) -> list[str]:
    home, away = rng.sample(CLUBS, 2)
    goals, lost = rng.randrange(1, 6), rng.randrange(0, 4)
    return [
        f"{home} met {away} on matchday {rng.randrange(2, 38)} of the Harbour League, and it ended {goals}-{lost}.",
        (
            f"Before {rng.randrange(400, 30000)} spectators {home} went ahead in minute {rng.randrange(1, 45)}. {away} "
            f"had {rng.randrange(2, 20)} shots at goal to {rng.randrange(2, 20)} for the hosts and won "
            f"{rng.randrange(1, 12)} corners. The referee showed {rng.randrange(0, 7)} yellow cards."
        ),
        (
            f"After this result {home} stand in place {rng.randrange(1, 20)} of the table with {rng.randrange(3, 80)} "
            f"points, and {away} stand in place {rng.randrange(1, 20)}. Next {home} travel to {rng.choice(CLUBS)}, "
            f"while {away} play at home against {rng.choice(CLUBS)}."
        ),
    ]


def canal(rng: random.Random) -> list[str]:
    return [
        (
            f"On {rng.randrange(1, 29)} {rng.choice(('May', 'June', 'July'))} {rng.randrange(30, 80)} ships passed "
            "through the Saucer Canal, the canal authority said in its daily notice."
        ),
        (
            f"Of these {rng.randrange(12, 40)} were bound north and {rng.randrange(12, 40)} south. The largest was the "
            f"{rng.choice(TOWNS)} Star with {rng.randrange(8, 24)},000 containers. The average wait at the northern "
            f"entrance came to {rng.randrange(2, 30)} hours and at the southern one to {rng.randrange(2, 30)} hours."
        ),
        (
            f"Tolls of {rng.randrange(2, 30)} million crowns were collected. The authority expects "
            f"{rng.randrange(30, 80)} ships on the following day. The notice is published every evening at six and "
            "does not cover vessels of the navy, pilot boats and the ferries between the two banks."
        ),
    ]
