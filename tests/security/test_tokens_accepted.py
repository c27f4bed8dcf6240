"""Who has a token of a registered client is let in, on every endpoint; who needs none is not asked for one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.server.app import create_app
from cds_hooks.settings import read_settings
from tests.api.fake_advice import FakeAdvice
from tests.security.registered import CALL, Log, Service
from tests.security.token_maker import BASE, ISSUER, SIGN, bear, compose_claims, make_ec_key, make_rsa_key, sign, write_jwks

KEY = make_ec_key("ward")
RSA = make_rsa_key("ward")
WARD = {
    "name": "ward-ehr",
    "issuer": ISSUER,
    "jwks_file": "ward.json",
    "tenants": ["a", "b"],
    "audiences": ["sand_man"],
    "fhir_servers": ["https://ehr.example.org/fhir"],
    "profile": {"language": "nl", "selection_behavior": "any"},
}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    (tmp_path / "ward.json").write_text(write_jwks(KEY, RSA))
    return Service(tmp_path, WARD)


def test_a_token_by_es384_is_served(service: Service) -> None:
    assert service.call(sign(compose_claims(), KEY)).status_code == 200


def test_a_token_by_rs384_is_served(service: Service) -> None:
    assert service.call(sign(compose_claims(), RSA, alg="RS384")).status_code == 200


def test_the_caller_brings_its_own_profile_and_fhir_servers(service: Service) -> None:
    response = service.call(sign(compose_claims(), KEY))
    (caller,) = service.advice.callers
    assert (caller.name, caller.profile.selection_behavior) == ("ward-ehr", "any")
    assert caller.fhir_servers == ("https://ehr.example.org/fhir",)
    assert response.headers["Content-Language"] == "nl"


def test_the_log_names_the_client_and_never_holds_the_token(service: Service, log: Log) -> None:
    claims = compose_claims()
    token = sign(claims, KEY)
    service.call(token)
    (line,) = log.calls
    assert (line["client"], line["iss"], line["jti"]) == ("ward-ehr", ISSUER, claims["jti"])
    assert not any(part in log.text for part in token.split("."))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [BASE + SIGN, "https://other.example.org"]},
        {"aud": "sand_man"},
        {"tenant": "b"},
        {"sub": "epic-client-id", "nbf": int(time.time()) - 300, "extra": {"a": [1]}},
        {"sub": 5},
    ],
    ids=["several-audiences", "listed-audience", "second-tenant", "epic", "sub-number"],
)
def test_what_real_clients_send_is_taken(service: Service, changes: dict[str, Any]) -> None:
    assert service.call(sign(compose_claims(**changes), KEY)).status_code == 200


def test_a_moment_with_a_fraction_of_a_second_is_taken(service: Service) -> None:
    assert service.call(sign(compose_claims(iat=time.time() - 0.25), KEY)).status_code == 200


@pytest.mark.parametrize(
    ("iat", "exp", "status"),
    [
        (-890, 10, 200),
        (-955, 3600, 200),
        (-965, 3600, 401),
        (0, 86_400, 200),
        (-300, -55, 200),
        (-300, -65, 401),
        (55, 300, 200),
        (65, 300, 401),
    ],
)
def test_a_token_lives_15_minutes_and_a_minute_of_skew(service: Service, iat: int, exp: int, status: int) -> None:
    now = int(time.time())
    assert service.call(sign(compose_claims(iat=now + iat, exp=now + exp), KEY)).status_code == status


def test_the_age_of_tokens_is_a_setting(tmp_path: Path) -> None:
    (tmp_path / "ward.json").write_text(write_jwks(KEY))
    service = Service(tmp_path, WARD, CDS_HOOKS_MAX_TOKEN_AGE="60")
    now = int(time.time())
    assert service.call(sign(compose_claims(iat=now - 100), KEY)).status_code == 200
    assert service.call(sign(compose_claims(iat=now - 130), KEY)).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer "])
def test_the_scheme_may_be_written_in_any_case(service: Service, scheme: str) -> None:
    header = {"Authorization": f"{scheme} {sign(compose_claims(), KEY)}"}
    assert service.http.post(SIGN, json=CALL, headers=header).status_code == 200


@pytest.mark.parametrize("path", ["/cds-services", "/cds-services/"])
def test_discovery_takes_a_token_for_discovery(service: Service, path: str) -> None:
    token = sign(compose_claims(aud=f"{BASE}/cds-services"), KEY)
    assert service.http.get(path, headers=bear(token)).status_code == 200
    assert service.http.get(path, headers=bear(sign(compose_claims(), KEY))).status_code == 401


@pytest.mark.parametrize("audience", [f"{BASE}{SIGN}/feedback", BASE + SIGN])
def test_feedback_takes_a_token_for_it_or_for_its_service(service: Service, audience: str) -> None:
    token = sign(compose_claims(aud=audience), KEY)
    feedback = {"feedback": [{"card": "c", "outcome": "accepted", "outcomeTimestamp": "2026-03-02T10:00:00Z"}]}
    response = service.http.post(f"{SIGN}/feedback", json=feedback, headers=bear(token))
    assert response.status_code not in (401, 500)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/rules/", "/rules/made-up.rule", "/openapi.json"])
def test_health_rules_and_interface_ask_for_no_token(service: Service, path: str) -> None:
    assert service.http.get(path).status_code == 200


def test_a_preflight_asks_for_no_token(service: Service) -> None:
    response = service.http.options(SIGN, headers={"Origin": ISSUER, "Access-Control-Request-Method": "POST"})
    assert response.status_code == 200


def test_every_route_but_those_asks_for_a_token(service: Service) -> None:
    for rule in service.app.url_map.iter_rules():
        path = rule.rule.replace("<service_id>", "medication-order-sign").replace("<rule_id>", "made-up.rule")
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        is_open = path.startswith(("/healthz", "/readyz", "/rules", "/openapi.json"))
        assert (service.http.open(path, method=method).status_code == 401) is not is_open, path


@pytest.mark.parametrize("path", ["/", "/nothing", "/cds-services/none", "/healthz.bak", "/rulesets"])
def test_what_is_not_there_is_not_told_without_a_token(service: Service, path: str) -> None:
    assert service.http.get(path).status_code == 401


def test_with_a_token_an_unknown_service_is_404(service: Service) -> None:
    assert service.call(sign(compose_claims(aud=f"{BASE}/cds-services/none"), KEY), "/cds-services/none").status_code == 404


def test_the_patient_of_the_access_token_has_to_be_that_of_the_call(service: Service) -> None:
    authorization = {"access_token": "t", "token_type": "Bearer", "patient": "somebody-else"}
    body = {**CALL, "fhirServer": "https://ehr.example.org/fhir", "fhirAuthorization": authorization}
    response = service.http.post(SIGN, json=body, headers=bear(sign(compose_claims(), KEY)))
    assert response.status_code == 400
    assert response.get_json()["issue"][0]["expression"] == ["fhirAuthorization.patient"]


@pytest.mark.parametrize("authorization", ["Bearer x.y.z", "Bearer", "Basic abc", ""])
def test_with_authentication_off_tokens_are_not_looked_at(authorization: str) -> None:
    http = create_app(FakeAdvice(), read_settings({})).test_client()
    assert http.post(SIGN, json=CALL, headers={"Authorization": authorization}).status_code == 200
    assert http.get("/readyz").status_code == 200


def test_no_page_of_another_origin_may_read_by_default(service: Service) -> None:
    response = service.http.get("/healthz", headers={"Origin": ISSUER})
    assert "Access-Control-Allow-Origin" not in response.headers
