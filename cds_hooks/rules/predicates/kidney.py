"""Questions about kidney function and the kidney table of the dose."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from cds_hooks.chart.finding import NO, Amount, Evidence, Finding, Name, Phrase, find_unknown
from cds_hooks.chart.kidney import KidneyFunction, show_clearance
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.regimen import RenalDose as AllowedDose
from cds_hooks.chart.regimen import tell_regimens
from cds_hooks.chart.renal_dose import Excess, Verdict
from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.record import Record, change
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import KIDNEY_AT_START, KIDNEY_CONTINUING, TWICE, Situation

_EXCESS = {"conditional": Excess.CONDITIONAL, "above": Excess.ABOVE, "far-above": Excess.FAR_ABOVE}


class _KidneyPredicate(Predicate):
    """Shared by the questions about kidney function: how old a value may be."""

    name: ClassVar[str] = "kidney"
    within: str | None = None
    """A site parameter in days; without it 30 days at start and 90 while continuing."""

    def _parameter(self, situation: Situation) -> str:
        if self.within is not None:
            return self.within
        return KIDNEY_CONTINUING if situation.course.phase is Phase.CONTINUING else KIDNEY_AT_START

    def _kidney(self, situation: Situation) -> KidneyFunction:
        if self.within is None:
            return situation.renal_kidney
        return situation.kidney(situation.bedside.numbers.days(self.within))

    def find_parameter_ids(self) -> tuple[str, ...]:
        """The parameters that say how old a value may be."""
        return (self.within,) if self.within else (KIDNEY_AT_START, KIDNEY_CONTINUING)


class Dialysis(Predicate):
    """On dialysis now."""

    name: ClassVar[str] = "dialysis"
    asks: ClassVar[str] = "is the patient on dialysis?"

    def find(self, situation: Situation) -> Finding:
        """By an active problem or a recent dialysis."""
        return situation.dialysis


class KidneyFunctionKnown(_KidneyPredicate):
    """A usable kidney function is on record."""

    name: ClassVar[str] = "kidney-function-known"
    asks: ClassVar[str] = "is a kidney function of recent date on record?"

    def find(self, situation: Situation) -> Finding:
        """Unknown only where the observations could not be had (and dialysis does not settle it)."""
        kidney = self._kidney(situation)
        used = (self._parameter(situation),)
        if kidney.is_known:
            return Finding(True, parameters=used)
        lacking = situation.bedside.chart.find_lacking("observations")
        evidence = kidney.clearance.evidence if kidney.clearance else ()
        return Finding(None if lacking else False, evidence, lacking or ("kidney function",), parameters=used)


class ClearanceBelow(_KidneyPredicate):
    """Creatinine clearance under `limit` mL/min, or on dialysis."""

    name: ClassVar[str] = "clearance-below"
    asks: ClassVar[str] = "is the creatinine clearance under this, or the patient on dialysis?"
    provides: ClassVar[frozenset[str]] = frozenset({"clearance"})
    limit: int

    def find(self, situation: Situation) -> Finding:
        """Unknown where neither can be told."""
        kidney = self._kidney(situation)
        found = kidney.find_below(Decimal(self.limit))
        return change(found, values={"clearance": show_kidney(kidney)}) if found.truth else found


class _Weighed(Record):
    """A dose above the kidney table, and how far."""

    kidney: KidneyFunction
    verdict: Verdict
    excess: Excess
    dose: Schedule


class RenalDose(_KidneyPredicate):
    """How far the dose is above the kidney table for the regimens that are open (4.2)."""

    name: ClassVar[str] = "renal-dose"
    asks: ClassVar[str] = "how far is the dose above the kidney table?"
    provides: ClassVar[frozenset[str]] = frozenset({"clearance", "limit", "dose", "allowed", "regimens", "raised"})
    variants: ClassVar[frozenset[str]] = frozenset({"excess", "offers"})
    excess: Literal["conditional", "above", "far-above"]
    offers: Literal["dose", "nothing", "no-data"] | None = None
    """A dose that the table gives, nothing because the open regimens disagree, or no data at all."""

    def find(self, situation: Situation) -> Finding:
        """Unknown without kidney function, dose or regimen."""
        told = self._find_told(situation)
        if isinstance(told, Finding):
            return told
        wanted = _EXCESS[self.excess]
        if told.excess is wanted:
            is_meant = self.offers in (None, _find_offer(told.verdict))
            return _describe(situation, told) if is_meant else NO
        return _doubt_sum(situation) if told.excess < wanted else NO

    def denies_all(self, situation: Situation) -> bool:
        """A dose that the table allows is above it in no way."""
        return self._find_told(situation) is NO

    def _find_told(self, situation: Situation) -> Finding | _Weighed:
        return situation.work_out((self.name, self.within), lambda: self._weigh(situation))

    def _weigh(self, situation: Situation) -> Finding | _Weighed:
        """What is answered whichever excess is asked for, else what the answer hangs on."""
        if situation.regimens.is_off_label:
            return find_unknown("off-label indication")
        kidney = self._kidney(situation)
        verdict = situation.judge_renal_dose(kidney)
        dose = situation.dose
        if verdict is None or isinstance(dose, NotComputable):
            return find_unknown("dose")
        if verdict.excess is None:
            return find_unknown(*_find_missing(situation, kidney))
        if verdict.excess is Excess.NONE:
            return _doubt_sum(situation)
        return _Weighed(kidney, verdict, verdict.excess, dose)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """Also the factor that makes a dose far above."""
        return (*super().find_parameter_ids(), TWICE)


class RenalDataLacking(_KidneyPredicate):
    """The source has no data for this kidney function: for all open regimens, or (`candidates: some`) for one of several."""

    name: ClassVar[str] = "renal-data-lacking"
    asks: ClassVar[str] = "does the source have no data for this kidney function?"
    provides: ClassVar[frozenset[str]] = frozenset({"clearance", "regimens"})
    variants: ClassVar[frozenset[str]] = frozenset({"candidates", "limit"})
    candidates: Literal["all", "some"]
    limit: int

    def find(self, situation: Situation) -> Finding:
        """Unknown where clearance cannot be told."""
        without = _find_without_data(situation)
        if not without:
            return NO
        is_all = len(without) == len(situation.candidates)
        if is_all is not (self.candidates == "all"):
            return NO
        kidney = self._kidney(situation)
        found = kidney.find_below(Decimal(self.limit))
        if not found.truth:
            return found
        values = {"clearance": show_kidney(kidney), "regimens": tell_regimens(without)}
        return change(found, values=values, evidence=(*found.evidence, *situation.regimens.evidence))

    def denies_all(self, situation: Situation) -> bool:
        """Every open regimen has data."""
        return not _find_without_data(situation)


def _find_without_data(situation: Situation) -> tuple[str, ...]:
    return tuple([regimen.id for regimen in situation.candidates if not regimen.dialysis.doses])


def show_kidney(kidney: KidneyFunction) -> Amount | Name | str:
    """For a text: the clearance with its unit, or that the patient is on dialysis."""
    if kidney.dialysis.truth:
        return Name("kidney.dialysis")
    assert kidney.clearance is not None
    is_plain = kidney.clearance.low == kidney.clearance.high is not None
    shown = kidney.clearance.shown
    return Amount(Decimal(shown), "mL/min") if is_plain else f"{shown} mL/min"


def show_computed(kidney: KidneyFunction) -> tuple[Evidence, ...]:
    """The clearance itself as evidence, after the facts it was made of."""
    clearance = kidney.clearance
    if clearance is None:
        return ()
    return (Evidence(clearance.method, clearance.shown, "mL/min", clearance.day.isoformat()),)


def _doubt_sum(situation: Situation) -> Finding:
    """A dose is low enough only where the active orders beside it could be had: they are summed with it."""
    lacking = situation.bedside.chart.find_lacking("medications")
    return find_unknown(*lacking) if lacking else NO


def _find_missing(situation: Situation, kidney: KidneyFunction) -> tuple[str, ...]:
    """What kept the table from being read: inputs that could not be had, else the kidney function."""
    if kidney.clearance is None and kidney.dialysis.truth is not True:
        return kidney.missing or ("kidney function",)
    lacking = dict.fromkeys((*kidney.dialysis.missing, *situation.regimens.missing))
    return tuple(lacking) or ("exact kidney function",)


def _find_offer(verdict: Verdict) -> str:
    if verdict.allowed:
        return "dose"
    return "no-data" if verdict.band is not None and not verdict.band.doses else "nothing"


def _describe(situation: Situation, told: _Weighed) -> Finding:
    kidney, verdict, dose = told.kidney, told.verdict, told.dose
    shown = show_clearance(kidney.clearance) if kidney.clearance else kidney.dialysis
    ordered = Evidence("ordered-dose", f"{dose.mg_per_intake_day:f}", "mg", "", situation.medicine_order.reference)
    evidence = (ordered, *show_computed(kidney), *shown.evidence, *situation.regimens.evidence)
    limit = verdict.limit_mg if verdict.limit_mg is not None else Decimal(0)
    raised = verdict.band.raised if verdict.band else None
    values = {
        "clearance": show_kidney(kidney),
        "limit": Amount(limit, "mg"),
        "dose": Amount(dose.mg_per_intake_day, "mg"),
        "raised": Amount(raised, "mg") if raised is not None else Amount(limit, "mg"),
        "regimens": tell_regimens(verdict.above),
        "allowed": tuple(_show_allowed(allowed) for allowed in verdict.allowed) or Amount(limit, "mg"),
    }
    parameters = (*shown.parameters, TWICE) if told.excess is Excess.FAR_ABOVE else shown.parameters
    missing = situation.regimens.missing
    return Finding(True, evidence, missing, values, shown.remarks, parameters)


def _show_allowed(allowed: AllowedDose) -> Phrase | Amount:
    mg = Amount(allowed.mg, "mg")
    return mg if allowed.pattern is None else Phrase((mg, Name("pattern.every-other-day")))
