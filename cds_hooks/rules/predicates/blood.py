"""Questions about blood counts: too low to start, to be interrupted, the dose afterwards, and when the next count is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import ClassVar, Literal, TypeVar

from cds_hooks.chart.blood_record import (
    ALONE_DAYS,
    ALONE_HAEMOGLOBIN,
    ALONE_PLATELETS,
    AT_START,
    CLEAN_NEUTROPHILS,
    CLEAN_PLATELETS,
    CONTINUING,
    FEVER_DAYS,
    SUCCESSION,
)
from cds_hooks.chart.candidates import weigh
from cds_hooks.chart.count_limits import Level
from cds_hooks.chart.count_standing import Standing, Verdict
from cds_hooks.chart.counts import PLATELETS, UNIT, is_below
from cds_hooks.chart.dose_after_fall import CYCLE_MARGIN, DoseFault, find_raise_fault, find_resume_fault
from cds_hooks.chart.dose_levels import read_level
from cds_hooks.chart.finding import NO, Amount, Evidence, Finding, Name, Phrase, Value, find_unknown
from cds_hooks.chart.phase import Course, Phase
from cds_hooks.chart.regimen import Regimen, tell_regimens
from cds_hooks.clinical.dosage import NotComputable, Pattern
from cds_hooks.record import Record
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

T = TypeVar("T")
LevelName = Literal["critical", "warning", "info"]
_LEVELS: dict[str, int] = {"critical": 3, "warning": 2, "info": 1}
OFF_LABEL = "off-label indication"


class _CountPredicate(Predicate):
    """Shared by the questions about one count: which, and the level that the open regimens come to."""

    name: ClassVar[str] = "count"
    variants: ClassVar[frozenset[str]] = frozenset({"level"})
    count: Literal["neutrophils", "platelets"]
    level: LevelName

    def _answer(self, situation: Situation, verdict: Verdict) -> Finding | None:
        """None where it holds at this level."""
        if situation.regimens.is_off_label:
            return find_unknown(OFF_LABEL)
        if verdict.level is None:
            return find_unknown(*verdict.missing)
        return None if verdict.level == _LEVELS[self.level] else NO

    def _is_in_order(self, situation: Situation, *, is_start: bool) -> bool:
        """Whether every level is answered with `NO`."""
        return not situation.regimens.is_off_label and situation.judge_count(self.count, is_start=is_start).level == 0


class CountTooLowToStart(_CountPredicate):
    """The newest count is under the regimen's minimum to start."""

    name: ClassVar[str] = "count-too-low-to-start"
    asks: ClassVar[str] = "is the count too low to start?"
    provides: ClassVar[frozenset[str]] = frozenset({"count", "limit", "regimens"})

    def find(self, situation: Situation) -> Finding:
        """False while continuing; an unknown phase is judged with what would hold then."""
        if situation.course.phase is Phase.CONTINUING:
            return NO
        verdict = situation.judge_count(self.count, is_start=True)
        return self._answer(situation, verdict) or _describe_count(situation, verdict)

    def denies_all(self, situation: Situation) -> bool:
        """While continuing, and where the count is high enough for every open regimen."""
        return situation.course.phase is Phase.CONTINUING or self._is_in_order(situation, is_start=True)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How old a count may be."""
        return (AT_START,)


class CountInterrupts(_CountPredicate):
    """A fall of this course interrupts treatment, or the value to resume at is not reached yet."""

    name: ClassVar[str] = "count-interrupts"
    asks: ClassVar[str] = "does the count interrupt treatment?"
    provides: ClassVar[frozenset[str]] = frozenset({"count", "limit", "regimens", "action", "resume"})

    def find(self, situation: Situation) -> Finding:
        """False at start; an unknown phase is judged with what would hold then. Unknown at a start that a lacking medicine input
        may disprove."""
        course = situation.course
        if course.phase is Phase.START and not course.missing:
            return NO
        verdict = situation.judge_count(self.count, is_start=False)
        told = self._answer(situation, verdict)
        if told is not NO and course.phase is Phase.START:
            return find_unknown(*dict.fromkeys((*(told.missing if told else ()), *course.missing)))
        return told or _describe_count(situation, verdict)

    def denies_all(self, situation: Situation) -> bool:
        """At start, and where nothing of the count interrupts in any open regimen."""
        course = situation.course
        return (course.phase is Phase.START and not course.missing) or self._is_in_order(situation, is_start=False)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How old a count may be, and what makes a fall."""
        if self.count == PLATELETS:
            return (CONTINUING, SUCCESSION)
        return (CONTINUING, FEVER_DAYS, ALONE_PLATELETS, ALONE_HAEMOGLOBIN, ALONE_DAYS, SUCCESSION)


class _Faulty(Record):
    """The faults of a dose in those of the open regimens that have one, and the level that they come to."""

    level: int
    faults: list[DoseFault]


class _DosePredicate(Predicate):
    """Shared by the questions about the ordered dose after a fall or a reduction."""

    name: ClassVar[str] = "dose-after"
    variants: ClassVar[frozenset[str]] = frozenset({"level"})
    level: Literal["warning", "info"]

    def find(self, situation: Situation) -> Finding:
        """Unknown without the ordered dose, or what the answer hangs on besides."""
        told = self._find_told(situation)
        if isinstance(told, Finding):
            return told
        return _describe_dose(situation, told.faults) if told.level == _LEVELS[self.level] else NO

    def find_fault(self, situation: Situation, regimen: Regimen, ordered: Level) -> DoseFault:
        """What is wrong with it in one of the open regimens."""
        raise NotImplementedError

    def denies_all(self, situation: Situation) -> bool:
        """No open regimen finds a fault."""
        return self._find_told(situation) is NO

    def _find_told(self, situation: Situation) -> Finding | _Faulty:
        return situation.work_out(self._name_question(), lambda: self._weigh(situation))

    def _name_question(self) -> tuple[object, ...]:
        """What is the same for its `variants`."""
        return (self.name,)

    def _weigh(self, situation: Situation) -> Finding | _Faulty:
        """The answer where it is the same for every level, else the faults."""
        course = situation.course
        if course.phase is not Phase.CONTINUING:
            return find_unknown(*course.missing) if course.missing else NO
        if situation.regimens.is_off_label:
            return find_unknown(OFF_LABEL)
        if not course.stays or isinstance(situation.dose, NotComputable):
            return find_unknown("dose")
        ordered = read_level(situation.dose)
        return _weigh_faults([self.find_fault(situation, regimen, ordered) for regimen in situation.candidates], course)


class DoseAboveResume(_DosePredicate):
    """The count has recovered after a fall, and the order is above the dose that the table resumes at."""

    name: ClassVar[str] = "dose-above-resume"
    asks: ClassVar[str] = "is the dose above the one to resume at after a fall?"
    provides: ClassVar[frozenset[str]] = frozenset({"dose", "allowed", "regimens"})

    def find_fault(self, situation: Situation, regimen: Regimen, ordered: Level) -> DoseFault:
        """Unknown without the dose before the fall where the table hangs on it."""
        return find_resume_fault(situation.blood, regimen, ordered)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """What makes a fall, and a clean cycle."""
        return (FEVER_DAYS, ALONE_PLATELETS, ALONE_HAEMOGLOBIN, ALONE_DAYS, CLEAN_NEUTROPHILS, CLEAN_PLATELETS, SUCCESSION)


class DoseRaisedTooSoon(_DosePredicate):
    """The order is above the last dose after a reduction, and not as the source allows: counts of at least these at the start
    of this cycle (10*9/L), two clean cycles, one level at a time, not above the start."""

    name: ClassVar[str] = "dose-raised-too-soon"
    asks: ClassVar[str] = "is the dose raised after a reduction before the marrow recovered, or too far?"
    provides: ClassVar[frozenset[str]] = frozenset({"dose", "allowed", "regimens"})
    neutrophils: Decimal
    platelets: int

    def find_fault(self, situation: Situation, regimen: Regimen, ordered: Level) -> DoseFault:
        """Unknown without the observations."""
        platelets = Decimal(self.platelets)
        return find_raise_fault(situation.blood, regimen, ordered, neutrophils=self.neutrophils, platelets=platelets)

    def _name_question(self) -> tuple[object, ...]:
        return (self.name, self.neutrophils, self.platelets)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """What makes a clean cycle, and which count is of the start of this one."""
        return (CLEAN_NEUTROPHILS, CLEAN_PLATELETS, CYCLE_MARGIN, SUCCESSION)


def _weigh_faults(faults: Sequence[DoseFault], course: Course) -> Finding | _Faulty:
    if held := [fault for fault in faults if fault.truth]:
        return _Faulty(weigh([2 if fault.truth else 0 for fault in faults]), held)
    unknown = [name for fault in faults if fault.truth is None for name in fault.missing]
    # A dose, or the begin of the course, that is not on record here may be in what is lacking.
    unknown += course.missing
    return find_unknown(*dict.fromkeys(unknown)) if unknown else NO


def _describe_count(situation: Situation, verdict: Verdict) -> Finding:
    holding = verdict.holding
    table = situation.regimen_table
    limits = [Amount(one.limit, UNIT) for one in holding if one.limit is not None]
    resumes = [_show_resume(one, table[one.regimen]) for one in holding]
    newest = holding[0].newest
    values: dict[str, Value] = {
        "count": newest.tell() if newest else "",
        "limit": _join(limits, in_full=len(set(resumes)) > 1),
        "resume": _join(resumes, in_full=len(set(limits)) > 1),
        "action": _find_action(holding),
        "regimens": tell_regimens(tuple(one.regimen for one in holding)),
    }
    differ = len(set(limits)) > 1 or len(set(resumes)) > 1
    is_open = situation.course.phase is Phase.UNKNOWN
    remarks = [remark for one in holding for remark in one.remarks]
    remarks += (["remark.regimens-differ"] if differ else []) + (["remark.phase-unknown"] if is_open else [])
    return Finding(
        True,
        _once(one.evidence for one in holding),
        (*verdict.missing, *_once(one.missing for one in holding), *(situation.course.missing if is_open else ())),
        values,
        tuple(dict.fromkeys(remarks)),
        _once(one.parameters for one in holding),
    )


def _find_action(holding: Sequence[Standing]) -> Name:
    """Interrupt, or stay interrupted: the most urgent of the regimens in which it holds."""
    if all(one.is_held for one in holding):
        return Name("interruption.held")
    fallen = any(
        one.fall and one.newest and (one.newest is one.fall.began or is_below(one.newest.amount, one.fall.limit.below))
        for one in holding
    )
    return Name("interruption.fallen" if fallen else "interruption.waiting")


def _show_resume(standing: Standing, regimen: Regimen) -> Value:
    return show_level(standing.resume, regimen) if standing.resume else Name("resume.one-lower")


def show_level(level: Level, regimen: Regimen) -> Value:
    """mg alone where all levels of the regimen are taken on the same days; else with the days."""
    days = {one.days for one in regimen.ladder if one.days}
    if len(days) == 1 or level.days is None:
        return Amount(level.mg, "mg")
    return Phrase((Amount(level.mg, "mg"), _name_days(level.days, days)))


def _name_days(days: Pattern, named: Iterable[Pattern]) -> Name:
    """As a table of the regimen names them; any others are those of the dose before, above which none is told."""
    for one in named:
        if (one.days_on, one.cycle_days) == (days.days_on, days.cycle_days):
            return Name(f"pattern.{one.days_on}-of-{one.cycle_days}")
    return Name("pattern.as-before")


def _join(values: Sequence[Value], *, in_full: bool) -> Value:
    """One value where all are the same (unless it stands beside others that differ), else each in turn."""
    return values[0] if len(set(values)) == 1 and not in_full else tuple(values)


def _once(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(one for group in groups for one in group))


def _describe_dose(situation: Situation, faults: Sequence[DoseFault]) -> Finding:
    assert not isinstance(situation.dose, NotComputable)
    mg = situation.dose.mg_per_intake_day
    table = situation.regimen_table
    allowed = [show_level(fault.allowed, table[fault.regimen]) for fault in faults if fault.allowed]
    ordered = Evidence("ordered-dose", f"{mg:f}", "mg", "", situation.medicine_order.reference)
    remarks = _once(fault.remarks for fault in faults)
    if remarks and any(fault.regimen != "mm-rd" for fault in faults):
        remarks = (*remarks, "remark.raise-by-analogy")
    values: dict[str, Value] = {
        "dose": Amount(mg, "mg"),
        "allowed": _join(allowed, in_full=False),
        "regimens": tell_regimens(tuple(fault.regimen for fault in faults)),
    }
    evidence = (ordered, *_once(fault.evidence for fault in faults))
    parameters = _once(fault.parameters for fault in faults)
    return Finding(True, evidence, _once(fault.missing for fault in faults), values, remarks, parameters)
