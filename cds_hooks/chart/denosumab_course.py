"""Treatment with denosumab: the doses on record, start or continuing, a new course, and what lies too close (definitions)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.denosumab import DenosumabProduct, find_planned_date, find_stated_product
from cds_hooks.chart.finding import Evidence, Finding
from cds_hooks.chart.medicines import ALL_MEDICINE_KEYS, ORDER_INTENTS, show_medicine
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.chart.when import When
from cds_hooks.clinical.calendar import add_months

DENOSUMAB = "denosumab"
ORDER_DAYS = "denosumab-order-days"
NEW_COURSE_MONTHS = "denosumab-new-course-months"
LAST_DOSE = "date of the last dose"

_GIVEN = {
    EntryKind.ADMINISTRATION: frozenset({"completed"}),
    EntryKind.DISPENSE: frozenset({"completed"}),
    EntryKind.STATEMENT: frozenset({"active", "completed", "recorded", "stopped"}),
}


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose that the record tells of, on a day between `day.first` and `day.last`; `day` is None where it has no date."""

    day: When | None
    found: Matched[MedicineEntry]


@dataclass(frozen=True, slots=True)
class DenosumabCourse:
    """`doses` oldest first, undated ones in front; `missing` are the medicine inputs that could not be had."""

    phase: Phase
    doses: tuple[Dose, ...]
    missing: tuple[str, ...]

    @property
    def last(self) -> Dose | None:
        """The newest dose over all kinds."""
        return self.doses[-1] if self.doses else None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The site parameter that made an order count as a dose, where one did."""
        return (ORDER_DAYS,) if self.last and self.last.found.record.kind is EntryKind.REQUEST else ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The newest dose."""
        return (show_medicine(self.last.found),) if self.last else ()


def find_denosumab_course(bedside: Bedside, order: MedicineEntry) -> DenosumabCourse:
    """Continuing when a dose of the 60 mg medicine was given before; the medication orders alone decide a start. What was given
    on a draft is not before it; what was given on an order of the record is."""
    ours = bedside.choose_medicines("denosumab-60-dose", DENOSUMAB, lambda entry: _may_be_dose(bedside, entry))
    doses = find_doses(bedside, ours, order)
    lacking = bedside.chart.find_lacking(*ALL_MEDICINE_KEYS)
    if doses:
        return DenosumabCourse(Phase.CONTINUING, doses, lacking)
    return DenosumabCourse(Phase.UNKNOWN if "medications" in lacking else Phase.START, (), lacking)


def find_doses(bedside: Bedside, entries: Iterable[Matched[MedicineEntry]], order: MedicineEntry) -> tuple[Dose, ...]:
    """Administrations, dispenses and statements; only where there is none of these, orders of 28 days (site) or more ago."""
    own = order.reference if order.is_draft else None
    held = [found for found in entries if not found.record.do_not_perform and own not in found.record.based_on]
    given = [Dose(_find_day(found.record), found) for found in held if _is_given(found.record)]
    if not given:
        given = [dose for found in held if (dose := _find_ordered(bedside, found, own))]
    return tuple(sorted(given, key=_sort_key))


def find_new_course(bedside: Bedside, course: DenosumabCourse) -> Finding:
    """Whether the last dose is over 7 months (site) ago; false at a start, unknown where a dose may be elsewhere."""
    if course.phase is not Phase.CONTINUING:
        return Finding(None if course.missing else False, missing=course.missing)
    last = course.last
    if last is None or last.day is None:
        return Finding(None, course.evidence, (*course.missing, LAST_DOSE))
    months = bedside.numbers.days(NEW_COURSE_MONTHS)
    over = [add_months(day, months) < bedside.now.today for day in (last.day.first, last.day.last)]
    used = (NEW_COURSE_MONTHS, *course.parameters)
    values = {"last_dose": last.day.last}
    # An order counts only where no dose is on record: with an input lacking, one may be.
    is_sure = not (course.parameters and course.missing)
    if not over[0] and is_sure:
        return Finding(False, course.evidence, parameters=used)
    if not over[1] or course.missing:
        return Finding(None, course.evidence, course.missing or (LAST_DOSE,), parameters=used)
    return Finding(True, course.evidence, values=values, parameters=used)


def find_too_early(bedside: Bedside, course: DenosumabCourse, order: MedicineEntry, *, months: int) -> Finding:
    """Whether the dose is planned earlier than so many calendar months after the last one."""
    if course.phase is not Phase.CONTINUING:
        return Finding(None if course.missing else False, missing=course.missing)
    last = course.last
    if last is None or last.day is None:
        return Finding(None, course.evidence, (*course.missing, LAST_DOSE))
    planned = find_planned_date(order, bedside.now.today)
    values = {"planned": planned, "last_dose": last.day.last, "first_day": add_months(last.day.last, months)}
    if planned < add_months(last.day.first, months):
        return Finding(True, course.evidence, course.missing, values, parameters=course.parameters)
    if planned < values["first_day"] or course.missing:
        return Finding(None, course.evidence, course.missing or (LAST_DOSE,))
    return Finding(False, course.evidence)


def _may_be_dose(bedside: Bedside, entry: MedicineEntry) -> bool:
    """Whether it is of the 60 mg medicine, as far as it says, and of a kind that can be a dose."""
    if entry.do_not_perform or not (_is_given(entry) or entry.kind is EntryKind.REQUEST):
        return False
    return find_stated_product(bedside, entry) is not DenosumabProduct.ONE_TWENTY


def _is_given(entry: MedicineEntry) -> bool:
    return entry.status in _GIVEN.get(entry.kind, frozenset())


def _find_day(entry: MedicineEntry) -> When | None:
    """Its date; a statement of a period that has ended leaves open when in it the last dose was."""
    if entry.kind is EntryKind.STATEMENT and entry.when and entry.end and entry.end.last > entry.when.first:
        return When(entry.when.first, entry.end.last, entry.end.recorded)
    return entry.when


def _find_ordered(bedside: Bedside, found: Matched[MedicineEntry], own: str | None) -> Dose | None:
    entry = found.record
    if entry.kind is not EntryKind.REQUEST or entry.status not in ("completed", "active") or entry.intent not in ORDER_INTENTS:
        return None
    if entry.reference == own or entry.when is None:
        return None
    today = bedside.now.today
    planned = find_planned_date(entry, today)
    if entry.when.last + timedelta(days=bedside.numbers.days(ORDER_DAYS)) > today or planned > today:
        return None
    partial = planned == entry.when.last
    return Dose(entry.when if partial else When(planned, planned, planned.isoformat()), found)


def _sort_key(dose: Dose) -> tuple[date, date, str]:
    day = dose.day
    first, last = (day.first, day.last) if day else (date.min, date.min)
    return last, first, dose.found.record.reference
