"""Child processes that do not run the script which they are begun from: they need nothing of it.

Python's own run it again, so that a script without `if __name__ == "__main__":` breaks them, and what it imports
counts as their memory.
"""

from __future__ import annotations

from multiprocessing import spawn
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.popen_spawn_posix import Popen
from threading import Lock
from typing import Any

_launching = Lock()  # what is changed for a launch is the whole process's


class _Launch(Popen):
    def _launch(self, process_obj: Any) -> None:
        def without_main(name: str) -> dict[str, Any]:
            return {key: value for key, value in usual(name).items() if not key.startswith("init_main")}

        with _launching:
            usual, spawn.get_preparation_data = spawn.get_preparation_data, without_main
            try:
                super()._launch(process_obj)  # type: ignore[misc]  # not in the stubs
            finally:
                spawn.get_preparation_data = usual


class _Process(SpawnProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Popen:  # noqa: N802  # their name
        return _Launch(process_obj)


class AloneContext(SpawnContext):
    """For pools, in place of `get_context("spawn")`."""

    Process = _Process
