"""Data as the FHIR server of Oracle Health writes them, from the situation `oracle-shape`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.client_profiles import Json, answer, answer_request, list_resources, read_advice
from tests.api.fixture_files import read_expected, read_request

SITUATION = "oracle-shape"


def ask_changed(change: Callable[[Json], Any]) -> Json:
    request = read_request(SITUATION)
    change(request)
    return answer_request(request, "oracle", now=read_expected(SITUATION).now)


def find_creatinine(request: Json) -> Json:
    creatinine: Json = request["prefetch"]["observations"]["entry"][0]["resource"]
    return creatinine


def list_rules(response: Json) -> list[list[str]]:
    return [read_advice(card)["rules"] for card in response["cards"]]


def test_a_code_of_its_own_before_the_standard_one_is_passed_over() -> None:
    own, standard = find_creatinine(read_request(SITUATION))["code"]["coding"]
    assert (own["userSelected"], standard["code"]) == (True, "2160-0")
    assert "Creatinine: 1.8 mg/dL (= 159.1 µmol/L)" in answer(SITUATION, "oracle")["cards"][0]["detail"]


def test_a_code_of_its_own_alone_leaves_the_kidney_function_missing() -> None:
    cards = ask_changed(lambda request: find_creatinine(request)["code"]["coding"].pop(1))
    assert ["lenalidomide.renal-function-missing"] in list_rules(cards)


def test_low_dose_aspirin_by_name_prevents_the_card_on_clots() -> None:
    def change(request: Json) -> None:
        request["prefetch"]["medications"]["entry"].pop()

    assert ["lenalidomide.thromboprophylaxis"] not in list_rules(answer(SITUATION, "oracle"))
    assert ["lenalidomide.thromboprophylaxis"] in list_rules(ask_changed(change))


def test_what_repeated_the_old_dose_does_not_come_back_with_the_new_one() -> None:
    (order,) = list_resources(answer(SITUATION, "oracle"))
    assert "25 mg" not in json.dumps(order)
    assert "25 mg" in json.dumps(read_request(SITUATION)["context"]["draftOrders"])


def test_what_the_advice_does_not_change_comes_back_as_it_was() -> None:
    (order,) = list_resources(answer(SITUATION, "oracle"))
    sent = read_request(SITUATION)["context"]["draftOrders"]["entry"][0]["resource"]
    for member in ("id", "subject", "encounter", "requester", "reasonCode", "courseOfTherapyType", "authoredOn"):
        assert order[member] == sent[member]


@pytest.mark.parametrize("key", ["allergies", "procedures", "dispenses"])
def test_a_bundle_without_total_and_entries_is_nothing_found(key: str) -> None:
    assert {"total", "entry"}.isdisjoint(read_request(SITUATION)["prefetch"][key])
    assert ["service.not-checked"] not in list_rules(answer(SITUATION, "oracle"))


def test_details_leave_out_product_and_version_that_the_page_has() -> None:
    short, long = (answer(SITUATION, profile)["cards"][0]["detail"] for profile in ("oracle", "default"))
    assert "- SmPC lenalidomide, section 4.2\n" in short
    assert "- SmPC lenalidomide, section 4.2 (" in long
