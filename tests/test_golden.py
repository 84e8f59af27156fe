"""The golden documents: what a careful reader finds in each, in every format, is what is read of it."""

import hashlib
import json

import pytest

from benchmarks.fields import GOLDEN, Check, expectations, golden, known_misses

RIGHT = 479  # of 480 fields; raise it when a miss goes, never lower it
ANSWERS = "c6a8446b9cb7c439"  # of expected.json without its misses: what is right is not changed by the way


@pytest.fixture(scope="module")
def checks() -> list[Check]:
    return golden()


def test_what_is_wrong_is_known_and_has_a_reason(checks: list[Check]) -> None:
    wrong = {check.name: (check.wanted, check.found) for check in checks if not check.right}
    unknown = {name: values for name, values in wrong.items() if name not in known_misses()}
    assert unknown == {}
    assert set(known_misses()) - set(wrong) == set(), "these are right now: take them off the list"
    assert all(len(reason) > 20 for reason in known_misses().values())


def test_as_many_fields_are_right_as_ever(checks: list[Check]) -> None:
    assert sum(check.right for check in checks) == RIGHT


def test_every_document_is_expected_and_small() -> None:
    files = {path.name: path.stat().st_size for path in GOLDEN.iterdir() if path.is_file()}
    documents = {name for name in files if name not in ("make.py", "expected.json") and ".meta." not in name}
    assert documents == set(expectations())
    assert len(documents) >= 40
    assert max(files[name] for name in documents) < 25_000


def test_what_is_expected_is_not_changed_by_the_way() -> None:
    answers = json.dumps(expectations(), sort_keys=True).encode()
    assert hashlib.sha256(answers).hexdigest()[:16] == ANSWERS
