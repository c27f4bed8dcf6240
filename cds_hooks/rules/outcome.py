"""What came of the rules on one order: of each one of five states, with the evidence and what was missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from cds_hooks.chart.finding import NO, Finding, join_any
from cds_hooks.chart.records import MedicineEntry, ReadingNote
from cds_hooks.knowledge.model import Level, Rule, RuleCase
from cds_hooks.record import Record
from cds_hooks.rules.proposals import Proposal


class OutcomeState(StrEnum):
    """The five outcomes of a rule; the values are the member names of the evaluation extension."""

    FIRED = "fired"
    CLEARED = "cleared"
    NOT_APPLICABLE = "notApplicable"
    UNKNOWN = "unknown"
    ERROR = "error"


class RuleOutcome(Record):
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


class Quiet(Record):
    """Rules of which nothing has to be said, with what makes it so: the `passed` do not apply, the `cleared` found nothing."""

    passed: Sequence[tuple[Rule, Finding]] = ()
    cleared: Sequence[tuple[Rule, Sequence[Finding]]] = ()

    def list_outcomes(self, order: MedicineEntry) -> Iterator[RuleOutcome]:
        """Put in words."""
        for rule, applies in self.passed:
            yield RuleOutcome(rule, order, OutcomeState.NOT_APPLICABLE, applies)
        for rule, findings in self.cleared:
            yield RuleOutcome(rule, order, OutcomeState.CLEARED, join_any(findings))


_NONE_QUIET = Quiet()


class Judgement(Record):
    """What came of rules of one medicine on one order. `noted`, in table order, holds all outcomes that something may have to be
    said of: those that fired, are unknown or failed. Each other of `rules` is in `quiet`, or is cleared and rests on nothing:
    that is put in words only where all outcomes are asked for."""

    order: MedicineEntry
    rules: tuple[Rule, ...]
    noted: tuple[RuleOutcome, ...]
    quiet: Quiet = _NONE_QUIET

    def list_all(self) -> list[RuleOutcome]:
        """At least one outcome of each rule, in table order."""
        outcomes: dict[str, list[RuleOutcome]] = {rule.id: [] for rule in self.rules}
        for one in (*self.noted, *self.quiet.list_outcomes(self.order)):
            outcomes[one.rule.id].append(one)
        return [one for rule in self.rules for one in outcomes[rule.id] or [find_cleared(rule, self.order)]]

    def count_into(self, tally: dict[OutcomeState, int]) -> None:
        """Add the rules by how they ended; a rule of which several cases speak is one."""
        ended = {(one.rule.id, one.state) for one in self.noted}
        for _, state in ended:
            tally[state] = tally.get(state, 0) + 1
        passed = len(self.quiet.passed)
        cleared = len(self.rules) - passed - len(dict(ended))
        tally[OutcomeState.NOT_APPLICABLE] = tally.get(OutcomeState.NOT_APPLICABLE, 0) + passed
        tally[OutcomeState.CLEARED] = tally.get(OutcomeState.CLEARED, 0) + cleared


def find_cleared(rule: Rule, order: MedicineEntry) -> RuleOutcome:
    """A rule that is cleared and rests on nothing."""
    return RuleOutcome(rule, order, OutcomeState.CLEARED, NO)


class Assessment(Record):
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
        """Every one, put in words now: answers need but what is `noted` of each judgement."""
        return tuple(outcome for judgement in self.judgements for outcome in judgement.list_all())

    def count(self, state: OutcomeState) -> int:
        """How many (judged order, rule) pairs ended so."""
        return self.tally().get(state, 0)

    def tally(self) -> dict[OutcomeState, int]:
        """(Judged order, rule) pairs by how they ended; how none did is not in it."""
        tally: dict[OutcomeState, int] = {}
        for judgement in self.judgements:
            judgement.count_into(tally)
        return tally
