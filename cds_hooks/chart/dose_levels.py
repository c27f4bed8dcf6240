"""Dose levels: the ladder of a regimen, what was taken in this course, and which level stands above which (4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from cds_hooks.chart.bedside import Matched
from cds_hooks.chart.count_limits import Level, ReturnAt
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.medicines import compute_entry_schedule, show_medicine
from cds_hooks.chart.phase import Stay
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.chart.regimen import Regimen
from cds_hooks.clinical.combination import combine_same_days
from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.record import Record

#: Which kind of entry tells the dose of a day best.
_BEST_FIRST = (EntryKind.REQUEST, EntryKind.STATEMENT, EntryKind.DISPENSE, EntryKind.ADMINISTRATION)


class TakenDose(Record):
    """The dose from a day on, by an entry of the record."""

    since: date
    level: Level
    evidence: Evidence


def is_above(level: Level, other: Level, ladder: Sequence[Level]) -> bool:
    """By mg; then by days on, where the ladder has that dose on different days (definitions, "Levels")."""
    if level.mg != other.mg or not _differs_by_days(level.mg, ladder):
        return level.mg > other.mg
    return _share(level) > _share(other)


def find_next_lower(level: Level, ladder: Sequence[Level]) -> Level:
    """The level below; the lowest where there is none."""
    return next((one for one in ladder if is_above(level, one, ladder)), ladder[-1])


def find_next_higher(level: Level, ladder: Sequence[Level]) -> Level | None:
    """The level above; None above the highest."""
    return next((one for one in reversed(ladder) if is_above(one, level, ladder)), None)


def find_return_level(regimen: Regimen, at: ReturnAt, before: Level | None) -> Level | None:
    """The dose that the table resumes at; None where it hangs on a dose before that is not known."""
    ladder = regimen.ladder
    start = Level(regimen.start_mg, regimen.days)
    if at is ReturnAt.START:
        return start
    if at is ReturnAt.LOWER:
        return find_next_lower(before, ladder) if before else None
    is_raised = before is not None and is_above(before, start, ladder)
    return find_next_lower(ladder[0] if is_raised else start, ladder)


def find_taken(stays: Iterable[Stay]) -> tuple[TakenDose, ...]:
    """The doses of a course that can be computed, oldest first: one for each day on which an entry begins."""
    by_day: dict[date, list[Stay]] = {}
    for stay in stays:
        by_day.setdefault(stay.first, []).append(stay)
    taken = [_take(day, by_day[day]) for day in sorted(by_day)]
    return tuple([dose for dose in taken if dose is not None])


def find_dose_before(taken: Sequence[TakenDose], day: date) -> TakenDose | None:
    """The dose that a count of that day tells of: the newest begun before it, else one begun that very day."""
    earlier = next((dose for dose in reversed(taken) if dose.since < day), None)
    return earlier or next((dose for dose in taken if dose.since == day), None)


def _take(day: date, stays: Sequence[Stay]) -> TakenDose | None:
    """Entries of one kind that begin on one day are one dose, if their capsules differ in strength."""
    if len(stays) == 1:
        schedule = compute_entry_schedule(stays[0].found.record)
        return _compose(day, schedule, stays[0].found)
    for kind in _BEST_FIRST:
        entries = [stay.found for stay in stays if stay.found.record.kind is kind]
        strengths = {found.record.product.strength_mg: found for found in entries}
        if not strengths:
            continue
        schedule = combine_same_days([compute_entry_schedule(found.record) for found in strengths.values()])
        if dose := _compose(day, schedule, entries[0]):
            return dose
    return None


def _compose(day: date, schedule: Schedule | NotComputable, found: Matched[MedicineEntry]) -> TakenDose | None:
    return TakenDose(day, read_level(schedule), show_medicine(found)) if isinstance(schedule, Schedule) else None


def read_level(schedule: Schedule) -> Level:
    """The level that a schedule amounts to."""
    return Level(schedule.mg_per_intake_day, schedule.pattern)


def _differs_by_days(mg: Decimal, ladder: Sequence[Level]) -> bool:
    return len({_share(level) for level in ladder if level.mg == mg}) > 1


def _share(level: Level) -> Decimal:
    """Days on as a share of the cycle; daily where the record names no days."""
    return level.days.days_on / level.days.cycle_days if level.days else Decimal(1)
