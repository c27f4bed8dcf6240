"""Well-formed JSON never gives 500, whatever stands in place of a member of the call."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.server.app import create_app
from cds_hooks.settings import read_settings
from tests.api.fake_advice import FakeAdvice

CLIENT: FlaskClient = create_app(FakeAdvice(), read_settings({})).test_client()

_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)

_MEMBERS = [
    ("hook",), ("hookInstance",), ("context",), ("prefetch",), ("fhirServer",), ("fhirAuthorization",), ("extension",),
    ("context", "userId"), ("context", "patientId"), ("context", "encounterId"), ("context", "selections"),
    ("context", "draftOrders"), ("context", "draftOrders", "entry"), ("context", "draftOrders", "resourceType"),
    ("fhirAuthorization", "access_token"), ("fhirAuthorization", "token_type"), ("fhirAuthorization", "patient"),
]  # fmt: skip


def compose_call() -> dict[str, Any]:
    return {
        "hook": "order-select",
        "hookInstance": "i",
        "fhirServer": "http://127.0.0.1:1/fhir",
        "fhirAuthorization": {"access_token": "t"},
        "context": {
            "userId": "Practitioner/1",
            "patientId": "p1",
            "selections": ["a"],
            "draftOrders": {"resourceType": "Bundle", "entry": []},
        },
    }


@given(st.sampled_from(_MEMBERS), _values)
def test_any_value_for_any_member_is_answered_or_refused(member: tuple[str, ...], value: Any) -> None:
    call: dict[str, Any] = compose_call()
    at = call
    for step in member[:-1]:
        at = at[step]
    at[member[-1]] = value
    assert CLIENT.post("/cds-services/medication-order-select", json=call).status_code in (200, 400)


@given(_values)
def test_any_document_is_answered_or_refused(value: Any) -> None:
    response = CLIENT.post("/cds-services/medication-order-sign", data=json.dumps(value), content_type="application/json")
    assert response.status_code == 400


@given(st.text(max_size=40))
def test_any_accept_language_is_answered(header: str) -> None:
    wish = header.encode("latin-1", "ignore").decode("latin-1").replace("\r", "").replace("\n", "")
    assert CLIENT.get("/cds-services", headers={"Accept-Language": wish}).headers["Content-Language"] in ("en", "nl")
