"""Calls of one client are bounded in time, and no client is turned away for another's."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_hooks.errors import SettingsError
from cds_hooks.settings import read_settings
from tests.api.conftest import advice, call, make_client
from tests.security.redis_for_tests import require_redis
from tests.security.registered import Service
from tests.security.token_maker import ISSUER, SIGN, compose_claims, make_ec_key, sign, write_jwks

__all__ = ["advice", "call", "make_client"]

KEY = make_ec_key("ward")


@pytest.fixture
def limited(make_client: Callable[..., FlaskClient]) -> FlaskClient:
    return make_client(CDS_HOOKS_RATE_LIMIT="3/minute")


def test_the_call_over_the_limit_is_429_and_says_when_to_come_back(limited: FlaskClient, call: dict[str, Any]) -> None:
    assert [limited.post(SIGN, json=call).status_code for _ in range(4)] == [200, 200, 200, 429]
    response = limited.post(SIGN, json=call)
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert response.get_json()["issue"][0]["code"] == "throttled"


def test_the_refusal_is_in_the_language(limited: FlaskClient, call: dict[str, Any]) -> None:
    for _ in range(3):
        limited.post(SIGN, json=call)
    said = limited.post(SIGN, json=call, headers={"Accept-Language": "nl"}).get_json()["issue"][0]["diagnostics"]
    assert said == "calls: meer dan in deze tijd worden beantwoord; Retry-After zegt wanneer het weer kan"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/rules/", "/openapi.json"])
def test_what_is_open_to_anybody_is_not_counted(limited: FlaskClient, path: str) -> None:
    assert {limited.get(path).status_code for _ in range(6)} == {200}


def test_a_preflight_is_not_counted(limited: FlaskClient) -> None:
    assert {limited.options(SIGN).status_code for _ in range(6)} == {200}


def test_one_address_is_not_turned_away_for_another(limited: FlaskClient, call: dict[str, Any]) -> None:
    for _ in range(4):
        limited.post(SIGN, json=call)
    other = {"REMOTE_ADDR": "127.0.0.9"}
    assert limited.post(SIGN, json=call, environ_base=other).status_code == 200


def test_without_the_setting_there_is_no_limit_on_loopback(make_client: Callable[..., FlaskClient], call: dict[str, Any]) -> None:
    client = make_client()
    assert {client.post(SIGN, json=call).status_code for _ in range(30)} == {200}


def make_ward(name: str) -> dict[str, Any]:
    return {"name": name, "issuer": f"{ISSUER}/{name}", "jwks_file": "ward.json"}


def test_each_client_has_its_own_count(tmp_path: Path) -> None:
    (tmp_path / "ward.json").write_text(write_jwks(KEY))
    service = Service(tmp_path, make_ward("a"), make_ward("b"), CDS_HOOKS_RATE_LIMIT="2/minute")

    def ask(name: str) -> int:
        return service.call(sign(compose_claims(iss=f"{ISSUER}/{name}"), KEY)).status_code

    assert [ask("a"), ask("a"), ask("a"), ask("b")] == [200, 200, 429, 200]


def test_a_call_without_a_good_token_does_not_use_up_a_clients(tmp_path: Path) -> None:
    (tmp_path / "ward.json").write_text(write_jwks(KEY))
    service = Service(tmp_path, make_ward("a"), CDS_HOOKS_RATE_LIMIT="1/minute")
    assert service.call("x.y.z").status_code == 401
    assert service.call(sign(compose_claims(iss=f"{ISSUER}/a"), KEY)).status_code == 200


def test_workers_that_share_a_redis_share_the_count(make_client: Callable[..., FlaskClient], call: dict[str, Any]) -> None:
    environ = {"CDS_HOOKS_RATE_LIMIT": "3/minute", "CDS_HOOKS_REDIS_URL": require_redis()}
    address = {"REMOTE_ADDR": f"2001:db8::{secrets.token_hex(2)}"}  # what an earlier run counted is not ours
    workers = [make_client(**environ), make_client(**environ)]
    assert sorted(worker.post(SIGN, json=call, environ_base=address).status_code for worker in workers * 2) == [
        200,
        200,
        200,
        429,
    ]


def test_a_redis_that_does_not_answer_turns_nobody_away(make_client: Callable[..., FlaskClient], call: dict[str, Any]) -> None:
    client = make_client(CDS_HOOKS_RATE_LIMIT="3/minute", CDS_HOOKS_REDIS_URL="redis://127.0.0.1:1/0")
    assert client.post(SIGN, json=call).status_code == 200


@pytest.mark.parametrize("text", ["x", "0/minute", "10", "10/day", "-1/second", "10 per minute"])
def test_a_wrong_rate_is_refused_at_start(text: str) -> None:
    with pytest.raises(SettingsError, match="is not a number of calls in a time such as 600/minute"):
        read_settings({"CDS_HOOKS_RATE_LIMIT": text})
