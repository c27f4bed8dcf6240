"""The queries we send, and the `self` link by which a server says what it searched by (contract, "Services")."""

from urllib.parse import quote

import pytest

from cds_hooks.fhir.queries import fill_template, has_searched_by

BASE = "http://localhost:9/fhir"
QUERY = "Observation?patient=p1&code=http://loinc.org|1-1,http://loinc.org|2-2&_sort=-date&_count=500"


@pytest.mark.parametrize(
    "searched",
    [
        QUERY,
        f"{BASE}/{QUERY}",
        f"{BASE}/Observation?_count=20&code={quote('http://loinc.org|2-2,http://loinc.org|1-1', safe='')}&patient=p1",
        f"{BASE}/Observation?subject=Patient/p1&code=1-1,2-2,3-3&_format=json",
        f"{BASE}/Observation?patient:Patient=p1&code=1-1,2-2&status=final",
        f"{BASE}/Observation?patient={quote(BASE, safe='')}%2FPatient%2Fp1&code=1-1%2C2-2",
    ],
)
def test_a_self_link_with_our_parameters_is_believed(searched):
    assert has_searched_by({"link": [{"relation": "self", "url": searched}]}, QUERY)


@pytest.mark.parametrize(
    "searched",
    [
        f"{BASE}/Observation",
        f"{BASE}/Observation?patient=p1",
        f"{BASE}/Observation?code=1-1,2-2",
        f"{BASE}/Observation?patient=p1&code=1-1",
        f"{BASE}/Observation?patient=p1&code=1-1&code=2-2",
        f"{BASE}/Observation?patient=p2&code=1-1,2-2",
        f"{BASE}/Observation?patient:missing=p1&code=1-1,2-2",
        "http://[",
        None,
    ],
)
def test_a_self_link_without_our_parameters_is_another_search(searched):
    assert not has_searched_by({"link": [{"relation": "self", "url": searched}]}, QUERY)


def test_a_bundle_without_a_self_link_is_taken_as_it_is():
    assert has_searched_by({"link": [{"relation": "next", "url": f"{BASE}?page=2"}]}, QUERY)


def test_a_long_id_with_dots_and_dashes_as_epic_sends_is_asked_for():
    long_id = "eA.b-c_" * 30
    assert fill_template("Patient/{{context.patientId}}", long_id) == f"Patient/{long_id}"


def test_a_template_with_another_token_is_not_sent():
    assert fill_template("Encounter/{{context.encounterId}}", "p1") is None
