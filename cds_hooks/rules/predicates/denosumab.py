"""Questions about denosumab: which product, calcium, long glucocorticoids, another denosumab beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from cds_hooks.chart.calcium import WINDOW, find_hypocalcaemia, find_measured_before, find_recovered_hypocalcaemia
from cds_hooks.chart.denosumab import find_ordered_product, find_other_denosumab, find_planned_date
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.glucocorticoid import find_long_glucocorticoid
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation


class OrderedAs120(Predicate):
    """The order is the 120 mg medicine."""

    name: ClassVar[str] = "ordered-as-120-mg"
    asks: ClassVar[str] = "is the order the 120 mg medicine?"

    def find(self, situation: Situation) -> Finding:
        """By product code, strength or dose, unless reason or interval speak for bone loss."""
        return find_ordered_product(situation.bedside, situation.medicine_order)


class OtherDenosumab(Predicate):
    """The other denosumab is active or ordered beside it."""

    name: ClassVar[str] = "other-denosumab"
    asks: ClassVar[str] = "is another medicine with denosumab active or ordered?"

    def find(self, situation: Situation) -> Finding:
        """Unknown for an entry whose strength is not told."""
        return find_other_denosumab(situation.bedside, situation.order)


class Hypocalcaemia(Predicate):
    """Calcium is low, or hypocalcaemia stands with no normal value after it."""

    name: ClassVar[str] = "hypocalcaemia"
    asks: ClassVar[str] = "is there hypocalcaemia that is not corrected?"

    def find(self, situation: Situation) -> Finding:
        """By the newest calcium, else the problem list."""
        return find_hypocalcaemia(situation.bedside)


class RecoveredHypocalcaemia(Predicate):
    """Hypocalcaemia stands in the problem list, and a newer value is normal (or none could be had)."""

    name: ClassVar[str] = "recovered-hypocalcaemia"
    asks: ClassVar[str] = "does hypocalcaemia stand in the record with a newer normal value?"

    def find(self, situation: Situation) -> Finding:
        """By the problem list and the values after it."""
        return find_recovered_hypocalcaemia(situation.bedside)

    def find_signs(self) -> frozenset[str] | None:
        """The problem."""
        return frozenset({"hypocalcaemia"})


class CalciumMeasured(Predicate):
    """Calcium was measured in the 30 days (site) before the planned dose."""

    name: ClassVar[str] = "calcium-measured"
    asks: ClassVar[str] = "was calcium measured shortly before this dose?"
    provides: ClassVar[frozenset[str]] = frozenset({"planned", "from_day"})

    def find(self, situation: Situation) -> Finding:
        """Unknown where the observations could not be had."""
        bedside = situation.bedside
        planned = find_planned_date(situation.order, bedside.now.today)
        found = find_measured_before(bedside, planned)
        values = {"planned": planned, "from_day": planned - timedelta(days=bedside.numbers.days(WINDOW))}
        return Finding(found.truth, found.evidence, found.missing, values, found.remarks, found.parameters)

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How long before."""
        return (WINDOW,)


class PlannedAhead(Predicate):
    """The dose is planned further ahead than a calcium test reaches (30 days, site)."""

    name: ClassVar[str] = "planned-ahead"
    asks: ClassVar[str] = "is the dose planned too far ahead for a test today?"

    def find(self, situation: Situation) -> Finding:
        """Never unknown."""
        bedside = situation.bedside
        planned = find_planned_date(situation.order, bedside.now.today)
        return Finding(planned > bedside.now.today + timedelta(days=bedside.numbers.days(WINDOW)), parameters=(WINDOW,))

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How far a test reaches."""
        return (WINDOW,)


class LongGlucocorticoid(Predicate):
    """A systemic glucocorticoid for 3 months or more (site)."""

    name: ClassVar[str] = "long-glucocorticoid"
    asks: ClassVar[str] = "is a systemic glucocorticoid taken for long?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where orders or statements could not be had."""
        return find_long_glucocorticoid(situation.bedside)
