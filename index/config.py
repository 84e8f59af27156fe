"""What a user may set about the library and the search over it."""

from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass
from pydantic.fields import Field

STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, config=STRICT)
class IndexConfig:
    """The `[index]` section; every key is explained in config.toml."""

    library: str = "data"
    model: str = ""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    passage_pieces: int = Field(default=220, ge=40, le=4096)
    dense_weight: float = Field(default=0.35, ge=0.0, le=1.0)
