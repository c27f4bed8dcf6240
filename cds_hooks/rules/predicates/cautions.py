"""Questions of the warnings and interactions: recorded problems, clots, anticoagulants, risk factors, hepatitis B."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from cds_hooks.chart.anticoagulant import PARAMETERS, PROPHYLACTIC_UNITS, find_long_anticoagulated
from cds_hooks.chart.evidence import show_condition
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.hepatitis_b import ANTI_HBC, HBSAG, INFECTION, find_hepatitis_b, find_no_serology, find_only_negative_hbsag
from cds_hooks.chart.melphalan import MONTHS, TRANSPLANT, find_recent_melphalan
from cds_hooks.chart.records import Condition
from cds_hooks.chart.thrombosis import EVENTS, HISTORY, RECENT, find_earlier_thrombosis, find_thrombotic_event
from cds_hooks.chart.vascular_risk import BY_PROBLEM, SMOKING, SMOKING_STATUS, find_vascular_risk
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

SetIds = tuple[str, ...]


class RecordedCondition(Predicate):
    """A problem of the sets, active or not; `verification` parts the suspected ones from the others."""

    name: ClassVar[str] = "recorded-condition"
    asks: ClassVar[str] = "is one of these problems in the record, now or before?"
    sets: list[str] = Field(min_length=1)
    verification: Literal["any", "stated", "suspected"] = "any"
    active_only: bool = False

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problem list could not be had."""
        bedside = situation.bedside
        found = [one for one in bedside.find_conditions(*self.sets) if self._counts(one.record)]
        if found:
            return Finding(True, tuple(show_condition(one) for one in found))
        lacking = bedside.chart.find_lacking("conditions")
        return Finding(None if lacking else False, missing=lacking)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for."""
        return frozenset(self.sets)

    def find_set_ids(self) -> SetIds:
        """The sets asked for."""
        return tuple(self.sets)

    def _counts(self, condition: Condition) -> bool:
        if self.active_only and not condition.is_active:
            return False
        suspected = condition.verification in ("unconfirmed", "provisional", "differential")
        return self.verification == "any" or suspected is (self.verification == "suspected")


class ThromboticEvent(Predicate):
    """A thrombo-embolic event that is active, or of the last 28 days (site)."""

    name: ClassVar[str] = "thrombotic-event"
    asks: ClassVar[str] = "is there a thrombo-embolic event, now or in the last weeks?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problem list could not be had."""
        return find_thrombotic_event(situation.bedside)

    def find_signs(self) -> frozenset[str] | None:
        """The events."""
        return frozenset(EVENTS)

    def find_set_ids(self) -> SetIds:
        """The events."""
        return EVENTS

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How many days count as the last weeks."""
        return (RECENT,)


class EarlierThrombosis(Predicate):
    """A thrombo-embolic event before that."""

    name: ClassVar[str] = "earlier-thrombosis"
    asks: ClassVar[str] = "was there a thrombo-embolic event earlier?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problem list could not be had."""
        return find_earlier_thrombosis(situation.bedside)

    def find_signs(self) -> frozenset[str] | None:
        """The events, and what says that they are long ago."""
        return frozenset((*EVENTS, *HISTORY))

    def find_set_ids(self) -> SetIds:
        """The events, and what says that they are long ago."""
        return (*EVENTS, *HISTORY)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How many days ago is earlier."""
        return (RECENT,)


class LongAnticoagulated(Predicate):
    """A therapeutic anticoagulant for 14 days or more (site)."""

    name: ClassVar[str] = "anticoagulated"
    asks: ClassVar[str] = "is a therapeutic anticoagulant taken for long enough?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where orders or statements could not be had."""
        return find_long_anticoagulated(situation.bedside)

    def find_set_ids(self) -> SetIds:
        """The heparins, whose dose decides."""
        return tuple(PROPHYLACTIC_UNITS)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """For how long, and the prophylactic doses."""
        return PARAMETERS


class VascularRisk(Predicate):
    """At least so many of smoking, hypertension and hyperlipidaemia: `number`, or a site parameter (`parameter`)."""

    name: ClassVar[str] = "vascular-risk"
    asks: ClassVar[str] = "are risk factors of the vessels on record?"
    number: int = Field(default=1, ge=1, le=3)
    parameter: str | None = None

    def find(self, situation: Situation) -> Finding:
        """By active problems, and for smoking the newest status too."""
        bedside = situation.bedside
        if self.parameter is None:
            return find_vascular_risk(bedside, at_least=self.number)
        found = find_vascular_risk(bedside, at_least=bedside.numbers.days(self.parameter))
        return Finding(found.truth, found.evidence, found.missing, parameters=(self.parameter,))

    def find_signs(self) -> frozenset[str] | None:
        """The three, and the answer about smoking; a site parameter is named whatever the answer."""
        return None if self.parameter else frozenset((SMOKING, SMOKING_STATUS, *BY_PROBLEM))

    def find_set_ids(self) -> SetIds:
        """The three."""
        return (SMOKING, *BY_PROBLEM)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How many."""
        return (self.parameter,) if self.parameter else ()


class HepatitisB(Predicate):
    """Hepatitis B by serology or on record, now or before."""

    name: ClassVar[str] = "hepatitis-b"
    asks: ClassVar[str] = "is there or was there a hepatitis B infection?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where values or problems could not be had."""
        return find_hepatitis_b(situation.bedside)

    def find_signs(self) -> frozenset[str] | None:
        """Serology, or the infection as a problem."""
        return frozenset((HBSAG, ANTI_HBC, INFECTION))

    def find_set_ids(self) -> SetIds:
        """The infection as a problem."""
        return (INFECTION,)


class HepatitisBStatusLacks(Predicate):
    """What the hepatitis B status lacks: any serology, or anti-HBc beside a negative HBsAg."""

    name: ClassVar[str] = "hepatitis-b-status-lacks"
    asks: ClassVar[str] = "does the hepatitis B status lack this?"
    what: Literal["serology", "anti-hbc"]

    def find(self, situation: Situation) -> Finding:
        """Unknown where the observations could not be had."""
        find = find_no_serology if self.what == "serology" else find_only_negative_hbsag
        return find(situation.bedside)


class RecentMelphalan(Predicate):
    """An autologous transplant or melphalan within 6 months (site) before."""

    name: ClassVar[str] = "recent-melphalan"
    asks: ClassVar[str] = "was high-dose melphalan given in the last months?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where medicines, procedures or problems could not be had."""
        return find_recent_melphalan(situation.bedside)

    def find_signs(self) -> frozenset[str] | None:
        """The transplant, or the medicine."""
        return frozenset((TRANSPLANT, "melphalan"))

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How many months."""
        return (MONTHS,)
