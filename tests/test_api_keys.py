"""Who may use the API, and how often."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ingest.errors import ConfigError
from qa.config import ApiConfig, UiConfig
from serving.guards import keys as keys_module
from serving.guards.keys import KEY, Bearer, Keys, within
from serving.guards.limits import Rates

ANA, BEN = "ana-0123456789abcdef", "ben-0123456789abcdef"
OTHER = "eve-0123456789abcdef"
VARIABLE = "VOUCH_API_KEYS"


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    path = tmp_path / "keys.txt"

    def write(*lines: str, mode: int = 0o600) -> Path:
        beside = tmp_path / "new"
        beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
        beside.chmod(mode)
        return beside.rename(path)

    return write


def of_file(path: Path) -> Keys:
    return Keys(ApiConfig(keys_file=path.name), path.parent)


# Where they come from


def test_keys_of_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f" {ANA},{BEN} ,,")
    keys = Keys(ApiConfig())
    assert keys
    assert [bool(keys.name(key)) for key in (ANA, BEN, OTHER, "", f"{ANA},{BEN}", ANA.upper())] == [
        True, True, False, False, False, False
    ]  # fmt: skip


def test_a_name_tells_keys_apart_and_gives_none_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{ANA},{BEN}")
    keys = Keys(ApiConfig())
    assert keys.name(ANA) != keys.name(BEN)
    assert keys.name(ANA) not in ANA
    assert not any(ANA in str(value) for value in vars(keys).values()), "only digests are kept"


def test_a_file_has_a_key_a_line_and_counts_at_once(written: Callable[..., Path]) -> None:
    keys = of_file(written("# Ana's", ANA, "", f"  {BEN}  "))
    assert all(map(keys.name, (ANA, BEN)))
    written(OTHER)
    assert [bool(keys.name(key)) for key in (ANA, OTHER)] == [False, True]


def test_a_file_and_the_environment_count_together(
    written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, BEN)
    keys = of_file(written(ANA))
    assert all(map(keys.name, (ANA, BEN)))


def test_a_file_that_breaks_later_leaves_the_keys_of_before_and_is_told(
    written: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    keys = of_file(written(ANA))
    written("short")
    assert keys.name(ANA)
    assert "shorter than 16 characters" in caplog.text
    assert "short\n" not in caplog.text
    (written(BEN)).unlink()
    assert keys.name(ANA)
    assert keys, "an API that had keys does not open when their file goes"


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_a_file_that_others_can_read_is_warned_about(
    written: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    of_file(written(ANA))
    assert caplog.text == ""
    of_file(written(ANA, mode=0o644))
    assert "chmod 600" in caplog.text


@pytest.mark.parametrize(
    "lines", [[""], ["# none"], ["tiny"], ["with a space in the middle"], ["schlüssel-0123456789"]]
)
def test_a_file_without_usable_keys_is_an_error_that_repeats_none(
    written: Callable[..., Path], lines: list[str]
) -> None:
    with pytest.raises(ConfigError) as refused:
        of_file(written(*lines))
    assert "keys.txt" in refused.value.message
    assert "openssl" in refused.value.hint
    assert not lines[0].strip() or lines[0] not in refused.value.message


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.txt cannot be read"):
        Keys(ApiConfig(keys_file="none.txt"), tmp_path)


def test_every_key_is_compared_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"{ANA},{BEN}")
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(keys_module.hmac, "compare_digest", compare)
    keys = Keys(ApiConfig())
    for key in (ANA, "x"):
        keys.name(key)
    assert compared == [(32, 32)] * 4, "digests of one length, all of them for any key"


# Whether the API may be open


def test_without_keys_the_api_serves_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys(ApiConfig())
    for ui in (UiConfig(), UiConfig(host="localhost"), UiConfig(host="::1")):
        keys.check(ui)
    reached = (UiConfig(host="0.0.0.0"), UiConfig(host="192.0.2.1"))
    for ui in (*reached, UiConfig(auth="users.txt"), UiConfig(user_header="X-User")):
        with pytest.raises(ConfigError) as refused:
            keys.check(ui)
        assert all(word in refused.value.hint for word in (VARIABLE, "keys_file", "127.0.0.1"))
    monkeypatch.setenv(VARIABLE, ANA)
    Keys(ApiConfig()).check(UiConfig(host="0.0.0.0"))


# At the door


def door(keys: Keys, per_minute: int = 600) -> TestClient:
    app = FastAPI()

    @app.get("/v1/name")
    def name(request: Request) -> str:
        return str(request.scope.get(KEY, ""))

    @app.get("/healthz")
    def healthz() -> bool:
        return True

    return TestClient(Rates(Bearer(app, keys), keys, per_minute))


@pytest.fixture
def keyed(monkeypatch: pytest.MonkeyPatch) -> Keys:
    monkeypatch.setenv(VARIABLE, f"{ANA},{BEN}")
    return Keys(ApiConfig())


def bearing(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_a_right_key_comes_in_under_its_name(keyed: Keys) -> None:
    with door(keyed) as client:
        assert client.get("/v1/name", headers=bearing(ANA)).json() == keyed.name(ANA)
        assert client.get("/v1/name", headers={"authorization": f"bearer  {BEN}"}).json() == keyed.name(BEN)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", f"Bearer {OTHER}", f"Basic {ANA}", ANA, f"Bearer {ANA}x"]
)
def test_any_other_is_refused_in_openai_s_words(keyed: Keys, header: str | None) -> None:
    with door(keyed) as client:
        reply = client.get("/v1/name", headers={"authorization": header} if header is not None else {})
        assert client.get("/healthz").json() is True
    error = reply.json()["error"]
    assert (reply.status_code, error["code"], error["type"]) == (401, "invalid_api_key", "authentication_error")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert OTHER not in error["message"]


def test_without_keys_nobody_is_asked_for_one() -> None:
    with door(Keys(ApiConfig())) as client:
        assert client.get("/v1/name", headers=bearing("whatever")).json() == ""


def test_a_bearer_header_that_is_no_ascii_is_a_wrong_key(keyed: Keys) -> None:
    with door(keyed) as client:
        assert client.get("/v1/name", headers={"authorization": b"Bearer \xff\xfe"}).status_code == 401  # type: ignore[dict-item]


def test_rooms_are_whole_parts_of_a_path() -> None:
    assert [within(path, ("/v1",)) for path in ("/v1", "/v1/models", "/v10", "/", "/a/v1")] == [
        True, True, False, False, False
    ]  # fmt: skip


# How often


def test_each_key_has_its_own_minute(keyed: Keys) -> None:
    with door(keyed, per_minute=3) as client:
        for left in (2, 1, 0):
            reply = client.get("/v1/name", headers=bearing(ANA))
            assert reply.status_code == 200
            assert reply.headers["x-ratelimit-limit-requests"] == "3"
            assert reply.headers["x-ratelimit-remaining-requests"] == str(left)
            assert reply.headers["x-ratelimit-reset-requests"].endswith("s")
        refused = client.get("/v1/name", headers=bearing(ANA))
        assert client.get("/v1/name", headers=bearing(BEN)).status_code == 200
        assert client.get("/healthz").status_code == 200
    error = refused.json()["error"]
    assert (refused.status_code, error["type"], error["code"]) == (429, "rate_limit_error", "rate_limit_exceeded")
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert "requests_per_minute" in error["message"]


def test_wrong_keys_cannot_be_tried_out_quickly(keyed: Keys) -> None:
    with door(keyed, per_minute=3) as client:
        tried = [client.get("/v1/name", headers=bearing(f"{OTHER}{number}")).status_code for number in range(5)]
        assert client.get("/v1/name", headers=bearing(ANA)).status_code == 200
    assert tried == [401, 401, 401, 429, 429]


def test_the_log_has_no_key(keyed: Keys, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with door(keyed) as client:
        client.get("/v1/name", headers=bearing(OTHER))
    assert OTHER not in caplog.text


def test_keys_are_safe_from_many_threads(written: Callable[..., Path]) -> None:
    keys = of_file(written(ANA))
    wrong: list[str] = []

    def look() -> None:
        wrong.extend("" for _ in range(200) if not keys.name(ANA) or keys.name(OTHER))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        written(ANA, BEN)
        written(ANA)
    for thread in threads:
        thread.join()
    assert not wrong
