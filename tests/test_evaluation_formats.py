"""Questions in: every form as its publisher writes it, and everything that a file can have wrong."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest

from cli import FORMATS
from evaluation.formats.forms import FORMS
from evaluation.questionfile import LONGEST_QUESTION, QuestionFile, Refused, read_questions
from evaluation.questions import Evidence, Question
from ingest.errors import VouchError

Rows = list[Any]


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def read(folder: Path, content: str | bytes, name: str = "questions.jsonl", form: str | None = None) -> QuestionFile:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_questions(path, form)


def only(folder: Path, *rows: Any, **how: Any) -> Question:
    """The one question of a file."""
    file = read(folder, lines(*rows), **how)
    assert not file.refused
    (question,) = file.questions
    return question


def refusals(folder: Path, content: str | bytes, name: str = "questions.jsonl", form: str | None = None) -> list[str]:
    """What is said of the bad rows of a file that also holds a good one."""
    return [f"{row.line}: {row.reason}" for row in read(folder, content, name, form).refused]


GOOD = {"id": "good", "question": "Who won?", "answers": ["Oslo"]}


def test_the_command_line_knows_every_form() -> None:
    assert set(FORMATS) == set(FORMS)


# Our own


def test_own_questions(tmp_path: Path) -> None:
    row = {
        "id": "q1",
        "question": " Who won? ",
        "type": "inference",
        "answers": ["Oslo", "the Oslo side", "Oslo"],
        "evidence": [{"article": "a7", "quote": "Oslo won."}],
        "articles": ["a7", "a9"],
        "scope": {"outlets": ["The Post"], "since": None},
    }
    data = lines(row)
    file = read(tmp_path, data)
    question = Question(
        "q1",
        "Who won?",
        "inference",
        ("Oslo", "the Oslo side"),
        True,
        (Evidence("a7", "Oslo won."),),
        ("a7", "a9"),
        {"outlets": ["The Post"]},
        1,
    )
    path = tmp_path / "questions.jsonl"
    assert file == QuestionFile((question,), "jsonl", True, hashlib.sha256(data.encode()).hexdigest(), (), path)
    assert read_questions(path, "jsonl").guessed is False


@pytest.mark.parametrize(
    ("row", "answers", "answerable"),
    [
        ({}, (), None),
        ({"answer": "Oslo"}, ("Oslo",), True),
        ({"answer": ""}, (), None),
        ({"answer": None, "answers": None}, (), None),
        ({"answers": []}, (), False),
        ({"answers": [], "article": "a7"}, (), False),
        ({"answer": "Insufficient information.", "evidence": []}, (), False),
        ({"answerable": False, "answer": "insufficient information"}, (), False),
        ({"answerable": "no", "article": "a7"}, (), False),
        ({"answerable": True}, (), True),
        ({"article": "a7"}, (), True),
        ({"answers": [1923, "1923"]}, ("1923",), True),
    ],
)
def test_whether_there_is_an_answer(
    tmp_path: Path, row: dict[str, Any], answers: tuple[str, ...], answerable: bool | None
) -> None:
    question = only(tmp_path, {"id": "q", "question": "Who?", **row})
    assert (question.answers, question.answerable) == (answers, answerable)


def test_evidence_names_its_article_or_the_only_one(tmp_path: Path) -> None:
    row = {"question": "Who?", "article": "a7", "evidence": ["Oslo won.", {"article": "a7", "quote": "It rained."}]}
    question = only(tmp_path, row)
    assert question.evidence == (Evidence("a7", "Oslo won."), Evidence("a7", "It rained."))
    assert only(tmp_path, {**row, "article": None, "evidence": row["evidence"][1:]}).articles == ("a7",)


def test_questions_without_an_id_are_called_by_their_line(tmp_path: Path) -> None:
    file = read(tmp_path, '{"question": "One?"}\n\n{"question": "Two?"}\n{"id": 7, "question": "Three?"}\n')
    assert [(each.id, each.line) for each in file.questions] == [("q1", 1), ("q3", 3), ("7", 4)]


def test_what_feedback_prints(tmp_path: Path) -> None:
    made = {"reason": "", "scope": {"outlets": [], "since": None, "until": None}, "settings": {"version": "1"}}
    gold = {"answers": ["Oslo"], "articles": ["a7"], "evidence": [{"article": "a7", "quote": "Oslo won."}]}
    up = {"id": "1", "question": "Who won?", "thumb": "up", "status": "answered", **made, **gold}
    long = {**up, "id": "2"}
    del long["answers"]
    none = {**up, "id": "3", "status": "not_in_sources", "answers": [], "articles": [], "evidence": []}
    down = {"id": "4", "question": "Who lost?", "thumb": "down", "status": "answered", **made}
    found = read(tmp_path, lines(up, long, none, down)).questions
    assert [(each.answers, each.answerable, each.articles, dict(each.scope)) for each in found] == [
        (("Oslo",), True, ("a7",), {}),
        ((), True, ("a7",), {}),
        ((), False, (), {}),
        ((), None, (), {}),
    ]


# Tables


def test_a_table(tmp_path: Path) -> None:
    table = (
        "id,question,type,answers,articles,answerable,scope,evidence\r\n"
        'q1,"Who won, and\nwhere?",inference,Oslo|"Oslo" FC,a7|a8,,"{""since"": ""2024-01-01""}",\r\n'
        ",,,,,,,\r\n"
        'q2,Who lost?,,"[""A | B""]",a7,yes,,Bergen lost.|It rained.\r\n'
        "q3,Who drew?,,,,no,,\r\n"
    )
    file = read(tmp_path, "\ufeff" + table, "questions.csv")
    assert (file.form, file.guessed, file.refused) == ("csv", True, ())
    first, second, third = file.questions
    assert first == Question(
        "q1",
        "Who won, and\nwhere?",
        "inference",
        ("Oslo", '"Oslo" FC'),
        True,
        (),
        ("a7", "a8"),
        {"since": "2024-01-01"},
        2,
    )
    assert (second.answers, second.line) == (("A | B",), 5)
    assert second.evidence == (Evidence("a7", "Bergen lost."), Evidence("a7", "It rained."))
    assert (third.answers, third.answerable) == ((), False)


@pytest.mark.parametrize(("name", "mark"), [("q.tsv", "\t"), ("q.csv", ";"), ("questions", ",")])
def test_a_table_is_known_by_its_look(tmp_path: Path, name: str, mark: str) -> None:
    file = read(tmp_path, mark.join(["ID", " Question ", "answer"]) + "\n" + mark.join(["7", "Who?", "A|B"]), name)
    assert file.form == "csv"
    assert file.questions == (Question("7", "Who?", answers=("A|B",), answerable=True, line=2),)


def test_a_table_of_a_spreadsheet_on_windows(tmp_path: Path) -> None:
    file = read(tmp_path, "question;answer\nWer gewann in Zürich?;Köln\n".encode("cp1252"), "fragen.csv")
    assert file.questions[0].answers == ("Köln",)


def test_bad_rows_of_a_table(tmp_path: Path) -> None:
    table = "question,answer,answerable\nWho?,Oslo,perhaps\nA, B or C?,Oslo,,\nWho won?,Oslo,\n"
    assert refusals(tmp_path, table, "q.csv") == [
        "2: says neither yes nor no in its “answerable”; write true or false",
        "3: has 5 cells, and the first line names 3 columns; put it in quotation marks",
    ]


# Others' forms


def test_multihop_rag(tmp_path: Path) -> None:
    fact = {"title": "A cup", "url": "https://post.example/cup", "source": "Post", "author": "A", "fact": "Oslo won."}
    rows = [
        {"query": "Who?", "answer": "Oslo", "question_type": "inference_query", "evidence_list": [fact]},
        {"query": "Why?", "answer": "Insufficient information.", "question_type": "null_query", "evidence_list": []},
    ]
    file = read(tmp_path, json.dumps(rows), "MultiHopRAG.json")
    assert (file.form, file.guessed) == ("multihop-rag", True)
    assert file.questions == (
        Question(
            "q1",
            "Who?",
            "inference",
            ("Oslo",),
            True,
            (Evidence("https://post.example/cup", "Oslo won.", ("A cup",)),),
            ("https://post.example/cup",),
            line=1,
        ),
        Question("q2", "Why?", "null", (), False, line=2),
    )
    del fact["url"]
    assert only(tmp_path, rows[0]).evidence == (Evidence("A cup", "Oslo won."),)


CONTEXT = "Snow fell. The Normans settled in Normandy, in 911 and 912. It thawed."
QAS = [
    {
        "id": "56d",
        "question": "When did they settle?",
        "is_impossible": False,
        "answers": [
            {"text": "911", "answer_start": CONTEXT.index("911")},
            {"text": "in 911", "answer_start": CONTEXT.index("in 911")},
            {"text": "911", "answer_start": CONTEXT.index("911")},
        ],
    },
    {
        "id": "56e",
        "question": "When did they leave?",
        "is_impossible": True,
        "plausible_answers": [{"text": "912", "answer_start": CONTEXT.index("912")}],
        "answers": [],
    },
]
SQUAD = (
    Question(
        "56d",
        "When did they settle?",
        "",
        ("911", "in 911"),
        True,
        (Evidence("The_Normans", "The Normans settled in Normandy, in 911 and 912."),),
        ("The_Normans",),
        line=1,
    ),
    Question("56e", "When did they leave?", "", (), False, (), ("The_Normans",), line=2),
)


@pytest.mark.parametrize("indent", [None, 1])
def test_squad(tmp_path: Path, indent: int | None) -> None:
    data = {"version": "v2.0", "data": [{"title": "The_Normans", "paragraphs": [{"context": CONTEXT, "qas": QAS}]}]}
    file = read(tmp_path, json.dumps(data, indent=indent), "dev-v2.0.json")
    assert (file.form, file.questions) == ("squad", SQUAD)


def test_squad_laid_out_flat(tmp_path: Path) -> None:
    flat = [
        {
            "id": each["id"],
            "title": "The_Normans",
            "context": CONTEXT,
            "question": each["question"],
            "answers": {
                "text": [one["text"] for one in each["answers"]],
                "answer_start": [one["answer_start"] for one in each["answers"]],
            },
        }
        for each in QAS
    ]
    file = read(tmp_path, lines(*flat))
    assert (file.form, file.questions) == ("squad", SQUAD)


def test_squad_of_which_the_places_are_wrong(tmp_path: Path) -> None:
    qas = [{"id": "1", "question": "When?", "answers": [{"text": "911", "answer_start": 3}]}]
    article = {"title": "Normans", "paragraphs": [{"context": CONTEXT, "qas": qas}]}
    assert only(tmp_path, article).evidence == ()
    bad = {"title": "Normans", "paragraphs": [{"context": CONTEXT, "qas": "none"}]}
    assert refusals(tmp_path, json.dumps({"data": [bad, article]})) == [
        "1: holds a text in its “qas”; that must be a list of objects"
    ]


def beir(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    queries = [{"_id": "1", "text": "Who won?", "metadata": {}}, {"_id": "2", "text": "Who lost?"}]
    (folder / "queries.jsonl").write_text(lines(*queries))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\td4\t2\n1\td5\t0\n1\td6\t1\n")
    return folder


def test_beir(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set")
    file = read_questions(folder)
    judged = Question("1", "Who won?", articles=("d4", "d6"), line=1)
    both = (folder / "queries.jsonl").read_bytes() + (folder / "qrels" / "test.tsv").read_bytes()
    assert file == QuestionFile((judged,), "beir", True, hashlib.sha256(both).hexdigest(), (), folder)
    assert read_questions(folder / "qrels" / "test.tsv").questions == (judged,)
    queries = read_questions(folder / "queries.jsonl")
    assert (queries.form, [each.articles for each in queries.questions]) == ("beir", [(), ()])


def test_beir_takes_the_only_split_or_wants_one_named(tmp_path: Path) -> None:
    folder = beir(tmp_path)
    (folder / "qrels" / "test.tsv").rename(folder / "qrels" / "dev.tsv")
    assert read_questions(folder).questions[0].articles == ("d4", "d6")
    (folder / "qrels" / "train.tsv").write_text("1\td9\t1\n")
    with pytest.raises(VouchError, match=r"several splits and no test.tsv") as error:
        read_questions(folder)
    assert "train.tsv" in error.value.hint
    assert read_questions(folder / "qrels" / "train.tsv").questions[0].articles == ("d9",)


def test_beir_that_is_not_whole(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set")
    qrels = folder / "qrels" / "test.tsv"
    qrels.write_text("query-id\tcorpus-id\tscore\n1\td4\t1\n9\td4\t1\n")
    assert read_questions(folder).refused == (Refused("9", 0, "of queries.jsonl is judged, and is not there: '9'"),)
    qrels.write_text("query-id\tcorpus-id\tscore\n1\td4\tmuch\n")
    with pytest.raises(VouchError, match=r"test.tsv: line 2 is no judgement"):
        read_questions(folder)
    with pytest.raises(VouchError, match=r"has no queries.jsonl"):
        read_questions(tmp_path)


def test_ragas(tmp_path: Path) -> None:
    sample = {
        "user_input": "Who won?",
        "reference": "Oslo won the cup.",
        "reference_contexts": ["<1-hop>\n\nOslo won.", "<2-hop>\n\nThe cup was made of tin."],
        "retrieved_contexts": ["It rained."],
        "response": "Bergen",
        "synthesizer_name": "multi_hop",
    }
    evidence = (Evidence("", "Oslo won."), Evidence("", "The cup was made of tin."))
    expected = Question("q1", "Who won?", "multi_hop", ("Oslo won the cup.",), True, evidence, line=1)
    assert read(tmp_path, json.dumps([sample])).questions == (expected,)
    assert only(tmp_path, sample) == expected
    file = read(
        tmp_path, 'user_input,reference,reference_contexts\nWho won?,Oslo,"[\'Oslo won.\', ""It\'s over.""]"\n', "r.csv"
    )
    assert file.form == "ragas"
    assert file.questions[0].evidence == (Evidence("", "Oslo won."), Evidence("", "It's over."))


def test_ragas_before(tmp_path: Path) -> None:
    old = {"question": "Who won?", "ground_truth": "Oslo", "contexts": ["It rained."], "answer": "Bergen"}
    file = read(tmp_path, lines(old))
    assert (file.form, file.questions) == (
        "ragas",
        (Question("q1", "Who won?", answers=("Oslo",), answerable=True, line=1),),
    )
    assert only(tmp_path, {"question": "Who?", "ground_truths": ["A", "B"]}).answers == ("A", "B")


def test_alce(tmp_path: Path) -> None:
    pairs = [{"question": "Who in 1990?", "short_answers": ["Oslo", "Oslo FC"]}, {"short_answers": ["Bergen"]}]
    asqa = {"sample_id": "-7", "question": "Who won?", "answer": "Oslo, then Bergen.", "qa_pairs": pairs, "docs": [{}]}
    qampari = {"id": "9__wiki", "question": "Who won?", "answers": [["Oslo", "Oslo FC"], ["Bergen"]], "docs": []}
    eli5 = {"question": "Why?", "answer": "Because.", "claims": ["It is so."], "docs": []}
    first, second, third = read(tmp_path, json.dumps([asqa, qampari, eli5])).questions
    assert (first.id, first.answers, first.answerable) == ("-7", ("Oslo", "Oslo FC", "Bergen"), True)
    assert first.more == {"qa_pairs": pairs, "answer": "Oslo, then Bergen."}
    assert (second.id, second.answers) == ("9__wiki", ("Oslo", "Oslo FC", "Bergen"))
    assert (third.id, third.answers, third.more["claims"]) == ("q3", ("Because.",), ["It is so."])


def test_clapnq(tmp_path: Path) -> None:
    passage = {"title": "Cup", "text": "Oslo won . It rained . ", "sentences": ["Oslo won .", "It rained ."]}
    outputs = [
        {"answer": "Oslo.", "selected_sentences": ["Oslo won ."], "meta": {}},
        {"answer": "Oslo did.", "selected_sentences": ["Oslo won .", "It rained ."], "meta": {}},
    ]
    known = {"id": "-64", "input": "who won", "passages": [passage], "output": outputs}
    unknown = {"id": 65, "input": "who lost", "passages": [passage], "output": [{"answer": None, "meta": None}]}
    file = read(tmp_path, lines(known, unknown))
    evidence = (Evidence("Cup", "Oslo won ."), Evidence("Cup", "It rained ."))
    assert file.form == "clapnq"
    assert file.questions == (
        Question("-64", "who won", "", ("Oslo.", "Oslo did."), True, evidence, ("Cup",), line=1),
        Question("65", "who lost", "", (), False, line=2),
    )
    bench = {"id": "66", "question": "who?", "answerable": False, "passages": [passage], "output": [{"answer": ""}]}
    assert only(tmp_path, bench).answerable is False


# What a file can have wrong


def test_a_list_where_lines_were_expected(tmp_path: Path) -> None:
    rows = [{"id": "a", "question": "One?"}, {"id": "b", "question": "Two?"}]
    for content in (json.dumps(rows), json.dumps(rows, indent=2), json.dumps({"questions": rows})):
        assert [each.id for each in read(tmp_path, content, form="jsonl").questions] == ["a", "b"]
    assert [each.id for each in read(tmp_path, json.dumps(rows[0], indent=2)).questions] == ["a"]


def test_bad_lines_stop_no_others(tmp_path: Path) -> None:
    content = lines(GOOD) + "\n".join(
        [
            '{"id": "x", "question": ',
            '["no", "object"]',
            '{"id": "empty", "question": "  "}',
            '{"id": "b", "question": {"text": "Who?"}}',
            '{"id": "c", "question": "Who?", "answers": [["Oslo"]]}',
            '{"id": "d", "question": "Who?", "evidence": [{"quote": "Oslo won."}]}',
            '{"id": "e", "question": "Who?", "scope": "yesterday"}',
            '{"id": "good", "question": "Who?"}',
            '{"question": "half \\ud83d"}',
            '{"id": ["f"], "question": "Who?"}',
            f'{{"id": {"9" * 5000}, "question": "Who?"}}',
            json.dumps({"id": "g", "question": "w" * (LONGEST_QUESTION + 1)}),
            '{"id": "last", "question": "Who?"}',
        ]
    )
    file = read(tmp_path, content)
    assert [each.id for each in file.questions] == ["good", "last"]
    assert [(row.line, row.id, row.reason.partition(";")[0]) for row in file.refused] == [
        (2, "line-2", "is no valid JSON: Expecting value at column 25"),
        (3, "line-3", "is no object"),
        (4, "empty", "has no question, as a row in the form jsonl must"),
        (5, "b", "holds an object in its “question”"),
        (6, "c", "holds a list in its “answers”"),
        (7, "d", "has evidence without its quote or its article"),
        (8, "e", "holds a text in its “scope”"),
        (9, "line-9", "has the id of line 1, 'good'"),
        (10, "line-10", "holds bytes that are not UTF-8, or half a character (a lone surrogate)"),
        (11, "line-11", "holds a list in its “id”"),
        (
            12,
            "line-12",
            "cannot be read: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits",
        ),
        (13, "g", "asks a question of 10,001 characters"),
    ]
    assert [row.line for row in file.rows] == list(range(1, 15))
    assert len({row.id for row in file.rows}) == 14


def test_gold_must_be_whole(tmp_path: Path) -> None:
    file = read(tmp_path, lines(GOOD, *({"id": f"q{n}"} for n in range(12))))
    with pytest.raises(VouchError) as error:
        file.whole()
    told = error.value.message.splitlines()
    assert told[0].endswith("questions.jsonl: line 2 has no question, as a row in the form jsonl must")
    assert (len(told), told[-1]) == (11, "  … and 2 more")
    assert read(tmp_path, lines(GOOD)).whole() == read(tmp_path, lines(GOOD)).questions


def test_an_id_belongs_to_the_first_good_question(tmp_path: Path) -> None:
    file = read(tmp_path, lines({"id": "a"}, {"id": "a", "question": "One?"}, {"id": "line-1", "question": "Two?"}))
    assert [each.question for each in file.questions] == ["One?", "Two?"]
    assert [row.id for row in file.refused] == ["line-1-again"]


def test_encodings(tmp_path: Path) -> None:
    good = lines({"id": "ä", "question": "Wer gewann in Köln? \u2028 😀"})
    for data in (
        good.encode(),
        b"\xef\xbb\xbf" + good.encode(),
        good.encode("utf-16"),
        good.replace("\n", "\r\n").encode(),
    ):
        (question,) = read(tmp_path, data).questions
        assert (question.id, question.question) == ("ä", "Wer gewann in Köln? \u2028 😀")
    pair = b'{"question": "\\ud83d\\ude00?"}'
    assert read(tmp_path, pair).questions[0].question == "😀?"
    assert refusals(tmp_path, good.encode() + '{"question": "Köln?"}'.encode("latin-1")) == [
        "2: holds bytes that are not UTF-8; save it as UTF-8"
    ]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "q.jsonl", "is empty"),
        (" \n\n", "q.jsonl", "is empty"),
        ("[]", "q.json", "in no form that is known: it holds no objects"),
        ('[{"question": "Who?"},', "q.json", "is no valid JSON"),
        ('{"claim": "Oslo won."}', "q.jsonl", "its first row has the fields claim"),
        ("Who won?\nWho lost?\n", "q.txt", "its first row has the fields who won?"),
        ("Who won?\n", "q.jsonl", "line 1 is no valid JSON"),
        ('{"id": "a", "question": ""}', "q.jsonl", "holds no question: line 1 has no question"),
        (b'{"question": "Who?"}'.replace(b"W", b"\x00"), "q.jsonl", "holds binary data"),
        ("\ufeff[".encode("utf-16") + b"\x00", "q.json", "it says it is utf-16, and is not"),
        ("[" * 100_000, "q.json", "is no valid JSON"),
    ],
)
def test_files_that_hold_nothing(tmp_path: Path, content: str | bytes, name: str, said: str) -> None:
    with pytest.raises(VouchError) as error:
        read(tmp_path, content, name)
    assert said in error.value.message
    assert name in error.value.message
    assert error.value.hint


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(VouchError, match="there is no file"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(VouchError, match="there is no form 'yaml'"):
        read_questions(tmp_path / "none.jsonl", "yaml")


def test_a_named_form_that_is_not_it(tmp_path: Path) -> None:
    with pytest.raises(VouchError, match="holds no question: line 1 has no question, as a row in the form ragas must"):
        read(tmp_path, lines({"query": "Who?", "question_type": "x"}), form="ragas")


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    file = read(tmp_path, 'question,answer\nWho won?,Oslo\nWho lost?,"Bergen\nWho drew?,Voss\n', "q.csv")
    assert [each.question for each in file.questions] == ["Who won?"]
    assert [row.line for row in file.refused] == [3]


SEEDS = (
    lines({"id": "q1", "question": "Who?", "answers": ["A"], "evidence": [{"article": "a", "quote": "b"}]}, GOOD),
    'question,answers,evidence,scope\nWho?,A|B,"[{""article"": ""a"", ""quote"": ""b""}]","{""since"": ""x""}"\n',
    json.dumps([{"query": "Who?", "answer": "A", "question_type": "x", "evidence_list": [{"url": "u", "fact": "f"}]}]),
    json.dumps({"data": [{"title": "T", "paragraphs": [{"context": CONTEXT, "qas": QAS}]}]}),
    json.dumps([{"question": "Who?", "qa_pairs": [{"short_answers": ["A"]}], "answers": [["A"]], "claims": ["c"]}]),
    lines({"input": "who", "passages": [{"title": "T"}], "output": [{"answer": "A", "selected_sentences": ["s"]}]}),
    "user_input,reference,reference_contexts\nWho?,A,\"['a', 'b']\"\n",
)
SPLINTERS = (
    b'"',
    b"\n",
    b"\\",
    b"[",
    b"{}",
    b",",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\\ud800",
    b"\r",
    b"null",
    b"1e999",
)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_end_as_questions_or_as_reasons(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    read_at_all = 0
    for _ in range(100):
        data = bytearray(chance.choice(SEEDS).encode())
        for _ in range(chance.randrange(1, 5)):
            place = chance.randrange(len(data))
            data[place : place + chance.choice((0, 0, 1, 9))] = chance.choice(SPLINTERS)
        try:
            rows = read(tmp_path, bytes(data), chance.choice(("q.jsonl", "q.csv", "q"))).rows
        except VouchError:
            continue
        read_at_all += 1
        assert len({row.id for row in rows}) == len(rows)
        assert all(row.question if isinstance(row, Question) else row.reason for row in rows)
        str(rows).encode()
    assert read_at_all > 10
