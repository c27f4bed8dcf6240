"""What the record says of the disease that lenalidomide is given for: grade, stage, risk, and reasons outside the indications."""

from __future__ import annotations

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_condition
from cds_hooks.chart.finding import NO, Evidence, Finding
from cds_hooks.chart.records import MedicineEntry


def find_reason(bedside: Bedside, order: MedicineEntry, *set_ids: str) -> Finding:
    """The order's reason where it is in one of the sets; without sets any reason."""
    for reason in order.reasons:
        if not set_ids or not bedside.find_sets(reason).keys().isdisjoint(set_ids):
            shown = Evidence("reason", reason.shown(), "", "", order.reference)
            return Finding(True, (shown,), (), {"reason": reason.shown()})
    return NO


def find_recorded(bedside: Bedside, order: MedicineEntry, *set_ids: str) -> Finding:
    """Whether an active problem, its stage or the order's reason is in one of the sets. Silence is no finding."""
    if found := bedside.find_active_conditions(*set_ids):
        shown = tuple(show_condition(condition) for condition in found)
        return Finding(True, shown, (), {"finding": found[0].match.shown})
    for condition in bedside.chart.conditions:
        for stage in condition.stage if condition.is_active else ():
            if any(bedside.sets[set_id].find(stage) for set_id in set_ids):
                day = condition.since.recorded if condition.since else ""
                shown = (Evidence("stage", stage.shown(), "", day, condition.reference),)
                return Finding(True, shown, (), {"finding": stage.shown()})
    told = find_reason(bedside, order, *set_ids)
    if told.truth:
        return Finding(True, told.evidence, (), {"finding": told.values["reason"]})
    lacking = bedside.chart.find_lacking("conditions")
    return Finding(None, (), lacking) if lacking else NO
