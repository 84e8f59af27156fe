"""Nothing calls home: what a command asks the system to connect to, seen from outside, by strace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from shelf import write

ROOT = Path(__file__).parent.parent
COMMAND = "import sys; from cli import main; sys.exit(main())"
# As a script of a user's: without what the command sets in its environment.
SCRIPT = """
import sys
from qa.engine import open_engine
with open_engine(library=sys.argv[1]) as engine:
    print(engine.ask("Who keeps the lamp?").text)
"""
LOOPBACK = ("127.", "::1")


def reached(folder: Path, *arguments: str) -> tuple[str, list[str]]:
    """What a process printed, and every address beyond this machine that it or its children turned to; names too."""
    trace = folder / "trace"
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home)}
    command = ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=connect,sendto,sendmsg", sys.executable, "-c"]
    done = subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    addresses = re.findall(r'inet_(?:addr|pton)\((?:AF_INET6, )?"([^"]+)"', trace.read_text(errors="replace"))
    return done.stdout, [address for address in addresses if not address.startswith(LOOPBACK)]


@pytest.fixture
def library(tmp_path: Path) -> str:
    if not shutil.which("strace"):
        how = "strace is not installed; get it with: apt-get install strace"
        pytest.fail(how) if os.environ.get("CI") else pytest.skip(how)
    write(tmp_path / "news", "lamp", "The lamp of Gull Rock is kept by Tom Arden.", outlet="Harbour Post")
    return str(tmp_path / "library")


def test_what_reaches_out_is_seen(tmp_path: Path, library: str) -> None:
    look = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 53))"
    assert reached(tmp_path, look) == ("", ["192.0.2.1"])


def test_reading_articles_and_asking_reach_nobody_and_leave_nothing_in_the_home(tmp_path: Path, library: str) -> None:
    assert reached(tmp_path, COMMAND, "ingest", str(tmp_path / "news"), "--library", library)[1] == []
    for asked in ((COMMAND, "ask", "Who keeps the lamp?", "--library", library), (SCRIPT, library)):
        told, addresses = reached(tmp_path, *asked)
        assert ("Tom Arden" in told, addresses) == (True, [])
    assert [path.name for path in (tmp_path / "home").iterdir() if path.name != ".cache"] == []
