"""The service of the process that owns a library, asked over loopback."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import asdict
from http.client import HTTPException
from typing import Any

from index.errors import OwnedError
from ingest.errors import VouchError
from qa.service import Data, OnProgress
from serving.processes.errands import LOOPBACK, SAID, Manner

ANSWER_TIMEOUT_S = 600  # of an answer; during an ingest the owner says that it lives far more often


class RemoteService:
    """The service of the process that owns the library."""

    def __init__(self, owned: OwnedError) -> None:
        """Raises the OwnedError again if that process serves nobody."""
        if not {"port", "token"} <= owned.owner.keys():
            raise owned
        self._owned = owned
        self._manner: Manner | None = None  # of answering the same each time
        self._address = f"http://{LOOPBACK}:{owned.owner['port']}"
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback needs no proxy

    def ask(
        self, question: str, scope: Mapping[str, Any] | None = None, *, engine: str = "", seed: int | None = None
    ) -> Data:
        asked = {"question": question, "scope": dict(scope or {}), "engine": engine, "seed": seed}
        if self._manner:
            asked |= {**asdict(self._manner), "repeatable": True}
        reply: Data = self._call("/ask", asked)
        return reply

    def repeatable(self, engine: str = "", seed: int | None = None) -> RemoteService:
        """The same, as `EngineService.repeatable`; returns when the owner's indexes are checked."""
        other = copy(self)
        other._manner = Manner(engine, seed)
        other.about()
        return other

    def search(self, question: str, scope: Mapping[str, Any] | None = None, k: int = 10) -> list[Data]:
        reply: list[Data] = self._call("/search", {"question": question, "scope": dict(scope or {}), "k": k})
        return reply

    def about(self) -> Data:
        reply: Data = self._call("/repeatable", asdict(self._manner)) if self._manner else self._call("/about")
        return reply

    def passages(self, ident: str) -> list[Data]:
        reply: list[Data] = self._call(f"/passages?ident={urllib.parse.quote(ident)}")
        return reply

    def articles(self) -> list[Data]:
        reply: list[Data] = self._call("/articles")
        return reply

    def article(self, ident: str) -> Data:
        reply: Data = self._call(f"/article?ident={urllib.parse.quote(ident)}")
        return reply

    def refusals(self) -> list[Data]:
        reply: list[Data] = self._call("/refusals")
        return reply

    def notices(self) -> list[str]:
        reply: list[str] = self._call("/notices")
        return reply

    def edit(self, ident: str, fields: Mapping[str, str | None]) -> Data:
        reply: Data = self._call("/edit", {"ident": ident, "fields": dict(fields)})
        return reply

    def ingest(self, sources: Sequence[str], prune: bool, force: bool, on_progress: OnProgress) -> Data:
        with self._open("/ingest", {"sources": list(sources), "prune": prune, "force": force}) as lines:
            for line in lines:
                said: Data = json.loads(line) if line.strip() else {"progress": None}
                if "ended" in said:
                    break
                if "error" in said:
                    raise VouchError(said["error"], hint=said["hint"])
                if "report" in said:
                    report: Data = said["report"]
                    return report
                if said["progress"]:
                    on_progress(said["progress"])
        raise self._ended()

    def close(self) -> None:
        """Nothing is held."""

    def _call(self, path: str, body: Data | None = None) -> Any:
        with self._open(path, body) as reply:
            return json.load(reply)

    @contextmanager
    def _open(self, path: str, body: Data | None = None) -> Iterator[Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self._owned.owner['token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._address + path, data=data, headers=headers)  # noqa: S310  # our address
        try:
            with self._opener.open(request, timeout=ANSWER_TIMEOUT_S) as reply:
                yield reply
        except urllib.error.HTTPError as error:
            raise _refused(error) from error
        except urllib.error.URLError as error:  # nobody listens there
            raise self._owned from error
        except (OSError, HTTPException, ValueError) as error:  # it ended in the middle
            raise self._ended() from error

    def _ended(self) -> OwnedError:
        message = f"{self._owned.message}, which did not finish its answer"
        return OwnedError(message, hint="run the command again", owner=self._owned.owner)


def _refused(error: urllib.error.HTTPError) -> VouchError:
    """What the owner says of a request that it did not do."""
    with error:
        said: dict[str, str] = json.load(error) if error.code in SAID else {}
    return VouchError(said.get("error", f"the library's owner answered {error.code}"), hint=said.get("hint", ""))
