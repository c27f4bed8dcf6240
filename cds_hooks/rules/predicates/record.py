"""Questions about what is on record: problems, allergies, medicines taken."""

from __future__ import annotations

from collections.abc import Set
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from cds_hooks.chart.allergy import ANAPHYLACTIC, SEVERE_SKIN, find_allergy, find_severe_reaction
from cds_hooks.chart.bedside import ALLERGY, TOLD_PROBLEM
from cds_hooks.chart.evidence import show_condition
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.medicines import find_taking
from cds_hooks.knowledge.model import Excipient
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

SetIds = tuple[str, ...]


class ActiveCondition(Predicate):
    """An active problem of one of the value sets."""

    name: ClassVar[str] = "active-condition"
    asks: ClassVar[str] = "is one of these problems active?"
    sets: list[str] = Field(min_length=1)

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problem list could not be had."""
        found = situation.bedside.find_active_conditions(*self.sets)
        if found:
            return Finding(True, tuple(show_condition(condition) for condition in found))
        lacking = situation.bedside.chart.find_lacking("conditions")
        return Finding(None if lacking else False, missing=lacking)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for."""
        return frozenset(self.sets)

    def find_set_ids(self) -> SetIds:
        """The sets asked for."""
        return tuple(self.sets)


class ActiveAllergy(Predicate):
    """An active allergy (or, `intolerance: true`, an intolerance) to anything in the value sets."""

    name: ClassVar[str] = "active-allergy"
    asks: ClassVar[str] = "is an allergy to one of these on record?"
    sets: list[str] = Field(min_length=1)
    intolerance: bool = False
    ever: bool = False
    """A resolved one counts too."""

    def find(self, situation: Situation) -> Finding:
        """Unknown where the allergies could not be had."""
        return find_allergy(situation.bedside, *self.sets, intolerance=self.intolerance, ever=self.ever)

    def find_signs(self) -> frozenset[str] | None:
        """Any allergy."""
        return frozenset({ALLERGY})

    def find_set_ids(self) -> SetIds:
        """The sets asked for."""
        return tuple(self.sets)


class ExcipientAllergy(Predicate):
    """An active allergy (or intolerance) to an excipient of the ordered strength (6.1); all strengths where it is unknown."""

    name: ClassVar[str] = "excipient-allergy"
    asks: ClassVar[str] = "is an allergy to an excipient of the ordered strength on record?"
    intolerance: bool = False
    except_sets: list[str] = Field(default_factory=list)

    def find(self, situation: Situation) -> Finding:
        """An unknown strength is said on the card."""
        strengths = {order.product.strength_mg for order in situation.orders}
        unknown = None in strengths
        sets = [e.value_set for e in situation.medicine.excipients if unknown or self._is_in(e, strengths)]
        asked = [set_id for set_id in sets if set_id not in self.except_sets]
        found = find_allergy(situation.bedside, *asked, intolerance=self.intolerance)
        if not (found.truth and unknown and self._depends_on_strength(situation)):
            return found
        return Finding(True, found.evidence, remarks=("remark.strength-unknown",))

    def find_signs(self) -> frozenset[str] | None:
        """Any allergy."""
        return frozenset({ALLERGY})

    def find_set_ids(self) -> SetIds:
        """The sets left out."""
        return tuple(self.except_sets)

    @staticmethod
    def _is_in(excipient: Excipient, strengths: Set[Decimal | None]) -> bool:
        return not excipient.strengths_mg or any(strength in excipient.strengths_mg for strength in strengths)

    @staticmethod
    def _depends_on_strength(situation: Situation) -> bool:
        return any(excipient.strengths_mg for excipient in situation.medicine.excipients)


class SevereReaction(Predicate):
    """A severe reaction to a medicine, now or before; `only_skin` leaves out angioedema and anaphylaxis."""

    name: ClassVar[str] = "severe-reaction"
    asks: ClassVar[str] = "was there a severe reaction to this medicine?"
    medicine: str
    only_skin: bool = False

    def find(self, situation: Situation) -> Finding:
        """From allergies of any status, and problems that name the medicine as their cause."""
        return find_severe_reaction(situation.bedside, self.medicine, only_skin=self.only_skin)

    def find_signs(self) -> frozenset[str] | None:
        """An allergy, or a problem that is such a reaction or tells its cause."""
        return frozenset({ALLERGY, TOLD_PROBLEM, *SEVERE_SKIN, *ANAPHYLACTIC, "rash"})

    def find_set_ids(self) -> SetIds:
        """The medicine's own set."""
        return (self.medicine,)


class Taking(Predicate):
    """A medicine of the value sets is active or in the basket."""

    name: ClassVar[str] = "taking"
    asks: ClassVar[str] = "is one of these medicines taken or ordered?"
    sets: list[str] = Field(min_length=1)

    def find(self, situation: Situation) -> Finding:
        """Unknown where orders or statements could not be had."""
        return find_taking(situation.bedside, *self.sets)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for."""
        return frozenset(self.sets)

    def find_set_ids(self) -> SetIds:
        """The sets asked for."""
        return tuple(self.sets)
