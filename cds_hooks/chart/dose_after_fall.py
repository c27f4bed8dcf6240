"""The dose of an order against the dose to resume at after a fall, and against what the source asks before a raise (4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from cds_hooks.chart.blood_record import CLEAN_NEUTROPHILS, CLEAN_PLATELETS, SUCCESSION, BloodRecord, find_limits
from cds_hooks.chart.count_limits import Level, ReturnAt
from cds_hooks.chart.count_standing import find_return
from cds_hooks.chart.counts import NEUTROPHILS, PLATELETS, Count, find_newest_count, is_below
from cds_hooks.chart.dose_levels import (
    TakenDose,
    find_dose_before,
    find_next_higher,
    find_next_lower,
    is_above,
)
from cds_hooks.chart.falls import Fall
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.medicines import find_start
from cds_hooks.chart.regimen import Regimen
from cds_hooks.record import Record

CYCLE_MARGIN = "count-cycle-margin-days"
DOSE_BEFORE = "dose before the fall"
KINDS = (NEUTROPHILS, PLATELETS)


class DoseFault(Record):
    """Whether the order's dose is too high for one regimen; `allowed` is the dose given. `truth` None: cannot be told."""

    truth: bool | None
    regimen: str
    allowed: Level | None = None
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


def find_resume_fault(blood: BloodRecord, regimen: Regimen, ordered: Level) -> DoseFault:
    """The newest fall that counts has recovered, and the order is above the dose that the table then gives."""
    fine = DoseFault(False, regimen.id)
    may_have_fallen = blood.may_have_fallen(regimen, NEUTROPHILS) or blood.may_have_fallen(regimen, PLATELETS)
    if not (may_have_fallen or blood.lacking):
        return fine
    traces = [blood.trace(regimen, kind) for kind in KINDS]
    if any(trace.is_open is not False for trace in traces):
        return fine if any(trace.is_open for trace in traces) else DoseFault(None, regimen.id, missing=("exact blood count",))
    falls = [fall for kind in KINDS for fall in _find_counting(blood, regimen, kind)]
    if not falls:
        return DoseFault(None, regimen.id, missing=blood.lacking) if blood.lacking else fine
    newest = max(fall.began.when.last for fall in falls)
    faults = [_compare(blood, regimen, fall, ordered) for fall in falls if fall.began.when.last == newest]
    return next((fault for wanted in (True, None) for fault in faults if fault.truth is wanted), fine)


def _find_counting(blood: BloodRecord, regimen: Regimen, kind: str) -> Iterator[Fall]:
    """Falls that ask for a lower dose: not those of neutropenia alone with G-CSF, where the source keeps the level."""
    keeps = find_limits(regimen, kind).growth_factor_keeps
    for fall in blood.trace(regimen, kind).falls:
        if not (keeps and fall.is_alone and blood.has_growth_factor(fall)):
            yield fall


def _compare(blood: BloodRecord, regimen: Regimen, fall: Fall, ordered: Level) -> DoseFault:
    if fall.ended is None or _has_clean_cycles(blood, regimen, fall.ended.when.last):
        return DoseFault(False, regimen.id)
    ladder = regimen.ladder
    given = find_return(blood, regimen, fall)
    allowed = given or find_next_lower(ladder[0], ladder)
    before = find_dose_before(blood.taken, fall.began.when.last)
    shown = (*fall.began.show(), *fall.ended.show(), *((before.evidence,) if before else ()))
    if is_above(ordered, allowed, ladder):
        return DoseFault(True, regimen.id, allowed, shown)
    if given is None and fall.resumption.at is ReturnAt.LOWER:
        return DoseFault(None, regimen.id, missing=(DOSE_BEFORE,))
    return DoseFault(False, regimen.id)


def _has_clean_cycles(blood: BloodRecord, regimen: Regimen, since: date) -> bool:
    """Two clean cycles in a row that began on or after that day."""
    cycles = [cycle for cycle in blood.find_cycles(regimen) if cycle.first >= since]
    clean = [blood.is_clean(cycle) and blood.begins_after(cycle) for cycle in cycles]
    return any(one and other for one, other in pairwise(clean))


def find_raise_fault(
    blood: BloodRecord, regimen: Regimen, ordered: Level, *, neutrophils: Decimal, platelets: Decimal
) -> DoseFault:
    """Above the last dose after a reduction: more than one level at once, above the start, or without recovered marrow."""
    if len(blood.course.stays) < 2:
        # No dose before the last one that it could be lower than.
        return DoseFault(False, regimen.id)
    ladder = regimen.ladder
    last = blood.taken[-1] if blood.taken else None
    reduced_from = next((dose for dose in blood.taken if last and is_above(dose.level, last.level, ladder)), None)
    if last is None or reduced_from is None or not is_above(ordered, last.level, ladder):
        return DoseFault(False, regimen.id)
    remarks = [*_find_steps_too_far(regimen, last, ordered)]
    counts = [_find_at_cycle_start(blood, kind) for kind in KINDS]
    high = all(c and is_below(c.amount, low) is False for c, low in zip(counts, (neutrophils, platelets), strict=True))
    if not high:
        remarks.append("remark.raise-counts")
    if not _were_last_two_clean(blood, regimen):
        remarks.append("remark.raise-cycles")
    if not remarks:
        return DoseFault(False, regimen.id)
    if blood.lacking and all(remark in ("remark.raise-counts", "remark.raise-cycles") for remark in remarks):
        return DoseFault(None, regimen.id, missing=blood.lacking)
    shown = (reduced_from.evidence, last.evidence, *(e for count in counts if count for e in count.show()))
    parameters: tuple[str, ...] = (CYCLE_MARGIN,) if "remark.raise-counts" in remarks else ()
    parameters += (CLEAN_NEUTROPHILS, CLEAN_PLATELETS, SUCCESSION) if "remark.raise-cycles" in remarks else ()
    return DoseFault(True, regimen.id, last.level, shown, (), tuple(remarks), parameters)


def _find_steps_too_far(regimen: Regimen, last: TakenDose, ordered: Level) -> Iterator[str]:
    ladder = regimen.ladder
    higher = find_next_higher(last.level, ladder)
    if higher is not None and is_above(ordered, higher, ladder):
        yield "remark.raise-levels"
    if is_above(ordered, Level(regimen.start_mg, regimen.days), ladder):
        yield "remark.raise-start"


def _find_at_cycle_start(blood: BloodRecord, kind: str) -> Count | None:
    """The final count at the start of this order's cycle: its first day, 3 days (site) about it."""
    today = blood.bedside.now.today
    begins = min(find_start(blood.order) or today, today)
    since = begins - timedelta(days=blood.bedside.numbers.days(CYCLE_MARGIN))
    return find_newest_count([c for c in blood.counts(kind) if not c.preliminary], since)


def _were_last_two_clean(blood: BloodRecord, regimen: Regimen) -> bool:
    """The last two cycles that are over (this order begins the next)."""
    over = [cycle for cycle in blood.find_cycles(regimen) if blood.begins_after(cycle)]
    return len(over) > 1 and all(blood.is_clean(cycle) for cycle in over[-2:])
