"""What every test runs in: no network, no keys, a home of its own. And small libraries to work on."""

from __future__ import annotations

import errno
import ipaddress
import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from shelf import HashedWords, open_shelf, write

from index.config import IndexConfig
from index.store import Store, open_store
from ingest.config import IngestConfig

pytest.register_assert_rewrite("aftermath", "pages")  # what it finds wrong is shown as in a test
SOURCES = Path(__file__).parent.parent / "sources"
SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD", "PROXY")  # names of variables that end so are not for tests
SETTING = ("VOUCH_", "OPENAI_", "HF_", "GRADIO_", "CHROMA_")  # nor those that begin so; but see KEPT
KEPT = ("VOUCH_FAULTS", "VOUCH_FAULTS_SEED")


class NetworkError(RuntimeError):
    """A test, or what it tests, reached for something that is not on this machine."""


@pytest.fixture(scope="session", autouse=True)
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No keys, no settings of the user's, no network. Only compiled models are shared: they take half a minute."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.upper().endswith(SECRET) or (name.startswith(SETTING) and name not in KEPT):
                patch.delenv(name)
        patch.setenv("XDG_CACHE_HOME", str(platformdirs.user_cache_path()))
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("TOKENIZERS_PARALLELISM", "false")
        patch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", _resolver(socket.getaddrinfo))
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many faults were fired, how many indexes had to be rebuilt after them, and what was violated."""
    done = [report for outcome in ("passed", "failed") for report in terminalreporter.getreports(outcome)]
    fired = [report for report in done if report.when == "call" and "fault" in dict(report.user_properties)]
    repairs = [kind for report in fired for kind, _ in report.user_properties if kind == "repair"]
    if fired:
        for report in fired:
            if report.failed or terminalreporter.verbosity > 0:
                terminalreporter.write_line("; ".join(told for _, told in report.user_properties))
        violations = sum(report.failed for report in fired)
        terminalreporter.write_line(f"{len(fired)} faults fired, {len(repairs)} repairs told, {violations} violations")


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            raise NetworkError(f"a connection to {address} was asked for")
        return connect(self, address)

    return guarded


def _resolver(look_up: Callable[..., Any]) -> Callable[..., Any]:
    def resolver(host: Any, *others: Any, **named: Any) -> Any:
        if host and not _is_loopback(host):
            raise socket.gaierror(errno.ENOENT, f"there is no network to look {host} up in")
        return look_up(host, *others, **named)

    return resolver


def _is_loopback(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return address.is_loopback or address.is_unspecified


@pytest.fixture(scope="module")  # not longer: while it is open, nothing else in the process can run a loop
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    from pages import CHROMIUM, chromium

    if not CHROMIUM.exists():
        how = "Chromium is not installed; get it with: apt-get install chromium"
        pytest.fail(how) if os.environ.get("CI") == "true" else pytest.skip(how)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(engine: Any) -> Iterator[str]:
    """The page over the engine of the test's own file."""
    from pages import served

    with served(engine) as address:
        yield address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    from pages import visit

    with visit(browser, address) as page:
        yield page


@pytest.fixture
def embedder() -> HashedWords:
    return HashedWords()


@pytest.fixture
def opened(tmp_path: Path, embedder: HashedWords) -> Iterator[Callable[..., Store]]:
    """Opens the library of this test, again and again if wanted; each opening closes the one before."""
    stores: list[Store] = []

    def opening(*, thorough: bool = True, with_embedder: HashedWords = embedder) -> Store:
        while stores:
            stores.pop().close()
        stores.append(open_shelf(tmp_path / "library", with_embedder, thorough=thorough))
        return stores[-1]

    yield opening
    while stores:
        stores.pop().close()


@pytest.fixture
def clippings(tmp_path: Path) -> Path:
    """A folder of five articles: two outlets, three dates, one undated, one in a file of records."""
    folder = tmp_path / "clippings"
    write(folder, "lamp", "The lamp of Gull Rock burned for ninety years. Keepers climbed to it every night.",
          title="A lamp for Gull Rock", outlet="Tin Whistle Times", date="2024-05-03")  # fmt: skip
    write(folder, "ferry", "The ferry to Gull Rock sails twice a day. A ticket costs four crowns.",
          title="The ferry sails again", outlet="Tin Whistle Times", date="2024-06-10")  # fmt: skip
    write(folder, "strike", "Ferry crews went on strike over pay. No ferry sailed on Monday.",
          title="Crews walk out", outlet="Harbour Post", date="2024-06-17")  # fmt: skip
    write(
        folder, "goats", "Goats were brought to the island by monks. Nobody counts them.", title="Goats of the island"
    )
    record = {"id": "bread", "title": "Bread prices", "outlet": "Harbour Post"}
    record["text"] = "Bread costs more since the mill closed."
    (folder / "archive.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def real_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The embedded model over four of the demonstration articles. For reading only."""
    store = open_store(tmp_path_factory.mktemp("real"), IndexConfig(), IngestConfig())
    names = ("2021-12-26-webb-launch.txt", "2025-01-30-deal-sought.txt", "2025-02-01-rubio-first-trip.html")
    store.ingest([SOURCES / name for name in (*names, "2025-03-17-first-238-arrive.txt")])
    yield store
    store.close()
