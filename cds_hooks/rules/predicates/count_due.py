"""The question when the next blood count is due (lenalidomide 4.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from cds_hooks.chart.blood_record import AT_START
from cds_hooks.chart.candidates import weigh
from cds_hooks.chart.count_due import MONTHLY, Due, find_due, find_possible_dues, is_counted
from cds_hooks.chart.count_limits import CountStep
from cds_hooks.chart.dose_after_fall import CYCLE_MARGIN
from cds_hooks.chart.finding import NO, Amount, Finding, find_unknown
from cds_hooks.chart.phase import Phase
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

MANTLE_CELL = "mantle-cell-lymphoma"
_LEVELS = {"warning": 2, "info": 1}


class BloodCountDue(Predicate):
    """Neutrophils and platelets were not both counted as lately as the plan of 4.4 asks."""

    name: ClassVar[str] = "blood-count-due"
    asks: ClassVar[str] = "is a blood count with differential due?"
    provides: ClassVar[frozenset[str]] = frozenset({"days"})
    variants: ClassVar[frozenset[str]] = frozenset({"level"})
    level: Literal["warning", "info"]

    def find(self, situation: Situation) -> Finding:
        """Unknown where the observations could not be had; what only some regimens, or one phase, ask for is an info."""
        blood = situation.blood
        open_ones, lacking = _find_dues(situation)
        weighed = weigh([2 if due in lacking else 0 for due in open_ones])
        if not weighed and situation.course.missing:
            return _doubt_stretch(situation)
        if weighed != _LEVELS[self.level]:
            return NO
        if blood.lacking:
            return find_unknown(*blood.lacking)
        days = max((situation.bedside.now.today - due.since).days for due in lacking)
        newest = (counts[-1] for counts in (blood.neutrophils, blood.platelets) if counts)
        used = tuple(due.parameter for due in lacking if due.parameter)
        missing = situation.course.missing if situation.course.phase is Phase.UNKNOWN else ()
        evidence = tuple(e for count in newest for e in count.show())
        return Finding(True, evidence, missing, {"days": Amount(Decimal(days), "d")}, parameters=tuple(dict.fromkeys(used)))

    def denies_all(self, situation: Situation) -> bool:
        """By every open plan both were counted."""
        return not _find_dues(situation)[1] and not situation.course.missing

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How old a count may be."""
        return (AT_START, MONTHLY, CYCLE_MARGIN)


def _find_dues(situation: Situation) -> tuple[list[Due], list[Due]]:
    """From when counts are recent enough by the open plans, and those of which none is."""

    def find() -> tuple[list[Due], list[Due]]:
        blood = situation.blood
        plans = dict.fromkeys(find_count_plans(situation))
        open_ones = list(dict.fromkeys([due for plan in plans for due in find_due(blood, plan)]))
        return open_ones, [due for due in open_ones if not is_counted(blood, due)]

    return situation.work_out((BloodCountDue.name,), find)


def _doubt_stretch(situation: Situation) -> Finding:
    """No count is due by what is known of the course; unknown where one may be, further on in the plan."""
    blood = situation.blood
    dues = {due for plan in find_count_plans(situation) for due in find_possible_dues(blood, plan)}
    return NO if all(is_counted(blood, due) for due in dues) else find_unknown(*situation.course.missing)


def find_count_plans(situation: Situation) -> Sequence[tuple[CountStep, ...]]:
    """The plan of each open regimen; of mantle cell lymphoma where the order or the problem list says so."""
    table = situation.medicine.tables.get("count-plans", {})
    plans = table if isinstance(table, Mapping) else {}
    if _is_mantle_cell(situation):
        return [plans[MANTLE_CELL]]
    return [regimen.count_plan for regimen in situation.candidates] or [plans["general"]]


def _is_mantle_cell(situation: Situation) -> bool:
    order = situation.medicine_order
    if order.reasons:
        return situation.regimens.is_off_label and MANTLE_CELL in situation.bedside.find_reason_sets(order)
    return not situation.regimens.is_told and bool(situation.bedside.find_active_conditions(MANTLE_CELL))
