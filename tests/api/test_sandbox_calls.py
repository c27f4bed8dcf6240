"""Calls as the public CDS Hooks sandbox sends them (checklist 5.C), from the situation `sandbox-shape`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client_profiles import Json, answer, answer_request, list_resources, read_advice
from tests.api.fixture_files import read_expected, read_request
from tests.api.real_service import open_client

SITUATION = "sandbox-shape"
SELECT = "/cds-services/medication-order-select"


def find_order(request: Json) -> Json:
    order: Json = request["context"]["draftOrders"]["entry"][0]["resource"]
    return order


def ask_changed(change: Callable[[Json], Any]) -> Json:
    request = read_request(SITUATION)
    change(request)
    return answer_request(request, "sandbox", now=read_expected(SITUATION).now)


def list_rules(response: Json) -> list[list[str]]:
    return [read_advice(card)["rules"] for card in response["cards"]]


def test_a_category_that_is_an_object_comes_back_as_a_list_and_the_action_says_so() -> None:
    first, *_ = answer(SITUATION, "sandbox")["cards"]
    (action,) = first["suggestions"][0]["actions"]
    assert isinstance(action["resource"]["category"], list)
    assert "Put right besides, because it was not valid FHIR R4" in action["description"]


def test_the_change_is_of_the_draft_that_the_sandbox_holds() -> None:
    (order,) = list_resources(answer(SITUATION, "sandbox"))
    assert (order["id"], order["medicationCodeableConcept"]["text"]) == ("request-123", "Lenalidomide 10 mg capsule")
    assert order["medicationCodeableConcept"]["coding"][0]["code"] == "L04AX04"


def test_a_draft_before_a_medicine_is_chosen_is_no_concern_of_ours() -> None:
    assert ask_changed(lambda request: find_order(request).pop("medicationCodeableConcept")) == {"cards": []}


def test_a_draft_without_a_dose_yet_still_gets_what_is_about_the_patient() -> None:
    def change(request: Json) -> None:
        del find_order(request)["dosageInstruction"], find_order(request)["dispenseRequest"]

    rules = list_rules(ask_changed(change))
    assert ["lenalidomide.ppp.male", "lenalidomide.counselling"] in rules
    assert ["lenalidomide.renal-dose"] not in rules


def test_the_capsule_that_was_picked_is_recognised_by_its_code() -> None:
    first, *_ = answer(SITUATION, "sandbox")["cards"]
    assert "recognised by its name alone" not in first["detail"]


def test_a_change_that_was_accepted_comes_back_under_the_wrong_system_and_is_recognised_by_its_name() -> None:
    (accepted,) = list_resources(answer(SITUATION, "sandbox"))
    text = accepted["medicationCodeableConcept"]["text"]
    coding = {"display": text, "system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "L04AX04"}
    concept = {"text": text, "coding": [coding]}
    response = ask_changed(lambda request: find_order(request).update(medicationCodeableConcept=concept))
    assert ["lenalidomide.renal-dose"] not in list_rules(response)
    assert "recognised by its name alone" in response["cards"][0]["detail"]


def test_keys_that_were_dropped_are_named_on_one_card() -> None:
    def change(request: Json) -> None:
        for key in ("allergies", "procedures", "consents"):
            del request["prefetch"][key]

    *_, last = ask_changed(change)["cards"]
    assert read_advice(last)["rules"] == ["service.not-checked"]
    assert {"allergies", "procedures"} <= set(read_advice(last)["missing"])


def test_a_dropped_patient_is_a_card_and_not_a_status() -> None:
    request = read_request(SITUATION)
    del request["prefetch"]["patient"]
    response = open_client(CDS_HOOKS_PROFILE="sandbox").post(SELECT, json=request)
    (card,) = response.get_json()["cards"]
    assert (response.status_code, read_advice(card)["missing"]) == (200, ["patient"])


@pytest.mark.parametrize("unit", ["{pill}", "{Pill}", "{tbl}", "{capsule}"])
def test_a_dose_in_pills_is_of_the_product_that_was_picked(unit: str) -> None:
    def change(request: Json) -> None:
        find_order(request)["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["code"] = unit

    assert list_rules(ask_changed(change))[0] == ["lenalidomide.renal-dose"]


def test_the_rule_of_every_card_can_be_opened_from_the_sandbox() -> None:
    response = open_client(CDS_HOOKS_PROFILE="sandbox").post(
        SELECT, data=json.dumps(read_request(SITUATION)), content_type="application/json"
    )
    for card in response.get_json()["cards"]:
        assert open_client().get(card["links"][0]["url"].removeprefix("http://127.0.0.1:8080")).status_code == 200
