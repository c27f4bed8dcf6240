"""Two orders of one medicine for the same days: capsules of one dose, or one order too many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.medicines import find_covered
from cds_hooks.chart.order_dose import find_overlapping
from cds_hooks.chart.phase import DEFAULT_COVER_DAYS
from cds_hooks.chart.records import EntryKind, MedicineEntry


@dataclass(frozen=True, slots=True)
class Overlap:
    """Orders of the same days. `is_running`: one of them is on record already; else all are drafts of this call, and may be
    capsules of one dose."""

    orders: tuple[MedicineEntry, ...]
    is_running: bool


def find_overlap(bedside: Bedside, set_id: str, orders: tuple[MedicineEntry, ...]) -> Overlap | None:
    """What overlaps: running orders that the judged ones neither replace nor succeed, else drafts with each other."""
    beside = find_overlapping(bedside, set_id, orders)
    today = bedside.now.today
    drafts = [*orders, *(entry for entry in beside if entry.kind is EntryKind.DRAFT)]
    running = [entry for entry in beside if entry.kind is not EntryKind.DRAFT and _meets_any(entry, orders, today)]
    if running:
        return Overlap((*(order for order in drafts if _meets_any(order, running, today)), *running), True)
    together = [one for one in drafts if _meets_any(one, [other for other in drafts if other is not one], today)]
    return Overlap(tuple(together), False) if together else None


def _meets_any(entry: MedicineEntry, others: Sequence[MedicineEntry], today: date) -> bool:
    first, last = _find_days(entry, today)
    return any(first <= end and start <= last for start, end in (_find_days(other, today) for other in others))


def _find_days(entry: MedicineEntry, today: date) -> tuple[date, date]:
    """First and last covered day; an entry without a date covers the days from today on."""
    return find_covered(entry, DEFAULT_COVER_DAYS) or (today, date.max)
