"""What an article says of itself in its own text: title, outlet, authors, date. Pure.

Only the first lines and the last are asked, and only for forms that mean it: a date in the body may be anyone's.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ingest.byline import Byline, byline, name_alone
from ingest.dates import parse_date
from ingest.formats.reading import Read, one_line, said
from ingest.furniture import furniture
from ingest.imprint import IMPRINT
from ingest.paragraphs import Span, lines, paragraphs
from ingest.split import sentences

TOP = 6  # lines that may be headline, byline, date and the first of the article
BOTTOM = 5  # pieces of furniture that may hold the imprint
HEADLINE_WORDS = 4  # words that make sure that a line is a headline, and neither a rubric nor a place
LONGEST_HEADLINE = 150  # characters
LONGEST_TITLE = 90  # characters of a title made from a sentence

DAY = r"[^\W\d_]{3,9}\.?\s\d{1,2}(?:,?\s\d{4})?|\d{1,2}\s[^\W\d_]{3,9}\.?(?:\s\d{4})?"
DATELINE = re.compile(
    r"(?:[^\W\d_a-zß-öø-ÿ]{3}[^a-zß-öø-ÿ\d(),]{0,40}(?:,\s[^\W\d_][\w. ]{1,25}?)??(?:,\s)?)?"
    rf"(?P<day>{DAY})?\s?(?:\((?P<agency>[^\W\d_][\w .&’'-]{{1,40}})\))?\s?[-–—]{{1,2}}\s"
)
ADDRESS = re.compile(r"(?:(?:source|url|link|original)\s*:\s*)?(?P<url>https?://\S+)", re.IGNORECASE)


def completed(read: Read) -> Read:
    """The article, with what its file did not say filled in from its text as far as the text says it.

    Each field is believed in this order: the byline and other lines below the headline, the imprint, the dateline;
    and for the title the headline, or else the first sentence.
    """
    text = read.text
    agency, day = dateline_of(text)
    below = Read(
        "",
        outlet=next((one_line(head.outlet) for head in _heads(text) if head.outlet), ""),
        authors=authors_of(text),
        published=next((head.published for head in _heads(text) if head.published), None),
        updated=updated_of(text),
    )
    full = said(
        read,
        [
            ("byline", below),
            ("imprint", Read("", outlet=imprint_of(text))),
            ("dateline", Read("", outlet=agency, published=day)),
            ("headline", Read("", title=headline_of(text))),
            ("first sentence", Read("", title="" if read.title else first_sentence_of(text))),
            ("address line", Read("", url=url_of(text))),
        ],
    )
    if full.published and full.updated and full.updated < full.published:  # left over from what it was made from
        return replace(full, updated=None, said_by={key: by for key, by in full.said_by.items() if key != "updated"})
    return full


def title_of(text: str) -> str:
    r"""The headline: the first line, if it reads like one, or else the first sentence, shortened at a word.

    >>> title_of("Bridge reopens\n\nIt was shut for a year."), title_of("The bridge reopened.")
    ('Bridge reopens', 'The bridge reopened.')
    """
    return headline_of(text) or first_sentence_of(text)


def headline_of(text: str) -> str:
    """The title that a line gives by name, or the first line of prose if it does not read like a sentence."""
    if titles := [head.title for head in _heads(text) if head.title]:
        return shortened(one_line(titles[0]), LONGEST_HEADLINE)
    first = _first_prose(text)
    if first is None:
        return ""
    headline = one_line(text[slice(*_before_byline(text, first))]).lstrip("# ")
    goes_on = len(paragraphs(text)) > 1
    return headline if goes_on and len(headline) <= LONGEST_HEADLINE and headline[-1:] not in ".;:,…。" else ""


def first_sentence_of(text: str) -> str:
    """The first sentence, shortened at a word."""
    first = _first_prose(text)
    if first is None:
        return ""
    start, end = sentences(text, *first)[0]
    return shortened(one_line(text[start:end]).lstrip("# "), LONGEST_TITLE)


def _first_prose(text: str) -> Span | None:
    away = furniture(text)
    return next((block for block in paragraphs(text)[:TOP] if _is_prose(text, block, away)), None)


def _before_byline(text: str, block: Span) -> Span:
    """The first line alone where the next is a byline, however much the two look like one wrapped line."""
    first, *rest = lines(text, *block)
    return first if rest and byline(one_line(text[slice(*rest[0])])) else block


def outlet_of(text: str) -> str:
    """The outlet named below the headline, in the imprint, or, failing these, the agency of the dateline."""
    named = next((one_line(head.outlet) for head in _heads(text) if head.outlet), "")
    return named or imprint_of(text) or dateline_of(text)[0]


def imprint_of(text: str) -> str:
    """Whose copyright the last lines claim."""
    found = (IMPRINT.match(text, *span) for span in reversed(furniture(text)[-BOTTOM:]))
    return next((one_line(match["name"]).rstrip(", ") for match in found if match), "")


def authors_of(text: str) -> tuple[str, ...]:
    """The people named in the byline, which may be a name alone between a headline and a date."""
    if named := next((head.authors for head in _heads(text) if head.authors), ()):
        return named
    top = [one_line(text[slice(*span)]) for span in _top(text)]
    for headline, line, below in zip(top, top[1:], top[2:], strict=False):
        found = byline(below)
        if found and (found.published or found.updated) and len(headline.split()) >= HEADLINE_WORDS:
            return name_alone(line)
    return ()


def published_of(text: str) -> date | None:
    """The day given with byline or dateline. A year in the imprint is no day, and a day without a year is none."""
    return next((head.published for head in _heads(text) if head.published), None) or dateline_of(text)[1]


def updated_of(text: str) -> date | None:
    """The day of the last change, where a line below the headline gives it."""
    return next((head.updated for head in _heads(text) if head.updated), None)


def dateline_of(text: str) -> tuple[str, date | None]:
    """The agency and the day in "SAN SALVADOR, March 16, 2025 (Agency) —"; without its year a day is not known."""
    found = list(_datelines(text))
    days = (parse_date(match["day"]) for match in found if match["day"])
    agency = next((one_line(match["agency"]) for match in found if match["agency"]), "")
    return agency, next((day for day in days if day), None)


def url_of(text: str) -> str:
    """An address on a line of its own, at the top or at the end."""
    found = (ADDRESS.fullmatch(text, *span) for span in _top(text) + lines(text, max(0, len(text) - 1000))[-BOTTOM:])
    return next((match["url"] for match in found if match), "")


def shortened(text: str, most: int) -> str:
    """At most `most` characters, ended at a word, with an ellipsis where something was left out."""
    if len(text) <= most:
        return text
    head, _, _ = text[:most].rpartition(" ")
    return (head or text[: most - 1]).rstrip(",;:—–- ") + "…"


def _heads(text: str) -> Iterator[Byline]:
    """The lines that tell of the article, up to its first sentence: a date below that is someone else's."""
    for place, (start, end) in enumerate(_top(text)):
        line = one_line(text[start:end])
        if found := byline(line, first=not place):
            yield found
        elif len(line) > LONGEST_HEADLINE or line.endswith((".", ".”", '."')):
            return


def _datelines(text: str) -> Iterator[re.Match[str]]:
    for start, end in _top(text):
        if match := DATELINE.match(text, start, min(end, start + 150)):
            yield match


def _top(text: str) -> list[Span]:
    """The first lines, without dividing a long text into all of its lines."""
    return lines(text, 0, min(len(text), 4000))[:TOP]


def _is_prose(text: str, block: Span, away: list[Span]) -> bool:
    """Neither furniture nor a byline."""
    if any(start <= block[0] < end for start, end in away):
        return False
    return byline(one_line(text[slice(*block)]), first=not text[: block[0]].strip()) is None
