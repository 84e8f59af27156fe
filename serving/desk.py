"""What the routes of the API share: the engine once it is open, and the settings."""

from __future__ import annotations

from dataclasses import dataclass

from qa.config import Config
from qa.engine import Engine
from qa.service import EngineService
from web.opening import Opening


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to every route of the API."""

    opening: Opening
    config: Config

    @property
    def engine(self) -> Engine:
        """The engine; waits until it is open, and raises what kept it from opening."""
        return self.opening.engine()

    @property
    def service(self) -> EngineService:
        """What programs ask of it, as plain data."""
        return EngineService(self.engine)
