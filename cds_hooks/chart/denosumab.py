"""Which denosumab an entry is: the 60 mg medicine, the 120 mg one, or not to be told (they share one ATC and substance code)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.finding import NO, Finding
from cds_hooks.chart.medicines import MEDICINE_KEYS, compute_entry_schedule, find_active, show_medicine
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.clinical.dosage import Schedule

HALF_YEAR_DAYS = 150


class DenosumabProduct(StrEnum):
    """The medicine behind an entry of denosumab."""

    SIXTY = "60 mg"
    ONE_TWENTY = "120 mg"
    UNKNOWN = "unknown"


def find_stated_product(bedside: Bedside, entry: MedicineEntry) -> DenosumabProduct:
    """What product code, brand, strength or dose of the entry say, and else its reason."""
    product = entry.product
    if bedside.sets["denosumab-120"].find_any(product.concepts()):
        return DenosumabProduct.ONE_TWENTY
    if bedside.sets["denosumab-60"].find_any(product.concepts()):
        return DenosumabProduct.SIXTY
    schedule = compute_entry_schedule(entry)
    dose = schedule.mg_per_intake_day if isinstance(schedule, Schedule) else None
    if product.strength_mg == 120 or product.mg_per_ml == 70 or dose == 120:
        return DenosumabProduct.ONE_TWENTY
    if product.strength_mg == 60 or product.mg_per_ml == 60 or dose == 60:
        return DenosumabProduct.SIXTY
    return _find_by_reason(bedside, entry)


def _find_by_reason(bedside: Bedside, entry: MedicineEntry) -> DenosumabProduct:
    if bedside.sets["osteoporosis-or-bone-loss"].find_any(entry.reasons):
        return DenosumabProduct.SIXTY
    if bedside.sets["bone-metastases"].find_any(entry.reasons):
        return DenosumabProduct.ONE_TWENTY
    return DenosumabProduct.UNKNOWN


def find_ordered_product(bedside: Bedside, order: MedicineEntry) -> Finding:
    """Whether a judged order is the 120 mg medicine; true only where neither reason nor interval speaks for osteoporosis.

    An order that says nothing of strength, dose or reason is judged as the 60 mg one.
    """
    if find_stated_product(bedside, order) is not DenosumabProduct.ONE_TWENTY:
        return NO
    bone_loss = bedside.sets["osteoporosis-or-bone-loss"]
    if order.reasons:
        return NO if bone_loss.find_any(order.reasons) else Finding(True)
    if bedside.find_active_conditions("osteoporosis-or-bone-loss") or _is_half_yearly(order):
        return NO
    lacking = bedside.chart.find_lacking("conditions")
    return Finding(None if lacking else True, missing=lacking)


def _is_half_yearly(order: MedicineEntry) -> bool:
    schedule = compute_entry_schedule(order)
    if not isinstance(schedule, Schedule) or schedule.pattern is None:
        return False
    return schedule.pattern.cycle_days / schedule.pattern.days_on >= HALF_YEAR_DAYS


def find_other_denosumab(bedside: Bedside, order: MedicineEntry) -> Finding:
    """Whether the other denosumab is active or ordered beside `order`; of an entry that says no strength it is unknown."""
    own = _find_own_product(bedside, order)
    unclear: list[Matched[MedicineEntry]] = []
    for found in find_active(bedside, "denosumab"):
        if found.record.reference == order.reference or found.record.reference in order.replaces:
            continue
        product = find_stated_product(bedside, found.record)
        if product is DenosumabProduct.UNKNOWN:
            unclear.append(found)
        elif product is not own:
            return Finding(True, (show_medicine(found),))
    lacking = bedside.chart.find_lacking(*MEDICINE_KEYS)
    if unclear:
        return Finding(None, tuple(show_medicine(found) for found in unclear), (*lacking, "strength of the other denosumab"))
    return Finding(None if lacking else False, missing=lacking)


def _find_own_product(bedside: Bedside, order: MedicineEntry) -> DenosumabProduct:
    """The medicine that the order adds. Osteoporosis on the problem list makes no 60 mg of it: it may be why the other one
    is taken. The order's own reason or interval does."""
    if find_stated_product(bedside, order) is not DenosumabProduct.ONE_TWENTY:
        return DenosumabProduct.SIXTY
    is_for_bone_loss = bedside.sets["osteoporosis-or-bone-loss"].find_any(order.reasons) or _is_half_yearly(order)
    return DenosumabProduct.SIXTY if is_for_bone_loss else DenosumabProduct.ONE_TWENTY


def find_planned_date(order: MedicineEntry, today: date) -> date:
    """When the dose is planned: `timing.event`, else the bounds' start, else the order's date; without any, today."""
    events = [day for line in order.dosages if line.timing for day in line.timing.events]
    if events:
        return min(events)
    starts = [line.timing.bounds_start for line in order.dosages if line.timing and line.timing.bounds_start]
    if starts:
        return min(starts)
    return order.when.last if order.when else today
