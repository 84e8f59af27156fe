"""What a user may set about reading articles."""

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass
from pydantic.fields import Field

STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, config=STRICT)
class IngestConfig:
    """The `[ingest]` section; every key is explained in config.toml."""

    paths: list[str] = Field(default_factory=lambda: ["sources"])
    ignore: list[str] = Field(default_factory=lambda: ["README*", ".*", "~$*"])
    max_file_mb: int = Field(default=50, ge=1, le=2048)
