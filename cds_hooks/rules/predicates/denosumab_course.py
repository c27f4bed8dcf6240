"""Questions about treatment with denosumab: its phase, the last dose, the order's dose, repeats, route and reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from cds_hooks.chart.antiresorptive import find_long_use
from cds_hooks.chart.denosumab import find_planned_date
from cds_hooks.chart.denosumab_course import NEW_COURSE_MONTHS, ORDER_DAYS, find_new_course, find_too_early
from cds_hooks.chart.denosumab_orders import (
    find_close_repeats,
    find_dose_beyond,
    find_duplicate,
    find_off_label,
    find_other_route,
    find_substance_only,
)
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.phase import Phase
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation


class DenosumabPhase(Predicate):
    """Start or continuing with denosumab 60 mg."""

    name: ClassVar[str] = "denosumab-phase"
    asks: ClassVar[str] = "is this the phase of treatment with denosumab?"
    phase: Literal["start", "continuing"] = Field(alias="is")

    def find(self, situation: Situation) -> Finding:
        """Unknown where the medication orders could not be had and no dose is known."""
        course = situation.denosumab_course
        if course.phase is Phase.UNKNOWN:
            return Finding(None, missing=course.missing)
        return Finding(course.phase.value == self.phase, course.evidence, course.missing, parameters=course.parameters)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How old an order has to be to count as a dose."""
        return (ORDER_DAYS,)


class NewDenosumabCourse(Predicate):
    """The last dose is over 7 months (site) ago."""

    name: ClassVar[str] = "new-denosumab-course"
    asks: ClassVar[str] = "is the last dose so long ago that this is a new course?"
    provides: ClassVar[frozenset[str]] = frozenset({"last_dose"})

    def find(self, situation: Situation) -> Finding:
        """False at a start."""
        return find_new_course(situation.bedside, situation.denosumab_course)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How long ago."""
        return (NEW_COURSE_MONTHS,)


class TooEarly(Predicate):
    """The dose is planned earlier than so many calendar months after the last."""

    name: ClassVar[str] = "earlier-than-months-after-last-dose"
    asks: ClassVar[str] = "is the dose planned too early after the last one?"
    provides: ClassVar[frozenset[str]] = frozenset({"planned", "last_dose", "first_day"})
    months: int = Field(ge=1, le=60)

    def find(self, situation: Situation) -> Finding:
        """Unknown where a newer dose may be elsewhere."""
        return find_too_early(situation.bedside, situation.denosumab_course, situation.order, months=self.months)


class RepeatsWithin(Predicate):
    """The order repeats the dose closer than so many months."""

    name: ClassVar[str] = "repeats-closer-than-months"
    asks: ClassVar[str] = "does the order repeat the dose too soon?"
    months: int = Field(ge=1, le=60)

    def find(self, situation: Situation) -> Finding:
        """By the timing of the order alone."""
        return find_close_repeats(situation.order, self.months)


class DenosumabDose(Predicate):
    """The dose of all judged orders of one day is above or below `mg`."""

    name: ClassVar[str] = "denosumab-dose"
    asks: ClassVar[str] = "is the dose above or below this?"
    provides: ClassVar[frozenset[str]] = frozenset({"dose"})
    mg: int = Field(ge=1, le=1000)
    side: Literal["above", "below"] = Field(alias="is")

    def find(self, situation: Situation) -> Finding:
        """Unknown where the dose cannot be computed."""
        return find_dose_beyond(
            situation.bedside, situation.order, situation.orders, mg=Decimal(self.mg), above=self.side == "above"
        )


class DuplicateDenosumab(Predicate):
    """Another order of the 60 mg medicine for the same months."""

    name: ClassVar[str] = "second-order-within-months"
    asks: ClassVar[str] = "is there another order for the same half-year?"
    months: int = Field(ge=1, le=60)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the medication orders could not be had."""
        return find_duplicate(situation.bedside, situation.order, months=self.months)


class OtherRoute(Predicate):
    """The order names another route."""

    name: ClassVar[str] = "route-other-than"
    asks: ClassVar[str] = "does the order name another route than this?"
    provides: ClassVar[frozenset[str]] = frozenset({"route"})
    right: str
    others: str
    """Other routes by name, for a route in words alone."""

    def find(self, situation: Situation) -> Finding:
        """False where the order names none; unknown for words that no set holds."""
        return find_other_route(situation.bedside, situation.order, right=self.right, others=self.others)

    def find_set_ids(self) -> tuple[str, ...]:
        """The right route and the others."""
        return (self.right, self.others)


class ReasonOutside(Predicate):
    """A reason is given and is none of the set."""

    name: ClassVar[str] = "reason-outside"
    asks: ClassVar[str] = "is the order's reason none of these?"
    provides: ClassVar[frozenset[str]] = frozenset({"reason"})
    label: str

    def find(self, situation: Situation) -> Finding:
        """False without a reason; unknown where it cannot be recognised."""
        return find_off_label(situation.bedside, situation.order, self.label)

    def find_set_ids(self) -> tuple[str, ...]:
        """What it is labelled for."""
        return (self.label,)


class SubstanceOnly(Predicate):
    """The order names the substance and no product."""

    name: ClassVar[str] = "ordered-by-substance"
    asks: ClassVar[str] = "does the order name no product?"
    brands: str

    def find(self, situation: Situation) -> Finding:
        """Never unknown."""
        return find_substance_only(situation.bedside, situation.order, self.brands)

    def find_set_ids(self) -> tuple[str, ...]:
        """The product names."""
        return (self.brands,)


class AntiresorptiveUse(Predicate):
    """Denosumab and bisphosphonates together for so many years or more."""

    name: ClassVar[str] = "antiresorptive-years"
    asks: ClassVar[str] = "were denosumab and bisphosphonates used for so many years?"
    provides: ClassVar[frozenset[str]] = frozenset({"years"})
    years: int = Field(ge=1, le=50)
    denosumab_months: int = Field(ge=1, le=60)
    zoledronic_months: int = Field(ge=1, le=60)

    def find(self, situation: Situation) -> Finding:
        """Unknown where it is less and something could not be had."""
        return find_long_use(
            situation.bedside,
            situation.medicine_order,
            years=self.years,
            denosumab_months=self.denosumab_months,
            zoledronic_months=self.zoledronic_months,
        )


class DaysAfterDose(Predicate):
    """The day so many days after the planned dose: fills `due_day`, on which a test is offered."""

    name: ClassVar[str] = "days-after-planned-dose"
    asks: ClassVar[str] = "which day is so many days after the planned dose?"
    provides: ClassVar[frozenset[str]] = frozenset({"due_day"})
    days: int = Field(ge=1, le=365)

    def find(self, situation: Situation) -> Finding:
        """Always true."""
        planned = find_planned_date(situation.order, situation.bedside.now.today)
        return Finding(True, values={"due_day": planned + timedelta(days=self.days)})
