"""The report of a run: the whole command over a library of a few articles, its text, its JSON, what it warns of."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from math import nan
from pathlib import Path
from typing import Any

import pytest
from newsdesk import EXTRA, FAILED, MISSING, QUESTIONS, Desk, newsdesk

from cli import main
from evaluation.cases import Case
from evaluation.questions import Question
from evaluation.reporting.table import chance, interval, number
from evaluation.scoring.comparison import compared
from evaluation.scoring.measures import Measure
from evaluation.scoring.paired import outcome, paired

Data = dict[str, Any]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with newsdesk(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture
def evaluated(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Run:
    def running(answers: Path = desk.answers, *more: str, gold: Path = desk.questions) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["evaluate", str(answers), "--gold", str(gold), "--library", str(desk.library), *more])
        return (code, *capsys.readouterr())

    return running


@pytest.fixture(scope="module")
def report(desk: Desk) -> Data:
    """The report of the whole run as data, which no test changes."""
    out = io.StringIO()
    with redirect_stdout(out):
        assert main([*desk.evaluate, "--json"]) == 0
    return json.loads(out.getvalue(), parse_constant=_refused)


def _refused(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def _figure(report: Data, section: str, name: str) -> Data:
    return next(one for one in report["figures"] if (one["section"], one["name"]) == (section, name))


# --- the JSON


def test_the_report_is_strict_json_with_every_section(report: Data) -> None:
    assert {one["section"] for one in report["figures"]} >= {"retrieval", "answers", "declining", "citations", "cost"}
    assert all(one["n"] > 0 for one in report["figures"])
    verbatim = _figure(report, "citations", "quotes verbatim")
    assert (verbatim["value"], verbatim["high"]) == (1.0, 1.0)
    assert 0 < verbatim["low"] < 1


def test_every_question_is_told_with_what_became_of_it(report: Data) -> None:
    outcomes = {one["id"]: one["outcome"] for one in report["questions"]}
    assert list(outcomes) == [question["id"] for question in QUESTIONS]
    assert outcomes["ticket"] == "right"
    assert outcomes["mars"] == "rightly declined"
    assert report["counts"]["questions"] == len(QUESTIONS)
    ticket = next(one for one in report["questions"] if one["id"] == "ticket")
    assert ticket["rows"]["answers: strict match"] == [1.0]


def test_groups_are_told_by_type_largest_first(report: Data) -> None:
    assert list(report["by"]["type"]) == ["fact", "(none)", "null"]
    assert "outlet" not in report["by"]  # no outlet has enough questions


# --- what is told before the figures


def test_a_whole_run_from_this_library_has_nothing_to_note(report: Data, desk: Desk) -> None:
    assert report["notes"] == []
    assert report["run"]["header"]["library"]["articles"] == desk.articles


def test_what_is_missing_failed_and_extra_is_counted_and_named(evaluated: Run, desk: Desk) -> None:
    code, out, _ = evaluated(desk.torn)
    whole = evaluated()[1]
    assert code == 0
    assert f"1 answer is missing, and counted as zeros: {MISSING}" in out
    assert f"1 answer is an error, and counted as zeros: {FAILED}" in out
    assert f"1 answer is left out, the gold not having the questions: {EXTRA}" in out
    # Four questions have a gold answer; two of those that were right are gone.
    assert _line(whole, "strict match")[-1] == _line(out, "strict match")[-1] == "4"
    assert float(_line(out, "strict match")[2]) == float(_line(whole, "strict match")[2]) - 0.5


def _line(out: str, name: str) -> list[str]:
    return next(line for line in out.splitlines() if line.strip().startswith(name)).split()


def test_another_library_and_a_run_that_is_not_finished_are_told(evaluated: Run, desk: Desk, tmp_path: Path) -> None:
    header = json.loads(desk.header.read_text())
    header["library"]["fingerprint"] = "another"
    header["questions"]["n"] = 100
    answers = tmp_path / "answers.jsonl"
    answers.write_bytes(desk.answers.read_bytes())
    (tmp_path / "answers.run.json").write_text(json.dumps(header))
    _, out, _ = evaluated(answers)
    told = " ".join(out.split())
    assert "note: the library is not the one that answered" in told
    assert f"the run is not finished: it has {len(QUESTIONS)} answers to 100 questions" in told


def test_a_run_without_a_header_and_other_questions_are_told(evaluated: Run, desk: Desk, tmp_path: Path) -> None:
    answers, gold = tmp_path / "answers.jsonl", tmp_path / "gold.jsonl"
    answers.write_bytes(desk.answers.read_bytes())
    assert "the run has no header" in evaluated(answers)[1]
    gold.write_text(desk.questions.read_text() + "\n")
    assert "the gold is not the file that the questions were asked from" in evaluated(gold=gold)[1]


def test_gold_that_is_wrong_is_refused_with_its_line(evaluated: Run, desk: Desk, tmp_path: Path) -> None:
    lines = desk.questions.read_text().splitlines()
    for line, words in (
        ({**json.loads(lines[0]), "articles": ["no such article"]}, "line 1 names an article"),
        ({**json.loads(lines[0]), "answerable": False}, "line 1 is said to have no answer"),
    ):
        gold = tmp_path / "gold.jsonl"
        gold.write_text("\n".join([json.dumps(line), *lines[1:]]))
        code, out, err = evaluated(gold=gold)
        assert (code, out) == (2, "")
        assert words in err
        assert "hint:" in err


def test_a_page_in_a_folder_that_is_not_there_is_refused_at_once(evaluated: Run, desk: Desk, tmp_path: Path) -> None:
    code, out, err = evaluated(desk.answers, "--html", str(tmp_path / "nowhere" / "page.html"))
    assert (code, out) == (2, "")
    assert "there is no folder" in err


def test_a_judge_that_is_not_there_is_told_with_what_to_set(evaluated: Run, desk: Desk) -> None:
    code, out, err = evaluated(desk.answers, "--judge", "llm")
    assert (code, out) == (2, "")
    assert "no language model" in err
    assert "hint: set base_url" in err
    assert not desk.answers.with_name("answers.judged.jsonl").exists()


# --- the table


def test_the_table_is_narrow_and_sets_scores_of_others_apart(evaluated: Run, desk: Desk) -> None:
    code, out, _ = evaluated(desk.answers, "--against", str(desk.torn))
    assert code == 0
    assert max(map(len, out.splitlines())) <= 110
    figures, asides = out.split("For comparison with others")
    assert "MultiHop-RAG's own score" not in figures
    assert "Not a headline" in " ".join(asides.split())
    assert "By type" in figures


def test_what_others_wrote_cannot_steer_the_terminal(evaluated: Run, desk: Desk, tmp_path: Path) -> None:
    questions = [
        {**question, "type": "\x1b[31mred\u202e"} if question["id"] == "ticket" else question for question in QUESTIONS
    ]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(question) + "\n" for question in questions))
    _, out, _ = evaluated(gold=gold)
    assert "[31mred" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_two_runs_are_compared_ours_less_the_other(evaluated: Run, desk: Desk) -> None:
    _, out, _ = evaluated(desk.answers, "--against", str(desk.torn), "--json")
    against = json.loads(out)["against"]
    match = next(one for one in against["differences"] if one["name"] == "strict match")
    assert match["second"] - match["first"] == match["difference"] == 0.5
    assert match["p"] == 0.5  # of the 16 ways to swap four pairs, two of which are alike, 8 differ as much
    same = evaluated(desk.answers, "--against", str(desk.answers))[1]
    assert "other figures are the same in both runs" in same


# --- the parts


def test_figures_are_told_with_their_units() -> None:
    assert [number(value, unit) for value, unit in ((0, "tokens"), (99.94, "ms"), (9999, "ms"), (10000, "ms"))] == [
        "0 tokens",
        "99.9 ms",
        "9,999 ms",
        "10.0 s",
    ]
    assert interval(nan, nan) == interval(0.5, nan) == ""
    assert interval(9000, 11000, "ms") == "9.0 to 11.0 s"
    assert [chance(p) for p in (0.0005, 0.001, 1, nan)] == ["< 0.001", "0.001", "1.000", "–"]


@pytest.mark.parametrize(
    ("status", "answerable", "answers", "wanted"),
    [
        ("answered", True, ("four crowns",), "right"),
        ("answered", True, ("five",), "wrong"),
        ("conflicting", None, ("Four crowns",), "right"),
        ("answered", False, (), "wrong"),
        ("answered", True, (), "answered"),
        ("not_in_sources", False, (), "rightly declined"),
        ("not_in_sources", None, ("five",), "wrongly declined"),
        ("not_in_sources", None, (), "declined"),
        ("error", False, (), "error"),
    ],
)
def test_outcomes(status: str, answerable: bool | None, answers: tuple[str, ...], wanted: str) -> None:
    question = Question("q", "How much?", answers=answers, answerable=answerable)
    assert outcome(Case(question, {"status": status, "short": {"text": "four crowns"}})) == wanted
    assert outcome(Case(question, None)) == "missing"


def test_pairs_keep_the_order_of_the_gold_and_tell_what_either_lacks() -> None:
    pairs = paired([Question("a", "?"), Question("b", "?")], {"c": {"status": "answered"}, "b": {"status": "error"}})
    assert [(case.question.id, case.answer and case.answer["status"]) for case in pairs.cases] == [
        ("a", None),
        ("b", "error"),
    ]
    assert pairs.extra == ("c",)
    assert (pairs.counts["missing"], pairs.counts["error"], pairs.counts["answered"]) == (1, 1, 0)


def test_only_what_was_measured_of_both_is_compared_and_sames_are_counted() -> None:
    def measure(name: str, *values: float, judge: str = "") -> Measure:
        return Measure(name, "answers", {str(at): (value,) for at, value in enumerate(values)}, judge=judge)

    theirs = [measure("A", 0, 0), measure("B", 1, 1), measure("C", 1, judge="one")]
    ours = [measure("A", 1, 1), measure("B", 1, 1), measure("C", 1, judge="another"), measure("D", 1)]
    against = compared("other.jsonl", theirs, ours)
    assert [one.second.name for one in against.differences] == ["A", "B"]
    assert [(section, [one.value for one in found]) for section, found in against.sections()] == [("answers", [1.0])]
    assert against.same == 1
