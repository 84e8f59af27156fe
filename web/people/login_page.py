"""The page on which a user logs in: plain HTML without a script, in the colours of the chat page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse

from web import markup

WEB = Path(__file__).parent.parent
# Tighter than the chat page needs it: no script runs here, and nothing is fetched but the icon.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'"
HEADERS = {"content-security-policy": POLICY, "cache-control": "no-store"}
_COLOURS = re.compile(r"^(:root|\.dark) (\{.*?^\})", re.MULTILINE | re.DOTALL)


def login_page(following: str, name: str = "", fault: str = "", status: int = 200) -> HTMLResponse:
    """The form; `following` is where it leads, `fault` what was wrong with the last try."""
    told = markup.element("p", markup.text(fault), class_="fault", role="alert", id="fault") if fault else ""
    fields = (
        _field("name", "Name", name, "username", fault, autofocus=None if name else "")
        + _field("password", "Password", "", "current-password", fault, autofocus="" if name else None)
        + f"<input{markup.attributes(type='hidden', name='next', value=following)}>"
        + markup.element("button", "Log in", type="submit")
    )
    form = markup.element("form", told + fields, method="post", action="/login")
    return _page("Log in", markup.element("h1", "Vouch") + form, status)


def onward_page(to: str) -> HTMLResponse:
    """Leads on at once. The browser comes from our own page then, and sends the cookie that a link elsewhere lacks."""
    refresh = f"<meta http-equiv='refresh'{markup.attributes(content=f'0; url={to}')}>"
    link = markup.element("a", "Go on to Vouch", href=to)
    return _page("Vouch", markup.element("p", link), 200, refresh)


def _field(name: str, label: str, value: str, autocomplete: str, fault: str, autofocus: str | None) -> str:
    about = markup.attributes(
        id=name,
        name=name,
        type="password" if name == "password" else "text",
        value=value or None,
        autocomplete=autocomplete,
        autocapitalize="none",
        spellcheck="false",
        required="",
        autofocus=autofocus,
        aria_describedby="fault" if fault else None,
    )
    return markup.element("label", label, for_=name) + f"<input{about}>"


def _page(title: str, content: str, status: int, head: str = "") -> HTMLResponse:
    head = (
        "<meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{markup.text(title)} · Vouch</title><link rel='icon' href='/favicon.ico'>{head}"
        f"<style>{_style()}</style>"
    )
    body = markup.element("main", content)
    page = f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"
    return HTMLResponse(page, status, HEADERS)


@cache
def _style() -> str:
    """Our own few rules, with the colours of the chat page for light and dark."""
    found = dict(_COLOURS.findall((WEB / "page.css").read_text(encoding="utf-8")))
    dark = f"@media (prefers-color-scheme: dark) {{ :root {found['.dark']} }}"
    return f":root {found[':root']} {dark} {(WEB / 'people' / 'login.css').read_text(encoding='utf-8')}"
