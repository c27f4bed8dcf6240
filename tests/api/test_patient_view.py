"""The patient-view service: its context, whom it is about, what it asks a FHIR server for, and what it leaves to the orders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.chart.medicines import ALL_MEDICINE_KEYS
from cds_hooks.fhir.deliveries import Delivery
from cds_hooks.service import load_knowledge
from cds_hooks.service.advising import Source, evaluate
from tests.api.real_service import MAN, NOW, Json, ask, describe, list_cards, list_rules, list_unchecked, open_client, post
from tests.clinical.expect import read_advice

CYCLE = {
    "is": "lenalidomide", "id": "cycle", "mg": 25, "dose": 25, "schedule": "21/28", "quantity": 21, "start": "20 days ago",
    "reason": "multiple-myeloma",
}  # fmt: skip
#: A man of 60 in his first cycle of lenalidomide, his counts of eight days ago.
TREATED: Json = {
    **{name: facts for name, facts in MAN.items() if name != "order"},
    "hook": "patient-view",
    "medicines": [CYCLE, *MAN["medicines"]],
    "labs": [{**lab, "date": "8 days ago"} for lab in MAN["labs"]],
}
UNTREATED: Json = {**TREATED, "medicines": [*MAN["medicines"], {"is": "amoxicillin", "start": "20 days ago"}]}


def test_the_chart_of_a_patient_on_the_medicine_gets_what_is_due() -> None:
    (card,) = list_cards(describe(TREATED))
    advice = read_advice(card)
    assert (card["indicator"], card["summary"]) == ("warning", "Blood count with differential overdue, last: 22 February 2026")
    assert (advice["rules"], advice["order"], advice["group"]) == (["lenalidomide.due"], "MedicationRequest/cycle", "tests")
    assert [suggestion["actions"][0]["resource"]["status"] for suggestion in card["suggestions"]] == ["draft"]


def test_the_card_speaks_dutch() -> None:
    (card,) = list_cards(describe(TREATED), language="nl")
    assert card["summary"] == "Bloedbeeld met differentiatie te laat, laatste: 22 februari 2026"


def test_a_patient_on_neither_medicine_gets_exactly_no_cards() -> None:
    assert ask(describe(UNTREATED)).get_json() == {"cards": []}


def test_nothing_but_the_medicines_is_needed_to_know_that() -> None:
    body = describe(UNTREATED)
    body["prefetch"] = {key: body["prefetch"][key] for key in ("medications", "statements")}
    assert ask(body).get_json() == {"cards": []}


@pytest.mark.parametrize("encounter", [{}, {"encounterId": "1"}, {"encounterId": None}])
def test_user_and_patient_are_all_that_the_context_has_to_hold(encounter: Json) -> None:
    body = describe(TREATED)
    assert set(body["context"]) == {"userId", "patientId"}
    body["context"] |= encounter
    assert list_rules(list_cards(body)) == ["lenalidomide.due"]


@pytest.mark.parametrize("member", ["userId", "patientId"])
def test_without_user_or_patient_it_is_refused(member: str) -> None:
    body = describe(TREATED)
    del body["context"][member]
    response = ask(body)
    assert (response.status_code, response.get_json()["issue"][0]["expression"]) == (400, [f"context.{member}"])


@pytest.mark.parametrize("orders", [None, [], "x", {"resourceType": "Patient"}, {"resourceType": "Bundle", "entry": 1}])
def test_orders_and_selections_that_come_along_are_not_looked_at(orders: Any) -> None:
    body = describe(TREATED)
    body["context"] |= {"draftOrders": orders, "selections": 7}
    assert list_rules(list_cards(body)) == ["lenalidomide.due"]


def test_another_hook_is_refused() -> None:
    body = json.dumps({**describe(TREATED), "hook": "order-sign"}).encode()
    response = post(body, hook="patient-view")
    assert (response.status_code, response.get_json()["issue"][0]["expression"]) == (400, ["hook"])


@pytest.mark.parametrize("patient", [None, {"resourceType": "OperationOutcome", "issue": []}])
def test_without_the_patient_a_treatment_cannot_be_judged(patient: Any) -> None:
    body = describe(TREATED)
    body["prefetch"]["patient"] = patient
    assert ask(body).status_code == 412


def test_a_medicine_that_cannot_be_looked_up_may_be_ours_and_the_orders_are_named() -> None:
    body = describe({**UNTREATED, "raw": {"medications": [_refer()]}})
    assert list_unchecked(list_cards(body)) == ["medications"]


def test_a_medicine_that_cannot_be_looked_up_and_is_named_is_another_one() -> None:
    body = describe({**UNTREATED, "raw": {"medications": [_refer(display="Metformin 500 mg tablet")]}})
    assert ask(body).get_json() == {"cards": []}


def test_what_is_due_is_no_matter_of_an_order() -> None:
    signed = ask(describe(MAN)).get_json()["extension"]["dev.cds-hooks-server.evaluation"]["outcomes"]
    rules = next(medicine for medicine in load_knowledge().medicines if medicine.medicine.id == "lenalidomide")
    assert "lenalidomide.due" not in {ready.rule.id for ready in rules.rules}
    assert sum(signed.values()) == len(rules.rules) == len(rules.medicine.rules) - 1


def test_a_rule_of_which_several_cases_speak_is_counted_once() -> None:
    outcomes = _evaluate_chart({**TREATED, "labs": []})["outcomes"]
    rules = next(medicine for medicine in load_knowledge().medicines if medicine.medicine.id == "lenalidomide")
    assert (outcomes["fired"], sum(outcomes.values())) == (1, len(rules.view))


def test_rules_about_one_order_are_not_asked_of_a_chart() -> None:
    asked = {ready.rule.id for medicine in load_knowledge().medicines for ready in medicine.view}
    about_orders = {"ppp.supply", "supply", "ppp.dispense-window", "route", "frequency", "ppp.pregnancy-test", "counselling"}
    assert not asked & {f"lenalidomide.{name}" for name in about_orders}
    assert {"lenalidomide.pregnant", "lenalidomide.ppp.contraception", "lenalidomide.dose-above-maximum"} <= asked


@pytest.mark.parametrize("rule", ["lenalidomide.due", "denosumab.due"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_page_of_the_rule_answers(rule: str, language: str) -> None:
    assert open_client().get(f"/rules/{rule}", query_string={"lang": language}).status_code == 200


def test_only_medicines_are_fetched_until_one_of_ours_is_among_them() -> None:
    assert _list_fetched(UNTREATED) == [set(ALL_MEDICINE_KEYS)]


def test_all_is_fetched_for_a_patient_on_the_medicine() -> None:
    assert _list_fetched(TREATED) == [set(ALL_MEDICINE_KEYS), set(PREFETCH_KEYS)]


def _list_fetched(situation: Json) -> list[set[str]]:
    """The keys that are looked up, in turn, where prefetch brings nothing but the orders on record."""
    body, asked = describe(situation), []
    body["prefetch"] = {key: body["prefetch"][key] for key in ("patient", "medications")}

    def fetch(deliveries: Mapping[str, Delivery], _: str) -> dict[str, Delivery]:
        asked.append(set(deliveries))
        return dict(deliveries)

    source = Source(fetch, lambda _: None)
    now = datetime.fromisoformat(NOW)
    evaluate(json.dumps(body).encode(), "medication-patient-view", load_knowledge(), now=now, fetch=source)
    return asked


def _evaluate_chart(situation: Json) -> Json:
    return dict(ask(describe(situation)).get_json()["extension"]["dev.cds-hooks-server.evaluation"])


def _refer(**named: str) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": "lost",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/patient-1"},
        "authoredOn": "2026-02-20",
        "medicationReference": {"reference": "Medication/nowhere", **named},
    }
