"""The list of articles as HTML: a table, which a narrow page shows as cards."""

from __future__ import annotations

from datetime import datetime, timedelta

from web import markup
from web.library.catalogue import ON_A_PAGE, Entry, Listed, Wanted

NEW_FOR = timedelta(hours=24)  # "new" is what came in since yesterday at this time
COLUMNS = {
    "title": "Title",
    "outlet": "Outlet",
    "published": "Published",
    "ingested": "Ingested",
    "story": "Story",
}
FALLING_FIRST = {"published", "ingested", "story"}  # the newest, the most reprinted
NONE = markup.element("span", "–", class_="none", aria_label="none")

EMPTY = """
<div class="nothing">
<h2>Nothing here yet</h2>
<p>Vouch answers from articles that you give it, and from nothing else.</p>
<ol>
<li><b>Add some articles.</b> Drop files or a folder above: web pages, PDF, Word, mail, spreadsheets, feeds. Or paste
 links.</li>
<li><b>Wait until they are in.</b> A hundred articles take about a minute. You may go on with anything else.</li>
<li><b>Ask.</b> The Chat tab answers with the sentences that say it, each with its source.</li>
</ol>
</div>
"""


def table(listed: Listed, wanted: Wanted, now: datetime) -> str:
    """A page of the list, with how many there are and the way to the others."""
    if not listed.of:
        return EMPTY
    if not listed.entries:
        told = markup.element(
            "p", f"No article has all of “{markup.text(wanted.words)}” in its title, outlet or author."
        )
        return markup.element("div", told, class_="nothing few")
    head = markup.element("thead", markup.element("tr", _tick_all() + _heads(wanted) + _head("State")))
    body = markup.element("tbody", "".join(_row(entry, now) for entry in listed.entries))
    caption = markup.element("caption", markup.text(_range(listed, wanted)))
    return markup.element("table", caption + head + body, data_page=listed.page) + _pages(listed)


def _range(listed: Listed, wanted: Wanted) -> str:
    """As "51 to 100 of 1,204 articles"."""
    first = (listed.page - 1) * ON_A_PAGE + 1
    last = first + len(listed.entries) - 1
    which = f"{first:,} to {last:,} of " if listed.pages > 1 else ""
    among = f" of {listed.of:,}" if wanted.words.strip() else ""
    return f"{which}{markup.counted(listed.found, 'article')}{among}"


def _tick_all() -> str:
    box = markup.void("input", type="checkbox", data_all="", aria_label="Choose all on this page")
    return markup.element("th", box, scope="col", class_="choice")


def _head(name: str, content: str = "", **about: object) -> str:
    return markup.element("th", content or name, scope="col", **about)


def _heads(wanted: Wanted) -> str:
    return "".join(_sortable(key, name, wanted) for key, name in COLUMNS.items())


def _sortable(key: str, name: str, wanted: Wanted) -> str:
    here = key == wanted.sort
    order = ("descending" if wanted.down else "ascending") if here else None
    down = not wanted.down if here else key in FALLING_FIRST
    sign = markup.element("span", "↓" if wanted.down else "↑", class_="way", aria_hidden="true") if here else ""
    button = markup.element(
        "button", name + sign, type="button", data_do="sort", data_sort=key, data_down="1" if down else "0"
    )
    return _head(name, button, aria_sort=order)


def _row(entry: Entry, now: datetime) -> str:
    tick = markup.void(
        "input", type="checkbox", value=entry.id, data_title=entry.title, aria_label=f"Choose: {entry.title}"
    )
    title = markup.element(
        "button",
        markup.text(entry.title),
        type="button",
        class_="open",
        dir="auto",
        data_do="open",
        data_article=entry.id,
    )
    cells = (
        markup.element("td", tick, class_="choice"),
        markup.element("th", title, scope="row"),
        _cell("Outlet", markup.element("bdi", markup.text(entry.outlet)) if entry.outlet else ""),
        _cell("Published", _day(entry.published) if entry.published else markup.element("i", "undated")),
        _cell("Ingested", _day(entry.ingested[:10])),
        _cell("Story", f"{entry.prints:,} articles" if entry.prints > 1 else ""),
        _cell("State", _state(entry, now)),
    )
    return markup.element("tr", "".join(cells))


def _cell(name: str, content: str) -> str:
    return markup.element("td", content or NONE, data_label=name, class_=None if content else "bare")


def _day(iso: str) -> str:
    return markup.element("time", markup.short_date(datetime.fromisoformat(iso).date()), datetime=iso)


def _state(entry: Entry, now: datetime) -> str:
    states = []
    if entry.ingested and now - datetime.fromisoformat(entry.ingested) < NEW_FOR:
        states.append(markup.element("span", "new", class_="state new"))
    if entry.corrected:
        states.append(markup.element("span", "corrected", class_="state"))
    if entry.first:
        title = markup.element("bdi", markup.text(entry.first))
        states.append(markup.element("span", f"reprint of {title}", class_="state reprint", title=entry.first))
    return markup.element("div", " ".join(states)) if states else ""


def _pages(listed: Listed) -> str:
    if listed.pages == 1:
        return ""
    place = markup.element("span", f"Page {listed.page:,} of {listed.pages:,}")
    steps = (
        _step("Previous", listed.page - 1, listed.page > 1),
        place,
        _step("Next", listed.page + 1, listed.page < listed.pages),
    )
    return markup.element("nav", "".join(steps), class_="pages", aria_label="Pages of the list")


def _step(name: str, page: int, there: bool) -> str:
    return markup.element(
        "button", name, type="button", class_="quiet", data_do="page", data_page=page, disabled=None if there else ""
    )
