"""The unit of a Quantity as the record gives it."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.fhir.reading.quantities import Unit, read_unit
from tests.unit.reading_desk import UCUM

OID = "urn:oid:2.16.840.1.113883.6.8"
SYSTEMS = {UCUM: UCUM, OID: UCUM}


@pytest.mark.parametrize("system", [UCUM, OID])
@pytest.mark.parametrize(
    ("members", "unit"),
    [
        ({"code": "mg", "unit": "milligram"}, Unit("mg", "milligram")),
        ({"code": " mg ", "unit": " milligram "}, Unit("mg", "milligram")),
        ({"code": "mg"}, Unit("mg", "")),
        ({"unit": "mg"}, Unit("", "mg")),
        ({"code": 1, "unit": None}, Unit("1", "")),
        ({"code": ["mg"], "unit": {}}, Unit("", "")),
        ({}, Unit("", "")),
    ],
)
def test_a_code_of_ucum_is_one_under_each_name_of_its_system(system: str, members: dict[str, Any], unit: Unit) -> None:
    assert read_unit({"system": system, **members}, SYSTEMS) == unit


@pytest.mark.parametrize(
    ("members", "unit"),
    [
        ({"code": "mg"}, Unit("", "mg")),
        ({"code": "mg", "unit": "milligram"}, Unit("", "milligram")),
        ({"system": "http://example.org", "code": "mg"}, Unit("", "")),
        ({"system": ["x"], "code": "mg"}, Unit("", "mg")),
    ],
)
def test_any_other_code_claims_no_ucum(members: dict[str, Any], unit: Unit) -> None:
    assert read_unit(members, SYSTEMS) == unit
