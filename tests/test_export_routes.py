"""The addresses of the exports, their files' names, and feedback as questions."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import unquote

import pytest
from correspondence import DIARY, LAMP, LETTER, TALL, TOWER, harmless, open_engine_on
from fastapi import FastAPI
from fastapi.testclient import TestClient

from commands.feedback import feedback
from ingest.errors import VouchError
from qa.conversation import Turn
from qa.engine import Engine
from qa.feedback import Feedbacks
from web.export.filename import LONGEST, disposition, file_name
from web.export.menu import menu
from web.export.routes import router
from web.opening import Opening
from web.people.person import HEADER

TYPES = {
    "md": "text/markdown",
    "bib": "application/x-bibtex",
    "json": "application/vnd.citationstyles.csl+json",
    "jsonl": "application/jsonl",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_engine_on(tmp_path_factory.mktemp("shelf"), [LAMP, TOWER, DIARY, LETTER])
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def client(engine: Engine) -> TestClient:
    app = FastAPI()
    app.include_router(router(Opening(engine)))
    return TestClient(app)


@pytest.fixture(scope="module")
def turns(engine: Engine) -> list[Turn]:
    return harmless(engine)


@pytest.fixture(scope="module")
def conversation(engine: Engine, turns: list[Turn]) -> str:
    ident = engine.conversations.create()
    for turn in turns:
        engine.conversations.append(ident, turn, "ana")
    return ident


def named(header: str) -> str:
    """The file's name as a browser takes it from the header."""
    message = Message()
    message["content-disposition"] = header
    assert message.get_content_disposition() == "attachment"
    return unquote(header.partition("filename*=UTF-8''")[2])


@pytest.mark.parametrize("ending", list(TYPES))
def test_whoever_knows_a_conversation_gets_it_as_a_file(client: TestClient, conversation: str, ending: str) -> None:
    reply = client.get(f"/export/{conversation}.{ending}", headers={HEADER: "another"})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == f"{TYPES[ending]}; charset=utf-8"
    assert named(reply.headers["content-disposition"]) == f"How tall is the lighthouse on Gull Rock.{ending}"
    assert "no-store" in reply.headers["cache-control"]
    assert "Gull Rock" in reply.content.decode("utf-8")


@pytest.mark.parametrize("path", ["nobody.md", "nobody.jsonl", "..%2F..%2Fetc%2Fpasswd.md", "feedback.md"])
def test_an_unknown_conversation_is_told_in_a_sentence(client: TestClient, path: str) -> None:
    reply = client.get(f"/export/{path}")
    assert reply.status_code == 404
    if "%2F" not in path:
        assert reply.text == "This conversation is not there: it was deleted, or its address is incomplete.\n"
        assert "content-disposition" not in reply.headers


def test_an_unknown_kind_is_told_which_there_are(client: TestClient, conversation: str) -> None:
    reply = client.get(f"/export/{conversation}.exe")
    assert reply.status_code == 404
    assert ".md, .bib, .json, .jsonl" in reply.text


@pytest.mark.parametrize(
    "title",
    ["", "...", "CON", "nul.txt", "a/b\\c:d", "../../etc/passwd", 'x"; filename="y', "a\r\nSet-Cookie: b=c", "%2e%2e",
     "\u202egnp.exe", "日本の灯台", "Ünïcödé", "x" * 500, "~", "-rf"],
)  # fmt: skip
def test_every_title_makes_a_safe_name(title: str) -> None:
    name = file_name(title, "md")
    assert name.endswith(".md")
    assert name[0] not in ". "
    assert len(name) <= LONGEST + len("conversation .md")
    assert not set(name) & set('/\\:*?"<>|\r\n\t\u202e')
    assert name.lower() not in {"con.md", "nul.md", ".md"}
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert named(header) == name
    assert header.count('"') == 2


def test_feedback_is_each_persons_own(client: TestClient, engine: Engine, turns: list[Turn]) -> None:
    given = Feedbacks(engine.library)
    given.give(turns[0].answer, "ana", "up", "right")
    given.give(turns[1].answer, "ana", "down", "too sure")
    given.give(turns[2].answer, "bo", "up")
    mine = client.get("/export/feedback.jsonl", headers={HEADER: "ana"})
    assert mine.headers["content-type"] == "application/jsonl; charset=utf-8"
    lines = [json.loads(line) for line in mine.text.splitlines()]
    assert [(line["answer"], line["thumb"], line["reason"]) for line in lines] == [
        ("a1", "up", "right"),
        ("a2", "down", "too sure"),
    ]
    assert lines[0]["record"] == turns[0].answer
    assert client.get("/export/feedback.jsonl?all", headers={HEADER: "cy"}).text == ""
    assert "person" not in lines[0]


def test_rated_answers_are_questions_for_an_evaluation(client: TestClient, engine: Engine, turns: list[Turn]) -> None:
    given = Feedbacks(engine.library)
    for turn, thumb in zip(turns[:3], ("up", "down", "up"), strict=True):
        given.give(turn.answer, "eva", thumb, "so")
    reply = client.get("/export/questions.jsonl", headers={HEADER: "eva"})
    up, down, declined = (json.loads(line) for line in reply.text.splitlines())
    lamp = turns[0].answer["sources"][0]["article"]
    assert up == {
        "id": "a1",
        "question": "How tall is the lighthouse on Gull Rock?",
        "thumb": "up",
        "reason": "so",
        "status": "answered",
        "scope": {},
        "settings": {"version": "0.1", "embedder": "hashed", "engine": "extractive"},
        "answers": ["41 metres"],
        "articles": [lamp],
        "evidence": [{"article": lamp, "quote": TALL}],
    }
    assert down["question"] == "How tall is the lighthouse on Gull Rock?", "it stands for itself"
    assert not {"answers", "articles", "evidence"} & set(down)
    assert (declined["answers"], declined["articles"], declined["evidence"]) == ([], [], [])


def test_the_command_prints_what_everybody_gave(
    tmp_path: Path, turns: list[Turn], capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_engine_on(tmp_path, [LAMP])
    Feedbacks(engine.library).give(turns[0].answer, "ana", "up")
    Feedbacks(engine.library).give(turns[0].answer, "bo", "down")
    options = Namespace(library=str(tmp_path / "library"), config=None, whole=False)
    assert feedback(options) == 0, "while the library is open elsewhere"
    assert [json.loads(line)["thumb"] for line in capsys.readouterr().out.splitlines()] == ["down"], "one question"
    feedback(Namespace(**{**vars(options), "whole": True}))
    whole = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [given["thumb"] for given in whole] == ["up", "down"]
    assert whole[0]["record"] == turns[0].answer
    engine.close()
    with pytest.raises(VouchError, match="there is no library"):
        feedback(Namespace(**{**vars(options), "library": str(tmp_path / "nowhere")}))


def test_the_menu_links_to_every_kind() -> None:
    shown = menu("0a1b")
    assert [f'href="/export/0a1b.{ending}"' in shown for ending in TYPES] == [True] * 4
    assert shown.count("download=") == 4
    assert menu("") == ""
    assert '"><b>' not in menu('"><b>x/../y').split("href=")[1].split(" download")[0]
