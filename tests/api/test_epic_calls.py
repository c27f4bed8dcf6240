"""Calls as Epic sends them (checklist 5.C), from the situation `epic-shape` with one thing after the other changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cds_hooks.errors import BadRequest
from tests.api.client_profiles import Json, answer, answer_request, list_resources, read_advice
from tests.api.fixture_files import read_expected, read_request

SITUATION = "epic-shape"
BASE = "https://epic.example.org/api/FHIR/R4"
LONG = "eSynthetic." + "Aq7." * 30 + "Z3"
OIDS = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": "urn:oid:2.16.840.1.113883.6.88",
    "http://snomed.info/sct": "urn:oid:2.16.840.1.113883.6.96",
    "http://loinc.org": "urn:oid:2.16.840.1.113883.6.1",
    "http://unitsofmeasure.org": "urn:oid:2.16.840.1.113883.6.8",
    "http://www.whocc.no/atc": "urn:oid:2.16.840.1.113883.6.73",
}


def ask(request: Json, *, language: str = "en") -> Json:
    return answer_request(request, "epic", now=read_expected(SITUATION).now, language=language)


def ask_changed(change: Callable[[Json], Any]) -> Json:
    request = read_request(SITUATION)
    change(request)
    return ask(request)


def ask_replaced(*pairs: tuple[str, str]) -> Json:
    text = json.dumps(read_request(SITUATION))
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return ask(json.loads(text))


def find_order(request: Json) -> Json:
    order: Json = request["context"]["draftOrders"]["entry"][0]["resource"]
    return order


def drop_medication(request: Json) -> None:
    del request["context"]["draftOrders"]["entry"][1]


def tell(response: Json) -> list[tuple[str, str, list[str]]]:
    return [(card["summary"], card["indicator"], read_advice(card)["rules"]) for card in response["cards"]]


#: One thing that differs, as text of the request before and after: the cards have to be the same.
SAME: list[tuple[str, list[tuple[str, str]]]] = [
    ("a patient id of 133 characters", [("synthetic-patient-epic-shape", LONG)]),
    ("a Medication id of 133 characters", [("eSynthetic.Medication.25", LONG)]),
    ("absolute references", [(f'"reference": "{kind}/', f'"reference": "{BASE}/{kind}/') for kind in ("Patient", "Medication")]),
    ("every code system as urn:oid", [*OIDS.items()]),
    ("a medicine by display alone", [('"reference": "Medication/eSynthetic.Medication.25", ', "")]),
    ("order-sign with an older version string", [('"1.1"', '"1.0"')]),
]


@pytest.mark.parametrize("pairs", [row[1] for row in SAME], ids=[row[0] for row in SAME])
def test_it_is_read_however_it_is_written(pairs: list[tuple[str, str]]) -> None:
    assert tell(ask_replaced(*pairs)) == tell(answer(SITUATION, "epic"))


def test_a_long_id_with_dots_comes_back_in_the_order_as_it_was() -> None:
    (order,) = list_resources(answer(SITUATION, "epic"))
    assert order["id"] == find_order(read_request(SITUATION))["id"]
    assert len(order["id"]) > 64


def test_the_order_that_comes_back_holds_one_dose_of_the_new_product_and_no_reference_to_the_old() -> None:
    (order,) = list_resources(answer(SITUATION, "epic"))
    (dose,) = order["dosageInstruction"][0]["doseAndRate"]
    assert "medicationReference" not in order
    assert order["medicationCodeableConcept"]["text"] == "Lenalidomide 10 mg capsule"
    assert (dose["doseQuantity"]["value"], dose["doseQuantity"]["code"]) == (1, "{capsule}")


def test_a_requester_that_is_only_a_reason_of_absence_is_kept() -> None:
    (order,) = list_resources(answer(SITUATION, "epic"))
    assert order["requester"] == find_order(read_request(SITUATION))["requester"]


def test_three_ways_of_telling_one_dose_are_one_dose() -> None:
    (critical, *_) = answer(SITUATION, "epic")["cards"]
    assert "Ordered dose per day of intake: 25 mg" in critical["detail"]


def test_a_medicine_by_display_alone_is_said_to_be_known_by_its_name() -> None:
    first, *_ = ask_replaced(('"reference": "Medication/eSynthetic.Medication.25", ', ""))["cards"]
    assert "recognised by its name alone" in first["detail"]


def test_a_medication_that_did_not_come_along_is_named() -> None:
    cards = ask_changed(drop_medication)["cards"]
    assert tell({"cards": cards[:-1]}) == tell(answer(SITUATION, "epic"))
    assert read_advice(cards[-1])["missing"] == [f"MedicationRequest/{find_order(read_request(SITUATION))['id']}"]


def test_a_strength_that_cannot_be_divided_is_not_computed_with() -> None:
    def change(request: Json) -> None:
        odd = {"numerator": {"value": 15, "unit": "MG/5ML"}, "denominator": {"value": 15, "unit": "MG/5ML"}}
        request["context"]["draftOrders"]["entry"][1]["resource"]["ingredient"][0]["strength"] = odd

    assert tell(ask_changed(change)) == tell(answer(SITUATION, "epic"))


def test_nothing_found_is_a_warning_and_leaves_nothing_unchecked() -> None:
    held = read_request(SITUATION)["prefetch"]["allergies"]["entry"][0]["resource"]
    assert (held["resourceType"], held["issue"][0]["severity"]) == ("OperationOutcome", "warning")
    assert "service.not-checked" not in json.dumps(tell(answer(SITUATION, "epic")))


def test_an_error_in_the_same_place_is_named_as_not_checked() -> None:
    def change(request: Json) -> None:
        request["prefetch"]["allergies"]["entry"][0]["resource"]["issue"][0]["severity"] = "error"

    assert read_advice(ask_changed(change)["cards"][-1])["missing"] == ["allergies"]


def test_prefetch_keys_typed_by_hand_are_named_by_the_keys_that_were_needed() -> None:
    def change(request: Json) -> None:
        sent = request["prefetch"]
        request["prefetch"] = {
            "patient": sent["patient"],
            "-user": {"resourceType": "Practitioner"},
            "Problems": sent["conditions"],
        }

    missing = read_advice(ask_changed(change)["cards"][-1])["missing"]
    assert {"conditions", "medications", "observations"} <= set(missing)
    assert "Problems" not in json.dumps(missing)


@pytest.mark.parametrize("drafts", [None, "absent"])
def test_unsigned_orders_that_are_not_sent_are_a_plain_400(drafts: Any) -> None:
    def change(request: Json) -> None:
        request["context"]["draftOrders"] = drafts
        if drafts:
            del request["context"]["draftOrders"]

    with pytest.raises(BadRequest) as refused:
        ask_changed(change)
    assert refused.value.element == "context.draftOrders"


def test_orders_that_are_no_medicines_beside_it_change_nothing() -> None:
    def change(request: Json) -> None:
        imaging = {"resourceType": "ServiceRequest", "id": "synthetic-imaging", "status": "draft", "intent": "order"}
        subject = {"reference": f"Patient/{request['context']['patientId']}"}
        request["context"]["draftOrders"]["entry"].append({"resource": {**imaging, "subject": subject, "code": {"text": "CT"}}})

    assert tell(ask_changed(change)) == tell(answer(SITUATION, "epic"))
