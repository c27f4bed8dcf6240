"""Questions about partner medicines and about the conditions of the indication (4.1)."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Self

from pydantic import Field, model_validator

from cds_hooks.chart.evidence import show_observation
from cds_hooks.chart.finding import NO, Finding, find_unknown
from cds_hooks.chart.indication import find_reason, find_recorded
from cds_hooks.chart.medicines import find_given
from cds_hooks.chart.partner_dose import PartnerLimit, find_above
from cds_hooks.chart.phase import Phase
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation


class PartnerDose(Predicate):
    """A partner, ordered or active, is above the dose that 4.2 gives: mg on a day of intake, by weight, by body surface, or
    daily for more days in a row. Exactly one limit."""

    name: ClassVar[str] = "partner-dose"
    asks: ClassVar[str] = "is the partner above the dose of the regimen?"
    provides: ClassVar[frozenset[str]] = frozenset({"partner", "dose", "limit"})
    sets: list[str] = Field(min_length=1)
    over_mg: int | Decimal | None = None
    over_mg_per_kg: int | Decimal | None = None
    over_mg_per_m2: int | Decimal | None = None
    daily_over_days: int | None = None
    unknown_as: str = ""
    """The fact that lacks where its dose cannot be computed; without it that is passed over in silence."""

    @model_validator(mode="after")
    def _has_one_limit(self) -> Self:
        if sum(limit is not None for limit in self._limits()) != 1:
            raise ValueError("give exactly one of over_mg, over_mg_per_kg, over_mg_per_m2, daily_over_days")
        return self

    def _limits(self) -> tuple[int | Decimal | None, ...]:
        return (self.over_mg, self.over_mg_per_kg, self.over_mg_per_m2, self.daily_over_days)

    @cached_property
    def _limit(self) -> PartnerLimit:
        mg, per_kg, per_m2 = (None if limit is None else Decimal(limit) for limit in self._limits()[:3])
        return PartnerLimit(mg, per_kg, per_m2, self.daily_over_days)

    def find(self, situation: Situation) -> Finding:
        """Unknown where orders or statements could not be had."""
        return find_above(situation.bedside, tuple(self.sets), self._limit, unknown_as=self.unknown_as)

    def find_signs(self) -> frozenset[str] | None:
        """The partners."""
        return frozenset(self.sets)

    def find_set_ids(self) -> tuple[str, ...]:
        """The partners."""
        return tuple(self.sets)


class GivenInCourse(Predicate):
    """A medicine of the sets is active, ordered, or was given (dispensed, administered) since this course began."""

    name: ClassVar[str] = "given-in-course"
    asks: ClassVar[str] = "is one of these medicines part of this course?"
    sets: list[str] = Field(min_length=1)

    def find(self, situation: Situation) -> Finding:
        """Unknown where a medicine input could not be had."""
        began = situation.course.began or situation.bedside.now.today
        return find_given(situation.bedside, *self.sets, since=began)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for."""
        return frozenset(self.sets)

    def find_set_ids(self) -> tuple[str, ...]:
        """The sets asked for."""
        return tuple(self.sets)


class CycleWithin(Predicate):
    """This order is for one of the first `cycles` cycles of the course."""

    name: ClassVar[str] = "cycle-within"
    asks: ClassVar[str] = "is this one of the first cycles?"
    cycles: int = Field(ge=1, le=99)

    def find(self, situation: Situation) -> Finding:
        """The known earlier cycles and this one; unknown where fewer are known and some may be lacking."""
        course = situation.course
        if course.phase is Phase.UNKNOWN or course.cycles is None:
            return find_unknown(*course.missing)
        if course.cycles + 1 > self.cycles:
            return NO
        return Finding(None if course.missing else True, course.evidence, course.missing)


class OffLabelReason(Predicate):
    """The order states a reason that is none of the indications; with `sets`, one of these."""

    name: ClassVar[str] = "off-label-reason"
    asks: ClassVar[str] = "is it ordered for something that is no indication?"
    provides: ClassVar[frozenset[str]] = frozenset({"reason"})
    variants: ClassVar[frozenset[str]] = frozenset({"sets"})
    sets: list[str] = Field(default_factory=list)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the stated reason could not be resolved."""
        regimens = situation.regimens
        if not regimens.is_off_label:
            unread = tuple(name for name in regimens.missing if name == "reason of the order")
            return find_unknown(*unread) if unread else NO
        return find_reason(situation.bedside, situation.medicine_order, *self.sets)

    def denies_all(self, situation: Situation) -> bool:
        """Every stated reason is an indication, or none is stated."""
        regimens = situation.regimens
        return not regimens.is_off_label and "reason of the order" not in regimens.missing

    def find_set_ids(self) -> tuple[str, ...]:
        """The sets asked for."""
        return tuple(self.sets)


class RecordSays(Predicate):
    """The record says so of the disease: an active problem, the stage of one, or the order's reason, in one of the sets."""

    name: ClassVar[str] = "record-says"
    asks: ClassVar[str] = "does the record say this of the disease?"
    provides: ClassVar[frozenset[str]] = frozenset({"finding"})
    sets: list[str] = Field(min_length=1)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problems could not be had."""
        return find_recorded(situation.bedside, situation.medicine_order, *self.sets)

    def find_set_ids(self) -> tuple[str, ...]:
        """The sets asked for."""
        return tuple(self.sets)


class NewestAnswer(Predicate):
    """The newest answer to a coded question of the observations is one of the set."""

    name: ClassVar[str] = "newest-answer"
    asks: ClassVar[str] = "is the newest answer to this one of these?"
    topic: str
    answers: str

    def find(self, situation: Situation) -> Finding:
        """Unknown where the observations could not be had; without any answer, false."""
        bedside = situation.bedside
        observed = bedside.observed(self.topic)
        if not observed:
            lacking = bedside.chart.find_lacking("observations")
            return Finding(None if lacking else False, missing=lacking)
        is_so = bedside.sets[self.answers].find(observed[0].value) is not None
        return Finding(is_so, (show_observation(observed[0]),))

    def find_signs(self) -> frozenset[str] | None:
        """The question."""
        return frozenset({self.topic})

    def find_set_ids(self) -> tuple[str, ...]:
        """The answers."""
        return (self.answers,)
