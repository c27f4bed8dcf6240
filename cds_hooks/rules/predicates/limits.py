"""Questions about the dose against the regimen's own row of the table: maximum, lowest level, days on, cycles, two orders."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar, Literal

from cds_hooks.chart.dose_limits import (
    Breach,
    Weighed,
    find_level_days,
    find_maximum_mg,
    judge_days_on,
    judge_floor,
    judge_maximum,
    weigh_regimens,
)
from cds_hooks.chart.finding import NO, Amount, Evidence, Finding, Value, find_unknown
from cds_hooks.chart.medicines import MEDICINE_KEYS, compute_entry_schedule
from cds_hooks.chart.overlap import Overlap, find_overlap
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.chart.regimen import Regimen, tell_regimens
from cds_hooks.clinical.dosage import NotComputable, Pattern, Schedule
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

OFF_LABEL = "off-label indication"
DOSE = "dose"

LevelName = Literal["critical", "warning", "info"]
_LEVELS = {"critical": Breach.CRITICAL, "warning": Breach.WARNING, "info": Breach.INFO}


class DoseAboveMaximum(Predicate):
    """The dose is above the recommended start of the open regimens (maintenance: the raised dose, once its cycles have
    passed); where no regimen is told, above the highest of all."""

    name: ClassVar[str] = "dose-above-maximum"
    asks: ClassVar[str] = "is the dose above the regimen's maximum?"
    provides: ClassVar[frozenset[str]] = frozenset({"dose", "limit", "regimens"})
    variants: ClassVar[frozenset[str]] = frozenset({"level"})
    level: LevelName

    def find(self, situation: Situation) -> Finding:
        """Unknown where the dose cannot be computed, or the cycles of a raised dose are not known."""
        dose = situation.dose
        if isinstance(dose, NotComputable):
            return find_unknown(DOSE)
        regimens = situation.regimens
        if not regimens.is_told or regimens.is_off_label:
            return self._find_untold(situation, dose)
        weighed = _weigh_maximum(situation, dose)
        if weighed.breach is None:
            return find_unknown(*(situation.course.missing or ("cycles",)))
        if weighed.breach is not _LEVELS[self.level]:
            return _doubt_sum(situation) if weighed.breach < _LEVELS[self.level] else NO
        failing = [one for one in situation.candidates if one.id in weighed.failing]
        limits = sorted({find_maximum_mg(one, dose) for one in failing})
        raised = any(one.raised_mg is not None and dose.mg_per_intake_day <= one.raised_mg for one in failing)
        shown = situation.course.evidence if raised else ()
        remarks = ("remark.raised-after-cycles",) if raised else ()
        found = _tell(situation, dose, weighed, values={"limit": tuple(Amount(limit, "mg") for limit in limits)})
        return Finding(True, (*found.evidence, *shown), found.missing, found.values, remarks)

    def denies_all(self, situation: Situation) -> bool:
        """A regimen is told, and the dose is within the maximum of each that is open."""
        return situation.regimens.is_told and _is_kept(situation, _weigh_maximum)

    def _find_untold(self, situation: Situation, dose: Schedule) -> Finding:
        """No regimen is told: above the highest recommended start of all. Above the lowest, unknown if an input lacks."""
        limit = max((one.start_mg for one in situation.regimen_table.values()), default=Decimal(0))
        lowest = min((one.start_mg for one in situation.regimen_table.values()), default=Decimal(0))
        if situation.regimens.missing and lowest < dose.mg_per_intake_day <= limit:
            return find_unknown(*situation.regimens.missing)
        if dose.mg_per_intake_day <= limit or self.level != "critical":
            return NO if dose.mg_per_intake_day > limit else _doubt_sum(situation)
        regimens = tell_regimens(tuple(one.id for one in situation.regimen_table.values() if one.start_mg == limit))
        values: dict[str, Value] = {
            "dose": Amount(dose.mg_per_intake_day, "mg"),
            "limit": Amount(limit, "mg"),
            "regimens": regimens,
        }
        return Finding(True, (_show_dose(situation, dose), *situation.regimens.evidence), (), values)


class DoseBelowFloor(Predicate):
    """The dose is below the lowest level of all open regimens, or of some of them."""

    name: ClassVar[str] = "dose-below-floor"
    asks: ClassVar[str] = "is the dose below the regimen's lowest level?"
    provides: ClassVar[frozenset[str]] = frozenset({"dose", "regimens"})
    variants: ClassVar[frozenset[str]] = frozenset({"candidates"})
    candidates: Literal["all", "some"]

    def find(self, situation: Situation) -> Finding:
        """Unknown without dose or regimen, or where it hangs on the kidney function."""
        dose = situation.dose
        if isinstance(dose, NotComputable):
            return find_unknown(DOSE)
        if situation.regimens.is_off_label:
            return find_unknown(OFF_LABEL)
        weighed = _weigh_floor(situation, dose)
        if weighed.breach is None:
            return find_unknown(*(situation.renal_kidney.missing or ("kidney function",)))
        return _tell_if_meant(situation, dose, weighed, candidates=self.candidates)

    def denies_all(self, situation: Situation) -> bool:
        """The dose is not below any open regimen's."""
        return _is_kept(situation, _weigh_floor)


class DaysOnExceeded(Predicate):
    """An order is for more days on per cycle than the level of its dose has, in all open regimens or in some."""

    name: ClassVar[str] = "days-on-exceeded"
    asks: ClassVar[str] = "is it taken on more days of the cycle than the regimen has?"
    provides: ClassVar[frozenset[str]] = frozenset({"dose", "regimens", "days"})
    variants: ClassVar[frozenset[str]] = frozenset({"candidates"})
    candidates: Literal["all", "some"]

    def find(self, situation: Situation) -> Finding:
        """Unknown without dose, timing, or (where there is no pause) quantity and duration."""
        dose = situation.dose
        if isinstance(dose, NotComputable):
            return find_unknown(DOSE)
        if situation.regimens.is_off_label:
            return find_unknown(OFF_LABEL)
        weighed = _weigh_days(situation, dose)
        if weighed.breach is None:
            return find_unknown("days of intake")
        told = _tell_if_meant(situation, dose, weighed, candidates=self.candidates)
        if not told.truth:
            return told
        failing = [one for one in situation.candidates if one.id in weighed.failing]
        allowed = {find_level_days(one, dose.mg_per_intake_day): None for one in failing}
        values = {**told.values, "days": tuple(f"{days.days_on}/{days.cycle_days}" for days in allowed)}
        return Finding(True, told.evidence, told.missing, values)

    def denies_all(self, situation: Situation) -> bool:
        """The days are within those of every open regimen."""
        return _is_kept(situation, _weigh_days)


class CyclesExceeded(Predicate):
    """This order begins a cycle beyond the most that an open regimen has."""

    name: ClassVar[str] = "cycles-exceeded"
    asks: ClassVar[str] = "is this a cycle beyond the regimen's last?"
    provides: ClassVar[frozenset[str]] = frozenset({"cycle", "regimens", "most"})

    def find(self, situation: Situation) -> Finding:
        """Counted from the record (definitions, "Cycle"); unknown where what is there is not over and more may be lacking."""
        course = situation.course
        ending = [one for one in situation.candidates if one.max_cycles is not None]
        limited = [one for one in ending if _counts_beside(situation, one)]
        # A partner that is not seen may be in an input that is lacking.
        if not limited and not (ending and situation.bedside.chart.find_lacking(*MEDICINE_KEYS)):
            return NO
        if course.phase is Phase.UNKNOWN:
            return find_unknown(*course.missing)
        over = [one for one in limited if situation.count_cycles(one) + 1 > (one.max_cycles or 0)]
        if not over:
            return find_unknown(*course.missing) if course.missing else NO
        values: dict[str, Value] = {
            "cycle": max(situation.count_cycles(one) for one in over) + 1,
            "most": min(one.max_cycles or 0 for one in over),
            "regimens": tell_regimens(tuple(one.id for one in over)),
        }
        return Finding(True, (*course.evidence, *situation.regimens.evidence), course.missing, values)


class OverlappingOrders(Predicate):
    """Two orders of the medicine for the same days, that are not capsules of one dose."""

    name: ClassVar[str] = "overlapping-orders"
    asks: ClassVar[str] = "are there two orders of it for the same days?"
    provides: ClassVar[frozenset[str]] = frozenset({"orders", "regimens"})
    variants: ClassVar[frozenset[str]] = frozenset({"candidates"})
    candidates: Literal["all", "some"]

    def find(self, situation: Situation) -> Finding:
        """Drafts of the same days are one dose if their sum is within the regimen's maximum."""
        overlap = _find_overlap(situation)
        if overlap is None:
            return _doubt_sum(situation)
        evidence = tuple(_show_order(order) for order in overlap.orders)
        values: dict[str, Value] = {"orders": len(overlap.orders), "regimens": ()}
        if overlap.is_running:
            return Finding(self.candidates == "all", evidence, (), values)
        dose = situation.dose
        if isinstance(dose, NotComputable):
            return Finding(None, evidence, (DOSE,))
        weighed = _weigh_sum(situation, dose)
        if weighed.breach is None:
            return Finding(None, evidence, ("cycles",))
        if weighed.breach is Breach.NONE or weighed.is_shared is not (self.candidates == "all"):
            return _doubt_sum(situation) if weighed.breach is Breach.NONE else NO
        values["regimens"] = tell_regimens(weighed.failing)
        return Finding(True, evidence, (), values)

    def denies_all(self, situation: Situation) -> bool:
        """There are no two orders of the same days."""
        return _find_overlap(situation) is None and _doubt_sum(situation) is NO


def _weigh_sum(situation: Situation, dose: Schedule) -> Weighed:
    """Whether the sum of drafts is more than one dose; where no regimen is told, than the highest dose of all."""
    regimens = situation.regimens
    if regimens.is_told and not regimens.is_off_label:
        return _weigh_maximum(situation, dose)
    highest = max((one.start_mg for one in situation.regimen_table.values()), default=Decimal(0))
    is_over = dose.mg_per_intake_day > highest
    return Weighed(Breach.WARNING if is_over else Breach.NONE, tuple(situation.regimens.candidates), is_over)


def _find_overlap(situation: Situation) -> Overlap | None:
    def find() -> Overlap | None:
        return find_overlap(situation.orders, situation.bedside.now.today, beside=situation.beside)

    return situation.work_out(("overlap",), find)


def _weigh_maximum(situation: Situation, dose: Schedule) -> Weighed:
    def weigh() -> Weighed:
        return weigh_regimens(situation.candidates, lambda one: _judge_maximum(situation, dose, one))

    return situation.work_out(("dose above maximum",), weigh)


def _weigh_floor(situation: Situation, dose: Schedule) -> Weighed:
    def weigh() -> Weighed:
        return weigh_regimens(situation.candidates, lambda one: judge_floor(dose, one, situation.renal_kidney))

    return situation.work_out(("dose below floor",), weigh)


def _weigh_days(situation: Situation, dose: Schedule) -> Weighed:
    def weigh() -> Weighed:
        own = [(order, compute_entry_schedule(order)) for order in situation.orders]
        return weigh_regimens(situation.candidates, lambda one: _judge_days(own, dose, one))

    return situation.work_out(("days on exceeded",), weigh)


def _is_kept(situation: Situation, weigh: Callable[[Situation, Schedule], Weighed]) -> bool:
    """Whether the limit is broken in no open regimen, for certain."""
    dose = situation.dose
    if isinstance(dose, NotComputable) or situation.regimens.is_off_label:
        return False
    return weigh(situation, dose).breach is Breach.NONE and _doubt_sum(situation) is NO


def _judge_maximum(situation: Situation, dose: Schedule, regimen: Regimen) -> Breach | None:
    return judge_maximum(dose, regimen, situation.bedside, situation.course, set_id=situation.medicine.value_set)


def _judge_days(orders: list[tuple[MedicineEntry, Schedule | NotComputable]], dose: Schedule, regimen: Regimen) -> Breach | None:
    allowed: Pattern = find_level_days(regimen, dose.mg_per_intake_day)
    answers = [judge_days_on(order, own, allowed) for order, own in orders if isinstance(own, Schedule)]
    if True in answers:
        return Breach.WARNING
    return None if None in answers else Breach.NONE


def _counts_beside(situation: Situation, regimen: Regimen) -> bool:
    """Whether the limit of cycles counts now: for some regimens only beside their partner."""
    return not regimen.max_cycles_with or bool(situation.find_active(*regimen.max_cycles_with))


def _tell_if_meant(situation: Situation, dose: Schedule, weighed: Weighed, *, candidates: str) -> Finding:
    if weighed.breach is Breach.NONE:
        return _doubt_sum(situation)
    return _tell(situation, dose, weighed) if weighed.is_shared is (candidates == "all") else NO


def _tell(situation: Situation, dose: Schedule, weighed: Weighed, *, values: dict[str, Value] | None = None) -> Finding:
    told: dict[str, Value] = {
        "dose": Amount(dose.mg_per_intake_day, "mg"),
        "regimens": tell_regimens(weighed.failing),
        **(values or {}),
    }
    evidence = (_show_dose(situation, dose), *situation.regimens.evidence)
    return Finding(True, evidence, situation.regimens.missing, told)


def _show_dose(situation: Situation, dose: Schedule) -> Evidence:
    return Evidence("ordered-dose", f"{dose.mg_per_intake_day.normalize():f}", "mg", "", situation.medicine_order.reference)


def _show_order(order: MedicineEntry) -> Evidence:
    began = order.start or order.when
    return Evidence("medicine", order.product.concept.shown(), "", began.recorded if began else "", order.reference)


def _doubt_sum(situation: Situation) -> Finding:
    """The dose is right only where the active orders beside it could be had: they are summed with it, if that can be done."""
    lacking = situation.bedside.chart.find_lacking("medications")
    return find_unknown(*lacking) if lacking else NO
