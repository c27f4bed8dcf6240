"""Table 45 of the NHG: each code that a public example of Nictiz shows, in the way general practitioners' records write it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.knowledge.vocabulary import read_vocabulary
from tests.unit.reading_desk import UCUM, make_context, make_observation, read

VOCABULARY = read_vocabulary(find_cards_folder())
TABLE = "https://referentiemodel.nhg.org/tabellen/nhg-tabel-45-diagnostische-bepalingen"
OID = "urn:oid:2.16.840.1.113883.2.4.4.30.45"
ROWS = [
    ("523", "creatinine", "umol/l", 135, "135"),
    ("3583", "egfr", "mL/min/{1.73_m2}", 25, "25"),
    ("357", "weight", "kg", 72.5, "72.5"),
    ("560", "height", "m", 1.75, "175"),
    ("1913", "body-temperature", "Cel", 38.5, "38.5"),
    ("1915", "body-temperature", "Cel", 38.5, "38.5"),
    ("111", "bilirubin", "umol/L", 5, "5"),
    ("509", "inr", "{INR}", 2.3, "2.3"),
]


@pytest.mark.parametrize("system", [TABLE, OID])
@pytest.mark.parametrize(("code", "analyte", "unit", "value", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_a_code_of_table_45_is_read_as_its_analyte(
    system: str, code: str, analyte: str, unit: str, value: float, expected: str
) -> None:
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    observation = make_observation(code={"coding": [{"system": system, "code": code}]}, valueQuantity=quantity)
    chart = read(observations=[observation], context=make_context(vocabulary=VOCABULARY))
    (measured,) = chart.measurements[analyte]
    assert measured.value == Decimal(expected)


@pytest.mark.parametrize("code", ["38", "40", "372", "1740", "1744", "1875", "99999"])
def test_other_codes_of_table_45_are_nothing_of_ours(code: str) -> None:
    observation = make_observation(code={"coding": [{"system": TABLE, "code": code}]})
    assert dict(read(observations=[observation], context=make_context(vocabulary=VOCABULARY)).measurements) == {}


def test_a_number_is_a_code_of_table_45_only_in_its_system() -> None:
    observation = make_observation(code={"coding": [{"system": "urn:other", "code": "523"}]})
    assert dict(read(observations=[observation], context=make_context(vocabulary=VOCABULARY)).measurements) == {}
