"""Schedules are kept for dosages that are the same for all patients, as they are spelt, and for nothing that is one patient's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cds_hooks.clinical import dose
from cds_hooks.clinical.dosage import DosageLine, DoseAmount, Schedule, Timing
from cds_hooks.clinical.dose import compute_schedule


def write(mg: str = "25", **members: object) -> DosageLine:
    amount = DoseAmount(Decimal(mg), Decimal(mg), "mg")
    daily = Timing(frequency=1, period_days=Decimal(1))
    return DosageLine(**{"timing": daily, "doses": (amount,), **members})  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dose, "_schedules", {})


def test_the_same_dosage_is_worked_out_once() -> None:
    first, second = (compute_schedule([write()], strength_mg=Decimal(25)) for _ in range(2))
    assert first is second


def test_equal_numbers_of_another_spelling_are_not_taken_for_each_other() -> None:
    found = [compute_schedule([write(mg)], strength_mg=None) for mg in ("25", "25.0", "25.00")]
    assert [f"{one.mg_per_intake_day:f}" for one in found if isinstance(one, Schedule)] == ["25", "25.0", "25.00"]


@pytest.mark.parametrize(("one", "other"), [(Decimal(5), Decimal(25)), (Decimal(25), None)])
def test_another_strength_is_another_dose(one: Decimal | None, other: Decimal | None) -> None:
    amount = DoseAmount(Decimal(1), Decimal(1), "{capsule}")
    assert compute_schedule([write(doses=(amount,))], strength_mg=one) != compute_schedule(
        [write(doses=(amount,))], strength_mg=other
    )


@pytest.mark.parametrize(
    "line",
    [
        write(patient_instruction="when the nurse comes"),
        write(additional=("with food",)),
        write(timing=Timing(frequency=1, period_days=Decimal(1), bounds_start=date(2026, 1, 1))),
        write(timing=Timing(frequency=1, period_days=Decimal(1), bounds_end=date(2026, 1, 1))),
        write(timing=Timing(events=(date(2026, 1, 1),))),
    ],
)
def test_what_is_one_patients_is_not_kept(line: DosageLine) -> None:
    compute_schedule([line], strength_mg=None)
    assert not dose._schedules


def test_neither_is_an_order_with_a_note() -> None:
    compute_schedule([write()], strength_mg=None, supply_text="three weeks of four")
    assert not dose._schedules


def test_no_more_are_kept_than_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dose, "_MOST_SCHEDULES", 3)
    for mg in range(1, 9):
        compute_schedule([write(str(mg))], strength_mg=None)
    assert len(dose._schedules) == 2
