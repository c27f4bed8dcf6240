"""Which rules share a card, in which order the cards stand, and what a response holds besides."""

from __future__ import annotations

import pytest

from cds_hooks.hooks.profile import EPIC
from cds_hooks.knowledge.model import Level, Text
from cds_hooks.rules.outcome import Assessment, OutcomeState, RuleOutcome
from tests.unit.advice_setup import (
    ADVICE,
    compose,
    compose_whole,
    make_assessment,
    make_case,
    make_finding,
    make_order,
    make_outcome,
    make_plain_outcome,
    make_rule,
)

PREGNANT = make_plain_outcome("lenalidomide.pregnant", Level.CRITICAL, number=2, group="pregnancy-prevention")
UNDER_18 = make_plain_outcome("lenalidomide.under-18", Level.CRITICAL, number=6, group="caution")
SCHEDULE = make_plain_outcome("lenalidomide.schedule", Level.WARNING, number=30)
FREQUENCY = make_plain_outcome("lenalidomide.frequency", Level.INFO, number=20)
CALCIUM = make_plain_outcome("denosumab.calcium-check", Level.WARNING, number=1, group="tests")


def test_nothing_judged_and_nothing_missing_is_an_empty_list_and_no_more() -> None:
    assert compose_whole(Assessment(())) == {"cards": []}


def test_each_critical_has_a_card_of_its_own() -> None:
    cards = compose(UNDER_18, PREGNANT)
    assert [card["extension"][ADVICE]["rules"] for card in cards] == [["lenalidomide.pregnant"], ["lenalidomide.under-18"]]


def test_a_critical_carries_its_group_too() -> None:
    assert compose(PREGNANT)[0]["extension"][ADVICE]["group"] == "pregnancy-prevention"


def test_warnings_and_infos_of_one_order_share_a_card_per_group() -> None:
    (card,) = compose(FREQUENCY, SCHEDULE)
    assert card["indicator"] == "warning"
    assert card["summary"] == "About lenalidomide.schedule. (+1)"
    assert card["extension"][ADVICE]["rules"] == ["lenalidomide.schedule", "lenalidomide.frequency"]
    assert card["source"]["topic"]["code"] == "lenalidomide.dose"
    assert card["source"]["url"] == "https://cds.example.org/rules/lenalidomide.schedule"


def test_a_rule_alone_on_its_card_is_the_topic() -> None:
    assert compose(SCHEDULE)[0]["source"]["topic"] == {
        "code": "lenalidomide.schedule",
        "system": "urn:cds-hooks-server:rule",
    }


def test_two_orders_never_share_a_card() -> None:
    other = make_outcome(order=make_order("MedicationRequest/order-2"))
    cards = compose(make_outcome(), other)
    assert [card["extension"][ADVICE]["order"] for card in cards] == [
        "MedicationRequest/order-1",
        "MedicationRequest/order-2",
    ]


def test_cards_stand_by_level_then_medicine_then_table_order() -> None:
    cards = compose(CALCIUM, FREQUENCY, UNDER_18, SCHEDULE, PREGNANT)
    assert [card["extension"][ADVICE]["rules"][0] for card in cards] == [
        *("lenalidomide.pregnant", "lenalidomide.under-18", "lenalidomide.schedule", "denosumab.calcium-check")
    ]


@pytest.mark.parametrize("state", [state for state in OutcomeState if state is not OutcomeState.ERROR])
def test_silent_outcomes_make_no_card(state: OutcomeState) -> None:
    assert compose(RuleOutcome(make_rule(), make_order(), state, make_finding())) == []


def test_an_unknown_that_speaks_is_an_info_with_its_rule() -> None:
    unknown = make_outcome(make_rule("lenalidomide.under-18"), make_case(Level.INFO), state=OutcomeState.UNKNOWN)
    (card,) = compose(unknown)
    assert (card["indicator"], card["extension"][ADVICE]["rules"]) == ("info", ["lenalidomide.under-18"])


def test_outcomes_are_counted_on_the_response() -> None:
    silent = RuleOutcome(make_rule("lenalidomide.x"), make_order(), OutcomeState.CLEARED, make_finding())
    response = compose_whole(make_assessment(PREGNANT, silent))
    assert response["extension"]["dev.cds-hooks-server.evaluation"] == {
        "knowledge": "test-1",
        "outcomes": {"fired": 1, "cleared": 1, "notApplicable": 0, "unknown": 0, "error": 0},
    }


def test_a_topic_for_epic_has_no_punctuation_and_is_the_same_each_time() -> None:
    codes = {card["source"]["topic"]["code"] for _ in range(2) for card in compose(SCHEDULE, FREQUENCY, profile=EPIC)}
    assert codes == {"lenalidomidedose"}


def test_evidence_stands_in_the_extension_as_recorded() -> None:
    (card,) = compose(make_outcome(), language="nl")
    assert card["extension"][ADVICE]["evidence"] == [
        {
            "what": "creatinine",
            "value": "1.61",
            "unit": "mg/dL",
            "date": "2026-02-20T08:00:00Z",
            "reference": "Observation/cr-1",
        }
    ]


def test_a_fact_of_two_rules_is_told_once() -> None:
    (card,) = compose(FREQUENCY, SCHEDULE)
    assert len(card["extension"][ADVICE]["evidence"]) == 1
    assert card["detail"].count("142.32 µmol/L") == 1


def test_what_was_missing_is_named_in_words_and_by_key() -> None:
    (card,) = compose(make_outcome(finding=make_finding(missing=("conditions", "birth date"))), language="nl")
    assert card["extension"][ADVICE]["missing"] == ["conditions", "birth date"]
    assert "- Problemen en diagnosen\n- Geboortedatum" in card["detail"]


# Reasons


@pytest.mark.parametrize("ids", [(), ("dose-confirmed",), ("dose-confirmed", "await-result", "local-policy")])
def test_a_card_that_asks_for_an_action_has_at_least_three_reasons(ids: tuple[str, ...]) -> None:
    (card,) = compose(make_outcome(make_rule(override_reasons=ids)))
    assert len(card["overrideReasons"]) == 3


def test_the_reasons_of_several_rules_are_dealt_in_turn_up_to_six() -> None:
    first = ("dose-confirmed", "await-result", "local-policy", "expert-advice")
    second = ("patient-declines", "supply-needed", "tolerated-before")
    outcomes = (
        make_plain_outcome("lenalidomide.a", number=1, override_reasons=first),
        make_plain_outcome("lenalidomide.b", number=2, override_reasons=second),
    )
    codes = [reason["code"] for reason in compose(*outcomes)[0]["overrideReasons"]]
    assert codes == [
        *("dose-confirmed", "patient-refuses", "need-more-info", "supply-needed"),
        *("policy-contradicts", "action-performed-no-adverse-effect"),
    ]


def test_an_info_that_asks_for_nothing_has_no_reasons() -> None:
    assert "overrideReasons" not in compose(FREQUENCY)[0]


def test_reasons_are_in_the_language_of_the_card() -> None:
    (card,) = compose(make_outcome(make_rule(override_reasons=("dose-confirmed",))), language="nl")
    assert card["overrideReasons"][0] == {
        "code": "dose-confirmed",
        "system": "urn:cds-hooks-server:override-reason",
        "display": "Dosis bewust gekozen door de specialist",
    }


# What was not checked, and what failed


def test_what_was_not_checked_is_the_last_card_in_words() -> None:
    cards = compose(FREQUENCY, not_checked=("allergies", "birth date"), language="nl")
    last = cards[-1]
    assert last["summary"] == "Niet alles is gecontroleerd: allergieën en geboortedatum"
    assert last["indicator"] == "info"
    assert last["extension"][ADVICE]["rules"] == ["service.not-checked"]
    assert last["extension"][ADVICE]["missing"] == ["allergies", "birth date"]


def test_many_missing_inputs_are_counted_where_they_do_not_fit() -> None:
    keys = ("conditions", "allergies", "medications", "statements", "dispenses", "administrations", "observations")
    (card,) = compose(not_checked=keys)
    assert card["summary"] == (
        "Not everything was checked: problems and diagnoses, allergies, medication orders, medication in use, "
        "dispensed medication, and 2 more"
    )


def test_a_rule_that_failed_is_named_and_the_others_answer() -> None:
    failed = make_outcome(make_rule("lenalidomide.renal-dose"), state=OutcomeState.ERROR)
    cards = compose(PREGNANT, failed)
    assert [card["extension"][ADVICE]["rules"][0] for card in cards] == ["lenalidomide.pregnant", "service.not-checked"]
    assert cards[1]["extension"][ADVICE]["missing"] == ["lenalidomide.renal-dose"]
    assert '- The check "Dose for kidney function" (a fault in this service' in cards[1]["detail"]


def test_a_rule_whose_text_cannot_be_filled_is_named_and_the_others_answer() -> None:
    broken = make_outcome(case=make_case(do=Text("Give {nothing}.", "Geef {nothing}.")))
    cards = compose(PREGNANT, broken)
    assert [card["extension"][ADVICE]["rules"][0] for card in cards] == ["lenalidomide.pregnant", "service.not-checked"]


def test_a_broken_rule_never_gives_an_empty_answer() -> None:
    assert len(compose(make_outcome(finding=make_finding(values={})))) == 1


def test_where_more_than_five_groups_speak_the_last_infos_share_a_card() -> None:
    groups = ("dose", "pregnancy-prevention", "tests", "interaction", "caution", "counselling")
    cards = compose(*(make_plain_outcome(f"lenalidomide.{g}", Level.INFO, number=n, group=g) for n, g in enumerate(groups)))
    assert len(cards) == 5
    assert cards[-1]["extension"][ADVICE]["rules"] == ["lenalidomide.caution", "lenalidomide.counselling"]


def test_warnings_are_never_folded_together() -> None:
    groups = ("dose", "pregnancy-prevention", "tests", "interaction", "caution", "counselling")
    cards = compose(*(make_plain_outcome(f"lenalidomide.{g}", Level.WARNING, number=n, group=g) for n, g in enumerate(groups)))
    assert len(cards) == 6
