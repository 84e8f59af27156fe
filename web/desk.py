"""Answers what a reader does with conversations and with the scope, without knowing how the page is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ingest.errors import VouchError
from web import chips, chosen
from web.click import Click
from web.export.menu import menu
from web.opening import Opening
from web.show import listed, shown
from web.view import View


class Desk:
    """Every method replies with Views: what to change on the page."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening

    def arrive(self, click: Click) -> Iterator[View]:
        """The page was opened or reloaded, perhaps with a conversation in its address and a scope chosen before."""
        engine = self._opening.engine()
        scope = chosen.form(chosen.kept(click.scope, engine.library.outlets()))
        # A question that was asked while the library opened goes on.
        yield replace(shown(engine, click, click.conversation), scope=scope, draft=None, busy=None)

    def choose(self, click: Click) -> Iterator[View]:
        _turn_away(click)
        yield shown(self._opening.engine(), click, str(click.data["conversation"]))

    def fresh(self, click: Click) -> Iterator[View]:
        _turn_away(click)
        yield shown(self._opening.engine(), click, "")

    def remove(self, click: Click) -> Iterator[View]:
        """Delete a conversation of one's own; the page stays where it is unless that was it."""
        engine, doomed = self._opening.engine(), str(click.data["conversation"])
        if engine.conversations.may_change(doomed, click.person):
            engine.conversations.remove(doomed)
        if doomed == click.conversation:
            _turn_away(click)
            yield shown(engine, click, "")
        else:
            yield View(sidebar=listed(engine, click, click.conversation))

    def scope(self, click: Click) -> Iterator[View]:
        """Another scope was chosen: the page keeps it, and says what it sees; or why it cannot be."""
        engine = self._opening.engine()
        try:
            scope = chosen.chosen(click.data, engine.library.outlets())
        except VouchError as exc:
            yield View(sidebar=listed(engine, click, click.conversation, f"{exc.message}."))
            return
        there = replace(click, scope=chosen.form(scope))
        yield View(
            scope=there.scope,
            sidebar=listed(engine, there, click.conversation),
            chips=chips.chips(scope) + menu(click.conversation),
        )


def _turn_away(click: Click) -> None:
    """An answer under way shows nothing more on a page that goes elsewhere; it is still kept."""
    if click.run is not None:
        click.run.leave()
