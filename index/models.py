"""The models that config.toml names: where each one lies, and what to say of one that is not there or is unfit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import hub
from index.errors import ModelMissingError
from ingest.errors import VouchError


class UnfitModelError(VouchError):
    """A model that is there, but is of another kind than is needed, or cannot be opened."""


@dataclass(frozen=True, slots=True)
class Named:
    """One line of config.toml, `[section] model = name`: a folder, or a name of the hub.

    `start` is where relative folders start.

    >>> print(Named("reader", "deepset/tinyroberta-squad2", Path("/srv")))
    [reader] model = 'deepset/tinyroberta-squad2'
    """

    section: str
    name: str
    start: Path

    def __str__(self) -> str:
        return f"[{self.section}] model = {self.name!r}"

    @property
    def path(self) -> Path:
        """The folder that is meant, if one is."""
        return (self.start / Path(self.name).expanduser()).resolve()

    def folder(self) -> Path:
        """Where the model is; ModelMissingError, which says what to do, where it is not on this machine."""
        if self.path.is_dir():
            return self.path
        if not hub.HUB_NAME.fullmatch(self.name):
            raise ModelMissingError(f"{self}: there is no folder {self.path}", hint="check the path")
        found = hub.cached(self.name)
        if found is None:
            raise ModelMissingError(
                f"{self} is neither a folder nor in the local model cache",
                hint="check the name, and download it where there is a network: vouch models fetch",
            )
        return found

    def unfit(self, why: str) -> UnfitModelError:
        """The error of a model that cannot be used."""
        hint = f'name another model, or none: [{self.section}] model = ""'
        return UnfitModelError(f"{self} {why}", hint=hint)

    def settings(self, folder: Path) -> dict[str, Any]:
        """The model's own config.json."""
        try:
            settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise self.unfit(f"is no model: {folder} has no config.json") from None
        except (OSError, ValueError) as exc:
            raise self.unfit(f"cannot be used: {folder / 'config.json'}: {exc}") from exc
        if not isinstance(settings, dict):
            raise self.unfit(f"cannot be used: {folder / 'config.json'} holds no settings")
        return settings

    def check_form(self, settings: dict[str, Any], form: str, kind: str) -> None:
        """UnfitModelError unless the model has the head that its kind needs; transformers would invent a random one."""
        forms = settings.get("architectures") or ["of an unknown form"]
        if not any(form in str(one) for one in forms):
            raise self.unfit(f"is no {kind}; it is {', '.join(map(str, forms))}")

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Whatever the files of a foreign model make PyTorch's libraries raise means that it cannot be used.

        They raise OSError, ValueError, KeyError, ImportError, RuntimeError, safetensors' own and more.
        """
        try:
            yield
        except (VouchError, MemoryError):
            raise
        except Exception as exc:
            first = str(exc).strip().partition("\n")[0]
            raise self.unfit(f"cannot be opened: {type(exc).__name__}: {first}") from exc
