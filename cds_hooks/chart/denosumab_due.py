"""What is due in treatment with denosumab: the next dose, calcium before it, and calcium after the first one (4.2, 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.calcium import KINDS, find_measured_before
from cds_hooks.chart.denosumab import find_planned_date
from cds_hooks.chart.denosumab_course import LAST_DOSE, DenosumabCourse
from cds_hooks.chart.due import DueDay
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.chart.when import When
from cds_hooks.clinical.calendar import add_months


@dataclass(frozen=True, slots=True)
class NextDose:
    """The next dose is due between two days (one where the last dose is known to the day); `last` is the last dose, None before
    the first one. `lacking` says why the days cannot be told, or that a later dose may be elsewhere."""

    first: date
    latest: date
    last: date | None
    lacking: tuple[str, ...] = ()


def find_next_dose(bedside: Bedside, course: DenosumabCourse, order: MedicineEntry, *, months: int) -> NextDose | None:
    """So many calendar months after the last dose; before the first one when the order plans it. None where no day is known."""
    if course.phase is not Phase.CONTINUING:
        planned = find_planned_date(order, bedside.now.today)
        return NextDose(planned, planned, None, course.missing)
    day = _find_last_day(course, bedside.now.today)
    if day is None:
        return None
    lacking = course.missing or (() if day.is_exact else (LAST_DOSE,))
    return NextDose(add_months(day.first, months), add_months(day.last, months), day.last, lacking)


def find_calcium_due(bedside: Bedside, planned: date) -> DueDay | None:
    """By the day of the dose, or now where that is past; None where calcium was measured in the 30 days (site) before."""
    measured = find_measured_before(bedside, max(planned, bedside.now.today))
    return None if measured.truth else DueDay(planned, lacking=measured.missing)


def find_calcium_after_first(bedside: Bedside, course: DenosumabCourse, *, days: int) -> DueDay | None:
    """So many days after the only dose on record; None where calcium was measured after it, or there is no such dose."""
    if len(course.doses) != 1 or (day := course.doses[0].day) is None:
        return None
    after = (m for kind in KINDS for m in bedside.measured(kind) if not m.preliminary and m.when.first > day.last)
    if next(after, None) is not None:
        return None
    lacking = (*course.missing, *bedside.chart.find_lacking("observations"))
    return DueDay(day.last + timedelta(days=days), day.last, course.evidence, lacking)


def _find_last_day(course: DenosumabCourse, today: date) -> When | None:
    """The day of the last dose; of a statement of use that goes on any day since it began."""
    last = course.last
    if last is None or last.day is None:
        return None
    entry = last.found.record
    goes_on = entry.kind is EntryKind.STATEMENT and entry.status == "active" and entry.start is not None and entry.end is None
    return When(last.day.first, today, last.day.recorded) if goes_on else last.day
