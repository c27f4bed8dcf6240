"""Questions when a chart is opened: which test, dose or renewal is overdue, or due within the days that a site looks ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from cds_hooks.chart.blood_record import AT_START
from cds_hooks.chart.contraception import find_tubal_sterilisation
from cds_hooks.chart.contraception_end import find_contraception_end, find_contraception_lacking
from cds_hooks.chart.count_due import MONTHLY, NextCount, find_next_counts, find_possible_counts
from cds_hooks.chart.count_limits import CountStep
from cds_hooks.chart.denosumab_course import LAST_DOSE
from cds_hooks.chart.denosumab_due import NextDose, find_calcium_after_first, find_calcium_due, find_next_dose
from cds_hooks.chart.dose_after_fall import CYCLE_MARGIN
from cds_hooks.chart.due import AHEAD, DueDay, Stage, find_kidney_due, find_measurement_due, find_pregnancy_test_due, find_stage
from cds_hooks.chart.finding import NO, Finding, Name, Value, find_unknown
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.pregnancy import find_current_pregnancy
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.predicates.count_due import find_count_plans
from cds_hooks.rules.situation import KIDNEY_AT_START, KIDNEY_CONTINUING, Situation


class _DuePredicate(Predicate):
    """Shared by the questions of what is due: how near. `due_day` is the last right day, `last` when it was done last."""

    name: ClassVar[str] = "due"
    provides: ClassVar[frozenset[str]] = frozenset({"due_day", "last"})
    stage: Literal["overdue", "soon"] = Field(alias="is")

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How many days ahead is soon."""
        return (AHEAD,) if self.stage == "soon" else ()

    def _answer(self, situation: Situation, due: DueDay | None, *used: str) -> Finding:
        """Unknown where it may have been done later, in an input that could not be had."""
        if due is None or find_stage(situation.bedside, due.day) != self.stage:
            return NO
        if due.lacking:
            return Finding(None, due.evidence, due.lacking)
        values: dict[str, Value] = {"last": due.last or Name("due.never")}
        if due.day is not None:
            values["due_day"] = due.day
        return Finding(True, due.evidence, due.missing, values, parameters=(*used, *_DuePredicate.find_parameter_ids(self)))


class PregnancyTestDue(_DuePredicate):
    """The next pregnancy test, so many weeks after the last negative one; none with confirmed tubal sterilisation."""

    name: ClassVar[str] = "pregnancy-test-falls-due"
    asks: ClassVar[str] = "is the next pregnancy test overdue, or due soon?"
    weeks: int = Field(ge=1, le=52)

    def find(self, situation: Situation) -> Finding:
        """A sterilisation that may be on record in an input that could not be had does not excuse: it is named."""
        sterilised = find_tubal_sterilisation(situation.bedside)
        if sterilised.truth:
            return NO
        found = self._answer(situation, find_pregnancy_test_due(situation.bedside, weeks=self.weeks))
        return Finding(True, found.evidence, sterilised.missing, found.values, (), found.parameters) if found.truth else found


class MeasurementDue(_DuePredicate):
    """A value that is measured again after so many months, a site parameter."""

    name: ClassVar[str] = "measurement-falls-due"
    asks: ClassVar[str] = "is this measurement overdue, or due soon?"
    analyte: str
    months: str

    def find(self, situation: Situation) -> Finding:
        """A preliminary value does not count."""
        months = situation.bedside.numbers.days(self.months)
        return self._answer(situation, find_measurement_due(situation.bedside, self.analyte, months=months), self.months)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """Also the months."""
        return (self.months, *super().find_parameter_ids())


class KidneyFunctionDue(_DuePredicate):
    """The next kidney function: 30 days (site) after the last at start, 90 while continuing."""

    name: ClassVar[str] = "kidney-function-falls-due"
    asks: ClassVar[str] = "is kidney function to be measured again, or soon?"

    def find(self, situation: Situation) -> Finding:
        """Never on dialysis."""
        name = KIDNEY_CONTINUING if situation.course.phase is Phase.CONTINUING else KIDNEY_AT_START
        days = situation.bedside.numbers.days(name)
        return self._answer(situation, find_kidney_due(situation.bedside, situation.renal_kidney, days=days), name)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """Also how old a value may be."""
        return (KIDNEY_AT_START, KIDNEY_CONTINUING, *super().find_parameter_ids())


class ContraceptionEnds(_DuePredicate):
    """The contraception on record, or the commitment to abstinence, lasts no longer than the days ahead."""

    name: ClassVar[str] = "contraception-ends"
    asks: ClassVar[str] = "does the contraception on record end soon?"

    def find(self, situation: Situation) -> Finding:
        """False where one method has no end; unknown where another method may be on record elsewhere."""
        due = find_contraception_end(situation.bedside, situation.methods)
        if due is None and not situation.methods and (lacking := find_contraception_lacking(situation.bedside)):
            return find_unknown(*lacking)
        return self._answer(situation, due)


class BloodCountFallsDue(_DuePredicate):
    """The next count by the plan of 4.4: overdue by the plan of every open regimen, or due soon (or overdue) by one of them."""

    name: ClassVar[str] = "blood-count-falls-due"
    asks: ClassVar[str] = "is the next blood count overdue, or due soon?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where a count, or more of the course, may be in an input that could not be had."""
        blood = situation.blood
        plans = find_count_plans(situation)
        nexts = tuple(dict.fromkeys(one for plan in plans for one in find_next_counts(blood, plan)))
        nearness = _weigh(situation, nexts)
        if nearness != self.stage:
            return NO if nearness is not Stage.LATER else _doubt_plan(situation, plans)
        evidence = tuple(e for counts in (blood.neutrophils, blood.platelets) if counts for e in counts[-1].show())
        today = situation.bedside.now.today
        days = [max(one.day or today, today) for one in nexts] if self.stage == "soon" else [one.day for one in nexts if one.day]
        missing = situation.course.missing
        lacking = (*blood.lacking, *missing) if blood.lacking else ()
        due = DueDay(min(days, default=None), blood.find_last_complete(), evidence, lacking, missing)
        return self._answer(situation, due, *dict.fromkeys(one.parameter for one in nexts if one.parameter))

    def find_parameter_ids(self) -> tuple[str, ...]:
        """Also how old a count may be."""
        return (AT_START, MONTHLY, CYCLE_MARGIN, *super().find_parameter_ids())


def _weigh(situation: Situation, nexts: Iterable[NextCount]) -> Stage:
    """Overdue where all open regimens say so, later where all do, else soon."""
    stages = {find_stage(situation.bedside, one.day) for one in nexts}
    return stages.pop() if len(stages) == 1 else Stage.SOON


def _doubt_plan(situation: Situation, plans: Sequence[Sequence[CountStep]]) -> Finding:
    """No count is near by what is known of the course; unknown where one may be, earlier or further on in the plan."""
    missing = situation.course.missing
    possible = [one for plan in plans for one in find_possible_counts(situation.blood, plan)] if missing else []
    return find_unknown(*missing) if possible and _weigh(situation, possible) is not Stage.LATER else NO


class _AfterDose(_DuePredicate):
    """Shared by what hangs on the next dose of denosumab: so many months after the last one. Of who is pregnant none is due."""

    name: ClassVar[str] = "after-denosumab"
    months: int = Field(ge=1, le=60)

    def _find_next(self, situation: Situation) -> NextDose | None:
        return find_next_dose(situation.bedside, situation.denosumab_course, situation.order, months=self.months)


class DenosumabDue(_AfterDose):
    """The next dose of denosumab."""

    name: ClassVar[str] = "denosumab-falls-due"
    asks: ClassVar[str] = "is the next dose of denosumab overdue, or due soon?"

    def find(self, situation: Situation) -> Finding:
        """False before the first dose; unknown where the last one cannot be dated, or a later one may be elsewhere."""
        if find_current_pregnancy(situation.bedside).truth:
            return NO
        course, following = situation.denosumab_course, self._find_next(situation)
        if following is None:
            return Finding(None, course.evidence, (*course.missing, LAST_DOSE))
        if following.last is None:
            return NO
        if any(find_stage(situation.bedside, day) == self.stage for day in (following.first, following.latest)):
            due = DueDay(following.latest, following.last, course.evidence, following.lacking)
            return self._tell(situation, due)
        return NO

    def _tell(self, situation: Situation, due: DueDay) -> Finding:
        """A dose whose last day is not certain is never told as due."""
        if due.lacking:
            return Finding(None, due.evidence, due.lacking)
        return self._answer(situation, due, *situation.denosumab_course.parameters)


class CalciumDue(_AfterDose):
    """Calcium before the next dose of denosumab."""

    name: ClassVar[str] = "calcium-falls-due"
    asks: ClassVar[str] = "is calcium to be measured before the next dose of denosumab, now or soon?"

    def find(self, situation: Situation) -> Finding:
        """False while the dose is not near, and where calcium was measured in the 30 days (site) before it."""
        following = self._find_next(situation)
        if following is None or find_stage(situation.bedside, following.latest) != self.stage:
            return NO
        if find_current_pregnancy(situation.bedside).truth:
            return NO
        if following.lacking:
            return find_unknown(*following.lacking)
        return self._answer(situation, find_calcium_due(situation.bedside, following.latest), "calcium-days")

    def find_parameter_ids(self) -> tuple[str, ...]:
        """Also how old a calcium may be."""
        return ("calcium-days", *super().find_parameter_ids())


class CalciumAfterFirstDose(_DuePredicate):
    """Calcium so many days after the first dose of denosumab."""

    name: ClassVar[str] = "calcium-after-first-dose-falls-due"
    asks: ClassVar[str] = "is calcium to be measured after the first dose of denosumab, now or soon?"
    days: int = Field(ge=1, le=365)

    def find(self, situation: Situation) -> Finding:
        """False with more than one dose on record, and where calcium was measured since."""
        due = find_calcium_after_first(situation.bedside, situation.denosumab_course, days=self.days)
        return self._answer(situation, due)
