"""What came of one rule on one order: one of five states, with the evidence and what was missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from cds_hooks.chart.finding import Finding
from cds_hooks.chart.records import MedicineEntry, ReadingNote
from cds_hooks.knowledge.model import Level, Rule, RuleCase
from cds_hooks.rules.proposals import Proposal


class OutcomeState(StrEnum):
    """The five outcomes of a rule; the values are the member names of the evaluation extension."""

    FIRED = "fired"
    CLEARED = "cleared"
    NOT_APPLICABLE = "notApplicable"
    UNKNOWN = "unknown"
    ERROR = "error"


class RuleOutcome(NamedTuple):
    """One rule on one order.

    `case` holds level and texts where the rule speaks: the case that fired, or the info of an unknown; None where it is silent.
    `finding.missing` names what was lacking: prefetch keys, or fixed English fact names.
    """

    rule: Rule
    order: MedicineEntry
    state: OutcomeState
    finding: Finding
    case: RuleCase | None = None
    proposals: tuple[Proposal, ...] = ()

    @property
    def level(self) -> Level | None:
        """How strongly it speaks; None where it is silent."""
        return self.case.level if self.case else None


@dataclass(frozen=True, slots=True)
class Assessment:
    """All outcomes of one call, in table order per medicine, with what could not be judged at all.

    `not_checked` are prefetch keys, fixed English fact names or references, in a fixed order; empty means everything
    that a rule of these orders needed was there.
    """

    outcomes: tuple[RuleOutcome, ...]
    not_checked: tuple[str, ...] = ()
    matched_by_text: tuple[str, ...] = ()
    """References of orders recognised by name alone."""
    unusable: tuple[ReadingNote, ...] = ()
    """Why each resource of `not_checked` could not be used; named there by its reference, else by its input."""

    def count(self, state: OutcomeState) -> int:
        """How many (judged order, rule) pairs ended so."""
        return self.tally()[state]

    def tally(self) -> Counter[OutcomeState]:
        """(Judged order, rule) pairs by how they ended; a rule of which several cases speak is one pair."""
        return Counter(state for _, _, state in {(id(one.order), one.rule.id, one.state) for one in self.outcomes})
