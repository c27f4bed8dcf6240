"""Judges rules: one rule in one situation gives one of five outcomes, with its evidence and what was missing."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cds_hooks.chart.finding import NO, YES, Finding, join_all, merge
from cds_hooks.errors import RequestError
from cds_hooks.knowledge.model import Rule, WhenUnknown
from cds_hooks.record import change
from cds_hooks.rules.compilation import ReadyCase, ReadyRule
from cds_hooks.rules.outcome import Judgement, OutcomeState, Quiet, RuleOutcome
from cds_hooks.rules.proposing import propose
from cds_hooks.rules.questions import UNCONDITIONAL
from cds_hooks.rules.situation import Situation

_log = logging.getLogger(__name__)


def judge_rules(rules: Iterable[ReadyRule], situation: Situation) -> tuple[list[RuleOutcome], Quiet]:
    """What is noted, and what is quiet; a rule of neither is cleared and rests on nothing (`Judgement`). A fault in a rule is an
    outcome too, so that the rest answers."""
    noted: list[RuleOutcome] = []
    passed: list[tuple[Rule, Finding]] = []
    cleared: list[tuple[Rule, Sequence[Finding]]] = []
    answers = situation.answers
    for ready in rules:
        try:
            if ready.applies is UNCONDITIONAL:
                applies = YES
                if ready.denies_all is not None and ready.denies_all(situation):
                    continue
            else:
                # Many rules hang on one condition: most often it has been answered.
                applies = answers.get(ready.condition) or ready.applies.ask(situation)
                if applies.truth is False:
                    passed.append((ready.rule, applies))
                    continue
            open_cases, denied = [], []
            for case in ready.cases:
                found = case.ask(situation)
                if found.truth is False:
                    if found is not NO:
                        denied.append(found)
                    continue
                open_cases.append((case, found))
                if found.truth and applies.truth:
                    break
            if open_cases:
                noted.append(_weigh(ready, situation, applies, cases=open_cases))
            elif denied:
                cleared.append((ready.rule, denied))
        except RequestError:
            raise  # What is asked about turned out to be unreadable: nobody can be told that the rest was checked.
        except Exception as error:
            # The text of the error may hold patient data: only its kind and the rule are logged.
            _log.error("rule failed", extra={"rule": ready.rule.id, "error": type(error).__name__})
            noted.append(RuleOutcome(ready.rule, situation.order, OutcomeState.ERROR, NO))
    return noted, Quiet(passed, cleared)


def judge_rule(ready: ReadyRule, situation: Situation) -> RuleOutcome:
    """The outcome of one rule."""
    noted, quiet = judge_rules((ready,), situation)
    return Judgement(situation.order, (ready.rule,), tuple(noted), quiet).list_all()[0]


def judge_each_case(ready: ReadyRule, situation: Situation) -> tuple[RuleOutcome, ...]:
    """As `judge_rule`; of a rule of which every case speaks, one outcome for each that fires. What another case lacked is told on
    the first; without any that fires the rule has one outcome."""
    if not ready.rule.each_case:
        return (judge_rule(ready, situation),)
    each = [judge_rule(replace(ready, cases=(case,)), situation) for case in ready.cases]
    fired = [outcome for outcome in each if outcome.state is OutcomeState.FIRED]
    failed = [outcome for outcome in each if outcome.state is OutcomeState.ERROR]
    unknown = [outcome for outcome in each if outcome.state is OutcomeState.UNKNOWN]
    if failed or not fired:
        return (*fired, *(failed or _merge_unknown(unknown) or each)[:1])
    missing = tuple(dict.fromkeys(name for outcome in (fired[0], *unknown) for name in outcome.finding.missing))
    return (change(fired[0], finding=change(fired[0].finding, missing=missing)), *fired[1:])


def _merge_unknown(unknown: list[RuleOutcome]) -> list[RuleOutcome]:
    """One outcome that lacks what all of them lacked."""
    return [change(unknown[0], finding=merge([outcome.finding for outcome in unknown], None))] if unknown else []


def _weigh(ready: ReadyRule, situation: Situation, applies: Finding, *, cases: list[tuple[ReadyCase, Finding]]) -> RuleOutcome:
    """What the cases come to that hold or are unknown, up to the first that holds where the rule applies for certain."""
    unknown: list[tuple[ReadyCase, Finding]] = []
    for case, found in cases:
        joined = found if applies is YES else join_all((applies, found))
        if joined.truth:
            return _fire(ready, situation, case, _add_missing(joined, unknown))
        unknown.append((case, joined))
    return _answer_unknown(ready, situation, unknown)


def _fire(ready: ReadyRule, situation: Situation, case: ReadyCase, found: Finding) -> RuleOutcome:
    rule, order, told = ready.rule, situation.order, case.case
    proposals = propose(RuleOutcome(rule, order, OutcomeState.FIRED, found, told), situation)
    return RuleOutcome(rule, order, OutcomeState.FIRED, found, told, proposals)


def _add_missing(found: Finding, unknown: list[tuple[ReadyCase, Finding]]) -> Finding:
    """A worse case that could not be told is not forgotten when a milder one fires."""
    if not unknown:
        return found
    missing = (*found.missing, *(name for _, one in unknown for name in one.missing))
    return change(found, missing=tuple(dict.fromkeys(missing)))


def _answer_unknown(ready: ReadyRule, situation: Situation, unknown: list[tuple[ReadyCase, Finding]]) -> RuleOutcome:
    """What the last column of the tables says of an unknown."""
    rule = ready.rule
    found = merge([one for _, one in unknown], None)
    if rule.unknown is WhenUnknown.COUNTS_AS_MISSING:
        case, first = unknown[0]
        return _fire(ready, situation, case, change(first, truth=True, missing=found.missing))
    silent = rule.unknown is WhenUnknown.SILENT or (rule.needs_dose and situation.is_bare)
    silent = silent or (bool(rule.unknown_only_for) and not set(rule.unknown_only_for) & set(found.missing))
    return RuleOutcome(rule, situation.order, OutcomeState.UNKNOWN, found, None if silent else rule.unknown_case)
