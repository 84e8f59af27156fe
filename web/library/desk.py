"""What can be done on the Library tab, over one library: each method gives what the page is to show."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from index.removal import drop_uploads
from index.stories import Stories
from ingest.errors import VouchError
from ingest.outcomes import Refusal
from qa.engine import Engine
from web import markup
from web.library import panel, progress, refused
from web.library.catalogue import Catalogue, Wanted
from web.library.detail import detail, gone
from web.library.jobs import Jobs
from web.library.table import table
from web.library.uploads import Drop, Dropped, links_in, shown

log = logging.getLogger(__name__)

SEVERAL = "{} and {:,} more"


class LibraryDesk:
    """Safe from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._store = engine.store
        self._library = engine.library
        self._config = engine.store.builder.config
        self._catalogue = Catalogue(engine.library)
        self._jobs = Jobs(lambda: engine.store)

    # Looking.

    def panel(self) -> str:
        """The whole tab."""
        parts = {"jobs": self.jobs(), "refusals": self.refusals(), "table": self.table(Wanted())}
        return panel.panel(self._config, counts=self.counts(), **parts)

    def counts(self) -> str:
        """The line beside the title."""
        return panel.counts_line(self._library.counts())

    def table(self, wanted: Wanted) -> str:
        """A page of the list."""
        return table(self._catalogue.listed(wanted), wanted, datetime.now(UTC))

    def jobs(self) -> str:
        """What is being added, and what came of what was."""
        return progress.jobs(self._jobs.list())

    def refusals(self) -> str:
        """What was refused."""
        return refused.refusals(self._library.refusals(), self._library.folder)

    def article(self, ident: str) -> str:
        """One article."""
        article = self._library.article(ident)
        if article is None:
            return gone()
        others = (self._library.article(other) for other in Stories(self._library).story_of(ident))
        prints = [other for other in others if other]
        return detail(article, self._library.origins_of(ident), prints, self._library.folder)

    # Adding.

    def drop(self) -> Drop:
        """A place for files that are on their way."""
        return Drop(self._library.folder, self._config)

    def add(self, dropped: Dropped) -> str:
        """Have files read that have come."""
        what = f"{markup.counted(dropped.files, 'file')} added here"
        self._jobs.begin(what, dropped.sources, dropped.refused)
        return self.jobs()

    def add_links(self, text: str) -> str:
        """Have links read, one a line."""
        links, wrong = links_in(text, self._config.links.most)
        if not links and not wrong:
            raise VouchError("there is no link", hint="paste some, one a line")
        what = links[0] if len(links) == 1 else markup.counted(len(links), "link")
        self._jobs.begin(what, links, wrong)
        return self.jobs()

    def cancel(self, job: str) -> str:
        """End a job, or take it off the list."""
        self._jobs.cancel(job)
        return self.jobs()

    # What was refused.

    def retry(self, origins: Sequence[str]) -> str:
        """Read again what was refused: these, or all where none is named."""
        chosen = self._refused(origins)
        inputs = {origin: refused.input_of(origin) for origin in chosen}
        folder = self._library.folder
        lost = [Refusal(shown(each, folder), "there is no such file any more") for each in chosen if not inputs[each]]
        sources = list(dict.fromkeys(source for source in inputs.values() if source))
        first = shown(chosen[0], folder) if chosen else "nothing"
        what = SEVERAL.format(first, len(chosen) - 1) if len(chosen) > 1 else first
        self._jobs.begin(f"Again: {what}", sources, lost)
        return self.jobs()

    def dismiss(self, origins: Sequence[str]) -> str:
        """Forget what was refused; an uploaded file of which nothing is in the library goes."""
        chosen = self._refused(origins)
        with self._library.transaction():
            for origin in chosen:
                self._library.forget_file(origin)
        left = [one.origin for one in self._library.refusals()]
        drop_uploads(self._library.folder, chosen, [*self._library.origins(), *left])
        return self.refusals()

    def _refused(self, origins: Sequence[str]) -> list[str]:
        """Those that really were refused: the page may name nothing else to be read."""
        known = [refusal.origin for refusal in self._library.refusals()]
        return [origin for origin in known if not origins or origin in set(origins)]

    # Correcting and removing.

    def correct(self, ident: str, fields: dict[str, str]) -> str:
        """Put fields of an article right."""
        if any(not job.over for job in self._jobs.list()):
            raise VouchError("articles are being added", hint="save again when that is done, or cancel it")
        self._store.builder.edit(ident, dict(fields))
        return self.article(ident)

    def remove(self, articles: Sequence[str], page: str) -> tuple[str, str]:
        """Remove articles: the word that undoes it, and what to say of it."""
        there = [article for article in articles if self._library.version_of(article)]
        undo = self._store.builder.removals.remove(there, page)
        return undo, f"{markup.counted(len(there), 'article')} removed."

    def undo(self, undo: str) -> tuple[list[str], str]:
        """Bring back what was removed: the articles, and what to say of it."""
        back = self._store.builder.removals.restore(undo)
        return back, f"{markup.counted(len(back), 'article')} back." if back else "That can no longer be undone."

    def settle(self, articles: Sequence[str]) -> None:
        """What is done for the indexes after articles were removed or brought back, while the page goes on."""
        if not articles:
            return
        try:
            self._store.builder.settle(articles)
        except VouchError as exc:  # nobody waits for it, and the next ingest does it again
            log.warning("the indexes keep what was removed: %s", exc.message)

    def leave(self, page: str) -> None:
        """A page was left: what was removed there cannot be undone any more."""
        self.settle([*self._store.builder.removals.forget(page), *self._store.builder.removals.expire()])
