"""Questions about the person: age, sex, pregnancy, breastfeeding, childbearing potential."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from cds_hooks.chart.age import find_age_below, show_age
from cds_hooks.chart.childbearing import MENOPAUSE_FOR_BONE, find_childbearing_potential
from cds_hooks.chart.finding import NO, Evidence, Finding, find_unknown
from cds_hooks.chart.pregnancy import PREGNANCY_SIGNS, find_breastfeeding, find_current_pregnancy, find_outdated_pregnancy
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation


class AgeBelow(Predicate):
    """Younger than `years`."""

    name: ClassVar[str] = "age-below"
    asks: ClassVar[str] = "is the patient younger than this?"
    years: int = Field(ge=1, le=120)

    def find(self, situation: Situation) -> Finding:
        """Unknown without a birth date, or where a partial one leaves it open."""
        return find_age_below(situation.bedside, self.years)


class AgeKnown(Predicate):
    """The record holds a birth date."""

    name: ClassVar[str] = "age-known"
    asks: ClassVar[str] = "is a birth date on record?"

    def find(self, situation: Situation) -> Finding:
        """Never unknown."""
        return Finding(bool(show_age(situation.bedside)), show_age(situation.bedside))


class Sex(Predicate):
    """The recorded sex."""

    name: ClassVar[str] = "sex"
    asks: ClassVar[str] = "is the recorded sex this?"
    recorded: Literal["male", "female"] = Field(alias="is")

    def find(self, situation: Situation) -> Finding:
        """Unknown where the record says neither male nor female (definitions, "partial facts")."""
        patient = situation.bedside.chart.patient
        if patient.sex not in ("male", "female"):
            return find_unknown("sex")
        if patient.sex != self.recorded:
            return NO
        return Finding(True, (Evidence("sex", patient.sex, "", "", patient.reference),))


class CurrentPregnancy(Predicate):
    """Pregnant now, whatever the recorded sex."""

    name: ClassVar[str] = "current-pregnancy"
    asks: ClassVar[str] = "is the patient pregnant now?"

    def find(self, situation: Situation) -> Finding:
        """By problem, status or test (definitions, "current pregnancy")."""
        return find_current_pregnancy(situation.bedside)

    def find_signs(self) -> frozenset[str] | None:
        """The problem, a status, a test or a due date."""
        return PREGNANCY_SIGNS


class OutdatedPregnancy(Predicate):
    """An active pregnancy problem that is older than any pregnancy."""

    name: ClassVar[str] = "outdated-pregnancy"
    asks: ClassVar[str] = "does a pregnancy of over 44 weeks ago still stand in the record?"

    def find(self, situation: Situation) -> Finding:
        """By active problems alone."""
        return find_outdated_pregnancy(situation.bedside)

    def find_signs(self) -> frozenset[str] | None:
        """The problem."""
        return frozenset({"pregnancy"})


class Breastfeeding(Predicate):
    """Breastfeeding now."""

    name: ClassVar[str] = "breastfeeding"
    asks: ClassVar[str] = "does the patient breastfeed?"

    def find(self, situation: Situation) -> Finding:
        """By an active problem or the newest status."""
        return find_breastfeeding(situation.bedside)

    def find_signs(self) -> frozenset[str] | None:
        """The problem, or a status."""
        return frozenset({"breastfeeding", "breastfeeding-status"})


class ChildbearingPotential(Predicate):
    """She can become pregnant, unless the record shows otherwise (4.4)."""

    name: ClassVar[str] = "childbearing-potential"
    asks: ClassVar[str] = "can the patient become pregnant?"
    provides: ClassVar[frozenset[str]] = frozenset({"settle"})
    osteoporosis_tells_menopause: bool = False
    """Postmenopausal osteoporosis, as a problem or as the order's reason, records a menopause (denosumab)."""

    def find(self, situation: Situation) -> Finding:
        """Never unknown: what was lacking is under `missing`."""
        if not self.osteoporosis_tells_menopause:
            return situation.childbearing
        reasons = situation.medicine_order.reasons
        if situation.bedside.sets["postmenopausal-osteoporosis"].find_any(reasons):
            return NO
        return find_childbearing_potential(situation.bedside, menopause=MENOPAUSE_FOR_BONE)
