"""What came of the rules on one order: of each one of five states, with the evidence and what was missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter, itemgetter
from typing import NamedTuple

from cds_hooks.chart.finding import NO, Finding
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


_TELLING = frozenset({OutcomeState.FIRED, OutcomeState.UNKNOWN, OutcomeState.ERROR})


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


_ID_AND_STATE = attrgetter("rule.id", "state")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of rules of one medicine on one order, in table order. `noted` are the outcomes that rest on something; each of
    `rules` that has none is cleared, and only put in words where all outcomes are asked for."""

    order: MedicineEntry
    rules: tuple[Rule, ...]
    noted: tuple[RuleOutcome, ...]
    telling: tuple[RuleOutcome, ...] = field(init=False, compare=False, repr=False)
    """Those of `noted` that something may have to be said of: fired, unknown, error."""

    def __post_init__(self) -> None:
        """Cards, the card of what was not checked and critical rules ask for them."""
        object.__setattr__(self, "telling", tuple([one for one in self.noted if one.state in _TELLING]))

    def list_all(self) -> list[RuleOutcome]:
        """At least one outcome of each rule, in table order."""
        noted: dict[str, list[RuleOutcome]] = {}
        for one in self.noted:
            noted.setdefault(one.rule.id, []).append(one)
        return [one for rule in self.rules for one in noted.get(rule.id) or [find_cleared(rule, self.order)]]

    def tally(self) -> Counter[OutcomeState]:
        """Rules by how they ended; a rule of which several cases speak is one."""
        noted = set(map(_ID_AND_STATE, self.noted))
        tally = Counter(map(itemgetter(1), noted))
        tally[OutcomeState.CLEARED] += len(self.rules) - len(set(map(itemgetter(0), noted)))
        return tally


def find_cleared(rule: Rule, order: MedicineEntry) -> RuleOutcome:
    """A rule that is cleared and rests on nothing."""
    return RuleOutcome(rule, order, OutcomeState.CLEARED, NO)


@dataclass(frozen=True, slots=True)
class Assessment:
    """All outcomes of one call, in table order per medicine, with what could not be judged at all.

    `not_checked` are prefetch keys, fixed English fact names or references, in a fixed order; empty means everything
    that a rule of these orders needed was there.
    """

    judgements: tuple[Judgement, ...]
    not_checked: tuple[str, ...] = ()
    matched_by_text: tuple[str, ...] = ()
    """References of orders recognised by name alone."""
    unusable: tuple[ReadingNote, ...] = ()
    """Why each resource of `not_checked` could not be used; named there by its reference, else by its input."""

    @property
    def outcomes(self) -> tuple[RuleOutcome, ...]:
        """Every one, put in words now: answers need but the `telling` ones of each judgement."""
        return tuple(outcome for judgement in self.judgements for outcome in judgement.list_all())

    def count(self, state: OutcomeState) -> int:
        """How many (judged order, rule) pairs ended so."""
        return self.tally()[state]

    def tally(self) -> Counter[OutcomeState]:
        """(Judged order, rule) pairs by how they ended."""
        return sum((judgement.tally() for judgement in self.judgements), Counter())
