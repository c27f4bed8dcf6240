"""Each attack of `token_attacks` is refused with 401 and not a word, before anything of the call is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.security.attack_keys import ODD_ISSUER, OTHER, OTHER_ISSUER, WARD, WARD_RSA, compose_odd_set
from tests.security.key_server import KeyServer
from tests.security.registered import CALL, Log, Service
from tests.security.token_attacks import ATTACKS, Attack
from tests.security.token_maker import ISSUER, SIGN, bear, compose_claims, sign, write_jwks


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("attacked")
    server = KeyServer(compose_odd_set())
    (folder / "ward.json").write_text(write_jwks(WARD, WARD_RSA))
    (folder / "other.json").write_text(write_jwks(OTHER))
    ward = {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "ward.json", "tenants": ["a", "b"]}
    other = {"name": "other-ehr", "issuer": OTHER_ISSUER, "jwks_file": "other.json"}
    yield Service(folder, ward, other, {"name": "odd-ehr", "issuer": ODD_ISSUER, "jwks_url": server.url})
    server.stop()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_without_a_word(attacked: Service, log: Log, attack: Attack) -> None:
    authorization = attack.send()
    response = attacked.http.post(SIGN, json=CALL, headers={"Authorization": authorization})
    assert (response.status_code, response.data) == (401, b"")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    (line,) = log.calls
    assert attack.reason in line["refused"]
    assert not any(part in log.text for part in authorization.split(".") if len(part) > 20)
    assert attacked.advice.asked == []


def test_the_attacked_service_serves_an_honest_token(attacked: Service) -> None:
    assert attacked.call(sign(compose_claims(), WARD)).status_code == 200
    attacked.advice.asked.clear()


def test_no_attack_stands_twice() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize(
    "path",
    [
        "//cds-services",
        "/./cds-services",
        "/CDS-SERVICES",
        "/cds-services;x",
        "/rules/../cds-services",
        "/rules/%2e%2e/cds-services",
        "/rules/..%2fcds-services/medication-order-sign",
        "/rules//cds-services",
        "/healthz/../cds-services",
        "/healthz%2f..%2fcds-services",
        "/readyz/cds-services/medication-order-sign",
    ],
)
def test_no_way_round_leads_to_a_service(attacked: Service, path: str) -> None:
    for method in ("GET", "POST", "HEAD", "PUT", "OPTIONS"):
        response = attacked.http.open(path, method=method, json=CALL)
        assert response.status_code != 308
        assert b'"cards"' not in response.data
        assert b'"services"' not in response.data
    assert attacked.advice.asked == []


def test_a_token_in_the_address_is_none(attacked: Service) -> None:
    token = sign(compose_claims(), WARD)
    assert attacked.http.post(f"{SIGN}?access_token={token}", json=CALL).status_code == 401


def test_a_host_of_the_callers_choice_is_not_believed(attacked: Service) -> None:
    claims = compose_claims(aud=f"https://evil.example.org{SIGN}")
    headers = {**bear(sign(claims, WARD)), "Host": "evil.example.org", "X-Forwarded-Host": "evil.example.org"}
    assert attacked.http.post(SIGN, json=CALL, headers=headers).status_code == 401


def test_a_token_serves_once(attacked: Service, log: Log) -> None:
    token = sign(compose_claims(), WARD)
    assert [attacked.call(token).status_code for _ in range(3)] == [200, 401, 401]
    assert log.calls[-1]["refused"] == "the token was used before"
    attacked.advice.asked.clear()


def test_the_same_jti_in_another_token_is_used_too(attacked: Service) -> None:
    claims = compose_claims()
    assert attacked.call(sign(claims, WARD)).status_code == 200
    assert attacked.call(sign({**claims, "exp": claims["exp"] + 1}, WARD)).status_code == 401
    attacked.advice.asked.clear()


def test_the_same_jti_of_another_issuer_is_another_token(attacked: Service) -> None:
    claims = compose_claims()
    assert attacked.call(sign(claims, WARD)).status_code == 200
    assert attacked.call(sign({**claims, "iss": OTHER_ISSUER}, OTHER)).status_code == 200
    attacked.advice.asked.clear()


def test_a_token_that_was_refused_has_not_been_used(attacked: Service) -> None:
    token = sign(compose_claims(), WARD)
    assert attacked.http.get("/cds-services", headers=bear(token)).status_code == 401
    assert attacked.call(token).status_code == 200
    attacked.advice.asked.clear()


def test_a_long_issuer_fills_no_log_and_breaks_no_line(attacked: Service, log: Log) -> None:
    attacked.call(sign(compose_claims(iss='x\n{"message": "call"}' + "y" * 3000), WARD))
    (line,) = log.calls
    assert len(line["iss"]) == 200
    assert len(log.text.splitlines()) == 1
