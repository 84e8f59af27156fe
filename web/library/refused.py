"""What was refused, with the reason, as HTML; which of the inputs is to be read again for one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.links import is_link
from ingest.outcomes import Refusal
from ingest.webaddress import without_password
from web import markup
from web.library.uploads import shown

LISTED = 100  # the rest is counted; "all" means all of them


def refusals(refused: Sequence[Refusal], library: Path) -> str:
    """All of them, folded where they are many; nothing if there are none."""
    if not refused:
        return ""
    head = markup.element("h2", f"{len(refused):,} refused", id="library-refused", tabindex="-1")
    every = _button("retry", "Retry all", "") + _button("dismiss", "Dismiss all", "") if len(refused) > 1 else ""
    items = "".join(_item(one, library) for one in refused[:LISTED])
    more = len(refused) - LISTED
    rest = markup.element("p", f"And {more:,} more.", class_="hint") if more > 0 else ""
    bar = markup.element("div", head + every, class_="line")
    return bar + markup.element("ul", items) + rest


def _item(refusal: Refusal, library: Path) -> str:
    origin = without_password(shown(refusal.origin, library))
    name = markup.element("bdi", markup.text(origin), class_="origin")
    reason = markup.element("p", markup.text(f"{refusal.reason[:1].upper()}{refusal.reason[1:]}."), class_="hint")
    acts = _button("retry", "Retry", refusal.origin, f"Retry: {origin}")
    acts += _button("dismiss", "Dismiss", refusal.origin, f"Dismiss: {origin}")
    told = markup.element("div", name + reason)
    return markup.element("li", told + markup.element("div", acts, class_="ways"))


def _button(do: str, name: str, origin: str, label: str | None = None) -> str:
    """For one, or for all where no origin is given."""
    return markup.element(
        "button", name, type="button", class_="quiet", data_do=do, data_origin=origin or None, aria_label=label
    )


def input_of(origin: str) -> str:
    """The file or link that a refusal is of; "" if the file is not there any more.

    >>> input_of("https://example.com/feed#3")
    'https://example.com/feed'
    """
    if is_link(origin):
        return origin.partition("#")[0]
    ends = [place for place, character in enumerate(f"{origin}#") if character == "#"]
    return next((origin[:end] for end in ends if Path(origin[:end]).is_file()), "")
