"""An ordered dose against a regimen's own row of 4.2: its maximum, its lowest level, and the days on of its level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from enum import IntEnum

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.candidates import weigh
from cds_hooks.chart.count_limits import Level
from cds_hooks.chart.kidney import KidneyFunction
from cds_hooks.chart.phase import Course, Phase
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.chart.regimen import Regimen
from cds_hooks.chart.renal_dose import find_compared_mg
from cds_hooks.clinical.cycle_text import find_cycle
from cds_hooks.clinical.dosage import NotComputable, Pattern, Schedule
from cds_hooks.clinical.supply import compute_days_of_intake
from cds_hooks.record import Record


class Breach(IntEnum):
    """How strongly a limit is broken; the numbers are levels of a card."""

    NONE = 0
    INFO = 1
    WARNING = 2
    CRITICAL = 3


class Weighed(Record):
    """One answer from all open regimens: None where it hangs on what is not known; `failing` are those that break the limit."""

    breach: Breach | None
    failing: tuple[str, ...]
    is_shared: bool
    """Whether every open regimen breaks it."""


_BROKEN_IN_NONE = Weighed(Breach.NONE, (), False)


def weigh_regimens(regimens: Sequence[Regimen], judge: Callable[[Regimen], Breach | None]) -> Weighed:
    """What all fail stands at its level, what only some fail one level lower; unknown only where nothing is broken for sure."""
    judged = [judge(regimen) for regimen in regimens]
    if not any(judged):
        return Weighed(None, (), False) if not judged or None in judged else _BROKEN_IN_NONE
    failing = tuple([regimen.id for regimen, breach in zip(regimens, judged, strict=True) if breach])
    level = Breach(weigh([breach or Breach.NONE for breach in judged]))
    return Weighed(level, failing, len(failing) == len(judged))


def find_maximum_mg(regimen: Regimen, schedule: Schedule) -> Decimal:
    """The highest dose of the regimen that this one may be held against: the raised one only for what is above it."""
    if regimen.raised_mg is not None and schedule.mg_per_intake_day > regimen.raised_mg:
        return regimen.raised_mg
    return regimen.start_mg


def judge_maximum(schedule: Schedule, regimen: Regimen, bedside: Bedside, course: Course, *, set_id: str) -> Breach | None:
    """Above the recommended start. The kidney table's dose every other day is none; a dose raised after cycles asks for them."""
    mg = find_compared_mg(schedule, regimen)
    if mg <= regimen.start_mg:
        return Breach.NONE
    if regimen.raised_mg is None or mg > regimen.raised_mg:
        return Breach.CRITICAL
    return _judge_raised(regimen, bedside, course, set_id=set_id)


def _judge_raised(regimen: Regimen, bedside: Bedside, course: Course, *, set_id: str) -> Breach | None:
    """The raised dose before its cycles: critical, a warning where the start of treatment is not on record."""
    if course.phase is Phase.UNKNOWN or course.cycles is None:
        return None
    if course.cycles >= regimen.raised_after_cycles:
        return Breach.NONE
    if course.missing:
        return None
    days = int(regimen.raised_after_cycles * regimen.days.cycle_days)
    if course.began is None or course.began <= bedside.now.today - timedelta(days=days):
        return Breach.CRITICAL
    return Breach.CRITICAL if _has_start_date(bedside, course, set_id) else Breach.WARNING


def _has_start_date(bedside: Bedside, course: Course, set_id: str) -> bool:
    """Whether an entry says that treatment began before the entry itself was made."""
    return any(
        found.record.start is not None and found.record.start.last == course.began and _is_told_later(found.record)
        for found in bedside.find_medicines(set_id)
    )


def _is_told_later(entry: MedicineEntry) -> bool:
    assert entry.start is not None
    if entry.kind is EntryKind.STATEMENT:
        return entry.asserted is None or entry.start.last < entry.asserted.last
    return entry.when is not None and entry.start.last < entry.when.last


def judge_floor(schedule: Schedule, regimen: Regimen, kidney: KidneyFunction) -> Breach | None:
    """Below the lowest level; with a clearance under the regimen's renal limit below the lowest dose of its kidney table."""
    if not _is_below(schedule, regimen.levels[-1:]):
        return Breach.NONE
    if regimen.kidney_floor_below is None or _is_below(schedule, regimen.kidney_floors):
        return Breach.WARNING
    is_impaired = kidney.find_below(Decimal(regimen.kidney_floor_below)).truth
    if is_impaired is None:
        return None
    return Breach.NONE if is_impaired else Breach.WARNING


def _is_below(schedule: Schedule, floors: Sequence[Level]) -> bool:
    """By mg on a day of intake; at the mg of a floor by its days on (definitions, "Levels")."""
    mg = schedule.mg_per_intake_day
    reached = [floor for floor in floors if floor.mg <= mg]
    if not reached:
        return True
    nearest = max(reached, key=lambda floor: floor.mg)
    if nearest.mg < mg or schedule.pattern is None or nearest.days is None:
        return False
    return _is_rarer(schedule.pattern, nearest.days)


def _is_rarer(pattern: Pattern, other: Pattern) -> bool:
    return pattern.days_on * other.cycle_days < other.days_on * pattern.cycle_days


def find_level_days(regimen: Regimen, mg: Decimal) -> Pattern:
    """The most days on that the regimen has for a dose: of its own level, else of the next level above, else of the highest."""
    for level_mg, days in regimen.days_by_mg:
        if level_mg >= mg:
            return days
    return regimen.days_by_mg[-1][1]


def judge_days_on(order: MedicineEntry, schedule: Schedule, allowed: Pattern) -> bool | None:
    """Whether an order is for more days on than `allowed`: by its pattern, without a pause by its days of intake."""
    pattern = schedule.pattern
    if not allowed.has_pause:
        return False
    if pattern is None:
        return None
    if pattern.has_pause:
        return _is_rarer(allowed, pattern) or pattern.days_on > allowed.days_on
    if _names_more_days(order, allowed):
        return True
    supply = order.supply
    days = compute_days_of_intake(
        quantity=supply.quantity,
        quantity_unit=supply.quantity_unit,
        duration_days=supply.duration_days,
        schedule=schedule,
        strength_mg=order.product.strength_mg,
    )
    return None if isinstance(days, NotComputable) else days > allowed.days_on


def _names_more_days(order: MedicineEntry, allowed: Pattern) -> bool:
    """Days that only the text names ("days 1-28")."""
    named = find_cycle(order.note, *(text for line in order.dosages for text in (line.text, line.patient_instruction)))
    return isinstance(named, Pattern) and named.days_on > allowed.days_on
