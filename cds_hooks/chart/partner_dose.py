"""The dose of a partner medicine against the dose that the regimen gives it: in mg, by weight, by body surface, by its days."""

from __future__ import annotations

from decimal import Decimal

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.body_size import BodySize, find_body_surface, find_weight
from cds_hooks.chart.evidence import show_number
from cds_hooks.chart.finding import Amount, Evidence, Finding, Value, merge
from cds_hooks.chart.medicines import MEDICINE_KEYS, compute_entry_schedule, find_active, show_medicine
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.clinical.supply import compute_days_of_intake
from cds_hooks.record import Record

#: Dose units that already stand per kilogram or per square metre (UCUM).
_PER_KG = frozenset({"mg/kg"})
_PER_M2 = frozenset({"mg/m2", "mg/m²", "mg/m^2"})


class PartnerLimit(Record):
    """The most that 4.2 gives on a day of intake: mg, mg per kg or mg per m2; or the most days in a row."""

    mg: Decimal | None = None
    mg_per_kg: Decimal | None = None
    mg_per_m2: Decimal | None = None
    days_in_a_row: int | None = None


def find_above(bedside: Bedside, set_ids: tuple[str, ...], limit: PartnerLimit, *, unknown_as: str = "") -> Finding:
    """Whether a draft or an active order of the medicines is above the limit. `unknown_as` names a dose that cannot be
    computed; without it such a dose, or a lacking weight or height, is passed over in silence."""
    taken = find_active(bedside, *set_ids)
    lacking = bedside.chart.find_lacking(*MEDICINE_KEYS)
    findings = [_judge(bedside, found, limit, unknown_as=unknown_as) for found in taken]
    truths = [finding.truth for finding in findings]
    if True in truths:
        return merge([finding for finding in findings if finding.truth], True)
    if lacking or None in truths:
        return merge([*findings, Finding(None, missing=lacking)], None)
    return merge(findings, False) if findings else Finding(False)


def _judge(bedside: Bedside, found: Matched[MedicineEntry], limit: PartnerLimit, *, unknown_as: str) -> Finding:
    schedule = compute_entry_schedule(found.record)
    if limit.days_in_a_row is not None:
        truth = _has_no_pause(found.record, schedule, limit.days_in_a_row)
        values: dict[str, Value] = {"partner": found.match.shown, "dose": _show_dose(schedule)}
        return Finding(truth, (show_medicine(found),), (), values)
    if limit.mg is None and (stated := _find_stated(found.record, limit)) is not None:
        dose, most, unit = stated
        return _compare(found, dose, most, unit=unit)
    if isinstance(schedule, NotComputable):
        return Finding(None, (show_medicine(found),), (unknown_as,) if unknown_as else ())
    if limit.mg is not None:
        return _compare(found, schedule.mg_per_intake_day, limit.mg)
    size = find_weight(bedside) if limit.mg_per_kg is not None else find_body_surface(bedside)
    if size is None:
        return Finding(None, (show_medicine(found),), bedside.chart.find_lacking("observations"))
    return _compare_by_size(found, schedule, limit, size=size)


def _compare_by_size(found: Matched[MedicineEntry], schedule: Schedule, limit: PartnerLimit, *, size: BodySize) -> Finding:
    rate = limit.mg_per_kg if limit.mg_per_kg is not None else limit.mg_per_m2 or Decimal(0)
    most = rate * size.value
    told = _compare(found, schedule.mg_per_intake_day, most)
    return merge([told, Finding(told.truth, size.evidence)], told.truth)


def _compare(found: Matched[MedicineEntry], dose: Decimal, most: Decimal, *, unit: str = "mg") -> Finding:
    shown = Evidence("partner-dose", f"{dose.normalize():f}", unit, "", found.record.reference)
    values: dict[str, Value] = {
        "partner": found.match.shown,
        "dose": Amount(dose, unit),
        "limit": Amount(Decimal(show_number(most)), unit),
    }
    return Finding(dose > most, (show_medicine(found), shown), (), values)


def _find_stated(entry: MedicineEntry, limit: PartnerLimit) -> tuple[Decimal, Decimal, str] | None:
    """A dose that is ordered per kg or per m2: as written, beside the limit of that kind."""
    pairs = ((limit.mg_per_kg, _PER_KG, "mg/kg"), (limit.mg_per_m2, _PER_M2, "mg/m2"))
    for rate, units, unit in pairs:
        if rate is None:
            continue
        if doses := [dose.high for line in entry.dosages for dose in line.doses if dose.unit in units]:
            return max(doses), rate, unit
    return None


def _has_no_pause(entry: MedicineEntry, schedule: Schedule | NotComputable, days_in_a_row: int) -> bool | None:
    """Daily, for more days in a row than that or with no end in sight."""
    if isinstance(schedule, NotComputable):
        return None
    if schedule.pattern is None:
        return None
    if schedule.pattern.has_pause:
        return False
    supply = entry.supply
    days = compute_days_of_intake(
        quantity=supply.quantity,
        quantity_unit=supply.quantity_unit,
        duration_days=supply.duration_days,
        schedule=schedule,
        strength_mg=entry.product.strength_mg,
    )
    told = [one for one in (schedule.intake_days, days) if isinstance(one, Decimal)]
    return not told or min(told) > days_in_a_row


def _show_dose(schedule: Schedule | NotComputable) -> Amount:
    return Amount(schedule.mg_per_intake_day if isinstance(schedule, Schedule) else Decimal(0), "mg")
