"""Observations: which count, their quantities, units, comparators, panels and coded answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cds_hooks.chart.records import Interval, Measurement
from tests.unit.reading_desk import LOINC, UCUM, list_notes, make_observation, make_resource, read


def measure(**members: Any) -> tuple[Measurement, ...]:
    return read(observations=[make_observation(**members)]).measurements.get("creatinine", ())


def quantity(value: Any, **members: Any) -> dict[str, Any]:
    return {"value": value, "system": UCUM, "code": "umol/L", "unit": "umol/L", **members}


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_a_verified_observation_counts(status: str) -> None:
    (measured,) = measure(status=status)
    assert (measured.value, measured.unit, measured.preliminary) == (Decimal(80), "umol/L", False)


def test_a_preliminary_one_is_kept_and_marked() -> None:
    assert measure(status="preliminary")[0].preliminary


@pytest.mark.parametrize("status", ["registered", "cancelled", "entered-in-error", "unknown", 5, None])
def test_any_other_status_does_not_count(status: object) -> None:
    assert measure(status=status) == ()


def test_a_value_is_converted_and_kept_as_recorded() -> None:
    (measured,) = measure(valueQuantity={"value": 1.5, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"})
    assert measured.value == Decimal("132.60")
    assert (measured.recorded_value, measured.recorded_unit) == ("1.5", "mg/dL")


def test_the_unit_text_counts_where_no_ucum_code_is_given() -> None:
    assert measure(valueQuantity={"value": 1, "unit": "mg/dL"})[0].value == Decimal("88.4")
    assert measure(valueQuantity={"value": 1, "unit": "mg/dL", "system": "urn:local", "code": "7"})[0].value == Decimal("88.4")


@pytest.mark.parametrize("unit", [{}, {"unit": "mmol/min"}, {"system": "urn:local", "code": "umol/L"}])
def test_without_a_listed_unit_it_is_not_used_and_said(unit: dict[str, Any]) -> None:
    chart = read(observations=[make_observation(valueQuantity={"value": 80, **unit})])
    assert chart.measurements["creatinine"] == ()
    assert ("observations", "unit-not-used", "creatinine") in list_notes(chart)


@pytest.mark.parametrize("value", [-1, 0, 1e9, 19.99, 2000.01, float("nan"), float("inf"), "80", True, [80], 10**500])
def test_a_value_that_cannot_be_true_is_not_used_and_said(value: object) -> None:
    chart = read(observations=[make_observation(valueQuantity=quantity(value))])
    assert chart.measurements["creatinine"] == ()
    assert ("observations", "out-of-range", "creatinine") in list_notes(chart)


@pytest.mark.parametrize("value", [20, 2000])
def test_the_limits_of_what_is_usable_are_usable(value: int) -> None:
    assert measure(valueQuantity=quantity(value))[0].value == value


@pytest.mark.parametrize(
    ("comparator", "interval"),
    [
        ("<", Interval(Decimal(0), Decimal(50), high_open=True)),
        ("<=", Interval(Decimal(0), Decimal(50))),
        (">", Interval(Decimal(50), None, low_open=True)),
        (">=", Interval(Decimal(50), None)),
    ],
)
def test_a_comparator_makes_an_interval(comparator: str, interval: Interval) -> None:
    (measured,) = measure(valueQuantity=quantity(50, comparator=comparator))
    assert (measured.amount, measured.value, measured.recorded_value) == (interval, None, f"{comparator}50")


@pytest.mark.parametrize("comparator", ["ad", "~", 3, {}])
def test_an_unknown_comparator_is_not_taken_for_equal(comparator: object) -> None:
    chart = read(observations=[make_observation(valueQuantity=quantity(50, comparator=comparator))])
    assert chart.measurements["creatinine"] == ()
    assert ("observations", "unreadable", "creatinine") in list_notes(chart)


def test_less_than_something_below_the_usable_range_is_not_used() -> None:
    assert measure(valueQuantity=quantity(10, comparator="<")) == ()


def test_a_data_absent_reason_is_no_value_and_no_fault() -> None:
    chart = read(observations=[make_observation(valueQuantity=None, dataAbsentReason={"text": "haemolysed"})])
    assert chart.measurements["creatinine"] == ()
    assert list_notes(chart) == set()


@pytest.mark.parametrize("other", [{"valueString": "80"}, {"valueInteger": 80}])
def test_a_number_without_a_unit_is_not_used_and_said(other: dict[str, Any]) -> None:
    chart = read(observations=[make_observation(valueQuantity=None, **other)])
    assert chart.measurements["creatinine"] == ()
    assert ("observations", "unit-not-used", "creatinine") in list_notes(chart)


def test_the_end_of_an_effective_period_is_its_moment() -> None:
    period = {"start": "2025-04-30", "end": "2025-05-01"}
    assert measure(effectiveDateTime=None, effectivePeriod=period)[0].when.recorded == "2025-05-01"


@pytest.mark.parametrize(
    ("time", "reason"),
    [({}, "unreadable"), ({"effectiveDateTime": "x"}, "unreadable"), ({"effectiveDateTime": "2025-06-02"}, "future")],
)
def test_without_a_usable_date_it_is_not_used_and_issued_is_never_taken(time: dict[str, Any], reason: str) -> None:
    given = {"effectiveDateTime": None, "issued": "2025-05-01T10:00:00Z", **time}
    chart = read(observations=[make_observation(**given)])
    assert chart.measurements["creatinine"] == ()
    assert ("observations", reason, "creatinine") in list_notes(chart)


def test_components_of_a_panel_are_read_like_observations() -> None:
    part = {"code": {"coding": {"system": LOINC, "code": "14682-9"}}, "valueQuantity": quantity(90)}
    (measured,) = measure(code={"text": "renal panel"}, valueQuantity=None, component=part)
    assert measured.value == 90


@pytest.mark.parametrize("system", ["https://loinc.org/", "urn:oid:2.16.840.1.113883.6.1"])
def test_another_name_of_the_code_system_is_the_same_system(system: str) -> None:
    assert measure(code={"coding": [{"system": "urn:lab", "code": "9"}, {"system": system, "code": "2160-0"}]})


def test_the_code_of_another_system_is_not_ours() -> None:
    assert measure(code={"coding": [{"system": "urn:lab", "code": "14682-9"}]}) == ()


def test_the_reference_range_is_converted_and_several_different_ones_are_none() -> None:
    low, high = {"value": 0.5, "unit": "mg/dL"}, {"value": 100}
    (measured,) = measure(referenceRange=[{"low": low, "high": high}])
    assert (measured.reference_low, measured.reference_high) == (Decimal("44.20"), Decimal(100))
    (measured,) = measure(referenceRange=[{"high": high}, {"high": {"value": 90}}])
    assert (measured.reference_low, measured.reference_high) == (None, None)


@pytest.mark.parametrize(("code", "flag"), [("LL", "low"), ("H", "high"), ("N", "normal"), ("A", "")])
def test_the_interpretation_becomes_a_flag(code: str, flag: str) -> None:
    assert measure(interpretation=[{"coding": [{"code": code}]}])[0].flag == flag


def test_measurements_are_newest_first_whatever_the_order_of_entries() -> None:
    days = [("a", "2025-05-01"), ("b", "2025-05-03T10:00:00Z"), ("c", "2025-05-03"), ("d", "2025-05-01")]
    entries = [make_observation(id=name, effectiveDateTime=day) for name, day in days]
    for order in (entries, entries[::-1]):
        found = read(observations=order).measurements["creatinine"]
        assert [m.reference[-1] for m in found] == ["b", "c", "a", "d"]


def test_the_same_observation_twice_counts_once() -> None:
    chart = read(observations=[make_observation(), make_observation()])
    assert len(chart.measurements["creatinine"]) == 1


def test_one_reference_with_two_values_keeps_both_and_leaves_the_order_of_the_others() -> None:
    values = [("b", 80), ("a", 90), ("b", 70), ("c", 60), ("b", 80)]
    entries = [make_observation(id=name, valueQuantity=quantity(value)) for name, value in values]
    for order in (entries, entries[::-1]):
        found = read(observations=order).measurements["creatinine"]
        assert [(m.reference[-1], m.recorded_value) for m in found] == [("a", "90"), ("b", "70"), ("b", "80"), ("c", "60")]


def test_notes_of_an_analyte_nobody_asked_for_stay_away() -> None:
    chart = read(observations=[make_observation(valueQuantity=quantity(-1))])
    assert chart.all_notes() == ()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"valueCodeableConcept": {"coding": [{"code": "260385009", "display": "Negative"}]}}, "Negative"),
        ({"valueString": " negatief "}, "negatief"),
        ({"valueBoolean": False}, "false"),
        (
            {
                "interpretation": {
                    "coding": {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "NEG"}
                }
            },
            "NEG",
        ),
    ],
)
def test_a_coded_answer_is_read_from_any_value(value: dict[str, Any], shown: str) -> None:
    code = {"coding": [{"system": LOINC, "code": "2106-3"}]}
    chart = read(observations=[make_observation(code=code, valueQuantity=None, **value)])
    (observed,) = chart.observations["pregnancy-test"]
    assert observed.value.shown() == shown


def test_an_interpretation_never_overrules_a_value() -> None:
    code = {"coding": [{"system": LOINC, "code": "2106-3"}]}
    interpretation = [{"coding": [{"code": "NEG"}]}]
    chart = read(observations=[make_observation(code=code, valueQuantity=quantity(30), interpretation=interpretation)])
    assert chart.observations["pregnancy-test"] == ()
    assert ("observations", "unreadable", "pregnancy-test") in list_notes(chart)


def test_a_last_menstrual_period_is_a_date() -> None:
    lmp = make_observation(code={"coding": [{"system": LOINC, "code": "8665-2"}]}, valueQuantity=None, valueDateTime="2024-03")
    (observed,) = read(observations=[lmp]).observations["last-menstrual-period"]
    assert observed.date_value is not None
    assert observed.date_value.recorded == "2024-03"


def test_a_record_of_five_thousand_others_is_not_read() -> None:
    other = [make_observation(id=f"o{i}", code={"coding": [{"system": LOINC, "code": "1-8"}]}) for i in range(5000)]
    assert dict(read(observations=other).measurements) == {}


def test_an_observation_without_a_code_is_no_fault() -> None:
    chart = read(observations=[make_resource("Observation", status="final")])
    assert dict(chart.measurements) == {}
