"""A removal that somebody kills: `python interrupted_removal.py WHAT LIBRARY [STEP]`, on entry to that call (0: never).

WHAT is remove, restore or forget. Says how many calls there were.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from interrupted_upkeep import killed_at
from shelf import open_shelf

PAGE = "a page"


def main(what: str, library: str, step: str = "") -> None:
    with closing(open_shelf(Path(library), thorough=False)) as store:
        store.indexes.wait()
        removals = store.builder.removals
        undo = [row[0] for row in store.library.rows("SELECT DISTINCT undo FROM removed")]
        chosen = sorted(set(store.library.origins().values()))[:2]
        number = killed_at(int(step or 0))
        if what == "remove":
            removals.remove(chosen, PAGE)
        elif what == "restore":
            removals.restore(undo[0])
        else:
            removals.forget(PAGE)
        sys.stdout.write(str(next(number) - 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
