"""When a blood count with differential is due (4.4; definitions, "blood count due")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cds_hooks.chart.blood_record import AT_START, BloodRecord
from cds_hooks.chart.count_limits import CountStep
from cds_hooks.chart.counts import NEUTROPHILS, PLATELETS
from cds_hooks.chart.dose_after_fall import CYCLE_MARGIN
from cds_hooks.chart.medicines import find_start
from cds_hooks.chart.phase import Phase

MONTHLY = "count-days-monthly"
DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class Due:
    """Counts of `since` or later are recent enough; `parameter` is the site's number that says so, if it is not the source."""

    since: date
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


def is_counted(blood: BloodRecord, due: Due) -> bool:
    """Whether neutrophils and platelets are both counted since, or none is due yet."""
    if due.since > blood.bedside.now.today:
        return True
    return all(blood.has_final(kind, due.since) for kind in (NEUTROPHILS, PLATELETS))


def _ago(blood: BloodRecord, parameter: str) -> Due:
    return Due(blood.bedside.now.today - timedelta(days=blood.bedside.numbers.days(parameter)), parameter)


def _is_in(blood: BloodRecord, step: CountStep) -> bool:
    """Whether the order falls in this stretch of the plan; this order is the cycle after those known."""
    began = blood.course.began or blood.bedside.now.today
    week = (blood.bedside.now.today - began).days // DAYS_PER_WEEK + 1
    if step.until_week is not None:
        return week <= step.until_week
    return step.until_cycle is None or (blood.course.cycles or 0) + 1 <= step.until_cycle


def _find_cycle_start(blood: BloodRecord) -> Due:
    """The order's first day, 3 days (site) about it; an order that began earlier asks for a count about that day."""
    today = blood.bedside.now.today
    begins = find_start(blood.order) or today
    return Due(begins - timedelta(days=blood.bedside.numbers.days(CYCLE_MARGIN)), CYCLE_MARGIN)
