"""How long medicines that hold back bone resorption were used: denosumab and bisphosphonates together (denosumab 4.2, 4.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.denosumab_course import DENOSUMAB, Dose, find_doses
from cds_hooks.chart.finding import Evidence, Finding
from cds_hooks.chart.medicines import (
    ALL_MEDICINE_KEYS,
    ORDER_INTENTS,
    find_covered,
    find_period_end,
    find_start,
    is_active,
    is_or_was_taken,
    show_medicine,
)
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.clinical.calendar import DAYS_PER_MONTH, add_months
from cds_hooks.record import Record

BISPHOSPHONATE = "bisphosphonate"
ZOLEDRONIC_ACID = "zoledronic-acid"
_SINGLE_DAYS = 28
_MONTHS_PER_YEAR = 12


class Use(Record):
    """Days of use, the last one exclusive."""

    first: date
    end: date


def find_long_use(
    bedside: Bedside, order: MedicineEntry, *, years: int, denosumab_months: int, zoledronic_months: int
) -> Finding:
    """Whether the use is so many years or more: each dose counts its months, other bisphosphonates their periods; overlaps
    once, gaps not."""
    zoledronic = bedside.find_medicines(ZOLEDRONIC_ACID)
    doses = find_doses(bedside, bedside.find_medicines(DENOSUMAB), order)
    yearly = find_doses(bedside, zoledronic, order)
    known = {found.record.reference for found in zoledronic}
    other = [found for found in bedside.find_medicines(BISPHOSPHONATE) if found.record.reference not in known]
    uses = [*_spread(doses, denosumab_months), *_spread(yearly, zoledronic_months), *_find_periods(bedside, other)]
    months = sum((_count_months(use) for use in _join(uses)), Decimal(0))
    shown = _show(months, [*(dose.found for dose in (*doses, *yearly)), *other])
    if months >= years * _MONTHS_PER_YEAR:
        return Finding(True, shown, values={"years": int(months // _MONTHS_PER_YEAR)})
    lacking = bedside.chart.find_lacking(*ALL_MEDICINE_KEYS)
    return Finding(None if lacking else False, shown, lacking)


def _spread(doses: Iterable[Dose], months: int) -> Iterator[Use]:
    """Each dose for its months; a statement of a period that has ended for that period, if it is longer."""
    for dose in doses:
        if dose.day is not None:
            yield Use(dose.day.first, max(add_months(dose.day.first, months), dose.day.last))


def _find_periods(bedside: Bedside, found: Iterable[Matched[MedicineEntry]]) -> Iterator[Use]:
    """Periods of other bisphosphonates up to today: to their end or that of the supply; open ones that are active to today."""
    today = bedside.now.today
    for entry in (one.record for one in found):
        began = find_start(entry)
        if began is None or began > today or not is_or_was_taken(entry) or not _is_use(entry):
            continue
        covered = find_covered(entry, _SINGLE_DAYS)
        last = covered[1] if covered else began
        if is_active(entry, today) and find_period_end(entry) is None and not _has_supply(entry):
            last = today
        yield Use(began, min(last, today) + timedelta(days=1))


def _is_use(entry: MedicineEntry) -> bool:
    if entry.kind is EntryKind.STATEMENT:
        return entry.status != "intended"
    return entry.kind is not EntryKind.REQUEST or entry.intent in ORDER_INTENTS


def _has_supply(entry: MedicineEntry) -> bool:
    return entry.supply.quantity is not None or entry.supply.duration_days is not None


def _join(uses: Iterable[Use]) -> list[Use]:
    """Overlaps once. Uses that only touch stay apart, so that calendar months are counted from each dose."""
    joined: list[Use] = []
    for use in sorted(uses, key=attrgetter("first", "end")):
        if joined and use.first < joined[-1].end:
            joined[-1] = Use(joined[-1].first, max(joined[-1].end, use.end))
        else:
            joined.append(use)
    return joined


def _count_months(use: Use) -> Decimal:
    """Whole calendar months, and the days over as a part of an average month."""
    months = (use.end.year - use.first.year) * _MONTHS_PER_YEAR + use.end.month - use.first.month
    if add_months(use.first, months) > use.end:
        months -= 1
    return months + Decimal((use.end - add_months(use.first, months)).days) / DAYS_PER_MONTH


def _show(months: Decimal, found: Iterable[Matched[MedicineEntry]]) -> tuple[Evidence, ...]:
    """The sum, and the first and the last entry that it was made of."""
    dated = sorted((began, one.record.reference, show_medicine(one)) for one in found if (began := find_start(one.record)))
    ends = dict.fromkeys(shown for _, _, shown in (*dated[:1], *dated[-1:]))
    return (Evidence("antiresorptive-months", f"{int(months)}", "mo"), *ends) if months else ()
