"""GET /cds-services: checklist S10 to S24."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient


def test_discovery_lists_every_service(client: FlaskClient) -> None:
    services = client.get("/cds-services").get_json()["services"]
    assert [(s["id"], s["hook"]) for s in services] == [
        ("medication-order-select", "order-select"),
        ("medication-order-sign", "order-sign"),
        ("medication-patient-view", "patient-view"),
    ]


def test_every_service_has_the_required_and_recommended_texts(client: FlaskClient) -> None:
    for service in client.get("/cds-services").get_json()["services"]:
        assert all(service[member] for member in ("hook", "id", "title", "description", "usageRequirements"))


def test_ids_are_safe_in_a_url(client: FlaskClient) -> None:
    for service in client.get("/cds-services").get_json()["services"]:
        assert re.fullmatch(r"[a-z][a-z0-9-]*", service["id"])


def test_no_hook_version_is_claimed(client: FlaskClient) -> None:
    assert all("hookVersion" not in s for s in client.get("/cds-services").get_json()["services"])


def test_the_version_is_that_of_the_specification(client: FlaskClient) -> None:
    assert {s["version"] for s in client.get("/cds-services").get_json()["services"]} == {"2.0.1"}


def test_prefetch_keeps_its_keys_in_order(client: FlaskClient) -> None:
    service = client.get("/cds-services").get_json()["services"][1]
    assert list(service["prefetch"]) == ["patient", "consents"]
    assert service["prefetch"]["patient"] == "Patient/{{context.patientId}}"


def test_discovery_speaks_dutch_when_asked(client: FlaskClient) -> None:
    response = client.get("/cds-services", headers={"Accept-Language": "nl-NL"})
    assert response.headers["Content-Language"] == "nl"
    assert "Medicatieveiligheid" in response.get_json()["services"][0]["title"]


def test_discovery_is_plain_json(client: FlaskClient) -> None:
    response = client.get("/cds-services")
    assert (response.status_code, response.content_type) == (200, "application/json")


def test_a_slash_at_the_end_is_no_other_address(client: FlaskClient) -> None:
    assert client.get("/cds-services/").status_code == 200


def test_discovery_by_post_is_refused(client: FlaskClient) -> None:
    response = client.post("/cds-services", json={})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_health_needs_nothing(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready_names_the_knowledge(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json() == {"status": "ready", "knowledge": "2026.1"}


def test_not_ready_says_what_is_waited_for(make_client: Callable[..., FlaskClient], advice) -> None:  # type: ignore[no-untyped-def]
    advice.unready = ("database",)
    response = make_client().get("/readyz")
    assert (response.status_code, response.get_json()["waitsFor"]) == (503, ["database"])
