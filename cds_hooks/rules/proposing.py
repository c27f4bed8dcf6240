"""What a fired rule offers: the missing tests, or the order at the doses that the kidney table allows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cds_hooks.chart.finding import Value
from cds_hooks.chart.regimen import RenalDose
from cds_hooks.chart.renal_dose import Excess, find_limits
from cds_hooks.knowledge.model import Level
from cds_hooks.rules.outcome import RuleOutcome
from cds_hooks.rules.proposals import AddMedicine, OrderTest, Proposal, RewriteDose
from cds_hooks.rules.situation import Situation

#: Around a limit an approximated kidney function offers no dose (contract: within 10 %).
NEAR_LIMIT = "approximation-margin-percent"


def propose(outcome: RuleOutcome, situation: Situation) -> tuple[Proposal, ...]:
    """The proposals of a fired rule, none where the advice is not sure enough to be one click."""
    proposals: list[Proposal] = []
    if outcome.rule.rewrites_dose and outcome.level is not None and outcome.level > Level.INFO:
        proposals += _propose_doses(situation)
    values = outcome.finding.values
    due = _find_due(values.get("due_day", values.get("from_day")), situation.bedside.now.today)
    proposals += [OrderTest(test, due) for test in find_tests(outcome)]
    proposals += [AddMedicine(medicine) for medicine in outcome.case.adds] if outcome.case else []
    return tuple(proposals)


def find_tests(outcome: RuleOutcome) -> tuple[str, ...]:
    """The tests that the case offers, else those of its rule."""
    if outcome.case is not None and outcome.case.tests is not None:
        return outcome.case.tests
    return outcome.rule.tests


def _find_due(from_day: Value | None, today: date) -> date | None:
    """A test is for later where the text names a day ahead on which it is due, or from which it counts."""
    return from_day if isinstance(from_day, date) and from_day > today else None


def _propose_doses(situation: Situation) -> list[Proposal]:
    """The one draft of the medicine, at each dose that the table allows and whole capsules make."""
    if len(situation.orders) != 1 or situation.order is not situation.orders[0] or not situation.order.is_draft:
        return []
    kidney = situation.renal_kidney
    verdict = situation.judge_renal_dose(kidney)
    if verdict is None or verdict.excess is None or verdict.excess < Excess.ABOVE or situation.regimens.missing:
        return []
    if situation.beside or _is_near_a_limit(situation):
        return []
    offers = [_rewrite(situation, dose) for dose in verdict.allowed]
    return [offer for offer in offers if offer is not None]


def _is_near_a_limit(situation: Situation) -> bool:
    clearance = situation.renal_kidney.clearance
    if clearance is None or not clearance.approximation:
        return False
    percent = situation.bedside.numbers.number(NEAR_LIMIT)
    return any(clearance.is_near(limit, percent) for limit in find_limits(situation.candidates))


def _rewrite(situation: Situation, dose: RenalDose) -> RewriteDose | None:
    """One capsule of the dose itself where there is one, else the fewest whole capsules of one strength."""
    for strength in sorted(situation.medicine.strengths_mg, reverse=True):
        capsules = dose.mg / strength
        if capsules == capsules.to_integral_value() and capsules >= Decimal(1):
            return RewriteDose(situation.order, dose.mg, dose.pattern, strength, int(capsules))
    return None
