"""Checklist 2.B: discovery."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cds_hooks.chart.inputs import PREFETCH_KEYS
from tests.api.fake_advice import FakeAdvice
from tests.api.real_service import open_client
from tests.conformance.calls import DISCOVERY, ask, discover, order_sign
from tests.security.registered import Service
from tests.security.token_maker import BASE, ISSUER, bear, compose_claims, make_ec_key, sign, write_jwks


def test_s10_discovery_is_there_by_get_and_stays_the_same() -> None:
    first, second = open_client().get(DISCOVERY), open_client().get(DISCOVERY)
    assert first.status_code == 200
    assert first.get_data() == second.get_data()


def test_s11_the_response_is_an_object_with_an_array_of_services() -> None:
    body = open_client().get(DISCOVERY).get_json()
    assert list(body) == ["services"]
    assert len(body["services"]) >= 2


def test_s12_nothing_hosted_is_an_empty_array(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds_hooks.hooks.services.SERVICES", ())
    answer = client.get(DISCOVERY)
    assert (answer.status_code, answer.get_json()) == (200, {"services": []})


def test_s13_every_service_names_its_hook() -> None:
    assert {service["hook"] for service in discover()} == {"order-select", "order-sign", "patient-view"}


def test_s14_every_service_has_a_description() -> None:
    assert all(len(service["description"]) > 40 for service in discover())


def test_s15_the_id_is_the_path_of_the_service_and_safe_in_a_url() -> None:
    for service in discover():
        assert re.fullmatch(r"[a-z0-9-]+", service["id"])
        assert ask({}, f"{DISCOVERY}/{service['id']}").status_code == 400


def test_s16_every_service_has_a_title() -> None:
    assert all(service["title"] for service in discover())


def test_s17_prefetch_is_keys_with_queries_and_left_out_where_there_is_none(client: FlaskClient, advice: FakeAdvice) -> None:
    assert all(isinstance(query, str) for service in discover() for query in service["prefetch"].values())
    advice.templates = {}
    assert all("prefetch" not in service for service in client.get(DISCOVERY).get_json()["services"])


def test_s18_usage_requirements_say_that_prefetch_or_fhir_access_is_needed() -> None:
    for service in discover():
        assert all(word in service["usageRequirements"] for word in ("prefetch", "fhirServer", "patient"))


def test_s19_the_version_of_the_specification_is_a_semver() -> None:
    assert {service["version"] for service in discover()} == {"2.0.1"}


def test_s20_no_hook_version_is_claimed() -> None:
    assert all("hookVersion" not in service for service in discover())


def test_s21_each_hook_has_an_id_of_its_own_and_another_hook_is_refused_there() -> None:
    ids = [service["id"] for service in discover()]
    assert len(set(ids)) == len(ids)
    assert all(ask({**order_sign(), "hook": "other"}, f"{DISCOVERY}/{id}").status_code == 400 for id in ids)


def test_s22_success_is_200_and_what_is_wrong_4xx() -> None:
    assert open_client().get(DISCOVERY).status_code == 200
    assert open_client().post(DISCOVERY, json={}).status_code == 405


def test_s23_discovery_may_ask_for_a_token_of_its_own(tmp_path: Path) -> None:
    key = make_ec_key("discovery")
    (tmp_path / "keys.json").write_text(write_jwks(key))
    service = Service(tmp_path, {"name": "ehr", "issuer": ISSUER, "jwks_file": "keys.json"})
    assert service.http.get(DISCOVERY).status_code == 401
    assert service.http.get(DISCOVERY, headers=bear(sign(compose_claims(aud=BASE + DISCOVERY), key))).status_code == 200


def test_s24_no_key_depends_on_another_and_the_order_is_kept(make_client: Callable[..., FlaskClient]) -> None:
    for service in discover():
        assert list(service["prefetch"]) == list(PREFETCH_KEYS)
        assert "%" not in "".join(service["prefetch"].values())
