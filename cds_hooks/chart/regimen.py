"""The regimen that a lenalidomide order belongs to: from its reason, else the problem list; then split by partner medicines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.count_limits import CountLimits, CountStep, Level
from cds_hooks.chart.evidence import show_condition, show_procedure
from cds_hooks.chart.finding import NO, Evidence, Finding, Name
from cds_hooks.chart.medicines import (
    ALL_MEDICINE_KEYS,
    MEDICINE_KEYS,
    find_active,
    find_start,
    is_active,
    is_or_was_taken,
    show_medicine,
)
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.clinical.dosage import Pattern
from cds_hooks.record import Record

INDICATIONS = ("multiple-myeloma", "myelodysplastic-syndrome", "follicular-lymphoma")
MYELOMA = ("mm-rd", "mm-rvd", "mm-mpr", "mm-maintenance", "mm-previously-treated")


@dataclass(frozen=True, slots=True)
class RenalDose:
    """One dose of the kidney table: mg on a day of intake; `pattern` where the table names the days (every other day)."""

    mg: Decimal
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True)
class RenalBand:
    """Clearance from `low` to under `high` mL/min, or dialysis. No `doses` means: no data; `ceiling` is then the last known dose.

    `raised` is the dose allowed after `raised_after_cycles` cycles.
    """

    low: Decimal | None
    high: Decimal | None
    doses: tuple[RenalDose, ...]
    ceiling: Decimal
    raised: Decimal | None = None
    raised_after_cycles: int = 0


@dataclass(frozen=True, slots=True)
class Regimen:
    """One row of the regimen table (4.2): `start_mg` on `days`, and the kidney table of its indication.

    `levels` are the dose levels below the start, highest first; `raised_mg` the dose above it that the table allows later.
    `neutrophils` and `platelets` are its limits of blood counts, `count_plan` when counts are due.
    """

    id: str
    indication: str
    start_mg: Decimal
    days: Pattern
    bands: tuple[RenalBand, ...]
    dialysis: RenalBand
    levels: tuple[Level, ...] = ()
    raised_mg: Decimal | None = None
    neutrophils: CountLimits | None = None
    platelets: CountLimits | None = None
    count_plan: tuple[CountStep, ...] = ()
    raised_after_cycles: int = 0
    """Cycles after which `raised_mg` is allowed."""
    kidney_floors: tuple[Level, ...] = ()
    """The lowest doses of the kidney table, which replace the lowest level under `kidney_floor_below` mL/min."""
    kidney_floor_below: int | None = None
    max_cycles: int | None = None
    max_cycles_with: tuple[str, ...] = ()
    """The value sets of medicines beside which `max_cycles` counts; empty: always."""
    ladder: tuple[Level, ...] = field(default=(), init=False, repr=False, compare=False)
    """Every level, highest first."""
    renal_doses_on_days: tuple[RenalDose, ...] = field(default=(), init=False, repr=False, compare=False)
    """The doses of the kidney table that it names with their days."""
    bands_end: Decimal = field(default=Decimal(0), init=False, repr=False, compare=False)
    """The clearance in mL/min from which on the kidney table says nothing."""
    own_dose_above: Decimal = field(default=Decimal("Infinity"), init=False, repr=False, compare=False)
    """As `bands_end`; infinite where a band has no upper end, so that no clearance is above the table for certain."""
    days_by_mg: tuple[tuple[Decimal, Pattern], ...] = field(default=(), init=False, repr=False, compare=False)
    """Each mg of the ladder, lowest first, with the most days on that it is taken."""

    def __post_init__(self) -> None:
        """What follows from the table, worked out once."""
        raised = (Level(self.raised_mg, self.days),) if self.raised_mg is not None else ()
        object.__setattr__(self, "ladder", (*raised, Level(self.start_mg, self.days), *self.levels))
        object.__setattr__(self, "days_by_mg", _find_days_by_mg(self.ladder))
        on_days = tuple(dose for band in (*self.bands, self.dialysis) for dose in band.doses if dose.pattern)
        object.__setattr__(self, "renal_doses_on_days", on_days)
        object.__setattr__(self, "bands_end", max(band.high for band in self.bands if band.high is not None))
        if all(band.high is not None for band in self.bands):
            object.__setattr__(self, "own_dose_above", self.bands_end)


def _find_days_by_mg(ladder: Iterable[Level]) -> tuple[tuple[Decimal, Pattern], ...]:
    most: dict[Decimal, Pattern] = {}
    for level in ladder:
        if level.days is not None:
            known = most.setdefault(level.mg, level.days)
            most[level.mg] = max(known, level.days, key=lambda pattern: pattern.days_on / pattern.cycle_days)
    return tuple(sorted(most.items(), key=lambda one: one[0]))


@lru_cache(maxsize=256)
def tell_regimens(ids: tuple[str, ...]) -> tuple[Name, ...]:
    """The regimens for a text, by name; the same for all patients."""
    return tuple(Name(f"regimen.{one}") for one in ids)


class Regimens(Record):
    """The regimens that the record leaves open. Empty `candidates` means off-label by a stated reason."""

    candidates: tuple[str, ...]
    is_told: bool
    """Whether an indication could be told at all."""
    is_off_label: bool = False
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()


def find_regimens(bedside: Bedside, order: MedicineEntry, *, every: tuple[str, ...], course_began: date | None) -> Regimens:
    """The candidates for `order`; `every` is the list of all regimens, which stand where no indication can be told."""
    indications, evidence, missing = _find_indications(bedside, order)
    if not indications and order.reasons_stated and order.reasons:
        return Regimens((), False, True, _show_reasons(order))
    if not indications:
        return Regimens(every, False, False, (), missing)
    candidates: list[str] = []
    for indication in indications:
        if indication == "multiple-myeloma":
            found = _split_myeloma(bedside, order, course_began)
            candidates += found.candidates
            evidence += found.evidence
            missing += found.missing
        else:
            candidates.append("mds" if indication == "myelodysplastic-syndrome" else "fl")
    return Regimens(tuple(candidates), True, False, evidence, tuple(dict.fromkeys(missing)))


def _find_indications(bedside: Bedside, order: MedicineEntry) -> tuple[tuple[str, ...], tuple[Evidence, ...], tuple[str, ...]]:
    """From the order's own reason; only where it gives none, from active problems."""
    if order.reasons:
        held = bedside.find_reason_sets(order)
        told = tuple([one for one in INDICATIONS if one in held])
        return told, _show_reasons(order) if told else (), ()
    if order.reasons_stated:
        return (), (), ("reason of the order",)
    told = tuple(i for i in INDICATIONS if bedside.find_active_conditions(i))
    shown = tuple(show_condition(found) for found in bedside.find_active_conditions(*told)) if told else ()
    return told, shown, bedside.chart.find_lacking("conditions") if not told else ()


def _show_reasons(order: MedicineEntry) -> tuple[Evidence, ...]:
    return tuple(Evidence("reason", reason.shown(), "", "", order.reference) for reason in order.reasons)


def _split_myeloma(bedside: Bedside, order: MedicineEntry, course_began: date | None) -> Regimens:
    """Which myeloma regimen, by partner medicines, transplant and earlier therapy; what cannot be told stays open."""
    if lacking := bedside.chart.find_lacking(*MEDICINE_KEYS):
        return Regimens(MYELOMA, True, missing=lacking)
    with_dexamethasone = find_active(bedside, "dexamethasone")
    with_bortezomib = find_active(bedside, "bortezomib")
    with_melphalan = find_active(bedside, "melphalan")
    with_prednisone = find_active(bedside, "prednisone", "prednisolone")
    earlier = find_earlier_therapy(bedside, course_began)
    partners = (*with_dexamethasone, *with_bortezomib, *with_melphalan)
    evidence = tuple(show_medicine(found) for found in partners) + earlier.evidence
    if with_melphalan and with_prednisone:
        return Regimens(("mm-mpr",), True, evidence=evidence)
    if with_bortezomib and with_dexamethasone:
        return Regimens(_open_unless(earlier, "mm-rvd", keep="mm-rvd"), True, evidence=evidence, missing=earlier.missing)
    if with_dexamethasone and not earlier.truth and (untreated := _find_untreated(bedside, order)):
        return Regimens(("mm-rd",), True, evidence=(*evidence, *untreated))
    if with_dexamethasone:
        return Regimens(_open_unless(earlier, "mm-rd"), True, evidence=evidence, missing=earlier.missing)
    return _split_alone(bedside, earlier)


def _find_untreated(bedside: Bedside, order: MedicineEntry) -> tuple[Evidence, ...]:
    """Where a problem or the order's reason says itself that the myeloma was not treated yet."""
    if match := bedside.find_reason_sets(order).get("multiple-myeloma-untreated"):
        return (Evidence("reason", match.shown, "", "", order.reference),)
    return tuple(show_condition(found) for found in bedside.find_active_conditions("multiple-myeloma-untreated"))


def _open_unless(earlier: Finding, untreated: str, keep: str = "") -> tuple[str, ...]:
    """With earlier therapy on record `mm-previously-treated`; without it that stays open beside `untreated`.

    "Not yet treated" is never concluded from silence; only bortezomib with dexamethasone and no earlier therapy stands alone.
    """
    if earlier.truth:
        return (keep, "mm-previously-treated") if keep else ("mm-previously-treated",)
    if keep and earlier.truth is False:
        return (keep,)
    return (untreated, "mm-previously-treated")


def _split_alone(bedside: Bedside, earlier: Finding) -> Regimens:
    """Myeloma without a partner in sight."""
    transplant = _find_transplant(bedside)
    relapse = bedside.find_active_conditions("multiple-myeloma-relapsed")
    if relapse:
        shown = tuple(show_condition(found) for found in relapse)
        return Regimens(("mm-previously-treated",), True, evidence=shown)
    if transplant.truth:
        return Regimens(("mm-maintenance",), True, evidence=transplant.evidence)
    if earlier.truth:
        return Regimens(("mm-previously-treated",), True, evidence=earlier.evidence)
    alone = ("mm-rd", "mm-mpr", "mm-maintenance", "mm-previously-treated")
    return Regimens(alone, True, missing=transplant.missing)


def _find_transplant(bedside: Bedside) -> Finding:
    done = bedside.find_procedures("autologous-stem-cell-transplant")
    recorded = bedside.find_conditions("stem-cell-transplant")
    if done or recorded:
        return Finding(True, (*map(show_procedure, done), *map(show_condition, recorded)))
    lacking = bedside.chart.find_lacking("procedures", "conditions")
    return Finding(None, (), lacking) if lacking else NO


def find_earlier_therapy(bedside: Bedside, course_began: date | None) -> Finding:
    """Earlier therapy of myeloma: a medicine ended over 56 days (site) before this course, a transplant, a relapse."""
    relapse = bedside.find_active_conditions("multiple-myeloma-relapsed")
    if relapse:
        return Finding(True, tuple(show_condition(found) for found in relapse))
    transplant = _find_transplant(bedside)
    if transplant.truth:
        return transplant
    before = (course_began or bedside.now.today) - timedelta(days=bedside.numbers.days("course-gap-days"))
    for found in bedside.find_medicines("anti-myeloma"):
        if _ended_before(bedside, found.record, before):
            return Finding(True, (show_medicine(found),))
    lacking = bedside.chart.find_lacking(*ALL_MEDICINE_KEYS, "procedures", "conditions")
    return Finding(None, (), lacking) if lacking else NO


def _ended_before(bedside: Bedside, entry: MedicineEntry, before: date) -> bool:
    if is_active(entry, bedside.now.today) or not is_or_was_taken(entry) or entry.status == "on-hold":
        return False
    last = entry.end.last if entry.end else find_start(entry)
    return last is not None and last < before
