"""What can go wrong with a language model's server, each with a kind and a sentence that says what to do."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from ingest.errors import VouchError

Kind = Literal[
    "auth", "quota", "rate", "context", "timeout", "unavailable", "protocol", "truncated", "empty", "not_found"
]

RETRYABLE: frozenset[Kind] = frozenset({"rate", "timeout", "unavailable"})

# What happened, and what to do about it. {host}, {model} and {key_env} are filled in.
SENTENCES: dict[Kind, tuple[str, str]] = {
    "auth": (
        "the model server at {host} refused the key",
        "put a valid key into the environment variable {key_env}, or name another with [llm] api_key_env",
    ),
    "quota": (
        "the account at the model server {host} has no credit left",
        "add credit there, or set [llm] to another endpoint",
    ),
    "rate": ("the model server at {host} gets too many requests", "wait a minute and ask again"),
    "context": (
        "the passages are more than the model {model} can read at once",
        "lower [qa] passages, or choose a model with a larger context",
    ),
    "timeout": (
        "the model server at {host} did not answer in time",
        "check that it runs and has loaded the model, or raise [llm] timeout_s and deadline_s",
    ),
    "unavailable": (
        "the model server at {host} cannot be reached or is out of order",
        "check that it runs and that [llm] base_url is right, then ask again",
    ),
    "protocol": (
        "the server at {host} did not answer as an OpenAI-compatible one does",
        "check [llm] base_url: most often it ends in /v1",
    ),
    "truncated": ("the model's reply was cut off", "ask again, or raise [llm] max_tokens"),
    "empty": ("the model {model} replied with nothing", "ask again, or set [llm] model to another"),
    "not_found": (
        "the server at {host} knows no model {model}, or has nothing at that address",
        "see with 'vouch doctor' which models it offers, and check [llm] model and base_url",
    ),
}

EXCERPT = 160  # characters of a server's own words that we pass on

# How servers word the four faults that their status does not tell apart.
CONTEXT_WORDS = r"context.{0,12}(length|window|size)|too many tokens|(prompt|input).{0,20}too long"
QUOTA_WORDS = r"insufficient[ _](quota|balance|credit|funds)|exceeded your current quota|billing"
MODEL_WORDS = r"model.{0,80}(not found|not exist|unknown|no such)|(no such|unknown) model|model_not_found"
BUSY_WORDS = r"rate.?limit|too many requests"
BY_WORDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(QUOTA_WORDS, re.IGNORECASE), "quota"),
    (re.compile(CONTEXT_WORDS, re.IGNORECASE), "context"),
    (re.compile(MODEL_WORDS, re.IGNORECASE), "not_found"),
    (re.compile(BUSY_WORDS, re.IGNORECASE), "rate"),
)
REFUSED, SERVER_FAULT = 4, 5  # the hundreds of an HTTP status
BY_STATUS: dict[int, Kind] = {
    402: "quota",
    404: "not_found",
    408: "timeout",
    409: "unavailable",
    413: "context",
    425: "unavailable",
    429: "rate",
    504: "timeout",
}
SECRETS = re.compile(r"\w+://\S+|\bBearer\s+\S+|\b(?:sk|pk|key|hf|gsk|xai)[-_]\S+", re.IGNORECASE)


class ModelError(VouchError):
    """A model that gave no whole answer. `partial` is what it said before, as it was shown.

    `complaint` is what the server said about a request it refused, keys and addresses taken out.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        kind: Kind,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
        complaint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind: Kind = kind
        self.retryable = kind in RETRYABLE if retryable is None else retryable
        self.retry_after_s = retry_after_s
        self.complaint = complaint
        self.partial = ""

    @property
    def sentence(self) -> str:
        """What happened and what to do, as one sentence for a reader."""
        return f"{self.message[:1].upper()}{self.message[1:]}: {self.hint}."


@dataclass(frozen=True, slots=True)
class Server:
    """What an error may say of the server: never its whole address, which may carry a password or a token."""

    base_url: str = field(repr=False)
    model: str
    key_env: str
    key: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        try:
            parts = urlsplit(self.base_url)
            port = f":{parts.port}" if parts.port else ""
        except ValueError:  # no address at all; the client will say so
            return "?"
        return f"{parts.hostname or '?'}{port}"

    @property
    def _path(self) -> str:
        """The address's path where it may hold a token; a mere "/v1" holds none."""
        path = self.base_url.partition("://")[2].partition("/")[2].strip("/")
        return path if len(path) > len("api/v1") else ""

    def fault(self, kind: Kind, *, said: str = "", **more: Any) -> ModelError:
        """The error of a kind, with what the server said where that helps."""
        message, hint = (
            part.format(host=self.host, model=repr(self.model), key_env=self.key_env) for part in SENTENCES[kind]
        )
        complaint = self._redacted(said)
        if kind == "protocol" and complaint:
            message = f"the model server at {self.host} refused the request, saying “{complaint}”"
            hint = "check [llm] in config.toml, or choose another model"
        return ModelError(message, hint=hint, kind=kind, complaint=complaint, **more)

    def _redacted(self, said: str) -> str:
        """A server may repeat the key or the address in its complaint; we do not."""
        clean = said
        for secret in (self.key, self._path):
            clean = clean.replace(secret, "…") if secret else clean
        clean = SECRETS.sub("…", " ".join(clean.split()))
        return clean if len(clean) <= EXCERPT else clean[: EXCERPT - 1] + "…"


def from_exception(exc: Exception, server: Server) -> ModelError | None:
    """Translate what the client raises; None for anything that is not the server's doing.

    Beside its own errors the client lets through httpx2's while a body is read, and ValueError for
    bytes that are no JSON or no UTF-8.
    """
    import httpx2
    import openai

    if isinstance(exc, openai.APIStatusError):
        return _from_status(exc, server)
    if isinstance(exc, TimeoutError | openai.APITimeoutError | httpx2.TimeoutException):
        return server.fault("timeout")
    if isinstance(exc, openai.APIConnectionError | httpx2.TransportError):
        return server.fault("unavailable", retryable=_can_pass(exc))
    if isinstance(exc, openai.APIError):
        return from_body(exc.body, server)
    if isinstance(exc, ValueError | RecursionError | httpx2.HTTPError | httpx2.StreamError | httpx2.InvalidURL):
        return server.fault("protocol")
    return None


def from_body(error: object, server: Server, status: int = 0) -> ModelError:
    """Translate an error that a server wrote into a reply of 200 or into the midst of a stream."""
    code, said = _words(error)
    number = re.match(r"[45]\d\d\b", code)  # some gateways put the status there, and 200 on the envelope
    status = status or (int(number[0]) if number else 0)
    return server.fault(_kind(status, f"{code} {said}"), said=said)


def _can_pass(exc: Exception) -> bool:
    """Whether trying again may help: not with an address that no client can open, nor where nobody listens.

    Somebody waits for the passages that are shown instead; whoever asks again tries again.
    """
    import httpx2

    return not isinstance(exc.__cause__, httpx2.UnsupportedProtocol | httpx2.ConnectError)


def _from_status(exc: Any, server: Server) -> ModelError:
    error = from_body(exc.body, server, exc.status_code)
    error.retry_after_s = _retry_after(exc.response.headers)
    return error


def _words(error: object) -> tuple[str, str]:
    """The code and the message of an error as servers write it: an object, one inside another, or bare text."""
    if isinstance(error, Mapping):
        if error.get("error"):
            return _words(error["error"])
        code = " ".join(str(error[key]) for key in ("code", "type") if error.get(key))
        said = error.get("message") or error.get("detail") or ""
        return code, said if isinstance(said, str) else str(said)
    return "", error if isinstance(error, str) and "<" not in error else ""


def _kind(status: int, words: str) -> Kind:
    """The words decide first, since servers disagree about which status fits what."""
    if status in {401, 403}:
        return "auth"
    worded = next((kind for pattern, kind in BY_WORDS if pattern.search(words)), None)
    hundred = status // 100
    if worded and hundred != SERVER_FAULT:
        return worded
    return BY_STATUS.get(status, "protocol" if hundred == REFUSED else "unavailable")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks us to wait; it may name them, or a date."""
    value = headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
