"""The envelope of an ordinary call is read as that of any other; whatever is not ordinary is left to who tells what is wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.errors import BadRequest
from cds_hooks.hooks.envelope import read_envelope
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.plain_envelope import read_plain_envelope
from cds_hooks.hooks.services import Service, find_service

SERVICES = [service for name in ("order-select", "order-sign", "patient-view") if (service := find_service(f"medication-{name}"))]
CALL: dict[str, Any] = {
    "hook": "order-select",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {
        "userId": "Practitioner/synthetic-1",
        "patientId": "synthetic.patient-1",
        "encounterId": "e1",
        "draftOrders": {"resourceType": "Bundle"},
        "selections": ["MedicationRequest/1"],
    },
    "prefetch": {"patient": None},
    "fhirServer": "https://ehr.example.org/fhir",
    "fhirAuthorization": {"access_token": "abc.def", "token_type": "Bearer", "patient": "synthetic.patient-1"},
    "extension": {"org.example": 1},
}
PATHS = [
    *[(name,) for name in CALL],
    *[("context", name) for name in CALL["context"]],
    *[("fhirAuthorization", name) for name in CALL["fhirAuthorization"]],
]
VALUES = st.one_of(
    st.sampled_from(
        [None, "", " ", ".", "..", "...", "a/b", "a\nb", "a b", "é", "\u2028", "\x7f", "bearer", "Bearer", 0, 1, True]
    ),
    st.sampled_from([[], [""], ["a"], [1], [None], {}, {"a": 1}, False, "a" * 256, "a" * 257, "a" * 2049, "a" * 16_385]),
    st.text(max_size=5),
)


def change(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    call = copy.deepcopy(CALL)
    holder = call
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return call


def read_by_shape(call: dict[str, Any], service: Service) -> HookRequest | None:
    """None where it is refused."""
    try:
        return read_envelope(call, service)
    except BadRequest:
        return None


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.hook)
def test_an_ordinary_call_is_read_plainly_and_alike(service: Service) -> None:
    assert read_plain_envelope(CALL, service) == read_by_shape(CALL, service) is not None


@pytest.mark.parametrize("path", PATHS, ids=".".join)
def test_a_call_without_a_member_is_read_alike_or_left(path: tuple[str, ...]) -> None:
    call = change(path, None)
    holder = call if len(path) == 1 else call[path[0]]
    del holder[path[-1]]
    for service in SERVICES:
        assert read_plain_envelope(call, service) in (None, read_by_shape(call, service))


@pytest.mark.parametrize("path", PATHS, ids=".".join)
@given(value=VALUES)
def test_whatever_a_member_is_it_is_read_alike_or_left(path: tuple[str, ...], value: Any) -> None:
    call = change(path, value)
    for service in SERVICES:
        plainly = read_plain_envelope(call, service)
        assert plainly is None or plainly == read_by_shape(call, service)


def test_neither_patient_nor_token_is_shown() -> None:
    shown = repr(read_plain_envelope(CALL, SERVICES[0]))
    assert "order-select" in shown
    assert "synthetic" not in shown
    assert "abc.def" not in shown
