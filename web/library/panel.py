"""The Library tab as HTML: its frame, whose parts are filled and replaced one by one."""

from __future__ import annotations

import secrets
from datetime import datetime

from index.library import Counts
from ingest.config import IngestConfig
from web import markup

PANEL = """
<div class="shelf" data-page="{page}">
<header class="line"><h1>Library</h1><p class="hint" data-part="counts">{counts}</p></header>
<p class="word" role="status" data-part="said"></p>
<section class="add" aria-label="Add articles">
<div class="drop" data-drop>
<p class="invite">Drop files or a folder here</p>
<p class="hint">Web pages, PDF, Word, OpenDocument, e-books, mail, spreadsheets, JSON, feeds and zip archives,
 up to {limit} MB each.</p>
<div class="choosers">
<button type="button" class="main" data-do="files">Choose files</button>
<button type="button" class="quiet" data-do="folder">Choose a folder</button>
</div>
<input type="file" multiple hidden data-files aria-label="Files to add">
<input type="file" webkitdirectory hidden data-folder aria-label="A folder to add">
</div>
<form class="links" data-links>
<label for="library-links">Or paste links, one a line</label>
<textarea id="library-links" rows="3" spellcheck="false" placeholder="https://"></textarea>
<button type="submit" class="quiet">Add links</button>
</form>
</section>
<section data-part="jobs" aria-label="What is being added">{jobs}</section>
<section class="refusals" data-part="refusals" aria-label="Refused">{refusals}</section>
<section class="articles" aria-label="Articles">
<form class="line tools" role="search" data-find>
<input type="search" aria-label="Find articles by title, outlet or author"
 placeholder="Find by title, outlet or author">
<button type="button" class="quiet" data-do="remove" disabled>Remove…</button>
</form>
<div class="undo" data-part="undo" role="status"></div>
<div data-part="table">{table}</div>
</section>
<dialog class="detail" aria-labelledby="detail-title">
<form method="dialog"><button class="icon shut" aria-label="Close">✕</button></form>
<div data-part="detail"></div>
</dialog>
<dialog class="confirm" aria-labelledby="confirm-title">
<form method="dialog">
<h2 id="confirm-title"></h2>
<ul></ul>
<p>Answers and searches no longer see it; conversations that cite it say so. A file on this machine stays where it is,
 and the next ingest of its folder brings the article back. A file that was uploaded here is deleted when
 you leave the page.</p>
<p>Until then you can undo this.</p>
<div class="choosers">
<button class="quiet" value="no" autofocus>Keep</button>
<button class="main danger" value="yes">Remove</button>
</div>
</form>
</dialog>
</div>
"""


def panel(config: IngestConfig, **parts: str) -> str:
    """The tab whole. It names the page that it is on, by which what is removed there can be undone there."""
    page = secrets.token_urlsafe()
    return PANEL.format(page=page, limit=f"{config.max_file_mb:,}", **parts)


def counts_line(counts: Counts) -> str:
    """As "1,204 articles, 12 undated, last ingested 3 May 2024"."""
    if not counts.articles:
        return "No articles"
    undated = f", {counts.undated:,} undated" if counts.undated else ""
    last = f", last ingested {markup.short_date(datetime.fromisoformat(counts.last_ingested).date())}"
    return f"{markup.counted(counts.articles, 'article')}{undated}{last}"
