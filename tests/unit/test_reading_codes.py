"""The code of a status-like element, in whatever shape it came."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.fhir.reading.codes import read_code

HL7 = "http://terminology.hl7.org/CodeSystem/condition-clinical"
SNOMED = "http://snomed.info/sct"


def make_coding(system: Any, code: Any) -> dict[str, Any]:
    return {"system": system, "code": code}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (" Active ", "active"),
        ({"coding": [make_coding(HL7, " Active ")]}, "active"),
        ({"coding": [make_coding(HL7, "active"), make_coding(SNOMED, "55561003")]}, "active"),
        ({"coding": [make_coding(SNOMED, "55561003"), make_coding(HL7, "active")]}, "active"),
        ({"coding": [make_coding(SNOMED, "A"), make_coding("", "b")]}, "a"),
        ({"coding": [make_coding(HL7, ""), make_coding(HL7, "active")]}, "active"),
        ({"coding": [{"system": HL7}, make_coding(None, "active")]}, "active"),
        ({"coding": [{"code": "Active"}]}, "active"),
        ({"coding": make_coding(HL7, "active")}, "active"),
        ({"coding": [None, make_coding(HL7, "active")]}, "active"),
        ([{"coding": [make_coding(HL7, "active")]}], "active"),
        ({"coding": [make_coding(HL7, 5)]}, "5"),
        ({"coding": [make_coding(5, "active")]}, "active"),
        ({"coding": [], "text": " Active"}, "active"),
        ({"coding": [{"display": "active"}], "text": "Active"}, "active"),
        ({"coding": "active"}, ""),
        ({"coding": {}}, ""),
        (["active"], ""),
        (None, ""),
        (True, ""),
    ],
)
def test_the_code_of_hl7_else_the_first_else_the_text(written: object, code: str) -> None:
    assert read_code(written) == code
