"""Questions of the pregnancy prevention programme: tests, contraception, agreement, supply, dispensing (lenalidomide 4.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from cds_hooks.chart.contraception import (
    CONTRACEPTION_KEYS,
    MEDICINE_METHODS,
    METHOD_SIGNS,
    WEEKS_BEFORE_START,
    find_abstinence,
    find_any_contraception,
    find_recent,
    find_tubal_sterilisation,
)
from cds_hooks.chart.documents import find_agreement
from cds_hooks.chart.finding import NO, Evidence, Finding, Name, find_unknown, join_any
from cds_hooks.chart.medicines import compute_entry_supply
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.pregnancy import find_negative_test, find_tests
from cds_hooks.clinical.dosage import NotComputable
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

DAYS_BEFORE_VISIT = 3


class ValidPregnancyTest(Predicate):
    """A negative test that counts for this order (4.4, "Zwangerschapstesten")."""

    name: ClassVar[str] = "valid-pregnancy-test"
    asks: ClassVar[str] = "is there a negative pregnancy test that counts for this order?"

    def find(self, situation: Situation) -> Finding:
        """Start: of today; of the 3 days before only with a method in use for 4 weeks. Continuing: of today or the 3 days before.

        An unknown phase is judged as a start. Confirmed tubal sterilisation replaces the test while continuing.
        """
        bedside = situation.bedside
        if todays := find_negative_test(bedside, days_back=0):
            return Finding(True, (todays.evidence,))
        recent = find_negative_test(bedside, days_back=DAYS_BEFORE_VISIT)
        if situation.course.phase is Phase.CONTINUING:
            sterilised = find_tubal_sterilisation(bedside)
            return Finding(True, (recent.evidence,)) if recent else self._without(situation, sterilised)
        if recent is None:
            return self._without(situation, NO)
        in_use = _find_method_for_weeks(situation)
        return in_use if in_use.truth else Finding(in_use.truth, (recent.evidence,), in_use.missing)

    @staticmethod
    def _without(situation: Situation, otherwise: Finding) -> Finding:
        if otherwise.truth:
            return otherwise
        shown = tuple(test.evidence for test in find_tests(situation.bedside)[:1])
        lacking = situation.bedside.chart.find_lacking("observations")
        truth = None if lacking or otherwise.truth is None else False
        return Finding(truth, shown, (*lacking, *otherwise.missing))


class EffectiveContraception(Predicate):
    """A method in use (at start for 4 weeks), or a commitment to abstinence confirmed within a month."""

    name: ClassVar[str] = "effective-contraception"
    asks: ClassVar[str] = "is effective contraception in use, or abstinence confirmed?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where any of the inputs it may stand in could not be had."""
        is_continuing = situation.course.phase is Phase.CONTINUING
        in_use = _find_any_method(situation) if is_continuing else _find_method_for_weeks(situation)
        return join_any((in_use, find_abstinence(situation.bedside)))


class AnyContraception(Predicate):
    """Any method in the record, a sterilised partner and abstinence included (denosumab 4.6)."""

    name: ClassVar[str] = "any-contraception"
    asks: ClassVar[str] = "is any contraception on record?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where any of the inputs it may stand in could not be had."""
        return join_any((find_any_contraception(situation.bedside), find_abstinence(situation.bedside)))


def _find_any_method(situation: Situation) -> Finding:
    if situation.methods:
        return Finding(True, tuple(method.evidence for method in situation.methods))
    lacking = situation.bedside.chart.find_lacking(*CONTRACEPTION_KEYS)
    return Finding(None if lacking else False, missing=lacking)


def _find_method_for_weeks(situation: Situation) -> Finding:
    today = situation.bedside.now.today
    long_enough = [method for method in situation.methods if method.for_weeks(WEEKS_BEFORE_START, today)]
    if long_enough:
        return Finding(True, tuple(method.evidence for method in long_enough))
    lacking = situation.bedside.chart.find_lacking(*CONTRACEPTION_KEYS)
    return Finding(None if lacking else False, tuple(method.evidence for method in situation.methods), lacking)


class UsesMethod(Predicate):
    """One of these contraceptive methods is in use, planned, or (`stopped_within_days`) was stopped lately."""

    name: ClassVar[str] = "uses-method"
    asks: ClassVar[str] = "is one of these contraceptive methods in use?"
    provides: ClassVar[frozenset[str]] = frozenset({"method"})
    methods: list[Literal["combined-pill", "ring", "patch", "copper-iud", "implant", "levonorgestrel-ius"]] = Field(min_length=1)
    stopped_within_days: int | None = Field(default=None, ge=1, le=365)
    remark: str | None = None
    begun_within: str | None = None
    """A site parameter: planned, or begun within so many days."""

    def find(self, situation: Situation) -> Finding:
        """Unknown where an input it may stand in could not be had."""
        found = find_recent(
            situation.bedside,
            tuple(self.methods),
            stopped_within_days=self.stopped_within_days,
            begun_within=situation.bedside.numbers.days(self.begun_within) if self.begun_within else None,
        )
        if not found:
            lacking = situation.bedside.chart.find_lacking(*CONTRACEPTION_KEYS)
            return Finding(None if lacking else False, missing=lacking)
        names = tuple(dict.fromkeys(Name(f"method.{method.method}") for method in found))
        return Finding(
            True,
            tuple(method.evidence for method in found),
            values={"method": names},
            remarks=(self.remark,) if self.remark else (),
            parameters=self.find_parameter_ids(),
        )

    def find_signs(self) -> frozenset[str] | None:
        """The medicines of these methods, an insertion, or a status."""
        return METHOD_SIGNS.union(MEDICINE_METHODS[method] for method in self.methods)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """The parameter that says how lately it was begun."""
        return (self.begun_within,) if self.begun_within else ()


class Agreement(Predicate):
    """Informed agreement to the programme is on record for this course."""

    name: ClassVar[str] = "programme-agreement"
    asks: ClassVar[str] = "is agreement to the pregnancy prevention programme on record?"

    def find(self, situation: Situation) -> Finding:
        """Of this course: since its start, or the last 56 days (site) before a start."""
        bedside = situation.bedside
        began = situation.course.began or bedside.now.today
        return find_agreement(bedside, since=began - timedelta(days=bedside.numbers.days("course-gap-days")))


class SupplyOver(Predicate):
    """The order supplies for more than `days` days."""

    name: ClassVar[str] = "supply-over"
    asks: ClassVar[str] = "does the order supply for longer than this?"
    provides: ClassVar[frozenset[str]] = frozenset({"supply"})
    days: int = Field(ge=1, le=3650)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the supply cannot be computed."""
        supply = compute_entry_supply(situation.order)
        if isinstance(supply, NotComputable):
            return find_unknown("supply")
        plain = supply.normalize()
        shown = Evidence("supply", f"{plain:f}", "d", "", situation.order.reference)
        return Finding(supply > self.days, (shown,), values={"supply": plain})


class DispensableAfter(Predicate):
    """The order stays valid for dispensing over `days` days after its date."""

    name: ClassVar[str] = "dispensable-after"
    asks: ClassVar[str] = "may it be dispensed later than this after its date?"
    provides: ClassVar[frozenset[str]] = frozenset({"last_day", "valid_until"})
    days: int = Field(ge=1, le=365)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the order gives no end of validity."""
        order = situation.order
        written = order.when.last if order.when else situation.bedside.now.today
        last_day = written + timedelta(days=self.days)
        until = order.supply.valid_until
        if until is None:
            return Finding(None, missing=("end of validity",), values={"last_day": last_day})
        shown = Evidence("valid-until", until.recorded, "", "", order.reference)
        return Finding(until.last > last_day, (shown,), values={"last_day": last_day, "valid_until": until.last})


class PhaseIs(Predicate):
    """The phase of treatment; `unknown_counts` says that an unknown phase counts as this one."""

    name: ClassVar[str] = "phase"
    asks: ClassVar[str] = "is this the phase of treatment?"
    phase: Literal["start", "continuing"] = Field(alias="is")
    unknown_counts: bool = False

    def find(self, situation: Situation) -> Finding:
        """Unknown where the medicines could not be had.

        A start is claimed from orders alone; that treatment does not continue is not, while dispenses and the like are lacking.
        """
        course = situation.course
        if course.phase is Phase.UNKNOWN:
            return Finding(True if self.unknown_counts else None, missing=course.missing)
        if course.phase is Phase.START and course.missing and self.phase == "continuing":
            return Finding(None, missing=course.missing)
        is_start = course.phase is Phase.START
        return Finding(is_start is (self.phase == "start"), course.evidence)
