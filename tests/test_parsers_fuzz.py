"""Damaged files of every format: none takes the reader down, each gives articles or says why it does not."""

from __future__ import annotations

import os
import random
import signal
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from ingest.config import IngestConfig
from ingest.documents import Article
from ingest.outcomes import Refusal
from ingest.parsers import Parsers

GOLDEN = Path(__file__).parent / "golden"
MUTANTS = int(os.environ.get("VOUCH_FUZZ", "300"))
SEED = int(os.environ.get("VOUCH_FUZZ_SEED", "20250130"))
ENDINGS = (".pdf", ".docx", ".html", ".epub", ".eml", ".mbox", ".mhtml", ".rtf", ".odt", ".xlsx", ".zip", ".rss",
           ".atom", ".md", ".jsonl", ".json", ".csv", ".tsv", ".txt")  # fmt: skip
INSIDE = 0.8  # share of the zip files that are damaged within
LIMIT_S = 30  # for one file; more than a child process may take
CONFIG = IngestConfig(read_timeout_s=10.0, read_memory_mb=512)


@pytest.fixture(scope="module")
def parsers() -> Iterator[Parsers]:
    opened = Parsers(CONFIG)
    yield opened
    opened.close()


def mutants(ending: str) -> list[tuple[str, bytes]]:
    """As many damaged files of a format as fall to it, the same for one seed; half keep their first bytes."""
    chance = random.Random(f"{SEED} {ending}")
    files = sorted(GOLDEN.glob(f"*{ending}"))
    sound = [(path.name, path.read_bytes()) for path in files]
    made = []
    for number in range(max(1, MUTANTS // len(ENDINGS))):
        name, data = sound[number % len(sound)]
        kept = 64 * chance.randrange(2)
        within = data.startswith(b"PK") and chance.random() < INSIDE
        made.append((name, repacked(data, chance) if within else mutant(data, chance, kept)))
    return made


def repacked(data: bytes, chance: random.Random) -> bytes:
    """A sound zip file of which one part is damaged: damage to the whole is found before any part is read."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as sound, zipfile.ZipFile(out, "w") as damaged:
        names = sound.namelist()
        chosen = chance.choice([name for name in names if sound.getinfo(name).file_size])
        for name in names:
            content = sound.read(name)
            damaged.writestr(name, mutant(content, chance, kept=0) if name == chosen else content)
    return out.getvalue()


def mutant(data: bytes, chance: random.Random, kept: int) -> bytes:
    """Bytes flipped, cut out, doubled, moved or replaced by hostile ones, up to eight times, but the first `kept`."""
    body = bytearray(data[kept:])
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(body) + 1)
        end = min(len(body), start + chance.choice((1, 2, 16, 400)))
        piece = bytes(body[start:end])
        way = chance.randrange(6)
        if way == 0:
            body[start:end] = bytes(byte ^ (1 << chance.randrange(8)) for byte in piece)
        elif way == 1:
            del body[start:end]
        elif way == 2:
            body[start:start] = piece * chance.choice((2, 50))
        elif way == 3:
            body[start:end] = chance.randbytes(len(piece))
        elif way == 4:
            body[start:end] = chance.choice((b"\x00" * 8, b"\xff" * 8, b"99999999999", b"-1", b"<" * 300, b"[" * 3000))
        else:
            del body[start if chance.random() < 0.1 else end :]
    return data[:kept] + bytes(body)


@contextmanager
def limited(what: str) -> Iterator[None]:
    """Ends what hangs in this process; what hangs in a child is not ours to end."""

    def hangs(*_: object) -> None:
        raise TimeoutError(f"{what} took more than {LIMIT_S} s")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_damaged_file_is_read_or_refused(ending: str, parsers: Parsers) -> None:
    for number, (name, data) in enumerate(mutants(ending)):
        with limited(f"mutant {number} of {name}"):
            found = parsers.read(f"/fuzz/{name}", name, data)
        assert found or not data.strip(), f"mutant {number} of {name} gave nothing and no reason"
        for item in found:
            assert isinstance(item, Article | Refusal)
            if isinstance(item, Refusal):
                assert item.reason.strip()
            else:
                item.text.encode()  # can be stored
                assert list(item.pages) == sorted(page for page in item.pages if page <= len(item.text))


def test_it_reads_on_after_all_that(parsers: Parsers) -> None:
    [article] = parsers.read("/fuzz/metadata.pdf", "metadata.pdf", (GOLDEN / "metadata.pdf").read_bytes())
    assert isinstance(article, Article)
    assert article.title == "New sluice approved"
