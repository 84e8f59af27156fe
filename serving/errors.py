"""Errors as OpenAI's API words them, so that its clients raise their own exceptions: {"error": {"message", …}}."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from index.errors import IndexDamagedError, LibraryError, ModelMissingError, OwnedError
from ingest.errors import ConfigError, VouchError
from qa.language.plain import plain
from qa.model.faults import ModelError

if TYPE_CHECKING:
    from fastapi import FastAPI

LOG = logging.getLogger("vouch")
INVALID, AUTHENTICATION, RATE, SERVER = (
    "invalid_request_error",
    "authentication_error",
    "rate_limit_error",
    "server_error",
)
TYPES = {401: AUTHENTICATION, 403: "permission_error", 429: RATE}
CODES = {
    400: "invalid_request",
    401: "invalid_api_key",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "request_too_large",
    415: "unsupported_media_type",
    429: "rate_limit_exceeded",
    500: "internal_error",
    503: "unavailable",
}
# What no request can help: the library or the settings are to be mended by whoever runs the server.
OURS = (ConfigError, IndexDamagedError, LibraryError, ModelMissingError, OwnedError)
LONGEST_SHOWN = 200  # characters of a value or of a validator's words that a message repeats


class ErrorDetail(BaseModel):
    """What went wrong, in words and as a code; `param` names the parameter that is to be mended."""

    message: str
    type: str = Field(examples=[INVALID])
    param: str | None = None
    code: str | None = None


class ErrorBody(BaseModel):
    """Every reply that is an error."""

    error: ErrorDetail


class ApiError(Exception):
    """A request that is refused: the status, and what to say.

    >>> ApiError(404, "The model 'x' does not exist", code="model_not_found").body()["error"]["type"]
    'invalid_request_error'
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = plain(message)  # half a surrogate pair, which JSON can carry, no reply could
        self.code = code or CODES.get(status, INVALID if status < HTTPStatus.INTERNAL_SERVER_ERROR else SERVER)
        self.param = plain(param) if param else None
        self.headers = dict(headers or {})

    def body(self) -> dict[str, Any]:
        """The reply as data."""
        kind = TYPES.get(self.status, INVALID if self.status < HTTPStatus.INTERNAL_SERVER_ERROR else SERVER)
        detail = ErrorDetail(message=self.message, type=kind, param=self.param, code=self.code)
        return ErrorBody(error=detail).model_dump()

    def response(self) -> JSONResponse:
        """The reply; also an ASGI app, for a middleware that refuses."""
        return JSONResponse(self.body(), self.status, self.headers)


def _declared(status: int, words: str, **headers: str) -> dict[str, Any]:
    example = ApiError(status, words).body()
    declared: dict[str, Any] = {
        "model": ErrorBody,
        "description": words,
        "content": {"application/json": {"example": example}},
    }
    if headers:
        declared["headers"] = {
            name.replace("_", "-"): {"description": told, "schema": {"type": "string"}}
            for name, told in headers.items()
        }
    return declared


# For OpenAPI: `APIRouter(responses=RESPONSES)`. What any route may answer besides its own reply.
RESPONSES: dict[int | str, dict[str, Any]] = {
    400: _declared(400, "The request cannot be understood, or asks for what Vouch does not do."),
    401: _declared(401, "The API key is missing or wrong."),
    403: _declared(403, "Web pages of other addresses may not ask this."),
    404: _declared(404, "There is no such model, article or address."),
    408: _declared(408, "The request's body did not come in time."),
    413: _declared(413, "The request is larger than the settings allow."),
    415: _declared(415, "The request's body is not plain JSON."),
    429: _declared(429, "Too many requests.", retry_after="Seconds until the next request may come."),
    500: _declared(500, "Something went wrong inside; the server's log has the details."),
    503: _declared(503, "The library cannot be used now, or too many questions wait."),
}


def from_exception(error: Exception) -> ApiError:
    """What a client is told of an exception. Of one that nobody expected: only under which id the log tells of it."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, ModelError):
        return ApiError(503, error.sentence, code=f"model_{error.kind}")
    if isinstance(error, VouchError):
        return ApiError(503 if isinstance(error, OURS) else 400, _sentence(error))
    ident = uuid.uuid4().hex
    LOG.error("error %s", ident, exc_info=error)
    return ApiError(500, f"Something went wrong inside. The server's log tells what, under {ident}.")


def install(app: FastAPI) -> None:
    """Have an app tell its errors in this shape."""
    from fastapi.exceptions import RequestValidationError

    def told(_: Request, error: Exception) -> JSONResponse:
        return from_exception(error).response()

    def refused(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return ApiError(error.status_code, _words(error), headers=error.headers).response()

    def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return from_validation(error.errors()).response()

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    for kind in (ApiError, VouchError, Exception):
        app.add_exception_handler(kind, told)


def from_validation(errors: Sequence[Any]) -> ApiError:
    """The first thing that is wrong with a request, and the parameter that it is wrong with."""
    first = errors[0]
    if first["type"] == "json_invalid":
        why = first.get("ctx", {}).get("error", "")
        return ApiError(400, f"The body is not valid JSON: {why}".rstrip(": ") + ".", code="invalid_json")
    place = first["loc"][1:]  # behind "body", "query", "path"
    param = ".".join(str(part) for part in place) or None
    message = str(first["msg"])[:LONGEST_SHOWN]
    code = "unsupported_parameter" if first["type"] == "unsupported_parameter" else "invalid_value"
    return ApiError(400, f"{param}: {message}" if param else message, code=code, param=param)


def _words(error: HTTPException) -> str:
    return "There is nothing at this address." if error.detail == "Not Found" else str(error.detail)


def _sentence(error: VouchError) -> str:
    """What went wrong and what to do about it.

    >>> _sentence(VouchError("no article has the id 'x'", hint="list them"))
    "no article has the id 'x': list them"
    """
    return f"{error.message}: {error.hint}" if error.hint else error.message
