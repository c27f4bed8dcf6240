"""The treatment that a patient is on, without an order of now: the entry of the record that it hangs on."""

from __future__ import annotations

from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.denosumab import find_ordered_product
from cds_hooks.chart.denosumab_course import DENOSUMAB, find_denosumab_course
from cds_hooks.chart.medicines import ORDER_INTENTS, find_covered, is_active
from cds_hooks.chart.phase import DEFAULT_COVER_DAYS
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.clinical.calendar import add_months

#: Site parameter: how long after a denosumab dose a patient counts as treated, where no order or statement stands.
TREATED_MONTHS = "denosumab-treated-months"
#: Site parameter: how many days after the supply ran out a patient still counts as treated.
LATE_DAYS = "refill-late-days"
_LASTING = {
    EntryKind.REQUEST: frozenset({"active"}),
    EntryKind.DISPENSE: frozenset({"completed", "in-progress"}),
    EntryKind.ADMINISTRATION: frozenset({"completed", "in-progress"}),
}
_STOPPED = frozenset({"stopped", "not-taken", "cancelled"})

Found = Matched[MedicineEntry]


def find_treatment(bedside: Bedside, set_id: str) -> Found | None:
    """The newest active order of the medicine, else the newest active statement; without either what was last ordered, handed out
    or given, while it lasts and nothing later says that treatment was stopped. None for a patient who is not on the medicine.
    """
    held = [found for found in bedside.find_medicines(set_id) if set_id != DENOSUMAB or _is_ours(bedside, found.record)]
    active = [found for found in held if is_active(found.record, bedside.now.today)]
    for kind in (EntryKind.REQUEST, EntryKind.STATEMENT):
        if of_kind := [found for found in active if found.record.kind is kind]:
            return of_kind[0]
    lasting = _find_lasting_dose(bedside, held) if set_id == DENOSUMAB else _find_lasting_supply(bedside, held)
    return lasting if lasting and not any(_is_stop(found.record, lasting.record) for found in held) else None


def _is_ours(bedside: Bedside, entry: MedicineEntry) -> bool:
    """Whether it is not the 120 mg medicine, told as for an order of it."""
    return find_ordered_product(bedside, entry).truth is not True


def _find_lasting_supply(bedside: Bedside, held: list[Found]) -> Found | None:
    """The newest dispense, administration or order still called active that ran out at most 7 days (site) ago: a refill may be
    late, and the programme goes on meanwhile."""
    since = bedside.now.today - timedelta(days=bedside.numbers.days(LATE_DAYS))
    for found in held:
        if _may_last(found.record):
            covered = find_covered(found.record, DEFAULT_COVER_DAYS)
            if covered is not None and covered[1] >= since:
                return found
    return None


def _may_last(entry: MedicineEntry) -> bool:
    return entry.status in _LASTING.get(entry.kind, ()) and entry.intent in ORDER_INTENTS and not entry.do_not_perform


def _find_lasting_dose(bedside: Bedside, held: list[Found]) -> Found | None:
    """The last dose of denosumab, unless it is so many months (site) ago that treatment cannot be told from an earlier one."""
    if not held:
        return None
    last = find_denosumab_course(bedside, held[0].record).last
    if last is None or (last.day is not None and _is_long_ago(bedside, last.day.last)):
        return None
    return last.found


def _is_long_ago(bedside: Bedside, day: date) -> bool:
    return add_months(day, bedside.numbers.days(TREATED_MONTHS)) < bedside.now.today


def _is_stop(entry: MedicineEntry, lasting: MedicineEntry) -> bool:
    """Whether an order or statement says that what lasts by its supply was stopped: of that day or later, or the very order."""
    if entry.kind not in (EntryKind.REQUEST, EntryKind.STATEMENT) or entry.status not in _STOPPED:
        return False
    days = [when.last for when in (entry.when, entry.end, entry.asserted) if when is not None]
    began = lasting.start or lasting.when
    return entry.reference in lasting.based_on or (began is not None and any(day >= began.first for day in days))
