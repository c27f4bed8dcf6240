"""When a blood count with differential is due (4.4; definitions, "blood count due")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from cds_hooks.chart.blood_record import AT_START, BloodRecord
from cds_hooks.chart.count_limits import CountStep
from cds_hooks.chart.counts import NEUTROPHILS, PLATELETS
from cds_hooks.chart.cycles import find_cycles
from cds_hooks.chart.dose_after_fall import CYCLE_MARGIN
from cds_hooks.chart.medicines import find_start
from cds_hooks.chart.phase import DEFAULT_COVER_DAYS, Phase
from cds_hooks.record import Record

MONTHLY = "count-days-monthly"
DAYS_PER_WEEK = 7


class Due(Record):
    """Counts of `since` or later are recent enough; `parameter` is the site's number that says so, if it is not the source."""

    since: date
    parameter: str = ""


class NextCount(Record):
    """The last right day of the next count; None where it was due long since. `parameter`: the site's number that says so."""

    day: date | None
    parameter: str = ""


def find_due(blood: BloodRecord, plan: Sequence[CountStep]) -> tuple[Due, ...]:
    """From when counts are recent enough for this order: one answer, or two where start and continuing are both open."""
    at_start = _ago(blood, AT_START)
    if blood.course.phase is Phase.START:
        return (at_start,)
    if blood.course.phase is Phase.UNKNOWN:
        return (at_start, _ago(blood, MONTHLY))
    return (_find_of_step(blood, next(step for step in plan if _is_in(blood, step))),)


def find_possible_dues(blood: BloodRecord, plan: Sequence[CountStep]) -> tuple[Due, ...]:
    """The answers of the whole plan: one of them holds where more of the course may lie in an input that is lacking."""
    return tuple(_find_of_step(blood, step) for step in plan)


def _find_of_step(blood: BloodRecord, step: CountStep) -> Due:
    if step.every_days is not None:
        return Due(blood.bedside.now.today - timedelta(days=step.every_days))
    return _ago(blood, MONTHLY) if step.each == "month" else _find_cycle_start(blood)


def find_next_counts(blood: BloodRecord, plan: Sequence[CountStep]) -> tuple[NextCount, ...]:
    """When the next count is due in the treatment that is under way: one answer, or two where start and continuing are open."""
    if blood.course.phase is not Phase.CONTINUING:
        return tuple(_find_next(blood, due) for due in find_due(blood, plan))
    return (_find_next_of_step(blood, next(step for step in plan if _is_in(blood, step))),)


def find_possible_counts(blood: BloodRecord, plan: Sequence[CountStep]) -> tuple[NextCount, ...]:
    """The answers of the whole plan, where more of the course may lie in an input that is lacking."""
    return tuple(_find_next_of_step(blood, step) for step in plan)


def _find_next_of_step(blood: BloodRecord, step: CountStep) -> NextCount:
    return _find_next_of_cycle(blood) if step.each == "cycle" else _find_next(blood, _find_of_step(blood, step))


def _find_next(blood: BloodRecord, due: Due) -> NextCount:
    """As long after the last complete count as counts are recent enough."""
    counted = blood.find_last_complete()
    return NextCount(counted + (blood.bedside.now.today - due.since) if counted else None, due.parameter)


def _find_next_of_cycle(blood: BloodRecord) -> NextCount:
    """Day 1 of the running cycle, or of the next one where this one has its count; 3 days (site) later at the latest."""
    today, counted = blood.bedside.now.today, blood.find_last_complete()
    margin = timedelta(days=blood.bedside.numbers.days(CYCLE_MARGIN))
    cycles = find_cycles(blood.course.stays, DEFAULT_COVER_DAYS)
    begins = max((cycle.first for cycle in cycles if cycle.first <= today), default=today)
    if counted is not None and counted >= begins - margin:
        begins += timedelta(days=DEFAULT_COVER_DAYS)
    return NextCount(begins + margin, CYCLE_MARGIN)


def is_counted(blood: BloodRecord, due: Due) -> bool:
    """Whether neutrophils and platelets are both counted since, or none is due yet."""
    if due.since > blood.bedside.now.today:
        return True
    return blood.has_final(NEUTROPHILS, due.since) and blood.has_final(PLATELETS, due.since)


def _ago(blood: BloodRecord, parameter: str) -> Due:
    return Due(blood.bedside.now.today - timedelta(days=blood.bedside.numbers.days(parameter)), parameter)


def _is_in(blood: BloodRecord, step: CountStep) -> bool:
    """Whether the order falls in this stretch of the plan; a draft is the cycle after those known, an order of the record one of
    them."""
    began = blood.course.began or blood.bedside.now.today
    week = (blood.bedside.now.today - began).days // DAYS_PER_WEEK + 1
    if step.until_week is not None:
        return week <= step.until_week
    cycle = (blood.course.cycles or 0) + (1 if blood.order.is_draft else 0)
    return step.until_cycle is None or cycle <= step.until_cycle


def _find_cycle_start(blood: BloodRecord) -> Due:
    """The order's first day, 3 days (site) about it; an order that began earlier asks for a count about that day."""
    today = blood.bedside.now.today
    begins = find_start(blood.order) or today
    return Due(begins - timedelta(days=blood.bedside.numbers.days(CYCLE_MARGIN)), CYCLE_MARGIN)
