"""Dosages: several entries for one dose, periods in days, and no dose from what cannot be read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.reading_desk import UCUM, list_notes, make_order, read, read_draft_order

EPIC_DOSE_TYPE = "http://epic.com/CodeSystem/dose-rate-type"


def read_line(**members: Any) -> Any:
    return read_draft_order(dosageInstruction=[members]).dosages[0]


def make_dose(value: object, **members: Any) -> dict[str, Any]:
    return {"doseQuantity": {"value": value, "unit": "mg", "system": UCUM, "code": "mg"}, **members}


def test_epics_several_entries_for_one_dose_keep_their_kind() -> None:
    kinds = ("calculated", "admin-amount", "ordered")
    entries = [make_dose(25, type={"coding": [{"system": EPIC_DOSE_TYPE, "code": kind}]}) for kind in kinds]
    assert [(dose.low, dose.kind) for dose in read_line(doseAndRate=entries).doses] == [(25, kind) for kind in kinds]


@pytest.mark.parametrize("value", [1e300, -25, 0, 2.5])
def test_finite_doses_are_passed_on_as_they_are(value: float) -> None:
    assert read_line(doseAndRate=[make_dose(value)]).doses[0].low == Decimal(str(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "25", True, None, {}])
def test_a_dose_that_is_no_number_leaves_the_line_without_a_dose(value: object) -> None:
    chart = read([make_order(dosageInstruction=[{"doseAndRate": [make_dose(25), make_dose(value)]}])])
    assert chart.drafts[0].dosages[0].doses == ()
    assert ("draftOrders", "out-of-range", "dose") in list_notes(chart)


def test_a_dose_range_has_both_ends() -> None:
    dose_range = {"low": {"value": 1, "unit": "capsule"}, "high": {"value": 2, "unit": "capsule"}}
    (dose,) = read_line(doseAndRate={"doseRange": dose_range}).doses
    assert (dose.low, dose.high, dose.unit) == (1, 2, "capsule")


@pytest.mark.parametrize(
    "dose_range", [{"low": {"value": 1}}, {"low": {"value": 1, "unit": "mg"}, "high": {"value": 2, "unit": "g"}}]
)
def test_half_a_dose_range_or_two_units_are_no_dose(dose_range: dict[str, Any]) -> None:
    assert read_line(doseAndRate=[{"doseRange": dose_range}]).doses == ()


@pytest.mark.parametrize(("unit", "days"), [("h", "0.5"), ("d", "12"), ("wk", "84"), ("mo", "365.25")])
def test_periods_are_in_days(unit: str, days: str) -> None:
    repeat = {"frequency": 1, "period": 12, "periodUnit": unit}
    timing = read_line(timing={"repeat": repeat}).timing
    assert timing.period_days == Decimal(days)
    assert timing.calendar_period == ((12, "mo") if unit == "mo" else None)


def test_the_rest_of_a_timing() -> None:
    repeat = {
        "count": 21,
        "dayOfWeek": ["Mon", "thu"],
        "timeOfDay": ["09:00:00"],
        "when": "MORN",
        "boundsPeriod": {"start": "2025-05", "end": "2025-05-21"},
    }
    timing = read_line(timing={"repeat": repeat, "code": {"coding": [{"code": "QD"}]}, "event": ["2025-05-03"]}).timing
    assert (timing.count, timing.days_of_week, timing.when, timing.code) == (21, ("mon", "thu"), ("MORN",), "QD")
    assert (timing.bounds_start, timing.bounds_end) == (date(2025, 5, 1), date(2025, 5, 21))
    assert timing.events == (date(2025, 5, 3),)


@pytest.mark.parametrize(
    "timing",
    [
        "daily",
        {"repeat": "daily"},
        {"repeat": {"frequency": "1"}},
        {"repeat": {"period": 1}},
        {"repeat": {"period": 1, "periodUnit": "moon"}},
        {"repeat": {"dayOfWeek": [1]}},
        {"event": ["soon"]},
        {"repeat": {"boundsDuration": {"value": 21}}},
    ],
)
def test_a_timing_that_cannot_be_read_leaves_the_line_without_a_dose(timing: object) -> None:
    chart = read([make_order(dosageInstruction=[{"timing": timing, "doseAndRate": [make_dose(25)]}])])
    assert chart.drafts[0].dosages[0].doses == ()
    assert any(reason == "unreadable" for _, reason, _ in list_notes(chart))


def test_a_dosage_that_is_no_object_leaves_no_lines_at_all() -> None:
    assert read_draft_order(dosageInstruction=[{"doseAndRate": [make_dose(25)]}, 5]).dosages == ()


def test_lines_follow_their_sequence() -> None:
    lines = [{"sequence": 2, "text": "b"}, {"sequence": 1, "text": "a"}]
    assert [line.text for line in read_draft_order(dosageInstruction=lines).dosages] == ["a", "b"]


def test_as_needed_and_the_most_per_day() -> None:
    most = {"numerator": {"value": 50, "unit": "mg"}, "denominator": {"value": 24, "code": "h"}}
    line = read_line(asNeededBoolean=True, maxDosePerPeriod=most)
    assert (line.as_needed, line.max_dose_per_day_mg) == (True, 50)
