"""The models that clients can name: Vouch as its settings say, and its two engines."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa.config import Config, EngineName
from serving.desk import Desk
from serving.errors import RESPONSES, ApiError

if TYPE_CHECKING:
    from fastapi import APIRouter

VOUCH, EXTRACTIVE, GENERATIVE = "vouch", "vouch-extractive", "vouch-generative"
ENGINES: dict[str, EngineName] = {EXTRACTIVE: "extractive", GENERATIVE: "generative"}

LISTED: dict[str, Any] = {"id": VOUCH, "object": "model", "created": 1_718_010_000, "owned_by": "vouch"}


class Model(BaseModel):
    """A model as OpenAI's API lists it."""

    id: str = Field(examples=[VOUCH])
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "vouch"


class ModelList(BaseModel):
    """Every model that can be named."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"object": "list", "data": [LISTED]}]})

    object: Literal["list"] = "list"
    data: list[Model]


def offered(config: Config) -> list[str]:
    """The names that clients may use; "vouch-generative" where a language model is connected.

    >>> offered(Config())
    ['vouch', 'vouch-extractive']
    """
    return [VOUCH, EXTRACTIVE, GENERATIVE] if config.has_model else [VOUCH, EXTRACTIVE]


def checked(name: str, config: Config) -> str:
    """The name, if it is offered; else an ApiError of 404, as clients expect."""
    known = offered(config)
    if name in known:
        return name
    why = " No language model is connected: set [llm] in config.toml." if name == GENERATIVE else ""
    words = f"The model {name[:100]!r} does not exist.{why} There are: {', '.join(known)}."
    raise ApiError(404, words, code="model_not_found", param="model")


def engine_of(model: str) -> EngineName | None:
    """The engine that a model's name means; None for the one of the settings."""
    return ENGINES.get(model)


def router(desk: Desk) -> APIRouter:
    """GET /v1/models and /v1/models/{model}."""
    from fastapi import APIRouter

    routes, since = APIRouter(tags=["chat"], responses=RESPONSES), int(time.time())

    @routes.get("/v1/models")
    def models() -> ModelList:
        """List the models."""
        return ModelList(data=[Model(id=name, created=since) for name in offered(desk.config)])

    @routes.get("/v1/models/{model}")
    def model(model: str) -> Model:
        """Describe one model."""
        return Model(id=checked(model, desk.config), created=since)

    return routes
