"""Checklist 2.A: JSON and transport."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests
from fhir.resources.R4B import get_fhir_model_class

from cds_hooks.hooks.services import SERVICES
from tests.api.real_service import open_client
from tests.conformance.calls import DISCOVERY, SIGN, ask, list_actions, list_cards, list_responses, man, walk, woman
from tests.conformance.table import DOCUMENT
from tests.security.certificates import write_certificate
from tests.security.running import ROOT, run_service


def test_s01_json_in_both_directions() -> None:
    answer = ask(woman())
    assert answer.content_type == "application/json"
    assert json.loads(answer.get_data())["cards"]
    assert open_client().post(SIGN, data=json.dumps(woman()), content_type="text/plain").status_code == 415


def test_s02_https_for_every_endpoint_discovery_included(tmp_path: Path) -> None:
    chain, key = write_certificate(tmp_path)
    with run_service(CDS_HOOKS_TLS_CERT=str(chain), CDS_HOOKS_TLS_KEY=str(key)) as service:
        address = f"127.0.0.1:{service.port}{DISCOVERY}"
        assert requests.get(f"https://{address}", verify=str(chain), timeout=10).status_code == 200
        with pytest.raises(requests.RequestException):
            requests.get(f"http://{address}", timeout=10)


def test_s03_resources_in_suggestions_are_fhir_json() -> None:
    resources = [action["resource"] for action in list_actions()]
    assert {one["resourceType"] for one in resources} == {"MedicationRequest", "ServiceRequest"}
    for resource in resources:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize(
    "body", ["/* comment */ {}", "{} // comment", '{"hook": "order-sign",}', '{"context": {"selections": [1,]}}']
)
def test_s04_comments_and_trailing_commas_are_no_json(body: str) -> None:
    answer = open_client().post(SIGN, data=body, content_type="application/json")
    assert (answer.status_code, "is not JSON" in answer.text) == (400, True)


def test_s05_nothing_is_null() -> None:
    outside = [card for card in list_cards() if not card.get("suggestions")]
    assert len(outside) > 50
    assert None not in [value for card in outside for value in walk(card)]


def test_s06_nothing_is_empty_but_the_list_of_cards() -> None:
    silent = [response for response in list_responses() if response["cards"] == []]
    held = [value for response in list_responses() for value in walk(response) if value in ("", [], {})]
    assert silent
    assert held == [[]] * len(silent)


def test_s07_what_has_no_value_is_left_out() -> None:
    (card,) = ask(man()).get_json()["cards"]
    assert not {"suggestions", "selectionBehavior", "systemActions"} & set(card)


def test_s08_the_table_says_where_each_point_of_fhir_communications_security_is_met() -> None:
    section = DOCUMENT.split("## FHIR's communications security")[1]
    for point in ("TLS", "Authentication", "Authorization", "Audit", "CORS", "Input", "Time"):
        (line,) = [line for line in section.splitlines() if line.startswith(f"- **{point}**")]
        named = [name for name in line.split("`")[1::2] if "/" in name]
        assert named
        assert all((ROOT / name).exists() for name in named)


def test_s09_what_is_supported_is_documented_for_people() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(service.id in readme for service in SERVICES)
    assert open_client().get("/rules/").status_code == 200
