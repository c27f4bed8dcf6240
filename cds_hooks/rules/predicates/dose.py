"""Questions about the regimen that an order belongs to."""

from __future__ import annotations

from functools import cache, cached_property
from typing import ClassVar, Literal

from pydantic import Field

from cds_hooks.chart.finding import NO, Finding
from cds_hooks.chart.lab_limits import find_low_counts
from cds_hooks.chart.regimen import tell_regimens
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation


class IndicationTold(Predicate):
    """A regimen can be told from the order's reason or the problem list, or a reason is given that is off-label."""

    name: ClassVar[str] = "indication-told"
    asks: ClassVar[str] = "does the record say what it is given for?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problem list could not be had."""
        regimens = situation.regimens
        if regimens.is_told or regimens.is_off_label:
            return Finding(True, regimens.evidence)
        lacking = tuple(key for key in regimens.missing if key == "conditions")
        return Finding(None if lacking else False, missing=lacking or regimens.missing)


class RegimenAmong(Predicate):
    """The open regimens are among these: `all` of them, or `any`."""

    name: ClassVar[str] = "regimen"
    asks: ClassVar[str] = "is the regimen one of these?"
    provides: ClassVar[frozenset[str]] = frozenset({"regimens"})
    among: list[str] = Field(min_length=1)
    candidates: Literal["all", "any"] = "all"

    def find(self, situation: Situation) -> Finding:
        """False where the order is off-label: then it is none of them."""
        regimens = situation.regimens
        if not regimens.candidates:
            return NO
        told = _tell_among(self._asked_for, self.candidates, regimens.candidates)
        return Finding(told.truth, regimens.evidence, (), told.values) if regimens.is_told else told

    @cached_property
    def _asked_for(self) -> tuple[str, ...]:
        return tuple(self.among)


@cache
def _tell_among(asked_for: tuple[str, ...], candidates: str, open_ones: tuple[str, ...]) -> Finding:
    """The same for whomever; regimens are few."""
    among = tuple(name for name in open_ones if name in asked_for)
    truth = len(among) == len(open_ones) if candidates == "all" else bool(among)
    return Finding(truth, (), (), {"regimens": tell_regimens(among)})


class LowCounts(Predicate):
    """Neutropenia or thrombocytopenia, by an active problem or a value of the last 30 days (site): makes other risks worse."""

    name: ClassVar[str] = "low-counts"
    asks: ClassVar[str] = "are neutrophils or platelets low?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where neither problems nor values could be had."""
        return find_low_counts(situation.bedside)
