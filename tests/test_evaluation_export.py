"""A run out: in the forms of other scorers, read back as these read them."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from cli import main
from commands.exporting import export
from evaluation.cases import Case
from evaluation.collection import Collection
from evaluation.export.alce import alce
from evaluation.export.ragas import ragas
from evaluation.export.ragchecker import ragchecker
from evaluation.export.squad import no_answer, predictions
from evaluation.export.texts import Texts
from evaluation.export.trec import article_names, trec
from evaluation.questionfile import read_questions
from evaluation.questions import Evidence, Question
from ingest.errors import VouchError

CUP = "Oslo won the cup [1]. It rained."
PARK = "A park was opened.\nIt is “green.”"
SOURCES = [
    {"article": "a1", "title": "The cup", "url": "", "origin": "/a/news.jsonl#cup"},
    {"article": "a2", "title": "A park", "url": "", "origin": "/a/news.jsonl#the park"},
    {"article": "a3", "title": "Normans", "url": "", "origin": "/a/normans.md"},
]
PLACES = {
    "a1": [{"passage": "p1", "start": 0, "end": 21}, {"passage": "p2", "start": 22, "end": 32}],
    "a2": [{"passage": "p3", "start": 0, "end": 34}],
    "a3": [{"passage": "p4", "start": 0, "end": 0}],
}


class Shelf:
    """Three articles, as a service tells of them."""

    def articles(self) -> list[dict[str, Any]]:
        return SOURCES

    def article(self, ident: str) -> dict[str, Any]:
        return {"text": {"a1": CUP, "a2": PARK, "a3": ""}[ident]}

    def passages(self, ident: str) -> list[dict[str, Any]]:
        return PLACES[ident]


@pytest.fixture
def texts() -> Texts:
    return Texts(Collection(Shelf()))


def hit(rank: int, article: str, passage: str, score: float) -> dict[str, Any]:
    return {"passage": passage, "article": article, "rank": rank, "score": score}


def sentence(text: str, *cited: tuple[str, str]) -> dict[str, Any]:
    citations = [{"number": 9, "article": article, "passage": passage} for article, passage in cited]
    return {"text": text, "lead": "The Post, undated:", "citations": citations}


ANSWER = {
    "id": "q1",
    "question": "Who won?",
    "status": "answered",
    "short": {"text": "Oslo"},
    "confidence": 0.9,
    "text": "The Post, undated: Oslo won the cup [1]. [1] …",
    "sentences": [
        sentence("Oslo won the cup [1].", ("a1", "p1")),
        sentence("It is “green.”", ("a2", "p3"), ("a1", "p1"), ("a2", "p3")),
        sentence("A headline\nwithout a stop"),
    ],
    "retrieved": [hit(2, "a1", "p1", 0.7), hit(1, "a2", "p3", 0.2), hit(3, "a1", "p2", 0.9)],
}
LONG = {**ANSWER, "id": "q2", "short": None, "status": "conflicting", "confidence": 0.5}
DECLINED = {
    "id": "q3",
    "question": "Why?",
    "status": "not_in_sources",
    "short": None,
    "confidence": 0.0123,
    "text": "",
    "reason": "The nearest passages say nothing of it.",
    "sentences": [],
    "retrieved": [hit(1, "a2", "p3", 0.1)],
}
FAILED = {"id": "q4", "question": "", "status": "error", "reason": "line 4 has no question", "confidence": 0.0}
QUESTIONS = (
    Question("q1", "Who won?", "", ("Oslo", "the Oslo side"), True, (Evidence("cup", "Oslo won"),), ("cup",)),
    Question("q2", "Who lost?", answers=("Bergen",)),
    Question("q3", "Why?", answerable=False),
    Question("q4", "How?", answers=("So.",)),
    Question("q5", "When?", answers=("911",)),
)
CASES = [
    Case(question, answer) for question, answer in zip(QUESTIONS, (ANSWER, LONG, DECLINED, FAILED, None), strict=True)
]


def test_a_trec_run_ranks_as_the_answer_did() -> None:
    run = trec(CASES)
    assert run.splitlines() == [
        "q1 Q0 p3 1 1.000000 vouch",
        "q1 Q0 p1 2 0.500000 vouch",
        "q1 Q0 p2 3 0.333333 vouch",
        "q2 Q0 p3 1 1.000000 vouch",
        "q2 Q0 p1 2 0.500000 vouch",
        "q2 Q0 p2 3 0.333333 vouch",
        "q3 Q0 p3 1 1.000000 vouch",
    ]
    qrels = [ir_measures.Qrel("q1", "p1", 1), ir_measures.Qrel("q5", "p1", 1)]
    read = list(ir_measures.read_trec_run(run))
    assert ir_measures.calc_aggregate([ir_measures.RR @ 10], qrels, read) == {
        ir_measures.RR @ 10: 0.25
    }  # (1/2 + 0) / 2


def test_a_trec_run_of_articles_calls_them_as_their_file_does() -> None:
    run = trec(CASES[:1], article_names(Collection(Shelf())))
    assert run == "q1 Q0 a2 1 1.000000 vouch\nq1 Q0 cup 2 0.500000 vouch\n"  # "the park" would be two columns


def test_a_trec_run_has_no_place_for_an_id_with_white_space() -> None:
    with pytest.raises(VouchError, match="'q 1' has white space in it"):
        trec([Case(Question("q 1", "Who?"), ANSWER)])


def test_squad_predictions() -> None:
    sentences = "Oslo won the cup [1]. It is “green.” A headline\nwithout a stop"
    assert json.loads(predictions(CASES)) == {"q1": "Oslo", "q2": sentences, "q3": "", "q4": "[error]", "q5": "[error]"}
    assert json.loads(no_answer(CASES)) == {"q1": 0.1, "q2": 0.5, "q3": 0.9877, "q4": 0.0, "q5": 0.0}


def test_ragas_samples(texts: Texts, tmp_path: Path) -> None:
    samples = [json.loads(line) for line in ragas(CASES, texts).splitlines()]
    assert samples[0] == {
        "user_input": "Who won?",
        "response": "Oslo won the cup [1]. It is “green.” A headline\nwithout a stop",
        "retrieved_contexts": [PARK, "Oslo won the cup [1].", "It rained."],
        "retrieved_context_ids": ["p3", "p1", "p2"],
        "reference": "Oslo",
        "reference_contexts": ["Oslo won"],
    }
    assert [each["response"] for each in samples[2:]] == ["The sources do not say.", "", ""]
    assert all(sample.keys() == samples[0].keys() for sample in samples)
    path = tmp_path / "samples.jsonl"
    path.write_text(ragas(CASES, texts))
    back = read_questions(path)
    assert (back.form, back.questions[0].answers, back.questions[0].evidence) == (
        "ragas",
        ("Oslo",),
        (Evidence("", "Oslo won"),),
    )


def test_ragchecker_input(texts: Texts) -> None:
    results = json.loads(ragchecker(CASES[:2], texts))["results"]
    assert [each["query_id"] for each in results] == ["q1", "q2"]
    assert results[0] == {
        "query_id": "q1",
        "query": "Who won?",
        "gt_answer": "Oslo",
        "response": "Oslo won the cup [1]. It is “green.” A headline\nwithout a stop",
        "retrieved_context": [
            {"doc_id": "p3", "text": PARK},
            {"doc_id": "p1", "text": "Oslo won the cup [1]."},
            {"doc_id": "p2", "text": "It rained."},
        ],
    }


def test_alce_markers_number_the_documents(texts: Texts) -> None:
    first, second = json.loads(alce([CASES[0], CASES[2]], texts))["data"]
    assert first == {
        "id": "q1",
        "question": "Who won?",
        "answer": "Oslo",
        "qa_pairs": [
            {"question": "Who won?", "short_answers": ["Oslo", "the Oslo side"], "context": "", "wikipage": None}
        ],
        "output": "Oslo won the cup (1) [1]. It is “green [2][1].” A headline without a stop.",
        "docs": [
            {"id": "p1", "title": "The cup", "text": "Oslo won the cup [1]."},
            {"id": "p3", "title": "A park", "text": PARK},
            {"id": "p2", "title": "The cup", "text": "It rained."},
        ],
    }
    # As the script finds them: re.findall(r"\[\d+") of each sentence, counted from 1.
    cited = [[int(mark[1:]) - 1 for mark in re.findall(r"\[\d+", one)] for one in first["output"].split(". ")]
    assert cited == [[0], [1, 0]]
    assert (second["output"], [doc["id"] for doc in second["docs"]]) == ("", ["p3"])


def test_alce_gets_its_own_gold_back(texts: Texts) -> None:
    more = {
        "qa_pairs": [{"question": "Who?", "short_answers": ["Oslo"]}],
        "annotations": [],
        "answer": "Oslo, of course.",
    }
    (item,) = json.loads(alce([Case(Question("q1", "Who?", answers=("Oslo",), more=more), ANSWER)], texts))["data"]
    assert {key: item[key] for key in more} == more


def test_a_passage_that_is_gone(texts: Texts) -> None:
    gone = {**ANSWER, "retrieved": [hit(1, "a1", "p9", 1.0)]}
    with pytest.raises(VouchError, match="a passage that the library does not have: p9"):
        ragas([Case(QUESTIONS[0], gone)], texts)


# The command


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two articles, and three questions that were answered from it."""
    tmp_path = tmp_path_factory.mktemp("run")
    news = [
        {"id": "mill", "title": "Mill closes", "text": "The mill at Orrin closed on Monday after ninety years."},
        {"id": "park", "title": "A park", "text": "A park was opened in Bergen by the mayor, Ada Marsh."},
    ]
    gold = [
        {"id": "m", "question": "When did the mill at Orrin close?", "answers": ["Monday"], "article": "mill"},
        {"id": "p", "question": "Who opened a park in Bergen?", "answers": ["Ada Marsh"], "article": "park"},
        {"id": "n", "question": "How tall is the tower of Pisa?", "answers": []},
    ]
    for name, rows in (("news", news), ("gold", gold)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    library = ["--library", str(tmp_path / "library")]
    assert main(["ingest", str(tmp_path / "news.jsonl"), "--quiet", *library]) == 0
    batch = ["batch", str(tmp_path / "gold.jsonl"), "-o", str(tmp_path / "run.jsonl"), "--engine", "extractive"]
    assert main([*batch, "--quiet", *library]) == 0
    return tmp_path


@pytest.fixture
def answered(run: Path, tmp_path: Path) -> Path:
    """The run, with room for what a test writes beside it."""
    for path in run.iterdir():
        (tmp_path / path.name).symlink_to(path)
    return tmp_path


def options(folder: Path, to: str, **more: Any) -> Namespace:
    given = {"gold": str(folder / "gold.jsonl"), "format": None, "config": None, "library": str(folder / "library")}
    switches = {"articles": False, "force": False, "to": to}
    paths = {"answers": str(folder / "run.jsonl"), "output": str(folder / "out.json")}
    return Namespace(**given, **switches, **paths) if not more else Namespace(**{**given, **switches, **paths, **more})


def test_every_form_of_a_real_run(answered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = answered / "out.json"
    capsys.readouterr()
    assert main(["export", str(answered / "run.jsonl"), "--to", "squad", "-o", str(out)]) == 0
    assert json.loads(out.read_text()).keys() == {"m", "p", "n"}
    beside = answered / "out.na_prob.json"
    assert json.loads(beside.read_text()).keys() == {"m", "p", "n"}
    assert capsys.readouterr().out.splitlines() == [f"{out}: 3 questions", f"{beside}: 3 questions"]
    export(options(answered, "trec", articles=True, force=True))
    best = {line.split()[0]: line.split()[2] for line in reversed(out.read_text().splitlines())}
    assert (best["m"], best["p"]) == ("mill", "park")
    export(options(answered, "ragas", force=True))
    first = json.loads(out.read_text().splitlines()[0])
    assert first["retrieved_contexts"][0] == "The mill at Orrin closed on Monday after ninety years."
    for form in ("ragchecker", "alce"):
        capsys.readouterr()
        export(options(answered, form, force=True))
        left_out = f"left out: 1 question without a right answer, for which {form} has no place"
        assert left_out in capsys.readouterr().out
    (mill, _) = json.loads(out.read_text())["data"]
    assert mill["output"].startswith("The mill at Orrin closed on Monday after ninety years [1].")
    assert sorted(path.name for path in answered.glob("out*")) == ["out.json", "out.na_prob.json"]


def test_what_the_command_refuses(answered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(VouchError, match="the form ragchecker has the right answers"):
        export(options(answered, "ragchecker", gold=None))
    other = answered / "other.jsonl"
    other.write_text('{"id": "x", "question": "Who?", "answers": ["I"]}\n')
    with pytest.raises(VouchError, match="has none of the questions"):
        export(options(answered, "trec", gold=str(other)))
    with pytest.raises(VouchError, match="there is no folder"):
        export(options(answered, "trec", output=str(answered / "none" / "out.run")))
    (answered / "out.na_prob.json").write_text("mine")
    with pytest.raises(VouchError, match=r"out.na_prob.json is there already"):
        export(options(answered, "squad"))
    assert not (answered / "out.json").exists()
    other.write_text((answered / "gold.jsonl").read_text().partition("\n")[0] + '\n{"id": "x", "question": "Who?"}\n')
    capsys.readouterr()
    export(options(answered, "trec", gold=str(other)))
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{other}: taken for jsonl"
    assert said[1:3] == [
        "no answer to 1 of 2 questions: they count as wrong",
        f"left out: 2 answers to questions that are not in {other}",
    ]
