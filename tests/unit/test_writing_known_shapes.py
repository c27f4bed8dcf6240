"""An order written from `cards/` is validated in full once per shape; whatever differs by call is looked at every time."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.fhir.writing import known_shapes
from cds_hooks.fhir.writing.checks import find_resource_faults
from cds_hooks.fhir.writing.known_shapes import find_own_faults


def _write(**members: Any) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": "http://loinc.org", "code": "3016-3", "display": "TSH"}], "text": "TSH"},
        "subject": {"reference": "Patient/synthetic-1"},
        "authoredOn": "2026-03-02T10:00:00+01:00",
        **members,
    }


def test_a_known_shape_of_another_patient_and_day_is_not_validated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_own_faults(_write()) == []
    monkeypatch.setattr(known_shapes, "find_resource_faults", lambda _: ["validated"])
    assert find_own_faults(_write(subject={"reference": "Patient/2"}, authoredOn="2027-01-01T00:00:00+00:00")) == []
    assert find_own_faults(_write(occurrenceDateTime="2026-04-01")) == ["validated"]


@pytest.mark.parametrize(
    "members",
    [
        {"subject": {"reference": "Patient/a b"}},
        {"subject": {"reference": "Patient/"}},
        {"subject": {"reference": "javascript:alert(1)"}},
        {"subject": {"reference": "Patient/1", "display": ""}},
        {"subject": {}},
        {"subject": ["Patient/1"]},
        {"subject": None},
        {"authoredOn": "yesterday"},
        {"authoredOn": "2026-13-45T10:00:00"},
        {"authoredOn": 5},
        {"authoredOn": ""},
        {"occurrenceDateTime": "soon"},
        {"status": "zzz"},
        {"status": ""},
        {"code": {"coding": []}},
        {"priority": "now"},
        {"note": [{}]},
    ],
    ids=str,
)
def test_what_is_not_sound_is_found_beside_a_known_shape_too(members: dict[str, Any]) -> None:
    assert find_own_faults(_write()) == []
    assert find_own_faults(_write(**members)) == find_resource_faults(_write(**members)) != []
