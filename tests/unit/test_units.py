"""Quantities: every allowed unit of the cards, exact, and nothing that is not on the list."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.knowledge.units import UnitError, compute_factors, convert_same_dimension
from cds_hooks.knowledge.vocabulary import read_vocabulary

ANALYTES = read_vocabulary(find_cards_folder()).analytes

# Expected by hand: powers of ten; the molar factors of definitions.md ("quantity"); 1 lb = 0.45359237 kg and 1 in = 2.54 cm
# (international yard and pound agreement, 1959); 1 kat = 1 mol/s and 1 U = 1 umol/min, so 1 ukat = 60 U.
CONVERSIONS = [
    ("creatinine", "88.4", "umol/L", "88.4"),
    ("creatinine", "1", "mg/dL", "88.4"),
    ("creatinine", "1.5", "mg/dL", "132.6"),
    ("creatinine", "0.1", "mmol/L", "100"),
    ("creatinine", "10", "mg/L", "88.4"),
    ("neutrophils", "1000", "/uL", "1"),
    ("neutrophils", "1500", "/mm3", "1.5"),
    ("neutrophils", "1.5", "10*3/uL", "1.5"),
    ("platelets", "50000", "/uL", "50"),
    ("platelets", "30", "K/uL", "30"),
    ("platelets", "30", "10*9/L", "30"),
    ("platelets", "30", "/nL", "30"),
    ("platelets", "30000", "10*6/L", "30"),
    ("haemoglobin", "12", "g/dL", "12"),
    ("haemoglobin", "120", "g/L", "12"),
    ("haemoglobin", "8", "mmol/L", "12.88"),
    ("calcium-total", "10", "mg/dL", "2.495"),
    ("calcium-total", "2.1", "mmol/L", "2.1"),
    ("calcium-ionised", "4.6", "mg/dL", "1.1477"),
    ("albumin", "4", "g/dL", "40"),
    ("albumin", "4000", "mg/dL", "40"),
    ("weight", "70000", "g", "70"),
    ("weight", "100", "[lb_av]", "45.359237"),
    ("height", "1.7", "m", "170"),
    ("height", "10", "[in_i]", "25.4"),
    ("creatinine-clearance-measured", "1", "mL/s", "60"),
    ("hcg-quantitative", "25", "m[IU]/mL", "25"),
    ("tsh", "2", "u[IU]/mL", "2"),
    ("alt", "1", "ukat/L", "60"),
    ("body-temperature", "101.3", "[degF]", "38.5"),
    ("vitamin-d-25-oh", "20", "ng/mL", "49.92"),
    ("inr", "2.5", "{INR}", "2.5"),
]


@pytest.mark.parametrize(("analyte", "value", "unit", "expected"), CONVERSIONS)
def test_an_allowed_unit_converts_exactly(analyte: str, value: str, unit: str, expected: str) -> None:
    assert ANALYTES[analyte].convert(Decimal(value), unit, "") == Decimal(expected)


@pytest.mark.parametrize(
    ("analyte", "spelling"),
    [
        ("creatinine", "µmol/l"),
        ("creatinine", "μmol/L"),
        ("creatinine", "UMOL/L"),
        ("creatinine", " umol/L "),
        ("platelets", "10^9/L"),
        ("platelets", "x10E9/L"),
        ("platelets", "×10⁹/L"),
        ("platelets", "G/L"),
        ("platelets", "10*3/µL"),
        ("platelets", "K/MCL"),
        ("egfr", "ml/min/1.73m2"),
        ("egfr", "mL/min/1,73 m²"),
        ("egfr", "mL/min/{1.73_m2}"),
        ("tsh", "mIU/L"),
        ("tsh", "µIU/mL"),
        ("hcg-quantitative", "IE/L"),
        ("body-surface", "m²"),
    ],
)
def test_spellings_met_in_practice_are_the_same_unit(analyte: str, spelling: str) -> None:
    assert ANALYTES[analyte].convert(Decimal(7), "", spelling) == 7


@pytest.mark.parametrize(
    ("analyte", "unit"),
    [
        ("creatinine", ""),
        ("creatinine", "g/L"),
        ("creatinine", "mL/min"),
        ("platelets", "%"),
        ("platelets", "10*12/L"),
        ("neutrophils", "%"),
        ("albumin", "umol/L"),
        ("haemoglobin", "%"),
        ("calcium-total", "mg"),
        ("weight", "kg/m2"),
        ("egfr", "mL/min"),
        ("creatinine-clearance-estimated", "mL/min/{1.73_m2}"),
        ("creatinine-clearance-measured", "mL/min/1.73m2"),
    ],
)
def test_a_unit_that_is_not_listed_is_not_used(analyte: str, unit: str) -> None:
    assert ANALYTES[analyte].convert(Decimal(7), unit, "") is None


def test_the_code_of_a_unit_speaks_before_its_text() -> None:
    assert ANALYTES["creatinine"].convert(Decimal(1), "mg/dL", "µmol/L") == Decimal("88.4")


def test_a_text_does_not_rescue_a_code_that_is_not_allowed() -> None:
    assert ANALYTES["creatinine"].convert(Decimal(1), "kg", "µmol/L") is None


@pytest.mark.parametrize("analyte", ["egfr", "creatinine-clearance-indexed"])
def test_a_code_per_body_surface_with_a_plain_rate_is_flagged(analyte: str) -> None:
    assert "ml/min" in ANALYTES[analyte].doubtful


@pytest.mark.parametrize(("amount", "usable"), [("19.9", False), ("20", True), ("2000", True), ("2000.1", False), ("-1", False)])
def test_creatinine_is_usable_between_20_and_2000(amount: str, usable: bool) -> None:
    assert ANALYTES["creatinine"].is_usable(Decimal(amount)) is usable


@pytest.mark.parametrize("analyte", ANALYTES.values(), ids=list(ANALYTES))
def test_every_analyte_has_its_own_unit_both_names_and_bounds(analyte: object) -> None:
    found = ANALYTES[analyte.id]  # type: ignore[attr-defined]
    assert found.factors[found.unit] == 1
    assert set(found.name) == {"en", "nl"}
    assert found.usable_low is not None
    assert found.usable_high is not None


def test_mass_and_amount_need_an_explicit_factor() -> None:
    with pytest.raises(UnitError, match="unit 'mg/dL' cannot be brought to 'umol/L'; give its factor under 'molar'"):
        compute_factors("umol/L", {"umol/L": (), "mg/dL": ()}, {})


def test_what_ucum_does_not_know_is_refused() -> None:
    with pytest.raises(UnitError, match="'10E9/L' is not UCUM"):
        compute_factors("10*9/L", {"10E9/L": ()}, {})


def test_kelvin_per_microlitre_is_no_count() -> None:
    # ucumvert reads K/uL as kelvin; only a spelling behind a count makes it thousands.
    assert convert_same_dimension("K/uL", "10*9/L") is None


def test_two_sizes_under_one_spelling_are_refused() -> None:
    with pytest.raises(UnitError, match="look alike and differ in size"):
        compute_factors("g/L", {"g/L": (), "mg/L": ("G/L",)}, {})


def test_a_factor_without_a_short_decimal_form_must_be_written_out() -> None:
    with pytest.raises(UnitError, match="is not a short decimal"):
        compute_factors("mL/s", {"mL/s": (), "mL/min": ()}, {})
