"""What a user may set about reading articles."""

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass
from pydantic.fields import Field

STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, config=STRICT)
class LinksConfig:
    """The `[ingest.links]` section: how web addresses are fetched."""

    allow_private: bool = False
    respect_robots: bool = True
    delay_s: float = Field(default=1.0, ge=0.0, le=3600.0)
    timeout_s: float = Field(default=30.0, gt=0.0, le=600.0)
    max_mb: int = Field(default=20, ge=1, le=2048)
    most: int = Field(default=500, ge=1, le=100_000)


@dataclass(frozen=True, config=STRICT)
class IngestConfig:
    """The `[ingest]` section; every key is explained in config.toml."""

    paths: list[str] = Field(default_factory=lambda: ["sources"])
    ignore: list[str] = Field(default_factory=lambda: ["README*", ".*", "~$*"])
    max_file_mb: int = Field(default=50, ge=1, le=2048)
    max_pages: int = Field(default=2000, ge=1, le=1_000_000)
    max_unpacked_mb: int = Field(default=200, ge=1, le=4096)
    max_parts: int = Field(default=5000, ge=1, le=1_000_000)
    read_timeout_s: float = Field(default=60.0, ge=1.0, le=3600.0)
    read_memory_mb: int = Field(default=1024, ge=256, le=65536)
    ocr: bool = False
    fields: dict[str, str] = Field(default_factory=dict)
    links: LinksConfig = Field(default_factory=LinksConfig)


DEFAULTS = IngestConfig()
