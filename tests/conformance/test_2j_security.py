"""Checklist 2.J: who may call, and where the service goes itself. The attacks in full are in `tests/security/`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_hooks.errors import SettingsError
from cds_hooks.settings import read_settings
from tests.api.faulty_fhir_server import FaultyFhirServer
from tests.conformance.calls import AUTHORIZATION, DISCOVERY, FEEDBACK, SIGN, ask, list_unchecked, man, woman
from tests.security.key_server import KeyServer
from tests.security.registered import CALL, Log, Service
from tests.security.running import ROOT
from tests.security.token_maker import BASE, ISSUER, bear, compose_claims, encode, make_ec_key, make_rsa_key, sign, write_jwks

KEY, STRANGER = make_ec_key("conformance"), make_ec_key("stranger")
RSA = make_rsa_key("conformance")
WARD: dict[str, Any] = {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "keys.json", "tenants": ["a"]}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    (tmp_path / "keys.json").write_text(write_jwks(KEY, RSA))
    return Service(tmp_path, WARD)


@pytest.fixture
def log() -> Any:
    log = Log()
    yield log
    log.close()


def test_s160_the_service_asks_who_calls_where_others_than_this_machine_can() -> None:
    with pytest.raises(SettingsError, match="CDS_HOOKS_AUTH"):
        read_settings({}, host="0.0.0.0")


def test_s161_each_request_needs_a_token(service: Service) -> None:
    assert service.http.get(DISCOVERY).status_code == 401
    assert service.http.post(SIGN, json=CALL).status_code == 401
    assert service.http.post(FEEDBACK, json={"feedback": []}).status_code == 401
    assert service.call(sign(compose_claims(), KEY)).status_code == 200


def test_s162_with_mutual_tls_the_certificate_has_to_be_that_of_the_token(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(write_jwks(KEY))
    proxy = {"CDS_HOOKS_PROXY_HEADER": "X-Client-Name", "CDS_HOOKS_PROXY_ADDRESSES": "127.0.0.1/32"}
    service = Service(tmp_path, WARD, **proxy)
    headers = bear(sign(compose_claims(), KEY))
    assert service.http.post(SIGN, json=CALL, headers={**headers, "X-Client-Name": "other"}).status_code == 401
    assert service.http.post(SIGN, json=CALL, headers={**headers, "X-Client-Name": "ward-ehr"}).status_code == 200


@pytest.mark.parametrize("header", [{"kid": None}, {"typ": None}, {"typ": "at+jwt"}, {"kid": "unknown"}])
def test_s163_the_header_has_alg_kid_and_typ(service: Service, header: dict[str, Any]) -> None:
    assert service.call(sign(compose_claims(), KEY, **header)).status_code == 401


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "jti"])
def test_s164_every_claim_is_required_and_others_are_tolerated(service: Service, claim: str) -> None:
    assert service.call(sign(compose_claims(**{claim: None}), KEY)).status_code == 401
    assert service.call(sign(compose_claims(sub="client", nbf=int(time.time()) - 300, more={}), KEY)).status_code == 200


def test_s165_the_audience_is_the_public_address_whatever_the_host_header_says(service: Service) -> None:
    assert service.call(sign(compose_claims(aud=[BASE + SIGN, "https://x.example"]), KEY)).status_code == 200
    token = sign(compose_claims(aud=f"https://evil.example{SIGN}"), KEY)
    headers = {**bear(token), "Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert service.http.post(SIGN, json=CALL, headers=headers).status_code == 401


def test_s166_only_registered_issuers_and_addresses_of_keys_are_believed(tmp_path: Path, key_server: KeyServer) -> None:
    service = Service(tmp_path, {"name": "ehr", "issuer": ISSUER, "jwks_url": "https://ehr.example.org/jwks"})
    key_server.content = write_jwks(KEY)
    assert service.call(sign(compose_claims(iss="https://other.example"), KEY)).status_code == 401
    assert service.call(sign(compose_claims(), KEY, jku=key_server.url)).status_code == 401
    assert key_server.asked == 0


def test_s167_the_key_is_found_by_its_kid_in_the_registered_set(tmp_path: Path, key_server: KeyServer) -> None:
    key_server.content = write_jwks(STRANGER, make_ec_key("other", "key-2"))
    service = Service(tmp_path, {"name": "ehr", "issuer": ISSUER, "jwks_url": key_server.url})
    assert service.call(sign(compose_claims(), make_ec_key("other", "key-2"), jku=key_server.url)).status_code == 200
    assert service.call(sign(compose_claims(), STRANGER)).status_code == 200
    assert (service.call(sign(compose_claims(), KEY)).status_code, key_server.asked) == (401, 1)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "HS384", "HS512"])
def test_s168_no_token_without_a_signature_or_with_a_shared_secret(service: Service, algorithm: str) -> None:
    header = encode(json.dumps({"alg": algorithm, "kid": KEY.kid, "typ": "JWT"}).encode())
    token = f"{header}.{encode(json.dumps(compose_claims()).encode())}.{'' if algorithm == 'none' else encode(b'x' * 32)}"
    assert service.call(token).status_code == 401


def test_s169_es384_and_rs384_are_trusted_and_no_other_by_default(service: Service) -> None:
    assert service.call(sign(compose_claims(), KEY)).status_code == 200
    assert service.call(sign(compose_claims(), RSA, alg="RS384")).status_code == 200
    assert service.call(sign(compose_claims(), RSA, alg="RS256")).status_code == 401


@pytest.mark.parametrize("wrong", [{"iss": "https://x.example"}, {"aud": BASE}, {"exp": 1}, {"tenant": "b"}, {"iat": 1}], ids=str)
def test_s170_issuer_audience_expiry_and_tenant_are_all_checked(service: Service, wrong: dict[str, Any]) -> None:
    assert service.call(sign(compose_claims(**wrong), KEY)).status_code == 401
    assert service.call(sign(compose_claims(), STRANGER)).status_code == 401


def test_s171_a_token_serves_once_and_one_that_was_refused_is_not_used_up(service: Service) -> None:
    claims = compose_claims()
    assert service.call(sign(claims, STRANGER)).status_code == 401
    assert service.call(sign(claims, KEY)).status_code == 200
    assert service.call(sign(claims, KEY)).status_code == 401


def test_s172_a_wrong_token_is_401_without_a_word(service: Service) -> None:
    answer = service.call("not.a.token")
    assert (answer.status_code, answer.get_data()) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_s173_the_log_has_issuer_and_jti_and_never_the_token(service: Service, log: Log) -> None:
    claims = compose_claims()
    token = sign(claims, KEY)
    service.call(token)
    assert (log.calls[-1]["iss"], log.calls[-1]["jti"]) == (ISSUER, claims["jti"])
    assert not any(part in log.text for part in token.split("."))


@pytest.mark.parametrize(("late", "status"), [(50, 200), (70, 401)])
def test_s174_clocks_may_differ_by_a_minute(service: Service, late: int, status: int) -> None:
    now = int(time.time())
    assert service.call(sign(compose_claims(iat=now - 300, exp=now - late), KEY)).status_code == status


def test_s175_a_browser_may_ask_beforehand_and_reads_refusals_too(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(CDS_HOOKS_CORS_ORIGINS="https://ehr.example.org")
    asked = {"Origin": "https://ehr.example.org", "Access-Control-Request-Method": "POST"}
    preflight = client.options(SIGN, headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type"
    assert client.post(SIGN, json={}, headers=asked).headers["Access-Control-Allow-Origin"] == "https://ehr.example.org"
    assert "Access-Control-Allow-Origin" not in client.get(DISCOVERY, headers={"Origin": "https://x.example"}).headers


def test_s176_no_data_of_a_patient_outlive_their_call() -> None:
    server = FaultyFhirServer()
    sent = {key: value for key, value in man()["prefetch"].items() if key != "conditions"}
    for _ in range(2):
        ask(man(prefetch=sent, fhirServer=server.base_of("ok")))
    server.stop()
    assert len([path for path, _ in server.seen if "/Condition?" in path]) == 2


def test_s177_each_call_leaves_a_line_in_the_audit(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x" * 32)
    audit = {"CDS_HOOKS_AUDIT_FILE": str(tmp_path / "audit"), "CDS_HOOKS_AUDIT_SECRET_FILE": str(tmp_path / "secret")}
    ask(woman(), **audit)
    line = json.loads((tmp_path / "audit").read_text())
    assert line["rules"]
    assert woman()["context"]["patientId"] not in str(line)


def test_s178_the_documents_say_that_the_client_registers_the_service_for_access_to_data() -> None:
    assert "authorization server" in (ROOT / "docs" / "registering-a-client.md").read_text(encoding="utf-8")


def test_s179_only_listed_fhir_servers_are_asked_and_no_page_elsewhere() -> None:
    elsewhere = FaultyFhirServer()
    server = FaultyFhirServer(elsewhere.origin)
    sent = {key: value for key, value in man()["prefetch"].items() if key != "conditions"}
    call = man(prefetch=sent, fhirServer=server.base_of("next-elsewhere"), fhirAuthorization=AUTHORIZATION)
    assert list_unchecked(ask(call)) == ["conditions"]
    assert list_unchecked(ask(call, CDS_HOOKS_FHIR_SERVERS="https://ehr.example.org/fhir")) == ["conditions"]
    assert (len(server.seen), len(elsewhere.seen)) == (1, 0)
    server.stop()
    elsewhere.stop()
