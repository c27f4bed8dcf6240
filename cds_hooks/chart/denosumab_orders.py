"""Orders of denosumab 60 mg: the dose of one day, repeats that are too close, two orders for one half-year, route, product."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.concept import Concept, ConceptSet
from cds_hooks.chart.denosumab import DenosumabProduct, find_ordered_product, find_planned_date, find_stated_product
from cds_hooks.chart.denosumab_course import DENOSUMAB
from cds_hooks.chart.finding import NO, Amount, Evidence, Finding, find_unknown
from cds_hooks.chart.medicines import compute_entry_schedule, find_active, show_medicine
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.clinical.calendar import add_months
from cds_hooks.clinical.dosage import NotComputable, Schedule, Timing
from cds_hooks.clinical.rhythm import compute_rhythm

_SUCCESSION = "succession-days"
#: Code systems whose codes name a substance or a generic product, never one product of one maker.
_GENERIC_SYSTEMS = frozenset(
    {
        "http://www.whocc.no/atc",
        "http://snomed.info/sct",
        "http://www.nlm.nih.gov/research/umls/rxnorm",
        "urn:oid:2.16.840.1.113883.2.4.4.1",
        "urn:oid:2.16.840.1.113883.2.4.4.10",
    }
)


def find_ordered_dose(bedside: Bedside, order: MedicineEntry, orders: tuple[MedicineEntry, ...]) -> Decimal | NotComputable:
    """Milligrams of all judged orders of the 60 mg medicine that are planned for the day of `order`."""
    day = find_planned_date(order, bedside.now.today)
    total = Decimal(0)
    for entry in orders:
        if entry is not order and not _is_beside(bedside, entry, day):
            continue
        schedule = compute_entry_schedule(entry)
        if not isinstance(schedule, Schedule):
            return schedule
        total += schedule.mg_per_intake_day
    return total


def find_dose_beyond(
    bedside: Bedside, order: MedicineEntry, orders: tuple[MedicineEntry, ...], *, mg: Decimal, above: bool
) -> Finding:
    """Whether the dose is above (or below) `mg`; unknown where it cannot be computed."""
    dose = find_ordered_dose(bedside, order, orders)
    if isinstance(dose, NotComputable):
        return find_unknown("dose")
    shown = Evidence("ordered-dose", f"{dose.normalize():f}", "mg", "", order.reference)
    return Finding(dose > mg if above else dose < mg, (shown,), values={"dose": Amount(dose, "mg")})


def find_close_repeats(order: MedicineEntry, months: int) -> Finding:
    """Whether the order repeats the dose closer than so many months; counted in days, closer than the shortest such span."""
    for line in order.dosages:
        if line.timing is not None and _repeats_within(line.timing, months):
            return Finding(True, (Evidence("order", "", "", "", order.reference),))
    return NO


def find_duplicate(bedside: Bedside, order: MedicineEntry, *, months: int) -> Finding:
    """Another order of the 60 mg medicine for the same half-year: in the basket, or open in the record and not given yet."""
    today = bedside.now.today
    begins = find_planned_date(order, today)
    ends = add_months(begins, months)
    for found in find_active(bedside, DENOSUMAB):
        if not _is_other_order(found.record, order) or not _is_ours(bedside, found.record):
            continue
        first, last = _find_half_years(bedside, found.record, months)
        left = timedelta(days=bedside.numbers.days(_SUCCESSION) if found.record.kind is EntryKind.REQUEST else 0)
        if first < ends and begins + left < last and not _is_used_up(bedside, found.record):
            return Finding(True, (show_medicine(found),))
    lacking = bedside.chart.find_lacking("medications")
    return Finding(None if lacking else False, missing=lacking)


def find_other_route(bedside: Bedside, order: MedicineEntry, *, right: str, others: str) -> Finding:
    """Whether the order names a route that is not in `right`: by any code that settles it, in words only by listed names."""
    route = order.route
    if not route.codings and not route.text:
        return NO
    if bedside.sets[right].find(route):
        return NO
    shown = (Evidence("route", route.shown(), "", "", order.reference),)
    if bedside.sets[others].find(route) or _is_settled(bedside.sets[right], route):
        return Finding(True, shown, values={"route": route.shown()})
    return Finding(None, shown, ("route of the order",))


def find_off_label(bedside: Bedside, order: MedicineEntry, label: str) -> Finding:
    """Whether a reason is given and none is in the set; unknown where a reason cannot be recognised at all."""
    if not order.reasons_stated:
        return NO
    told = tuple(Evidence("reason", reason.shown(), "", "", order.reference) for reason in order.reasons)
    if bedside.sets[label].find_any(order.reasons):
        return Finding(False, told)
    if not order.reasons or any(not r.names() and not _is_settled(bedside.sets[label], r) for r in order.reasons):
        return Finding(None, told, ("reason of the order",))
    return Finding(True, told, values={"reason": tuple(reason.shown() for reason in order.reasons)})


def find_substance_only(bedside: Bedside, order: MedicineEntry, brands: str) -> Finding:
    """Whether the order names the substance and no product: no listed brand, and no code of a system of products."""
    concepts = order.product.concepts()
    if bedside.sets[brands].find_any(concepts):
        return NO
    codings = [coding for concept in concepts for coding in concept.codings]
    return Finding(all(coding.system in _GENERIC_SYSTEMS for coding in codings))


def _is_beside(bedside: Bedside, entry: MedicineEntry, day: date) -> bool:
    return _is_ours(bedside, entry) and find_planned_date(entry, bedside.now.today) == day


def _is_ours(bedside: Bedside, entry: MedicineEntry) -> bool:
    """A draft as the judged orders are told; an entry of the record by what it says itself."""
    if entry.kind is EntryKind.DRAFT:
        return find_ordered_product(bedside, entry).truth is not True
    return find_stated_product(bedside, entry) is not DenosumabProduct.ONE_TWENTY


def _is_other_order(entry: MedicineEntry, order: MedicineEntry) -> bool:
    if entry.kind not in (EntryKind.DRAFT, EntryKind.REQUEST) or entry.reference == order.reference:
        return False
    return entry.reference not in order.replaces and order.reference not in entry.replaces


def _find_half_years(bedside: Bedside, entry: MedicineEntry, months: int) -> tuple[date, date]:
    """The days that an order is for, the last one exclusive: a half-year for each dose that may be dispensed."""
    first = find_planned_date(entry, bedside.now.today)
    return first, add_months(first, months * (1 + min(entry.supply.repeats, 40)))


def _is_used_up(bedside: Bedside, entry: MedicineEntry) -> bool:
    """Whether as many doses were given on or after its planned day as the order allows."""
    if entry.kind is not EntryKind.REQUEST:
        return False
    planned = find_planned_date(entry, bedside.now.today)
    given = [found for found in bedside.find_medicines(DENOSUMAB) if _is_given_since(found, planned, entry.reference)]
    return len(given) > entry.supply.repeats


def _is_given_since(found: Matched[MedicineEntry], planned: date, reference: str) -> bool:
    given = found.record
    if given.kind not in (EntryKind.ADMINISTRATION, EntryKind.DISPENSE) or given.status != "completed":
        return False
    return reference in given.based_on or (given.when is not None and given.when.last >= planned)


def _repeats_within(timing: Timing, months: int) -> bool:
    rhythm = compute_rhythm(timing)
    if isinstance(rhythm, NotComputable):
        return False
    if rhythm.pattern is None:
        return any(later < add_months(earlier, months) for earlier, later in zip(rhythm.days, rhythm.days[1:], strict=False))
    pattern = rhythm.pattern
    if pattern.calendar_period is not None:
        count, unit = pattern.calendar_period
        return Decimal(count * (12 if unit == "a" else 1)) / pattern.days_on < months
    return pattern.cycle_days / pattern.days_on < _count_fewest_days(months)


def _count_fewest_days(months: int) -> int:
    """The shortest span of so many calendar months: 181 days for six."""
    starts = [date(2025, month, 1) for month in range(1, 13)]
    return min((add_months(start, months) - start).days for start in starts)


def _is_settled(concepts: ConceptSet, concept: Concept) -> bool:
    """Whether a code of a system that the set knows says what it is."""
    return any(coding.system in (concepts.settling or ()) for coding in concept.codings)
