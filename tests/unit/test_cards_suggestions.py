"""Suggestions on cards: each test once, alternatives apart from tests, what the action has to say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from cds_hooks.hooks.profile import EPIC
from cds_hooks.hooks.response import WrittenAction
from cds_hooks.knowledge.model import Level, RuleCase, Text
from cds_hooks.rules.outcome import RuleOutcome
from cds_hooks.rules.proposals import AddMedicine, OrderTest, Proposal, RewriteDose
from tests.unit.advice_setup import compose, make_order, make_outcome, make_rule

CREATININE = OrderTest("creatinine")
TO_10 = RewriteDose(make_order(), Decimal(10), None, Decimal(10))
TO_15 = RewriteDose(make_order(), Decimal(15), None, Decimal(15))


def write(proposal: Proposal, _medicine: str) -> WrittenAction:
    """A stand-in for `fhir.writing`, which has tests of its own."""
    if isinstance(proposal, OrderTest):
        return WrittenAction("create", {"resourceType": "ServiceRequest"}, proposal.test)
    if isinstance(proposal, AddMedicine):
        return WrittenAction("create", {"resourceType": "MedicationRequest"}, proposal.medicine)
    resource = {"resourceType": "MedicationRequest", "id": "order-1"}
    return WrittenAction("update", resource, f"{proposal.dose_mg} mg", ("category", "intent"))


def propose(id: str, *proposals: Proposal, level: Level = Level.WARNING, **rule: Any) -> RuleOutcome:
    """A rule that proposes these."""
    said = Text(id, id)
    return make_outcome(make_rule(id, **rule), RuleCase(level, {}, said, said), proposals=proposals)


def offer(*outcomes: RuleOutcome, **context: Any) -> list[tuple[str | None, list[str]]]:
    """Per card: how to choose, and the labels."""
    cards = compose(*outcomes, **{"write": write, **context})
    return [(c.get("selectionBehavior"), [s["label"] for s in c.get("suggestions", ())]) for c in cards]


def test_a_test_is_offered_once_on_the_card_that_needs_it_most() -> None:
    warning = propose("lenalidomide.renal-function-missing", CREATININE, group="tests")
    critical = propose("denosumab.hypocalcaemia", CREATININE, level=Level.CRITICAL)
    assert offer(warning, critical) == [("any", ["Order a test: creatinine"]), (None, [])]


def test_the_same_test_for_later_is_another_test() -> None:
    later = propose("denosumab.calcium-after-first-dose", OrderTest("calcium", date(2026, 3, 15)), group="b")
    (_, now), (_, then) = offer(propose("denosumab.calcium-check", OrderTest("calcium"), group="a"), later)
    assert (now, then) == (["Order a test: calcium"], ["Order a test for 15 March 2026: calcium"])


def test_alternatives_of_one_order_are_at_most_one() -> None:
    (card,) = offer(propose("lenalidomide.renal-dose", TO_10, TO_15), language="nl")
    assert card == ("at-most-one", ["Wijzig de order in lenalidomide: 10 mg", "Wijzig de order in lenalidomide: 15 mg"])


def test_one_rewrite_and_a_test_do_not_exclude_each_other() -> None:
    assert offer(propose("lenalidomide.renal-dose", TO_10, CREATININE))[0][0] == "any"


def test_tests_beside_alternatives_go_to_the_next_card_of_the_medicine() -> None:
    dose = propose("lenalidomide.renal-dose", TO_10, TO_15, CREATININE, number=1)
    other = propose("lenalidomide.thyroid", number=2, group="tests")
    assert offer(dose, other)[1] == ("any", ["Order a test: creatinine"])


def test_epic_knows_only_any() -> None:
    assert offer(propose("lenalidomide.renal-dose", TO_10, TO_15), profile=EPIC)[0][0] == "any"


def test_the_action_says_what_was_put_right() -> None:
    (card,) = compose(propose("lenalidomide.renal-dose", TO_10), write=write)
    (action,) = card["suggestions"][0]["actions"]
    assert action["description"] == (
        "Change the order to lenalidomide: 10 mg. Put right besides, because it was not valid FHIR R4: category and intent."
    )


def test_a_client_that_knows_only_any_is_told_in_words_to_choose_one() -> None:
    ((behavior, labels),) = offer(propose("lenalidomide.renal-dose", TO_10, TO_15), profile=EPIC, language="nl")
    assert behavior == "any"
    assert labels == [
        "Wijzig de order in lenalidomide: 10 mg (kies er hiervan één)",
        "Wijzig de order in lenalidomide: 15 mg (kies er hiervan één)",
    ]


def test_a_single_rewrite_needs_no_such_words() -> None:
    (card,) = compose(propose("lenalidomide.renal-dose", TO_10), profile=EPIC, write=write)
    assert "Choose one" not in card["suggestions"][0]["actions"][0]["description"]


def test_what_cannot_be_written_is_not_offered() -> None:
    assert offer(propose("lenalidomide.renal-dose", TO_10), write=lambda *_: None) == [(None, [])]


def test_no_suggestion_is_recommended_or_launched_by_itself() -> None:
    (card,) = compose(propose("lenalidomide.renal-dose", TO_10), write=write)
    assert set(card["suggestions"][0]) == {"label", "uuid", "actions"}
    assert all(set(link) == {"label", "url", "type"} for link in card["links"])


def test_medicines_to_add_stand_each_by_itself() -> None:
    (card,) = offer(propose("denosumab.supplementation", AddMedicine("calcium"), AddMedicine("vitamin D")), language="nl")
    assert card == ("any", ["Schrijf calcium voor, dosis nog te kiezen", "Schrijf vitamin D voor, dosis nog te kiezen"])
