"""Vectors inside a scope: scanned, since Chroma looks through every record to find those that a scope lets be seen."""

from __future__ import annotations

import threading

from index.library import Library
from index.vectors import ExactVectors

# With 7,800 passages Chroma takes 9 ms for a search inside an outlet, 3 ms for one without a scope; a scan .5 ms.
MOST = 100_000  # passages, 150 MB at 384 dimensions; of a larger library Chroma searches scopes as well


class Inside:
    """Every live vector in memory, of up to so many; read again when what readers see has changed.

    Safe from any thread.
    """

    def __init__(self, library: Library, most: float = MOST) -> None:
        self._library = library
        self._most = most
        self._lock = threading.Lock()
        self._read: tuple[int, ExactVectors | None] = (-1, None)

    def vectors(self) -> ExactVectors | None:
        """What to scan; None where that is too much to keep."""
        with self._lock:
            changes = self._library.changes
            if self._read[0] != changes:
                few = self._library.counts().passages <= self._most
                self._read = (changes, ExactVectors(self._library) if few else None)
            return self._read[1]
