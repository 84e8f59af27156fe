"""Who is logged in, for the bar of tabs."""

from __future__ import annotations

from web import markup
from web.people.door import user_name
from web.people.login import LOGOUT


def badge(person: str, *, log_out: bool) -> str:
    """The name, and with `log_out` a button that ends the session here; "" for a browser without a name.

    `log_out` is for people who logged in here: who came by a proxy logs out there.
    """
    name = user_name(person)
    if not name:
        return ""
    shown = markup.element("span", markup.text(name), class_="user", dir="auto", title=f"Logged in as {name}")
    button = markup.element("button", "Log out", type="submit", class_="log-out")
    form = markup.element("form", button, method="post", action=LOGOUT) if log_out else ""
    return markup.element("div", shown + form, class_="badge")
