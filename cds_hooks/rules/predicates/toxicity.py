"""Questions about side effects and complications of the tumour: graded problems, liver tests, the answer of MDS."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from cds_hooks.chart.bedside import TOLD_PROBLEM
from cds_hooks.chart.erythroid_response import BASELINE_DAYS, NEWEST_DAYS, WEEKS, Response, find_no_response
from cds_hooks.chart.evidence import show_condition
from cds_hooks.chart.finding import NO, Evidence, Finding
from cds_hooks.chart.first_cycle import find_first_cycle
from cds_hooks.chart.liver_tests import find_raised_liver_tests
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.regimen import tell_regimens
from cds_hooks.chart.toxicity import Toxicity, find_caused, find_toxicities, is_caused_by
from cds_hooks.clinical.calendar import add_months
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

SetIds = tuple[str, ...]


class GradedCondition(Predicate):
    """An active problem of the value sets whose grade is among `grades`; `unknown_grade`: or is not recorded.

    No sets: any problem that the medicine caused. `begun_in_course`: begun since the start of this course. `due_to_medicine`:
    the medicine is (false: is not) named as its cause. `except_sets` leaves out what has a rule of its own.
    """

    name: ClassVar[str] = "graded-condition"
    asks: ClassVar[str] = "is a problem of this grade active?"
    provides: ClassVar[frozenset[str]] = frozenset({"problem", "grade"})
    sets: list[str] = Field(default_factory=list)
    except_sets: list[str] = Field(default_factory=list)
    grades: list[int] = Field(min_length=1)
    unknown_grade: bool = False
    begun_in_course: bool = False
    due_to_medicine: bool | None = None

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problem list could not be had, or where the date of a problem leaves its begin open."""
        certain: list[Toxicity] = []
        open_dates: list[Toxicity] = []
        for toxicity in self._find_graded(situation):
            begun = self._find_begun(toxicity, situation)
            if begun is not False:
                (certain if begun else open_dates).append(toxicity)
        if certain:
            return _describe(certain)
        lacking = situation.bedside.chart.find_lacking("conditions")
        missing = (*lacking, *(("onset",) if open_dates else ()))
        return Finding(None if missing else False, _show(open_dates), missing)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for, or a problem that tells more than its code does."""
        return frozenset((*self.sets, TOLD_PROBLEM))

    def find_set_ids(self) -> SetIds:
        """The sets asked for and those left out."""
        return (*self.sets, *self.except_sets)

    def _find_graded(self, situation: Situation) -> list[Toxicity]:
        bedside, medicine = situation.bedside, situation.medicine.value_set
        found = find_toxicities(bedside, self.sets, medicine=medicine) if self.sets else find_caused(bedside, medicine)
        graded = [one for one in found if (self.unknown_grade if one.grade is None else one.grade in self.grades)]
        if self.due_to_medicine is not None:
            wanted = self.due_to_medicine
            graded = [one for one in graded if is_caused_by(bedside, one.found.record, medicine) is wanted]
        if not graded or not self.except_sets:
            return graded
        left_out = {id(one.found.record) for one in find_toxicities(bedside, self.except_sets, medicine=medicine)}
        return [one for one in graded if id(one.found.record) not in left_out]

    def _find_begun(self, toxicity: Toxicity, situation: Situation) -> bool | None:
        if not self.begun_in_course:
            return True
        course = situation.course
        begun = toxicity.has_begun_since(course.began) if course.began else None
        # While a medicine input is lacking, the course may have begun earlier than is known.
        return None if begun is False and course.missing else begun


class NewCondition(Predicate):
    """An active problem of the value sets that began since the start of this course."""

    name: ClassVar[str] = "new-condition"
    asks: ClassVar[str] = "did one of these problems begin during this course?"
    provides: ClassVar[frozenset[str]] = frozenset({"problem", "grade"})
    sets: list[str] = Field(min_length=1)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the date of a problem leaves its begin open, or the problem list could not be had."""
        every = [*range(6)]
        question = GradedCondition(sets=self.sets, grades=every, unknown_grade=True, begun_in_course=True)
        return question.find(situation)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for, or a problem that tells more than its code does."""
        return frozenset((*self.sets, TOLD_PROBLEM))

    def find_set_ids(self) -> SetIds:
        """The sets asked for."""
        return tuple(self.sets)


class ConditionStage(Predicate):
    """An active problem that is of the value sets, or whose stage is."""

    name: ClassVar[str] = "condition-or-stage"
    asks: ClassVar[str] = "is one of these active, as a problem or as the stage of one?"
    sets: list[str] = Field(min_length=1)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problem list could not be had."""
        bedside = situation.bedside
        shown = [show_condition(found) for found in bedside.find_active_conditions(*self.sets)]
        for condition in bedside.chart.conditions:
            matches = (bedside.sets[set_id].find_any(condition.stage) for set_id in self.sets) if condition.stage else ()
            if condition.is_active and (match := next((m for m in matches if m), None)):
                shown.append(Evidence("stage", match.shown, "", "", condition.reference))
        if shown:
            return Finding(True, tuple(dict.fromkeys(shown)))
        lacking = bedside.chart.find_lacking("conditions")
        return Finding(None if lacking else False, missing=lacking)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for, or a problem with a stage."""
        return frozenset((*self.sets, TOLD_PROBLEM))

    def find_set_ids(self) -> SetIds:
        """The sets asked for."""
        return tuple(self.sets)


class GivenFor(Predicate):
    """The order's reason is of the value sets; where it gives none, an active problem is."""

    name: ClassVar[str] = "given-for"
    asks: ClassVar[str] = "is it given for one of these?"
    sets: list[str] = Field(min_length=1)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the order gives no reason and the problem list could not be had."""
        bedside, order = situation.bedside, situation.medicine_order
        if order.reasons:
            matches = (bedside.sets[set_id].find_any(order.reasons) for set_id in self.sets)
            match = next((m for m in matches if m), None)
            return Finding(True, (Evidence("reason", match.shown, "", "", order.reference),)) if match else NO
        found = bedside.find_active_conditions(*self.sets)
        if found:
            return Finding(True, tuple(show_condition(one) for one in found))
        lacking = bedside.chart.find_lacking("conditions")
        return Finding(None if lacking else False, missing=lacking)

    def find_set_ids(self) -> SetIds:
        """The sets asked for."""
        return tuple(self.sets)


class OpenRegimens(Predicate):
    """Among the regimens that the record leaves open are these: all of them, or (`share: some`) some beside others."""

    name: ClassVar[str] = "open-regimens"
    asks: ClassVar[str] = "are all, or only some, of the open regimens among these?"
    provides: ClassVar[frozenset[str]] = frozenset({"regimens"})
    among: list[str] = Field(min_length=1)
    share: Literal["all", "some"]

    def find(self, situation: Situation) -> Finding:
        """False where the order is off-label: then it is none of them."""
        candidates = situation.regimens.candidates
        held = tuple(name for name in candidates if name in self.among)
        if not held or (len(held) == len(candidates)) is not (self.share == "all"):
            return NO
        values = {"regimens": tell_regimens(held)}
        return Finding(True, situation.regimens.evidence if situation.regimens.is_told else (), values=values)


class StatedFor(Predicate):
    """Always true; says on the card, by `remark`, that the source states this for these regimens and the order is for others."""

    name: ClassVar[str] = "stated-for"
    asks: ClassVar[str] = "is the regimen one for which the source states this (else the card says: by analogy)?"
    never_denies: ClassVar[bool] = True
    regimens: list[str] = Field(min_length=1)
    remark: str

    def find(self, situation: Situation) -> Finding:
        """Never unknown."""
        candidates = situation.regimens.candidates
        is_stated = bool(candidates) and all(name in self.regimens for name in candidates)
        return Finding(True, remarks=() if is_stated else (self.remark,))


class FirstCycle(Predicate):
    """The order belongs to the first cycle of the course."""

    name: ClassVar[str] = "first-cycle"
    asks: ClassVar[str] = "is this the first cycle?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where the medicines could not be had."""
        return find_first_cycle(situation.course, situation.bedside.now.today)


class LiverTestsRaised(Predicate):
    """ALT, AST or bilirubin over so many times the upper limit of the laboratory (site parameters)."""

    name: ClassVar[str] = "liver-tests-raised"
    asks: ClassVar[str] = "are liver tests over these multiples of the upper limit?"
    provides: ClassVar[frozenset[str]] = frozenset({"liver_tests"})
    transaminases: str
    bilirubin: str
    within: str

    def find(self, situation: Situation) -> Finding:
        """Unknown where a value has no upper limit beside it, or the observations could not be had."""
        factors = {"alt": self.transaminases, "ast": self.transaminases, "bilirubin": self.bilirubin}
        return find_raised_liver_tests(situation.bedside, factors, within=self.within)

    def find_signs(self) -> frozenset[str] | None:
        """The analytes."""
        return frozenset({"alt", "ast", "bilirubin"})

    def find_parameter_ids(self) -> tuple[str, ...]:
        """The multiples, and how old a value may be."""
        return (self.transaminases, self.bilirubin, self.within)


class NoErythroidResponse(Predicate):
    """After `months` of treatment: transfusions not down by `reduction_percent`, or without any, haemoglobin not up by
    `rise_g_dl` (4.2)."""

    name: ClassVar[str] = "no-erythroid-response"
    asks: ClassVar[str] = "is there no answer of the red cells after this long?"
    months: int = Field(ge=1, le=24)
    reduction_percent: int = Field(ge=1, le=100)
    rise_g_dl: int | Decimal = Field(gt=0, le=10)

    def find(self, situation: Situation) -> Finding:
        """False before that time; unknown without transfusion history or haemoglobin, or while the start is not certain."""
        course = situation.course
        if course.phase is Phase.UNKNOWN:
            return Finding(None, missing=course.missing)
        if course.began is None or add_months(course.began, self.months) > situation.bedside.now.today:
            return Finding(None if course.missing else False, missing=course.missing)
        wanted = Response(Decimal(self.reduction_percent), Decimal(self.rise_g_dl))
        return find_no_response(situation.bedside, course.began, wanted)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """The weeks over which units are counted, and how old a haemoglobin may be."""
        return (WEEKS, BASELINE_DAYS, NEWEST_DAYS)


def _describe(toxicities: list[Toxicity]) -> Finding:
    """The worst first: its name and grade are what a text prints."""
    ordered = sorted(toxicities, key=lambda one: (-(one.grade or 0), one.found.record.reference))
    worst = ordered[0]
    return Finding(True, _show(ordered), values={"problem": worst.found.match.shown, "grade": worst.shown})


def _show(toxicities: list[Toxicity]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence for one in toxicities for evidence in one.evidence))
