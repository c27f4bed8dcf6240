"""How many capsules a rewritten order needs: for the same days as the old quantity."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from cds_hooks.chart.records import MedicineEntry, Supply
from cds_hooks.clinical.dosage import Schedule
from cds_hooks.clinical.dose_amount import Content, find_mg_per_unit
from cds_hooks.fhir.writing.context import Json
from cds_hooks.fhir.writing.days import is_same_share
from cds_hooks.fhir.writing.dosage import write_capsules
from cds_hooks.fhir.writing.repair import drop

LEFT_OUT = "suggestion.quantity-left-out"
BESIDE = "suggestion.dispense-request-beside"


def rewrite_supply(order: Json, entry: MedicineEntry, *, ordered: Schedule, written: Schedule, capsules: int) -> tuple[str, ...]:
    """Puts the new quantity into `order`; duration, repeats and validity stay. Where it cannot be computed it goes, and the
    remark that the action has to say is returned. No quantity before: none after."""
    supply = order.get("dispenseRequest")
    if not isinstance(supply, dict):
        # The supply of a Dutch agreement stands in a dispense request beside it, which a change of this order leaves as it is.
        return (BESIDE,) if entry.supply != Supply() else ()
    supply = order["dispenseRequest"] = dict(supply)
    remarks = _leave_out_first_fill(supply)
    if "quantity" not in supply:
        return remarks
    days = _count_intake_days(entry, ordered, written=written)
    drop(supply, "quantity")
    if days is None or days < 1:
        remarks = (LEFT_OUT,)
    else:
        supply["quantity"] = write_capsules(int(days) * capsules)
    if not supply:
        drop(order, "dispenseRequest")
    return remarks


def _count_intake_days(entry: MedicineEntry, ordered: Schedule, *, written: Schedule) -> Decimal | None:
    """Days of intake in the same calendar days that the old quantity lasted."""
    per_unit = find_mg_per_unit(entry.supply.quantity_unit, Content(entry.product.strength_mg, entry.product.mg_per_ml))
    if entry.supply.quantity is None or not isinstance(per_unit, Decimal) or ordered.lowest_mg is not None:
        return None
    days = (entry.supply.quantity * per_unit / ordered.mg_per_intake_day).to_integral_value(ROUND_FLOOR)
    if is_same_share(ordered.pattern, written.pattern):
        return days
    if ordered.pattern is None or written.pattern is None:
        return None
    return written.pattern.count_days_on(ordered.pattern.cover(days)).to_integral_value(ROUND_FLOOR)


def _leave_out_first_fill(supply: Json) -> tuple[str, ...]:
    """The quantity of a first fill is of the old capsules."""
    first = supply.get("initialFill")
    if not isinstance(first, dict) or "quantity" not in first:
        return ()
    rest = {key: value for key, value in first.items() if key.lstrip("_") != "quantity"}
    drop(supply, "initialFill")
    if rest:
        supply["initialFill"] = rest
    return (LEFT_OUT,)
