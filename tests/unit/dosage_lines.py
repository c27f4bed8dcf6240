"""Short ways to write dosage lines in tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from cds_hooks.clinical.dosage import DosageLine, DoseAmount, NotComputable, Pattern, Schedule, Timing
from cds_hooks.clinical.dose import compute_schedule

D = Decimal
DAILY = Timing(frequency=1, period_days=D(1))


def mg(amount: str | int, unit: str = "mg", kind: str = "") -> DoseAmount:
    return DoseAmount(D(amount), D(amount), unit, kind)


def line(*doses: DoseAmount, timing: Timing | None = DAILY, **fields: Any) -> DosageLine:
    return DosageLine(timing=timing, doses=doses, **fields)


def every(times: int | None, days: str | int | None, **fields: Any) -> Timing:
    """`times` in every `days` days."""
    return Timing(frequency=times, period_days=None if days is None else D(days), **fields)


def of(days_on: str | int, cycle_days: str | int) -> Pattern:
    return Pattern(D(days_on), D(cycle_days))


def dates(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


def compute(*lines: DosageLine, strength: str | int | None = None, **fields: Any) -> Schedule | NotComputable:
    return compute_schedule(lines, strength_mg=None if strength is None else D(strength), **fields)


def computed(*lines: DosageLine, strength: str | int | None = None, **fields: Any) -> Schedule:
    schedule = compute(*lines, strength=strength, **fields)
    assert isinstance(schedule, Schedule), schedule
    return schedule
