"""A therapeutic anticoagulant, and since when: oral or direct, or a heparin above its prophylactic dose (definitions)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.medicines import (
    MEDICINE_KEYS,
    compute_entry_schedule,
    find_covered,
    find_unbroken_since,
    is_active,
    is_or_was_taken,
    show_medicine,
)
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.clinical.dosage import DosageLine, DoseAmount, NotComputable
from cds_hooks.clinical.dose import compute_schedule

ORAL_OR_DIRECT = "anticoagulant-oral-or-direct"
#: Heparins by value set, and the parameter that holds the highest prophylactic dose of a day in IU.
PROPHYLACTIC_UNITS = {
    "enoxaparin": "enoxaparin-prophylactic-units",
    "dalteparin": "dalteparin-prophylactic-units",
    "nadroparin": "nadroparin-prophylactic-units",
    "tinzaparin": "tinzaparin-prophylactic-units",
    "unfractionated-heparin": "heparin-prophylactic-units",
}
PROPHYLACTIC_MG = {"enoxaparin": "enoxaparin-prophylactic-mg"}
LONG_ENOUGH = "anticoagulated-days"
GAP = "anticoagulant-gap-days"
PARAMETERS = (LONG_ENOUGH, GAP, *PROPHYLACTIC_UNITS.values(), *PROPHYLACTIC_MG.values())
_UNITS = frozenset({"[iu]", "iu", "ie", "i.e.", "u", "[iu]{anti-xa}", "anti-xa ie", "anti-xa iu", "international unit"})
_OPEN_ENDED_DAYS = 28


def find_long_anticoagulated(bedside: Bedside) -> Finding:
    """Whether a therapeutic anticoagulant is taken now, without a gap for 14 days or more (site)."""
    today = bedside.now.today
    therapeutic = [found for found in _find_given(bedside) if _is_therapeutic(bedside, found.record)]
    active = [found for found in therapeutic if is_active(found.record, today)]
    lacking = bedside.chart.find_lacking(*MEDICINE_KEYS)
    if not active:
        return Finding(None if lacking else False, missing=lacking)
    stays = [stay for found in therapeutic if (stay := _find_stay(found.record, today))]
    since = find_unbroken_since(stays, bedside.numbers.days(GAP))
    long_enough = since is not None and since <= today - timedelta(days=bedside.numbers.days(LONG_ENOUGH))
    evidence = tuple(show_medicine(found) for found in active)
    if long_enough:
        return Finding(True, evidence, parameters=(LONG_ENOUGH,))
    return Finding(None if lacking else False, evidence, lacking, parameters=(LONG_ENOUGH,))


def _find_given(bedside: Bedside) -> list[Matched[MedicineEntry]]:
    found = bedside.find_medicines(ORAL_OR_DIRECT, *PROPHYLACTIC_UNITS)
    return [one for one in found if is_or_was_taken(one.record) and one.record.status != "on-hold"]


def _find_stay(entry: MedicineEntry, today: date) -> tuple[date, date] | None:
    """The days it was taken; what is active reaches today."""
    stay = find_covered(entry, _OPEN_ENDED_DAYS)
    if stay is None:
        return None
    return (stay[0], max(stay[1], today)) if is_active(entry, today) else stay


def _is_therapeutic(bedside: Bedside, entry: MedicineEntry) -> bool:
    """An oral or direct one always; a heparin only where its dose is known and above the prophylactic one."""
    concepts = entry.product.concepts()
    if bedside.sets[ORAL_OR_DIRECT].find_any(concepts):
        return True
    heparin = next((name for name in PROPHYLACTIC_UNITS if bedside.sets[name].find_any(concepts)), None)
    if heparin is None:
        return False
    units = _compute_units_a_day(entry)
    if units is not None:
        return units > bedside.numbers.number(PROPHYLACTIC_UNITS[heparin])
    schedule = compute_entry_schedule(entry)
    limit = PROPHYLACTIC_MG.get(heparin)
    if limit is None or isinstance(schedule, NotComputable):
        return False
    return schedule.mg_per_intake_day > bedside.numbers.number(limit)


def _compute_units_a_day(entry: MedicineEntry) -> Decimal | None:
    """IU on a day of intake, by the same rules as milligrams; None where the dosage is not in IU."""
    lines = [_read_units(line) for line in entry.dosages]
    if not lines or not all(line.doses for line in lines):
        return None
    schedule = compute_schedule(lines, strength_mg=None)
    return None if isinstance(schedule, NotComputable) else schedule.mg_per_intake_day


def _read_units(line: DosageLine) -> DosageLine:
    doses = tuple(_as_plain(dose) for dose in line.doses if dose.unit.strip().casefold() in _UNITS)
    return replace(line, doses=doses)


def _as_plain(dose: DoseAmount) -> DoseAmount:
    """IU are counted where the schedule counts mg: only the number matters here."""
    return replace(dose, unit="mg")
