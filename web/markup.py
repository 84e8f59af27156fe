"""Safe HTML from untrusted text: everything that an article, a model or a user wrote passes through here."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

_MINUTES_IN_AN_HOUR = 60
_DAYS_IN_A_WEEK = 7
# Between the marks there are no others, so that elements never overlap.
_STRONG = re.compile(r"\*\*([^\s*](?:[^*]*[^\s*])?)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])")
_CARRIAGE_RETURN = "&#13;"  # a raw one becomes a line feed when a browser reads HTML, and a quote must stay verbatim


def text(value: object) -> str:
    """Escape for element content and for quoted attributes alike.

    >>> text("<b> & 'q'")
    '&lt;b&gt; &amp; &#x27;q&#x27;'
    """
    return html.escape(str(value), quote=True).replace("\r", _CARRIAGE_RETURN).replace("\0", "\ufffd")


def prose(value: object) -> str:
    """Escape what a model wrote, and show the emphasis in it; everything else that looks like markup is text.

    >>> prose("It is **far** from <b>*here*</b>, 2 * 3 * 4.")
    'It is <strong>far</strong> from &lt;b&gt;<em>here</em>&lt;/b&gt;, 2 * 3 * 4.'
    """
    strong = _STRONG.sub(r"<strong>\1</strong>", text(value))
    return _EMPHASIS.sub(r"<em>\1</em>", strong)


def attributes(**values: object) -> str:
    """Attributes with a leading space; `data_turn=3` becomes `data-turn`, `class_` becomes `class`, None is left out.

    >>> attributes(class_="cite", data_turn=3, title=None)
    ' class="cite" data-turn="3"'
    """
    named = ((name.rstrip("_").replace("_", "-"), value) for name, value in values.items() if value is not None)
    return "".join(f' {name}="{text(value)}"' for name, value in named)


def element(tag: str, content: str = "", **values: object) -> str:
    """One element around content that is HTML already.

    >>> element("p", text("1 < 2"), class_="note")
    '<p class="note">1 &lt; 2</p>'
    """
    return f"<{tag}{attributes(**values)}>{content}</{tag}>"


def void(tag: str, **values: object) -> str:
    """One element that has no content, such as a field.

    >>> void("input", type="search")
    '<input type="search" />'
    """
    return f"<{tag}{attributes(**values)} />"


def short_date(day: date) -> str:
    """As "30 Jan 2025"."""
    return f"{day.day} {day:%b %Y}"


def long_date(published: str | None) -> str:
    """An ISO date as "30 January 2025"; "undated" where there is none."""
    if not published:
        return "undated"
    day = date.fromisoformat(published)
    return f"{day.day} {day:%B %Y}"


def date_range(days: Sequence[date]) -> str:
    """The span of some dates, saying the year once where it can.

    >>> date_range([date(2025, 3, 17), date(2025, 1, 30)])
    '30 Jan to 17 Mar 2025'
    """
    if not days:
        return ""
    first, last = min(days), max(days)
    if first == last:
        return short_date(first)
    begin = f"{first.day} {first:%b}" if first.year == last.year else short_date(first)
    return f"{begin} to {short_date(last)}"


def relative_date(moment: datetime, now: datetime) -> str:
    """How long ago, as a reader says it: "just now", "5 min ago", "yesterday", "12 Mar 2025"."""
    then = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    minutes = (now - then).total_seconds() / 60
    if minutes < _MINUTES_IN_AN_HOUR:
        return f"{int(minutes)} min ago" if minutes >= 1 else "just now"
    then, here = then.astimezone(), now.astimezone()
    days = (here.date() - then.date()).days
    if days == 0:
        return f"{then:%H:%M}"
    if days == 1:
        return "yesterday"
    return f"{then:%A}" if days < _DAYS_IN_A_WEEK else short_date(then.date())


def counted(number: int, noun: str) -> str:
    """A number with its noun in the right form.

    >>> counted(1, "article"), counted(1204, "article")
    ('1 article', '1,204 articles')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
