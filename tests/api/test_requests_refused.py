"""Bad input: which call gets which status, and which element the OperationOutcome names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

SIGN = "/cds-services/medication-order-sign"
SELECT = "/cds-services/medication-order-select"
GONE = object()


def change(call: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """`call` with the member at `path` set, or taken away where `value` is GONE."""
    *folders, name = path.split(".")
    at = call
    for folder in folders:
        at = at.setdefault(folder, {})
    if value is GONE:
        at.pop(name, None)
    else:
        at[name] = value
    return call


def nest(levels: int) -> bytes:
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def read_issue(response: Any) -> dict[str, Any]:
    """The one issue of an OperationOutcome, checked for the members that R4 and S71 ask."""
    outcome = response.get_json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert response.content_type == "application/fhir+json"
    issue: dict[str, Any] = outcome["issue"][0]
    assert issue["severity"] == "error"
    return issue


@pytest.mark.parametrize(
    ("path", "value", "element"),
    [
        ("hook", GONE, "hook"),
        ("hook", "order-select", "hook"),
        ("hook", "patient-view", "hook"),
        ("hook", 3, "hook"),
        ("hook", None, "hook"),
        ("hookInstance", GONE, "hookInstance"),
        ("hookInstance", "", "hookInstance"),
        ("hookInstance", 7, "hookInstance"),
        ("hookInstance", "a\nb", "hookInstance"),
        ("hookInstance", "x" * 257, "hookInstance"),
        ("context", GONE, "context"),
        ("context", [], "context"),
        ("context", "p1", "context"),
        ("context.userId", GONE, "context.userId"),
        ("context.userId", {}, "context.userId"),
        ("context.patientId", GONE, "context.patientId"),
        ("context.patientId", None, "context.patientId"),
        ("context.patientId", "", "context.patientId"),
        ("context.patientId", 12, "context.patientId"),
        ("context.patientId", "Patient/p1", "context.patientId"),
        ("context.patientId", "..", "context.patientId"),
        ("context.patientId", "p1\u0000", "context.patientId"),
        ("context.patientId", "x" * 257, "context.patientId"),
        ("context.encounterId", 1, "context.encounterId"),
        ("context.draftOrders", GONE, "context.draftOrders"),
        ("context.draftOrders", None, "context.draftOrders"),
        ("context.draftOrders", [], "context.draftOrders"),
        ("context.draftOrders", {}, "context.draftOrders"),
        ("context.draftOrders", {"resourceType": "MedicationRequest"}, "context.draftOrders"),
        ("context.draftOrders.entry", {"resource": {}}, "context.draftOrders.entry"),
        ("prefetch", [], "prefetch"),
        ("prefetch", "none", "prefetch"),
        ("fhirServer", 1, "fhirServer"),
        ("fhirAuthorization", {"access_token": "t"}, "fhirServer"),
        ("fhirAuthorization", "t", "fhirAuthorization"),
        ("fhirAuthorization", {}, "fhirAuthorization.access_token"),
    ],
)
def test_a_call_that_does_not_fit_is_400(client: FlaskClient, call: dict[str, Any], path: str, value: Any, element: str) -> None:
    response = client.post(SIGN, json=change(call, path, value))
    assert response.status_code == 400
    assert read_issue(response)["expression"] == [element]


@pytest.mark.parametrize(
    ("member", "value"),
    [("access_token", "a b"), ("access_token", "a\r\nX: y"), ("token_type", "MAC"), ("patient", "p2"), ("access_token", "é")],
)
def test_a_token_that_cannot_be_used_is_400(client: FlaskClient, call: dict[str, Any], member: str, value: str) -> None:
    call |= {"fhirServer": "https://x.example", "fhirAuthorization": {"access_token": "t", "patient": "p1"} | {member: value}}
    response = client.post(SIGN, json=call)
    assert response.status_code == 400
    assert read_issue(response)["expression"] == [f"fhirAuthorization.{member}"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"not json", b'{"a": NaN}', b"{'a': 1}", b'{"a": 1,}', b"\xff\xfe{", b'{"a": "\xe9"}', b'{"a": 1e999}', b"{} {}"],
)
def test_what_is_not_json_is_400(client: FlaskClient, body: bytes) -> None:
    response = client.post(SIGN, data=body, content_type="application/json")
    assert response.status_code == 400
    assert "JSON" in read_issue(response)["details"]["text"]


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"3", b"true"])
def test_json_that_is_no_object_is_400(client: FlaskClient, body: bytes) -> None:
    response = client.post(SIGN, data=body, content_type="application/json")
    assert response.status_code == 400
    assert "object" in read_issue(response)["details"]["text"]


@pytest.mark.parametrize("levels", [101, 1000, 100_000])
def test_nesting_over_100_levels_is_400(client: FlaskClient, levels: int) -> None:
    response = client.post(SIGN, data=nest(levels), content_type="application/json")
    assert response.status_code == 400
    assert "nested deeper than 100 levels" in read_issue(response)["details"]["text"]


def test_nesting_of_100_levels_is_no_reason(client: FlaskClient) -> None:
    response = client.post(SIGN, data=nest(100), content_type="application/json")
    assert read_issue(response)["expression"] == ["hook"]


@pytest.mark.parametrize("value", [GONE, None, [], "MedicationRequest/a", [1], [None], [""]])
def test_order_select_needs_selections(client: FlaskClient, call: dict[str, Any], value: Any) -> None:
    call = change(call | {"hook": "order-select"}, "context.selections", value)
    response = client.post(SELECT, json=call)
    assert response.status_code == 400
    assert read_issue(response)["expression"][0].startswith("context.selections")


@pytest.mark.parametrize(("drafts", "status"), [(1000, 200), (1001, 413), (10_000, 413)])
def test_over_1000_drafts_is_413(client: FlaskClient, call: dict[str, Any], drafts: int, status: int) -> None:
    entries = [{"resource": {"resourceType": "MedicationRequest", "id": str(n)}} for n in range(drafts)]
    response = client.post(SIGN, json=change(call, "context.draftOrders.entry", entries))
    assert response.status_code == status


def test_the_medications_beside_the_drafts_do_not_count(client: FlaskClient, call: dict[str, Any]) -> None:
    entries = [{"resource": {"resourceType": kind}} for kind in ("MedicationRequest", "Medication") for _ in range(600)]
    assert client.post(SIGN, json=change(call, "context.draftOrders.entry", entries)).status_code == 200


def test_the_limit_of_drafts_is_a_setting(make_client: Callable[..., FlaskClient], call: dict[str, Any]) -> None:
    response = make_client(CDS_HOOKS_MAX_DRAFTS="1").post(SIGN, json=change(call, "context.draftOrders.entry", [{}, {}]))
    assert (response.status_code, read_issue(response)["expression"]) == (413, ["context.draftOrders"])


@pytest.mark.parametrize(("entries", "status"), [(20, 200), (21, 413)])
def test_too_many_entries_in_the_prefetch_are_413(
    make_client: Callable[..., FlaskClient], call: dict[str, Any], entries: int, status: int
) -> None:
    bundles = {
        key: {"resourceType": "Bundle", "entry": [{}] * (entries // 2 + extra)} for key, extra in (("a", 0), ("b", entries % 2))
    }
    response = make_client(CDS_HOOKS_MAX_ENTRIES="20").post(SIGN, json={**call, "prefetch": bundles})
    assert response.status_code == status


def test_what_is_too_many_in_the_prefetch_is_said(make_client: Callable[..., FlaskClient], call: dict[str, Any]) -> None:
    bundle = {"resourceType": "Bundle", "entry": [{}] * 6}
    response = make_client(CDS_HOOKS_MAX_ENTRIES="5").post(SIGN, json={**call, "prefetch": {"conditions": bundle}})
    assert read_issue(response)["diagnostics"] == "prefetch: more than 5 entries"


def test_a_body_over_the_limit_is_413(make_client: Callable[..., FlaskClient], call: dict[str, Any]) -> None:
    client = make_client(CDS_HOOKS_MAX_BODY="1000")
    response = client.post(SIGN, json=change(call, "prefetch.note", "x" * 1000))
    assert (response.status_code, read_issue(response)["expression"]) == (413, ["body"])


def test_a_body_at_the_limit_is_read(make_client: Callable[..., FlaskClient], call: dict[str, Any]) -> None:
    body = json.dumps(call).encode()
    client = make_client(CDS_HOOKS_MAX_BODY=str(len(body)))
    assert client.post(SIGN, data=body, content_type="application/json").status_code == 200


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/xml", "text/json", "application/x-www-form-urlencoded"])
def test_a_body_not_declared_as_json_is_415(client: FlaskClient, media_type: str | None) -> None:
    response = client.post(SIGN, data=b"{}", content_type=media_type)
    assert (response.status_code, read_issue(response)["expression"]) == (415, ["Content-Type"])


def test_a_compressed_body_is_415(client: FlaskClient) -> None:
    response = client.post(SIGN, data=b"x", content_type="application/json", headers={"Content-Encoding": "gzip"})
    assert (response.status_code, read_issue(response)["expression"]) == (415, ["Content-Encoding"])


@pytest.mark.parametrize("service", ["none", "medication-prescribe", "..", "medication-order-sign/other", "%00"])
def test_an_unknown_service_is_404(client: FlaskClient, call: dict[str, Any], service: str) -> None:
    response = client.post(f"/cds-services/{service}", json=call)
    assert response.status_code == 404
    assert read_issue(response)["code"] == "not-found"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_a_wrong_method_is_405_and_names_the_right_one(client: FlaskClient, method: str) -> None:
    response = client.open(SIGN, method=method)
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert read_issue(response)["expression"] == ["method"]


def test_a_refusal_never_repeats_what_was_sent(client: FlaskClient, call: dict[str, Any]) -> None:
    response = client.post(SIGN, json=change(call, "context.patientId", "Jansen/1931"))
    assert "Jansen" not in response.text
