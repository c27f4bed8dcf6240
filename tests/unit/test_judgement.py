"""What came of the rules on one order: listed in full and counted, though most of it is never put in words."""

from __future__ import annotations

from cds_hooks.chart.finding import NO, Evidence, Finding
from cds_hooks.rules.outcome import Assessment, Judgement, OutcomeState, Quiet, RuleOutcome
from tests.unit.advice_setup import make_finding, make_order, make_outcome, make_rule

CLEARED, FIRED, ERROR, PASSED = OutcomeState.CLEARED, OutcomeState.FIRED, OutcomeState.ERROR, OutcomeState.NOT_APPLICABLE
RULES = tuple(make_rule(f"lenalidomide.{name}", number=number) for number, name in enumerate("abcde"))
ORDER = make_order()
TOO_OLD, TOO_LONG = Finding(False, (Evidence("age"),)), Finding(False, (Evidence("days"),))


def make_judgement() -> Judgement:
    """Of five rules the second speaks twice, and failed too; the fourth and first are quiet; of the others nothing is known."""
    noted = (
        make_outcome(RULES[1], order=ORDER),
        make_outcome(RULES[1], order=ORDER, finding=make_finding(missing=("observations",))),
        RuleOutcome(RULES[1], ORDER, ERROR, NO),
    )
    return Judgement(ORDER, RULES, noted, Quiet([(RULES[0], NO)], [(RULES[3], [TOO_OLD, TOO_LONG])]))


def test_every_rule_is_listed_in_table_order() -> None:
    found = [(one.rule.id[-1], one.state) for one in make_judgement().list_all()]
    assert found == [("a", PASSED), ("b", FIRED), ("b", FIRED), ("b", ERROR), ("c", CLEARED), ("d", CLEARED), ("e", CLEARED)]


def test_a_quiet_rule_tells_what_it_rests_on_and_any_other_nothing() -> None:
    passed, *_, nothing, cleared, _ = make_judgement().list_all()
    assert cleared.finding.evidence == (Evidence("age"), Evidence("days"))
    assert passed.finding is NO is nothing.finding


def test_pairs_of_rule_and_state_are_counted_once() -> None:
    assert Assessment((make_judgement(),)).tally() == {FIRED: 1, ERROR: 1, CLEARED: 3, PASSED: 1}
    assessment = Assessment((make_judgement(), make_judgement()))
    assert assessment.tally() == {FIRED: 2, ERROR: 2, CLEARED: 6, PASSED: 2}
    assert len(assessment.outcomes) == 14
    assert assessment.count(OutcomeState.UNKNOWN) == 0
