"""When something is due: overdue, within the days ahead that a site looks, or later; and what was last done of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_measurement
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.kidney import KidneyFunction
from cds_hooks.chart.pregnancy import find_current_pregnancy, find_negative_test, find_tests
from cds_hooks.clinical.calendar import add_months

#: Site parameter: how many days ahead something due is told.
AHEAD = "due-days-ahead"


class Stage(StrEnum):
    """How near a due day is."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class DueDay:
    """`day` is the last right day (None: it was never done, so it is overdue); `last` when it was done last, with its evidence.

    `lacking` are inputs that may hold a later one; `missing` others that it would have been better to have.
    """

    day: date | None
    last: date | None = None
    evidence: tuple[Evidence, ...] = ()
    lacking: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def find_stage(bedside: Bedside, day: date | None) -> Stage:
    """Overdue from the day after `day` on; soon on that day and the 7 days (site) before it."""
    today = bedside.now.today
    if day is None or day < today:
        return Stage.OVERDUE
    return Stage.SOON if day <= today + timedelta(days=bedside.numbers.days(AHEAD)) else Stage.LATER


def find_pregnancy_test_due(bedside: Bedside, *, weeks: int) -> DueDay | None:
    """So many weeks after the last negative test; None for who is pregnant already."""
    if find_current_pregnancy(bedside).truth:
        return None
    lacking = bedside.chart.find_lacking("observations")
    negative = find_negative_test(bedside)
    if negative is None:
        return DueDay(None, evidence=tuple(test.evidence for test in find_tests(bedside)[:1]), lacking=lacking)
    done = negative.when.first
    return DueDay(done + timedelta(weeks=weeks), done, (negative.evidence,), lacking)


def find_measurement_due(bedside: Bedside, analyte: str, *, months: int) -> DueDay:
    """So many calendar months after the last final value."""
    lacking = bedside.chart.find_lacking("observations")
    final = [measured for measured in bedside.measured(analyte) if not measured.preliminary]
    if not final:
        return DueDay(None, lacking=lacking)
    newest = max(final, key=lambda measured: (measured.when.first, measured.reference))
    return DueDay(add_months(newest.when.first, months), newest.when.first, (show_measurement(newest),), lacking)


def find_kidney_due(bedside: Bedside, kidney: KidneyFunction, *, days: int) -> DueDay | None:
    """So many days after the values of the kidney function that is known now; None on dialysis."""
    if kidney.dialysis.truth:
        return None
    lacking, missing = bedside.chart.find_lacking("observations"), kidney.dialysis.missing
    if kidney.clearance is None or not kidney.is_known:
        return DueDay(None, lacking=lacking, missing=missing)
    day = kidney.clearance.day
    return DueDay(day + timedelta(days=days), day, kidney.clearance.evidence, lacking, missing)
