"""`vouch feedback`: what everybody thought of the answers, as questions for an evaluation or as it was given."""

from __future__ import annotations

from argparse import Namespace

from commands.session import config_of
from ingest.errors import VouchError


def feedback(options: Namespace) -> int:
    """Print every rated answer as one line of JSON: a question to ask again, or, with --whole, what was given."""
    from index.library import FILE, Library
    from qa.feedback import Feedbacks
    from web.export.lines import json_lines
    from web.export.questions import given, questions

    folder = config_of(options).library
    if not (folder / FILE).is_file():
        raise VouchError(f"there is no library in {folder}", hint="check --library, or ingest articles: vouch ingest")
    library = Library(folder, read_only=True)  # also while the page has it open
    try:
        known = library.rows("SELECT 1 FROM sqlite_master WHERE name = 'feedback'")  # older libraries have none
        kept = Feedbacks(library).all() if known else []
        print(json_lines(map(given, kept) if options.whole else questions(kept)), end="")
    finally:
        library.close()
    return 0
