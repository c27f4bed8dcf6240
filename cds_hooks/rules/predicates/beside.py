"""Questions about what goes beside the order: laboratory values in a window, strangers to the regimen, length of treatment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import Field

from cds_hooks.chart.finding import NO, Finding
from cds_hooks.chart.lab_window import find_measured, find_over, find_under
from cds_hooks.chart.medicines import MEDICINE_KEYS, show_medicine
from cds_hooks.chart.partners import LOCAL, find_strangers, find_taking_systemically
from cds_hooks.chart.phase import Phase
from cds_hooks.chart.regimen import tell_regimens
from cds_hooks.clinical.calendar import add_months
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

SetIds = tuple[str, ...]


class MeasuredWithin(Predicate):
    """One of the analytes was measured within a site parameter of `days` or of calendar `months`."""

    name: ClassVar[str] = "measured-within"
    asks: ClassVar[str] = "was one of these measured in this time?"
    analytes: list[str] = Field(min_length=1)
    days: str | None = None
    months: str | None = None

    def find(self, situation: Situation) -> Finding:
        """Unknown where the observations could not be had."""
        found = find_measured(situation.bedside, self.analytes, since=self._find_since(situation))
        return Finding(found.truth, found.evidence, found.missing, found.values, (), self._used)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How far back."""
        return self._used

    @cached_property
    def _used(self) -> tuple[str, ...]:
        return tuple(name for name in (self.days, self.months) if name)

    def _find_since(self, situation: Situation) -> date:
        bedside = situation.bedside
        if self.months is not None:
            return add_months(bedside.now.today, -bedside.numbers.days(self.months))
        return bedside.now.today - timedelta(days=bedside.numbers.days(self.days or ""))


class NewestValue(Predicate):
    """The newest value of an analyte is over or under a limit, in the analyte's own unit; a limit of the source is a number
    (`over`), one that it does not give a site parameter (`under_parameter`). `within` is a site parameter in days."""

    name: ClassVar[str] = "newest-value"
    asks: ClassVar[str] = "is the newest value beyond this limit?"
    provides: ClassVar[frozenset[str]] = frozenset({"value", "limit"})
    analyte: str
    within: str
    over: int | Decimal | None = None
    under_parameter: str | None = None

    def find(self, situation: Situation) -> Finding:
        """Unknown without a value of that time, or where an interval lies on both sides."""
        bedside = situation.bedside
        since = bedside.now.today - timedelta(days=bedside.numbers.days(self.within))
        if self.over is not None:
            return find_over(bedside, self.analyte, Decimal(self.over), since=since)
        limit = bedside.numbers.number(self.under_parameter or "")
        found = find_under(bedside, self.analyte, limit, since=since)
        return Finding(found.truth, found.evidence, found.missing, {**found.values, "limit": limit}, (), self._used)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How far back, and the limit where the source gives none."""
        return (self.within, *self._used)

    @cached_property
    def _used(self) -> tuple[str, ...]:
        return (self.under_parameter,) if self.under_parameter else ()


class TakingSystemically(Predicate):
    """A medicine of the sets is taken or ordered, vaginal products left out."""

    name: ClassVar[str] = "taking-systemically"
    asks: ClassVar[str] = "is one of these medicines taken for the whole body?"
    sets: list[str] = Field(min_length=1)

    def find(self, situation: Situation) -> Finding:
        """Unknown where orders or statements could not be had."""
        return find_taking_systemically(situation.bedside, self.sets)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for."""
        return frozenset(self.sets)

    def find_set_ids(self) -> SetIds:
        """The sets asked for, and the route that acts in place."""
        return (*self.sets, LOCAL)


class TakingOutsideRegimen(Predicate):
    """A medicine of the set is taken that is no partner: of any open regimen (`candidates: all`), or of some (`some`)."""

    name: ClassVar[str] = "taking-outside-regimen"
    asks: ClassVar[str] = "is one of these medicines taken that does not belong to the regimen?"
    provides: ClassVar[frozenset[str]] = frozenset({"regimens"})
    set_id: str = Field(alias="set")
    candidates: Literal["all", "some"]
    partners: dict[str, list[str]] = Field(default_factory=dict)
    """Value sets of the medicines that belong to a regimen, by its id."""

    def find(self, situation: Situation) -> Finding:
        """Unknown where orders or statements could not be had."""
        bedside, regimens = situation.bedside, situation.regimens.candidates
        strangers, apart = find_strangers(bedside, self.set_id, regimens=regimens, partners=self.partners)
        if not strangers:
            lacking = bedside.chart.find_lacking(*MEDICINE_KEYS)
            return Finding(None if lacking else False, missing=lacking)
        if (len(apart) == len(regimens)) is not (self.candidates == "all"):
            return NO
        values = {"regimens": tell_regimens(tuple(apart))}
        return Finding(True, tuple(show_medicine(found) for found in strangers), values=values)

    def find_signs(self) -> frozenset[str] | None:
        """The set asked for."""
        return frozenset({self.set_id})

    def find_set_ids(self) -> SetIds:
        """The set, and those of the partners."""
        return (self.set_id, *(set_id for sets in self.partners.values() for set_id in sets))


class TreatedLongerThan(Predicate):
    """This course of the medicine began over so many calendar months ago (a site parameter)."""

    name: ClassVar[str] = "treated-longer-than"
    asks: ClassVar[str] = "has this course lasted longer than this?"
    months: str

    def find(self, situation: Situation) -> Finding:
        """Unknown where the medicines could not be had, unless what is there is long enough."""
        bedside, course = situation.bedside, situation.course
        limit = add_months(bedside.now.today, -bedside.numbers.days(self.months))
        if course.began is not None and course.began < limit:
            return Finding(True, course.evidence, parameters=(self.months,))
        is_open = course.phase is Phase.UNKNOWN or bool(course.missing)
        return Finding(None if is_open else False, course.evidence, course.missing, parameters=(self.months,))

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How many months."""
        return (self.months,)
