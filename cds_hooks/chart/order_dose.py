"""The dose a patient would take: all judged orders of a medicine on the same days, with active ones that they do not replace."""

from __future__ import annotations

from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.medicines import compute_entry_schedule, find_covered, find_start, is_active
from cds_hooks.chart.phase import DEFAULT_COVER_DAYS
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.clinical.combination import PlacedSchedule, sum_same_days
from cds_hooks.clinical.dosage import NotComputable, Schedule


def find_dose(
    bedside: Bedside, orders: tuple[MedicineEntry, ...], *, others: tuple[MedicineEntry, ...]
) -> Schedule | NotComputable:
    """The sum on the same days (contract: "dose rules once, on the sum of the medicine's orders"); `others` go on beside them."""
    if len(orders) == 1 and not others:
        return compute_entry_schedule(orders[0])
    return sum_same_days([_place(entry, bedside.now.today) for entry in (*orders, *others)])


def find_overlapping(bedside: Bedside, set_id: str, orders: tuple[MedicineEntry, ...]) -> tuple[MedicineEntry, ...]:
    """What goes on beside the judged orders: other drafts of this call, and running orders neither replaced nor at their end."""
    if not orders:
        return ()
    today = bedside.now.today
    judged = {order.reference for order in orders}
    replaced = judged.union(*[order.replaces for order in orders])
    drafts = [found.record for found in bedside.find_drafts(set_id)]
    beside = [draft for draft in drafts if is_active(draft, today) and draft.reference not in judged]
    for found in bedside.find_medicines(set_id):
        entry = found.record
        if entry.kind is not EntryKind.REQUEST or entry.reference in replaced or not is_active(entry, today):
            continue
        if not _is_succeeded(bedside, entry, orders):
            beside.append(entry)
    return tuple(beside)


def _is_succeeded(bedside: Bedside, running: MedicineEntry, orders: tuple[MedicineEntry, ...]) -> bool:
    """A refill: 7 days (site) or fewer of the running order's cover are left when the new order begins."""
    covered = find_covered(running, DEFAULT_COVER_DAYS)
    if covered is None:
        return False
    begins = min((start for order in orders if (start := find_start(order))), default=bedside.now.today)
    left = (covered[1] - max(begins, bedside.now.today)).days + 1
    return left <= bedside.numbers.days("succession-days")


def _place(entry: MedicineEntry, today: date) -> PlacedSchedule:
    covered = find_covered(entry, DEFAULT_COVER_DAYS)
    schedule = compute_entry_schedule(entry)
    if covered is None:
        return PlacedSchedule(schedule, today)
    return PlacedSchedule(schedule, covered[0], covered[1] + timedelta(days=1))
