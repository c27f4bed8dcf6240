"""On which days a rewritten order is taken: those of the order, or the pattern that the advice asks for within them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from cds_hooks.clinical.dosage import DAILY, Pattern, Schedule

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Days:
    """`rhythm` is the step (daily, every other day, days a week; None: no timing is stated), `window` the days of a cycle
    in which it runs (21 of 28). `kept` says that these are the days as ordered. `pattern` is both together."""

    rhythm: Pattern | None
    window: Pattern | None
    kept: bool
    pattern: Pattern | None


def plan_days(ordered: Schedule, wanted: Pattern | None) -> Days:
    """The days of intake. Never more of them than ordered: a pattern as dense as the order's, or denser, changes nothing."""
    if wanted is None or _is_as_dense(wanted, ordered.pattern):
        return _keep_days(ordered)
    if wanted.days_on != 1 and wanted.cycle_days != _WEEK:
        return Days(DAILY, wanted, False, wanted)
    window = _find_window(ordered)
    if window is None:
        return Days(wanted, None, False, wanted)
    inside = (window.days_on * wanted.days_on / wanted.cycle_days).to_integral_value(ROUND_CEILING)
    return Days(wanted, window, False, Pattern(inside, window.cycle_days))


def is_same_share(one: Pattern | None, other: Pattern | None) -> bool:
    """Whether two patterns take the same share of days; two unknown ones do."""
    if one is None or other is None:
        return one is other
    return one.days_on * other.cycle_days == other.days_on * one.cycle_days


def _is_as_dense(wanted: Pattern, ordered: Pattern | None) -> bool:
    return ordered is not None and wanted.days_on * ordered.cycle_days >= ordered.days_on * wanted.cycle_days


def _keep_days(ordered: Schedule) -> Days:
    if window := _find_window(ordered):
        return Days(DAILY, window, True, ordered.pattern)
    return Days(ordered.pattern, None, True, ordered.pattern)


def _find_window(ordered: Schedule) -> Pattern | None:
    """The days of a cycle, where the pattern is one: not every so many days, not days of the week."""
    pattern = ordered.pattern
    if pattern is None or not pattern.has_pause or ordered.weekdays or pattern.calendar_period:
        return None
    return pattern if pattern.days_on > Decimal(1) and pattern.cycle_days > _WEEK else None
