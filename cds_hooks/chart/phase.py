"""Treatment phase of lenalidomide: start or continuing, when this course began, how many cycles it has had (definitions)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.medicines import ALL_MEDICINE_KEYS, ORDER_INTENTS, find_covered, show_medicine
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.record import Record

DEFAULT_COVER_DAYS = 28
CYCLE_GAP_DAYS = 14

_COUNTING = {
    EntryKind.REQUEST: frozenset({"active", "completed", "stopped"}),
    EntryKind.STATEMENT: frozenset({"active", "completed", "stopped", "recorded"}),
    EntryKind.DISPENSE: frozenset({"completed", "in-progress", "stopped"}),
    EntryKind.ADMINISTRATION: frozenset({"completed", "in-progress", "stopped"}),
}


class Phase(StrEnum):
    """Where the patient stands in the treatment."""

    START = "start"
    CONTINUING = "continuing"
    UNKNOWN = "unknown"


class Stay(Record):
    """The days that one entry of the medicine covers, both included."""

    first: date
    last: date
    found: Matched[MedicineEntry]


class Course(Record):
    """The present course. `began` is its first known day (None at start); `cycles` the known earlier cycles of it.

    `missing` are the medicine inputs that could not be had.
    """

    phase: Phase
    began: date | None
    cycles: int | None
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...]
    stays: tuple[Stay, ...] = ()
    """What the record holds of this course, oldest first; empty at start."""


def find_course(bedside: Bedside, set_id: str, order: MedicineEntry) -> Course:
    """The course of the medicine in `set_id` that `order` begins or goes on with. An order of the record is part of it, from the
    day after its own on."""
    gap = timedelta(days=bedside.numbers.days("course-gap-days"))
    stays = sorted(_find_stays(bedside, set_id, order), key=lambda stay: (stay.first, stay.found.record.reference))
    lacking = bedside.chart.find_lacking(*ALL_MEDICINE_KEYS)
    present = _find_present_course(stays, gap)
    newest = max(present, key=lambda stay: (stay.last, stay.found.record.reference), default=None)
    if newest is not None and newest.last + gap >= bedside.now.today:
        shown = (show_medicine(newest.found),)
        return Course(Phase.CONTINUING, present[0].first, _count_cycles(present), shown, lacking, tuple(present))
    if "medications" in lacking:
        return Course(Phase.UNKNOWN, None, None, (), lacking)
    return Course(Phase.START, None, 0 if not lacking else None, (), lacking)


def _find_stays(bedside: Bedside, set_id: str, order: MedicineEntry) -> list[Stay]:
    """The days covered by every entry of the medicine that counts, this order and orders of its own day left out."""
    stays = []
    for found in bedside.find_medicines(set_id):
        entry = found.record
        if not _counts(entry, order, bedside.now.today):
            continue
        covered = find_covered(entry, DEFAULT_COVER_DAYS)
        if covered is not None and covered[0] <= bedside.now.today:
            last = max(covered[1], bedside.now.today) if _is_open(entry) else covered[1]
            stays.append(Stay(covered[0], last, found))
    return stays


def _is_open(entry: MedicineEntry) -> bool:
    """An active statement whose period of use has a start and no end: it has not ended, so it covers today."""
    return entry.kind is EntryKind.STATEMENT and entry.status == "active" and entry.start is not None and entry.end is None


def _counts(entry: MedicineEntry, order: MedicineEntry, today: date) -> bool:
    if entry.do_not_perform or entry.status not in _COUNTING.get(entry.kind, frozenset()):
        return False
    if entry.kind is not EntryKind.REQUEST:
        return True
    if entry.intent not in ORDER_INTENTS or (order.is_draft and entry.reference == order.reference):
        return False
    own_day = today if not order.is_draft else order.when.last if order.when else None
    return entry.when is None or entry.when.last != own_day


def _find_present_course(stays: list[Stay], gap: timedelta) -> list[Stay]:
    """The stays since the last gap longer than `gap`."""
    present: list[Stay] = []
    reach: date | None = None
    for stay in stays:
        if reach is not None and stay.first > reach + gap:
            present = []
        present.append(stay)
        reach = max(stay.last, reach) if reach and len(present) > 1 else stay.last
    return present


def _count_cycles(present: list[Stay]) -> int:
    """Orders or dispenses that start at least 14 days apart, one cycle each; a longer supply is as many as fill its days."""
    cycles, last_start = 0, None
    for stay in present:
        if last_start is not None and stay.first < last_start + timedelta(days=CYCLE_GAP_DAYS):
            continue
        cycles += max(1, round(((stay.last - stay.first).days + 1) / DEFAULT_COVER_DAYS))
        last_start = stay.last - timedelta(days=DEFAULT_COVER_DAYS - 1) if stay.last > stay.first else stay.first
        last_start = max(last_start, stay.first)
    return cycles
