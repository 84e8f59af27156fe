"""`vouch mcp` as a process: it speaks the protocol and nothing else, works beside other commands, and ends well."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from shelf import write

from cli import main
from commands.assistants import Keeper
from ingest.errors import VouchError
from qa.config import Config
from serving.mcp.tools import TOOLS

ROOT = Path(__file__).parent.parent
TICKET = "What does a ticket for the ferry cost?"
PATIENCE_S = 60


def arguments(library: Path, *more: str) -> list[str]:
    return ["-m", "cli", "mcp", "--library", str(library), *more]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def vouch(*command: object) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "cli", *map(str, command)]
    return subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=PATIENCE_S, check=False)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two articles, ingested."""
    library = tmp_path_factory.mktemp("assistant") / "library"
    folder = library.with_name("clippings")
    write(folder, "ferry", "The ferry to Gull Rock sails twice a day. A ticket for the ferry costs four crowns.",
          title="The ferry sails again", outlet="Tin Whistle Times", date="2024-06-10")  # fmt: skip
    write(folder, "goats", "Goats were brought to the island by monks. Nobody counts them.", title="Goats")
    assert vouch("ingest", "--quiet", "--library", library, folder).returncode == 0
    return library


@asynccontextmanager
async def spoken_to(library: Path, log: Path) -> Any:
    parameters = StdioServerParameters(command=sys.executable, args=arguments(library), env=environment())
    with log.open("w") as complaints:
        async with Client(stdio_client(parameters, errlog=complaints)) as client:
            yield client


def test_a_client_lists_and_uses_the_tools_of_a_real_process(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp.client.stdio.PROCESS_TERMINATION_TIMEOUT", PATIENCE_S)  # the machine may be busy
    log = tmp_path / "log"

    async def visit() -> None:
        async with spoken_to(library, log) as client:
            assert len((await client.list_tools()).tools) == len(TOOLS)
            assert not (library / "owner.json").exists()  # nothing is opened before it is needed
            answer = (await client.call_tool("ask", {"question": TICKET})).structured_content
            assert answer["status"] == "answered"
            cited = answer["sentences"][0]["citations"][0]
            place = {"id": cited["article"], "start": cited["start"], "end": cited["end"]}
            assert (await client.call_tool("read_article", place)).structured_content["text"] == cited["quote"]
            assert (await client.call_tool("search", {"query": "goats"})).structured_content["hits"]
            assert (await client.call_tool("read_article", {"id": "nope"})).is_error
            # Other commands go on beside it, and so does another assistant.
            beside = await asyncio.to_thread(vouch, "ask", "--json", "--library", library, TICKET)
            assert json.loads(beside.stdout)["text"] == answer["text"]
            async with spoken_to(library, tmp_path / "other") as second:
                other = await second.call_tool("ask", {"question": TICKET})
                assert other.structured_content["text"] == answer["text"]

    asyncio.run(visit())
    assert log.read_text() == (tmp_path / "other").read_text() == ""
    assert not (library / "owner.json").exists()


def test_a_library_that_nobody_uses_is_given_up_and_opened_again(library: Path) -> None:
    with closing(Keeper(Config().with_library(str(library)), idle_s=0.5)) as keeper:
        for _ in range(2):
            answer = keeper.service().ask(TICKET)
            assert answer["status"] == "answered"
            until = time.monotonic() + PATIENCE_S
            while (library / "owner.json").exists():
                assert time.monotonic() < until
                time.sleep(0.05)
    with pytest.raises(VouchError, match="the library is closed"):
        keeper.service()


CALLS = (
    {"jsonrpc": "2.0", "id": 1, "method": "initialize",
     "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
     "params": {"name": "search", "arguments": {"query": "goats", "limit": 1}}},
)  # fmt: skip


def test_an_assistant_that_dies_in_the_middle_ends_it_well(library: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, *arguments(library)],
        env=environment(),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    for call in CALLS:
        process.stdin.write(json.dumps(call) + "\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()  # before the search has its answer
    while not (library / "owner.json").exists():
        time.sleep(0.05)
    process.stdin.close()
    assert process.wait(timeout=PATIENCE_S) == 0, process.stderr.read()
    process.stderr.close()


@pytest.mark.parametrize("end", ["hang up", "interrupt"])
def test_it_says_nothing_but_the_protocol_and_ends_well(library: Path, tmp_path: Path, end: str) -> None:
    # Whatever a library prints when it is imported, or while it works, must not reach the assistant.
    (tmp_path / "sitecustomize.py").write_text("import atexit; atexit.register(print, 'good-bye')\n")
    (tmp_path / "noisy.py").write_text(
        "import serving.mcp.tools as tools, sys, os\n"
        "quiet = tools.search\n"
        "def loud(service, sought):\n"
        "    print('a print', flush=True); os.write(1, b'a write\\n'); print('no end of a line', end='')\n"
        "    return quiet(service, sought)\n"
        "from dataclasses import replace\n"
        "tools.TOOLS = tuple(replace(one, do=loud) if one.name == 'search' else one for one in tools.TOOLS)\n"
        "import cli; sys.exit(cli.main(sys.argv[1:]))\n"
    )
    command = [sys.executable, str(tmp_path / "noisy.py"), *arguments(library)[2:]]
    environ = {**environment(), "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    process = subprocess.Popen(
        command, env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    for call in CALLS:
        process.stdin.write(json.dumps(call) + "\n")
    process.stdin.flush()
    said = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert [message["id"] for message in said] == [1, 2]
    assert said[1]["result"]["structuredContent"]["hits"]
    if end == "interrupt":
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE_S)
    rest, complaints = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, complaints
    assert rest == ""
    assert complaints == "a print\na write\nno end of a linegood-bye\n"
    assert not (library / "owner.json").exists()


def test_the_command_over_http(library: Path) -> None:
    command = [sys.executable, *arguments(library, "--http", "--port", "0")]
    process = subprocess.Popen(command, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    address = process.stdout.readline().split()[-1]

    async def visit() -> None:
        async with Client(address) as client:
            answer = await client.call_tool("ask", {"question": TICKET})
            assert answer.structured_content["status"] == "answered"

    asyncio.run(visit())
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, complaints) == (0, "")


def test_a_port_that_is_taken_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert main(["mcp", "--library", str(tmp_path), "--http", "--port", str(port)]) == 2
    assert f"error: cannot listen on 127.0.0.1 port {port}" in capsys.readouterr().err
