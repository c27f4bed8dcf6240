"""Each (iss, jti) serves once: in one worker's memory, in a Redis that workers share, and not at all when that is down."""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from cds_hooks.cli import main
from cds_hooks.errors import TrustStoreError
from cds_hooks.server.trust import used_tokens
from cds_hooks.server.trust.used_tokens import TokensInMemory, TokensInRedis
from tests.security.redis_for_tests import require_redis
from tests.security.registered import Log, Service
from tests.security.running import find_free_port
from tests.security.token_maker import BASE, ISSUER, compose_claims, make_ec_key, sign, write_jwks

KEY = make_ec_key("ward")
WARD = {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "ward.json"}


@pytest.fixture
def redis_url() -> str:
    return require_redis()


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def closed_url() -> str:
    return f"redis://127.0.0.1:{find_free_port()}/0"


def make_service(folder: Path, **environ: str) -> Service:
    (folder / "ward.json").write_text(write_jwks(KEY))
    return Service(folder, WARD, **environ)


def test_memory_takes_a_token_once_until_its_end() -> None:
    now = [0.0]
    tokens = TokensInMemory(clock=lambda: now[0])
    assert tokens.use(ISSUER, "a", seconds=60)
    now[0] = 60
    assert not tokens.use(ISSUER, "a", seconds=60)
    now[0] = 60.1
    assert tokens.use(ISSUER, "a", seconds=60)


def test_memory_forgets_what_has_ended() -> None:
    now = [0.0]
    tokens = TokensInMemory(clock=lambda: now[0])
    for number in range(1000):
        now[0] += 1
        tokens.use(ISSUER, str(number), seconds=10)
    assert len(tokens._ends) == tokens._journal.count <= 10 + 60


def test_a_full_memory_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(used_tokens, "_MAX_KEPT", 2)
    tokens = TokensInMemory()
    assert tokens.use(ISSUER, "a", seconds=60)
    assert tokens.use(ISSUER, "b", seconds=60)
    with pytest.raises(TrustStoreError):
        tokens.use(ISSUER, "c", seconds=60)


def use_in_another_process(tokens: TokensInMemory, jti: str, seconds: int = 60) -> bool:
    """As a worker forked from this process would, which then ends without a word."""
    child = os.fork()
    if child == 0:
        os._exit(10 + tokens.use(ISSUER, jti, seconds=seconds))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 11


def test_the_worker_that_replaces_another_knows_what_that_one_took() -> None:
    tokens = TokensInMemory()
    assert [use_in_another_process(tokens, jti) for jti in ("a", "b", "a", "b", "c")] == [True, True, False, False, True]


def test_the_worker_that_replaces_another_knows_it_after_tidying_too() -> None:
    now = [0.0]
    tokens = TokensInMemory(clock=lambda: now[0])
    for number in range(200):
        now[0] += 1
        assert use_in_another_process(tokens, str(number), seconds=100)
    assert [use_in_another_process(tokens, str(number)) for number in (98, 99, 150, 199)] == [True, False, False, False]


@pytest.mark.parametrize(
    ("first", "second"), [(("ab", "c"), ("a", "bc")), (("a", "b"), ("b", "a")), (("1 a", "b"), ("1", " ab"))]
)
def test_pairs_that_read_the_same_joined_are_two(first: tuple[str, str], second: tuple[str, str]) -> None:
    tokens = TokensInMemory()
    assert tokens.use(*first, seconds=60)
    assert tokens.use(*second, seconds=60)


def test_two_hosts_share_a_redis(redis_url: str) -> None:
    here, there, jti = TokensInRedis(redis_url), TokensInRedis(redis_url), str(uuid.uuid4())
    assert here.use(ISSUER, jti, seconds=5)
    assert not there.use(ISSUER, jti, seconds=5)
    assert there.use("https://other.example.org", jti, seconds=5)


def test_redis_keeps_a_hash_and_for_no_longer_than_needed(redis_url: str) -> None:
    jti = str(uuid.uuid4())
    assert TokensInRedis(redis_url).use(ISSUER, jti, seconds=7)
    name = used_tokens._compose_name(ISSUER, jti)
    redis = Redis.from_url(redis_url)
    assert 0 < redis.ttl(name) <= 7
    assert redis.get(name) == b"1"
    assert jti not in name


def test_a_token_is_remembered_as_long_as_it_could_serve(tmp_path: Path, redis_url: str) -> None:
    claims = compose_claims()
    assert make_service(tmp_path, CDS_HOOKS_REDIS_URL=redis_url).call(sign(claims, KEY)).status_code == 200
    left = Redis.from_url(redis_url).ttl(used_tokens._compose_name(ISSUER, claims["jti"]))
    assert 355 <= left <= 362


def test_after_a_restart_redis_still_knows(tmp_path: Path, redis_url: str) -> None:
    token = sign(compose_claims(), KEY)
    assert make_service(tmp_path, CDS_HOOKS_REDIS_URL=redis_url).call(token).status_code == 200
    assert make_service(tmp_path, CDS_HOOKS_REDIS_URL=redis_url).call(token).status_code == 401


@pytest.mark.parametrize("fault", ["silent_url", "closed_url"])
def test_a_redis_that_does_not_answer_lets_nobody_in(
    tmp_path: Path, log: Log, fault: str, request: pytest.FixtureRequest
) -> None:
    service = make_service(tmp_path, CDS_HOOKS_REDIS_URL=request.getfixturevalue(fault))
    started = time.monotonic()
    response = service.call(sign(compose_claims(), KEY))
    assert (response.status_code, response.get_json()["issue"][0]["code"]) == (503, "transient")
    assert time.monotonic() - started < 3
    assert service.advice.asked == []
    assert log.calls[-1]["unreachable"] == "the record of used tokens does not answer"


def test_a_wrong_token_is_401_even_while_redis_is_down(tmp_path: Path, closed_url: str) -> None:
    service = make_service(tmp_path, CDS_HOOKS_REDIS_URL=closed_url)
    assert service.call(sign(compose_claims(aud=BASE), KEY)).status_code == 401


def test_readiness_names_the_store_that_does_not_answer(tmp_path: Path, closed_url: str) -> None:
    service = make_service(tmp_path, CDS_HOOKS_REDIS_URL=closed_url)
    response = service.http.get("/readyz")
    assert (response.status_code, response.get_json()["waitsFor"]) == (503, ["record of used tokens"])
    assert service.http.get("/healthz").status_code == 200


def test_readiness_with_its_stores(tmp_path: Path, redis_url: str) -> None:
    assert make_service(tmp_path, CDS_HOOKS_REDIS_URL=redis_url).http.get("/readyz").status_code == 200


def test_several_workers_without_redis_do_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_service(tmp_path)
    monkeypatch.setenv("CDS_HOOKS_AUTH", "required")
    monkeypatch.setenv("CDS_HOOKS_CLIENTS", str(tmp_path / "clients.yaml"))
    assert main(["serve", "--workers", "4"]) == 2
    assert "CDS_HOOKS_REDIS_URL: unset, and 4 workers could each take the same token once" in capsys.readouterr().err
