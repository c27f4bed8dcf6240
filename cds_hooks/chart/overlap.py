"""Two orders of one medicine for the same days: capsules of one dose, or one order too many."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cds_hooks.chart.medicines import find_covered
from cds_hooks.chart.phase import DEFAULT_COVER_DAYS
from cds_hooks.chart.records import EntryKind, MedicineEntry


@dataclass(frozen=True, slots=True)
class Overlap:
    """Orders of the same days. `is_running`: one of them is on record already; else all are drafts of this call, and may be
    capsules of one dose."""

    orders: tuple[MedicineEntry, ...]
    is_running: bool


def find_overlap(orders: tuple[MedicineEntry, ...], today: date, *, beside: tuple[MedicineEntry, ...]) -> Overlap | None:
    """What overlaps: running orders that the judged ones neither replace nor succeed, else drafts with each other; `beside` is
    what goes on beside the judged ones."""
    if not beside and len(orders) < 2:
        # One order has nothing to share a day with.
        return None
    drafts = [*orders, *(entry for entry in beside if entry.kind is EntryKind.DRAFT)]
    judged = _Covered(orders, today)
    running = [entry for entry in beside if entry.kind is not EntryKind.DRAFT and judged.count_meeting(entry)]
    if running:
        on_record = _Covered(running, today)
        return Overlap((*(order for order in drafts if on_record.count_meeting(order)), *running), True)
    among = _Covered(drafts, today)
    # Each draft meets itself.
    together = [one for one in drafts if among.count_meeting(one) > 1]
    return Overlap(tuple(together), False) if together else None


class _Covered:
    """The days that orders cover, kept so that a thousand of them are quickly compared with a thousand others."""

    def __init__(self, entries: Sequence[MedicineEntry], today: date) -> None:
        self._today = today
        days = [_find_days(entry, today) for entry in entries]
        self._firsts = sorted(first for first, _ in days)
        self._lasts = sorted(last for _, last in days)

    def count_meeting(self, entry: MedicineEntry) -> int:
        """How many share a day with the entry: those begun by its last day, without those over before its first."""
        first, last = _find_days(entry, self._today)
        return bisect_right(self._firsts, last) - bisect_left(self._lasts, first)


def _find_days(entry: MedicineEntry, today: date) -> tuple[date, date]:
    """First and last covered day, the last never before the first; an entry without a date covers the days from today on."""
    first, last = find_covered(entry, DEFAULT_COVER_DAYS) or (today, date.max)
    return first, max(first, last)
