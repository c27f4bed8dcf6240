"""When a medicine counts as taken: active orders and statements, the days an entry covers, and the supply behind them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.finding import NO, Evidence, Finding
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.clinical.dose import compute_schedule
from cds_hooks.clinical.names import NO_DOSAGE
from cds_hooks.clinical.supply import compute_supply_days

#: Intents of a MedicationRequest that is an order, not an idea (definitions, "active medicine").
ORDER_INTENTS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order", "plan", ""})
_ACTIVE_STATEMENT = frozenset({"active", "recorded", "intended"})
_NEVER_TAKEN = frozenset({"not-taken", "not-done", "cancelled", "entered-in-error", "draft", "declined", "preparation"})
MEDICINE_KEYS = ("medications", "statements")
ALL_MEDICINE_KEYS = ("medications", "statements", "dispenses", "administrations")
_SCHEDULES = (Schedule, NotComputable)
_SUPPLIES = (Decimal, NotComputable)


def is_active(entry: MedicineEntry, today: date) -> bool:
    """Whether the entry says that the medicine is taken now (definitions, "active medicine")."""
    if entry.do_not_perform:
        return False
    if entry.kind is EntryKind.DRAFT:
        return entry.status in ("draft", "active", "on-hold", "unknown", "")
    if entry.kind is EntryKind.REQUEST:
        return entry.status == "active" and entry.intent in ORDER_INTENTS and not has_ended(entry, today)
    return entry.kind is EntryKind.STATEMENT and entry.status in _ACTIVE_STATEMENT and not has_ended(entry, today)


def is_or_was_taken(entry: MedicineEntry) -> bool:
    """Whether the entry says that the medicine is or was given, at any time."""
    return not entry.do_not_perform and entry.status not in _NEVER_TAKEN and entry.intent != "proposal"


def has_ended(entry: MedicineEntry, today: date) -> bool:
    """Whether the entry's period is over; capsules taken on days 1-21 cover the pause that belongs to their cycle."""
    end = find_period_end(entry)
    if end is None or end >= today:
        return False
    began, supply = find_start(entry), compute_entry_supply(entry)
    if began is None or isinstance(supply, NotComputable) or supply >= 36_525:
        return True
    return began + timedelta(days=int(supply) - 1) < today


def find_period_end(entry: MedicineEntry) -> date | None:
    """The last day of the entry's period: its own end, else its dosage's bounds; None where it is open."""
    if entry.end is not None:
        return entry.end.last
    if not entry.is_bounded:
        return None
    ends = [end for line in entry.dosages if (end := _find_bounds_end(entry, line.timing)) is not None]
    return max(ends) if ends and len(ends) == len(entry.dosages) else None


def _find_bounds_end(entry: MedicineEntry, timing: object) -> date | None:
    bounds_end: date | None = getattr(timing, "bounds_end", None)
    if bounds_end is not None:
        return bounds_end
    days: Decimal | None = getattr(timing, "bounds_days", None)
    began = find_start(entry)
    if days is None or began is None or not 0 < days < 36_525:
        return None
    return began + timedelta(days=int(days) - 1)


def find_start(entry: MedicineEntry) -> date | None:
    """The day it was begun: the period's start, else the entry's own date (the late end of a partial one)."""
    began = entry.start or entry.when
    return began.last if began else None


def compute_entry_schedule(entry: MedicineEntry) -> Schedule | NotComputable:
    """Dose and pattern of one entry."""
    known = entry.worked_out.get("schedule")
    if isinstance(known, _SCHEDULES):
        return known
    schedule = entry.worked_out["schedule"] = _compute_schedule(entry) if entry.dosages else NO_DOSAGE
    return schedule


def _compute_schedule(entry: MedicineEntry) -> Schedule | NotComputable:
    product = entry.product
    return compute_schedule(
        entry.dosages,
        strength_mg=product.strength_mg,
        mg_per_ml=product.mg_per_ml,
        supply_text=entry.note,
        order_days=entry.supply.duration_days,
    )


def compute_entry_supply(entry: MedicineEntry) -> Decimal | NotComputable:
    """For how many days the entry's supply lasts (definitions, "supply")."""
    known = entry.worked_out.get("supply")
    if isinstance(known, _SUPPLIES):
        return known
    supply = entry.supply
    days = compute_supply_days(
        quantity=supply.quantity,
        quantity_unit=supply.quantity_unit,
        duration_days=supply.duration_days,
        repeats=supply.repeats,
        schedule=compute_entry_schedule(entry),
        strength_mg=entry.product.strength_mg,
    )
    entry.worked_out["supply"] = days
    return days


def find_covered(entry: MedicineEntry, default_days: int) -> tuple[date, date] | None:
    """First and last day that the entry covers: to the end of supply or period, else `default_days` from its date."""
    began = find_start(entry)
    if began is None:
        return None
    supply = compute_entry_supply(entry)
    period_end = find_period_end(entry)
    if isinstance(supply, Decimal) and supply < 36_525:
        last = began + timedelta(days=max(int(supply) - 1, 0))
        return began, max(last, period_end) if period_end else last
    return began, period_end or began + timedelta(days=default_days)


def find_unbroken_since(stays: Iterable[tuple[date, date]], gap_days: int) -> date | None:
    """The first day of the newest row of stays (first and last day each) without a gap of over `gap_days`; None without any."""
    since: date | None = None
    reach: date | None = None
    for first, last in sorted(stays):
        if reach is None or first > reach + timedelta(days=gap_days):
            since = first
        reach = last if reach is None else max(last, reach)
    return since


def show_medicine(found: Matched[MedicineEntry]) -> Evidence:
    """A medicine entry as evidence, under the fact name "medicine"."""
    entry = found.record
    notes = ("note.matched-by-text",) if found.match.by == "text" else ()
    began = entry.start or entry.when
    return Evidence("medicine", found.match.shown, "", began.recorded if began else "", entry.reference, "", notes)


def find_active(bedside: Bedside, *set_ids: str) -> tuple[Matched[MedicineEntry], ...]:
    """Active entries of the record and drafts of this call in the sets."""
    active = bedside.active.get(set_ids)
    if active is None:
        today = bedside.now.today
        found = bedside.find_medicines_and_drafts(*set_ids)
        active = bedside.active[set_ids] = tuple([one for one in found if is_active(one.record, today)]) if found else ()
    return active


def find_taking(bedside: Bedside, *set_ids: str) -> Finding:
    """Whether a medicine of the sets is active or ordered: true, false, or unknown where orders or statements are lacking."""
    active = find_active(bedside, *set_ids)
    if active:
        return Finding(True, tuple([show_medicine(found) for found in active]))
    lacking = bedside.chart.find_lacking(*MEDICINE_KEYS)
    return Finding(None, (), lacking) if lacking else NO


def find_given(bedside: Bedside, *set_ids: str, since: date) -> Finding:
    """Whether a medicine of the sets is active or ordered, or was dispensed or administered on or after `since`."""
    if active := find_active(bedside, *set_ids):
        return Finding(True, tuple(show_medicine(found) for found in active))
    for found in bedside.find_medicines(*set_ids):
        began = find_start(found.record)
        if is_or_was_taken(found.record) and began is not None and began >= since:
            return Finding(True, (show_medicine(found),))
    lacking = bedside.chart.find_lacking(*ALL_MEDICINE_KEYS)
    return Finding(None if lacking else False, missing=lacking)
