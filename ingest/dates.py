"""Dates as articles write them: a whole, unambiguous day, or nothing. Pure."""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

EARLIEST, LATEST = date(1600, 1, 1), date(2100, 1, 1)  # newspapers began in 1605
EPOCH_SECONDS = (100_000_000, 4_102_444_800)  # 1973 to 2100; smaller numbers may be anything

MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
TIME = r"(?:,?\s*(?:at\s+|[-–|]\s*)?\d{1,2}[:.]\d{2}.{0,30}|,?\s+(?:at\s+)?\d{1,2}\s*[ap]\.?m\b.{0,15})?"
# "5:30 PM EST, Mon March 3, 2025": some outlets give the hour first.
HOUR_FIRST = re.compile(r"\d{1,2}[:.]\d{2}\s*(?:[ap]\.?m\.?)?(?:\s*[A-Z]{2,5})?,?\s+(?:on\s+)?", re.IGNORECASE)
YEAR, DAY = r"(?P<year>\d{4})", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
ENGLISH = (
    re.compile(rf"{WEEKDAY}{DAY}[\s-]+(?:of\s+)?{MONTH}[\s,-]+{YEAR}{TIME}", re.IGNORECASE),
    re.compile(rf"{WEEKDAY}{MONTH}\s+{DAY},?\s+{YEAR}{TIME}", re.IGNORECASE),
)
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[./](?P<month>\d{{1,2}})[./](?P<day>\d{{1,2}}){TIME}", re.IGNORECASE)
NUMBERS = re.compile(rf"(?P<one>\d{{1,2}})[./-](?P<two>\d{{1,2}})[./-](?P<year>\d{{4}}){TIME}", re.IGNORECASE)
WORDED = re.compile(r"(?=.*\b\d{1,2}\b)(?=.*\b(?:1[6-9]|20)\d{2}\b)(?=.*[^\W\d_]{3}).{8,60}")
CHINESE = re.compile(rf"(?P<year>\d{{4}})\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?日{TIME}")
# Those that dateparser is asked about; each costs time when the first date in it is met.
LANGUAGES = [
    "es", "fr", "de", "it", "pt", "nl", "pl", "cs", "sv", "da", "nb", "fi",
    "ro", "hu", "el", "tr", "ru", "uk", "ar", "he", "id", "vi",
]  # fmt: skip
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def parse_date(value: object) -> date | None:
    """The day that a value names, as it was written where it was written, or None if that is not certain.

    >>> parse_date("Jan. 30, 2025"), parse_date("30/01/2025"), parse_date("03/04/2025")
    (datetime.date(2025, 1, 30), datetime.date(2025, 1, 30), None)
    """
    if isinstance(value, datetime):
        found: date | None = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _from_number(value)
    else:
        found = _from_text(" ".join(value.split())) if isinstance(value, str) else None
    return found if found and EARLIEST <= found < LATEST else None


def _from_number(value: float) -> date | None:
    """Seconds or milliseconds since 1970, or a day written 20250130."""
    for scale in (1, 1000):
        if EPOCH_SECONDS[0] <= value / scale < EPOCH_SECONDS[1]:
            return datetime.fromtimestamp(value / scale, UTC).date()
    return _iso(str(value)) if isinstance(value, int) else None


def _from_text(text: str) -> date | None:
    if not 8 <= len(text) <= 80:  # noqa: PLR2004  from 20250130 to RFC 2822 with a comment
        return None
    if text.isdecimal() and len(text) > 8:  # noqa: PLR2004
        return _from_number(int(text))
    for way in (_iso, _english, _numbers, _rfc2822, _other_language):
        if found := way(text):
            return found
    return None


def _iso(text: str) -> date | None:
    if not re.match(r"\d{4}-\d{2}-\d{2}(?:\D|$)|\d{8}(?:T|$)", text):
        return None
    for candidate in (text, text.replace(" UTC", "Z").replace(" ", "T", 1), text[:10] if text[10:11] in "T " else ""):
        try:
            return datetime.fromisoformat(candidate).date()
        except ValueError:
            continue
    return None


def _english(text: str) -> date | None:
    hour = HOUR_FIRST.match(text)
    for form in ENGLISH:
        if match := form.fullmatch(text, hour.end() if hour else 0):
            return _day(match["year"], 1 + MONTHS.index(match["month"][:3].lower()), match["day"])
    return None


def _numbers(text: str) -> date | None:
    """2025/01/30; and 30/01/2025 or 01/30/2025, since one part cannot be a month, but never 03/04/2025."""
    if match := YEAR_FIRST.fullmatch(text) or CHINESE.fullmatch(text):
        return _day(match["year"], match["month"], match["day"])
    if match := NUMBERS.fullmatch(text):
        one, two = int(match["one"]), int(match["two"])
        if one > 12 or one == two:  # noqa: PLR2004
            return _day(match["year"], two, one)
        return _day(match["year"], one, two) if two > 12 else None  # noqa: PLR2004
    return None


def _rfc2822(text: str) -> date | None:
    if not re.match(r"(?:[A-Za-z]{3},\s+)?\d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}", text):
        return None
    try:
        return parsedate_to_datetime(text).date()
    except ValueError:
        return None


def _other_language(text: str) -> date | None:
    """30 de enero de 2025, 30. Januar 2025: day, month in letters and year must all be there."""
    if not WORDED.fullmatch(text) or any(form.fullmatch(text) for form in ENGLISH):
        return None
    import dateparser

    settings = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    found: datetime | None = dateparser.parse(text, languages=LANGUAGES, settings=settings)
    return found.date() if found else None


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
