"""Bad input, as the issue's table says: what is sent, and the status or the words of the card that come of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cds_hooks.advice.checking import find_faults
from tests.api.real_service import (
    MAN,
    Json,
    ask,
    describe,
    list_cards,
    list_rules,
    list_unchecked,
    open_client,
    post,
    read_unchecked,
)
from tests.timing import bounded_time

#: The issue: nothing hangs. CPU seconds of this process: the machine of the tests has other work too.
LONGEST_SECONDS = 2.0


def find_draft(body: Json) -> Json:
    draft: Json = body["context"]["draftOrders"]["entry"][0]["resource"]
    return draft


def find_observation(body: Json, place: int = 0) -> Json:
    observation: Json = body["prefetch"]["observations"]["entry"][place]["resource"]
    return observation


def set_creatinine(value: Any) -> Callable[[Json], None]:
    return lambda body: find_observation(body)["valueQuantity"].update(value=value)


def find_weight(body: Json) -> Json:
    found = [entry["resource"] for entry in body["prefetch"]["observations"]["entry"]]
    return next(one for one in found if one["code"]["coding"][0]["code"] == "29463-7")


def set_weight(value: Any) -> Callable[[Json], None]:
    return lambda body: find_weight(body)["valueQuantity"].update(value=value)


def set_observation(**members: Any) -> Callable[[Json], None]:
    return lambda body: find_observation(body).update(members)


def set_patient(**members: Any) -> Callable[[Json], None]:
    return lambda body: body["prefetch"]["patient"].update(members)


def set_dose(value: Any) -> Callable[[Json], None]:
    return lambda body: find_draft(body)["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"].update(value=value)


def add_draft(resource: Any) -> Callable[[Json], None]:
    return lambda body: body["context"]["draftOrders"]["entry"].append({"resource": resource})


def add_entry(key: str, resource: Any) -> Callable[[Json], None]:
    return lambda body: body["prefetch"][key].setdefault("entry", []).append({"resource": resource})


def set_key(key: str, value: Any) -> Callable[[Json], None]:
    return lambda body: body["prefetch"].update({key: value})


def refer_to(reference: str, *medications: Json) -> Callable[[Json], None]:
    """The draft's medicine by reference, to one of these Medications beside it."""

    def change(body: Json) -> None:
        draft = find_draft(body)
        del draft["medicationCodeableConcept"]
        draft["medicationReference"] = {"reference": reference}
        for medication in medications:
            add_draft({"resourceType": "Medication", **medication})(body)

    return change


def ingredient(reference: str) -> list[Json]:
    return [{"itemReference": {"reference": reference}}]


NESTED = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "MedicationRequest", "id": "inner"}}]}
LOOP = {"id": "a", "ingredient": ingredient("Medication/a")}
DEEP = [{"id": str(n), "ingredient": ingredient(f"Medication/{n + 1}")} for n in range(50)]

#: What is wrong; how the request is changed; the fact and the reason that the card of what was not checked says.
SAID = [
    ("creatinine -1", set_creatinine(-1), "Creatinine of 2 March 2026: not usable (not a possible value)"),
    ("creatinine 0", set_creatinine(0), "Creatinine of 2 March 2026: not usable (not a possible value)"),
    ("creatinine 1e9", set_creatinine(1e9), "Creatinine of 2 March 2026: not usable (not a possible value)"),
    ("creatinine NaN as a text", set_creatinine("NaN"), "Creatinine of 2 March 2026: not usable (not a possible value)"),
    ("creatinine as a text", set_creatinine("80"), "Creatinine of 2 March 2026: not usable (not a possible value)"),
    ("creatinine of next year", set_observation(effectiveDateTime="2027-01-31"), "Creatinine of 31 January 2027: dated in"),
    ("creatinine without a date", set_observation(effectiveDateTime=None), "Creatinine: could not be read"),
    ("creatinine with a broken date", set_observation(effectiveDateTime="soon"), "Creatinine: could not be read"),
    ("creatinine without a status", set_observation(status=None), "Creatinine of 2 March 2026: could not be read"),
    ("creatinine in bananas", set_observation(valueQuantity={"value": 80, "unit": "bananas"}), "no number with a known unit"),
    ("creatinine as a sentence", set_observation(valueQuantity=None, valueString="80"), "no number with a known unit"),
    ("a weight of 9999 kg", set_weight(9999), "Body weight of 2 March 2026: not usable (not a possible value)"),
    ("a birth date in 2190", set_patient(birthDate="2190-01-01"), "Birth date: not usable (not a possible value)"),
    ("a birth date in 1800", set_patient(birthDate="1800-01-01"), "Birth date: not usable (not a possible value)"),
    ("a birth date of no calendar", set_patient(birthDate="1965-02-30"), "Birth date: could not be read"),
    ("a sex that is no code", set_patient(gender="yes"), "Sex: could not be read"),
    ("a dose of 1e300 mg", set_dose(1e300), "Dose: not usable (not a possible value)"),
    ("a dose of -25 mg", set_dose(-25), "Dose: not usable (not a possible value)"),
    ("a dose as a text", set_dose("25"), "Dose: not usable (not a possible value)"),
    ("a Bundle in the draft Bundle", add_draft(NESTED), "An entry of the orders themselves: a Bundle inside a Bundle"),
    ("a draft without a resource type", add_draft({"id": "x"}), "An entry of the orders themselves: without a resource type"),
    ("a draft that is a number", add_draft(7), "An entry of the orders themselves: could not be read"),
    (
        "a draft of another patient",
        add_draft({"resourceType": "MedicationRequest", "id": "x", "subject": {"reference": "Patient/other"}}),
        "An entry of the orders themselves: of another patient, left out (MedicationRequest/x)",
    ),
    ("a Bundle in a prefetch Bundle", add_entry("conditions", NESTED), "Problems and diagnoses: a Bundle inside a Bundle"),
    ("a problem without a resource type", add_entry("conditions", {"id": "x"}), "Problems and diagnoses: without a resource"),
    ("a key without a resource type", set_key("conditions", {}), "Problems and diagnoses: without a resource type"),
    ("a key that is a text", set_key("allergies", "none"), "Allergies: could not be read"),
    ("a key that is a list", set_key("procedures", []), "Procedures: could not be read"),
    ("entries that are an object", set_key("conditions", {"resourceType": "Bundle", "entry": {}}), "could not be read"),
    ("a medicine that refers to nowhere", refer_to("Medication/nowhere"), "Medicine of an order or entry: the reference leads"),
    ("a medicine that refers to its own order", refer_to("MedicationRequest/order-1"), "the reference leads nowhere"),
    ("a Medication made of itself", refer_to("Medication/a", LOOP), "the reference leads nowhere"),
    (
        "two Medications made of each other",
        refer_to(
            "Medication/a",
            {"id": "a", "ingredient": ingredient("Medication/b")},
            {"id": "b", "ingredient": ingredient("Medication/a")},
        ),
        "Medicine of an order or entry: the reference leads nowhere (MedicationRequest/order-1)",
    ),
    ("a Medication fifty deep", refer_to("Medication/0", *DEEP), "Medicine of an order or entry: the reference leads nowhere"),
]  # fmt: skip


def change(how: Callable[[Json], None]) -> Json:
    body = describe(MAN)
    how(body)
    return body


def test_the_request_of_these_tests_leaves_nothing_unchecked() -> None:
    cards = list_cards(describe(MAN))
    assert list_rules(cards) == ["lenalidomide.ppp.male", "lenalidomide.counselling"]
    assert read_unchecked(cards) == ""


@pytest.mark.parametrize(("how", "said"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_what_cannot_be_used_is_said_with_its_reason(how: Callable[[Json], None], said: str) -> None:
    open_client()
    with bounded_time(LONGEST_SECONDS):
        cards = list_cards(change(how))
    assert said in read_unchecked(cards)
    assert find_faults({"cards": cards}) == []


@pytest.mark.parametrize("how", [row[1] for row in SAID], ids=[row[0] for row in SAID])
def test_it_is_said_in_dutch_too(how: Callable[[Json], None]) -> None:
    said = read_unchecked(list_cards(change(how), language="nl"))
    assert "Dit ontbrak, was onvolledig of kon niet worden gelezen:" in said
    assert any(word in said for word in ("niet bruikbaar", "niet leesbaar", "weggelaten", "niet gebruikt", "nergens heen"))


def test_a_creatinine_that_cannot_be_true_leaves_kidney_function_unknown() -> None:
    cards = list_cards(change(set_creatinine(-1)))
    assert "lenalidomide.renal-function-missing" in list_rules(cards)
    assert list_unchecked(cards) == ["Observation/creatinine-1"]


@pytest.mark.parametrize(("date", "is_named"), [("2019-01-01", False), ("2026-03-01", False), ("2026-03", True), ("today", True)])
def test_an_impossible_creatinine_of_before_a_good_one_is_not_worth_a_card(date: str, is_named: bool) -> None:
    wrong = {"is": "creatinine", "value": -1, "date": date, "id": "wrong"}
    cards = list_cards(describe(MAN, labs=[*MAN["labs"], wrong]))
    assert (list_unchecked(cards) == ["Observation/wrong"]) is is_named
    assert "lenalidomide.renal-function-missing" not in list_rules(cards)


def test_a_birth_date_ahead_leaves_the_age_unknown() -> None:
    cards = list_cards(change(set_patient(birthDate="2190-01-01")))
    assert "lenalidomide.under-18" in list_rules(cards)
    assert "lenalidomide.renal-function-missing" in list_rules(cards)


@pytest.mark.parametrize("value", [1e300, -25, "25"])
def test_a_dose_that_cannot_be_true_is_no_dose_and_none_is_suggested(value: Any) -> None:
    cards = list_cards(change(set_dose(value)))
    assert "dose" in list_unchecked(cards)
    assert not any(card.get("suggestions") for card in cards)


def test_an_order_whose_medicine_goes_round_in_a_circle_is_never_silence() -> None:
    assert list_unchecked(list_cards(change(refer_to("Medication/a", LOOP)))) == ["MedicationRequest/order-1"]


@pytest.mark.parametrize("resource", [NESTED, {"id": "x"}, 7, None], ids=["a Bundle", "no resource type", "a number", "null"])
def test_a_basket_of_nothing_but_what_cannot_be_read_is_never_silence(resource: Any) -> None:
    body = describe(MAN)
    body["context"]["draftOrders"]["entry"] = [{"resource": resource}]
    (card,) = list_cards(body)
    assert "orders themselves" in card["detail"]


def test_an_order_of_no_concern_with_two_versions_stays_silence() -> None:
    body = describe(MAN, order={"medicine": "pomalidomide", "mg": 4, "dose": 4})
    add_draft({**find_draft(body), "note": [{"text": "second version"}]})(body)
    assert ask(body).get_json() == {"cards": []}


def test_text_of_the_record_is_escaped_where_it_is_named() -> None:
    hostile = "Condition/<img src=x>[a](http://evil.example)"
    body = describe(MAN, hook="order-select", selections=["order-1", hostile])
    said = read_unchecked(list_cards(body))
    assert "is none of the orders of this call" in said
    assert "<img" not in said.replace("\\<", "")
    assert "[a](" not in said


#: Which bytes; the status. tests/api/test_requests_refused.py has every element of a call.
REFUSED: list[tuple[str, bytes, int]] = [
    ("no JSON", b"{", 400),
    ("NaN as a JSON token", json.dumps(change(set_creatinine(float("nan")))).encode(), 400),
    ("Infinity as a JSON token", json.dumps(change(set_creatinine(float("inf")))).encode(), 400),
    ("a list", b"[]", 400),
    ("drafts that are no Bundle", json.dumps(change(lambda b: b["context"].update(draftOrders=[]))).encode(), 400),
    ("a prefetch that is a list", json.dumps({**describe(MAN), "prefetch": []}).encode(), 400),
    ("10,000 drafts", json.dumps(change(lambda b: b["context"]["draftOrders"].update(entry=[{}] * 10_000))).encode(), 413),
    ("11 MiB", b" " * (11 * 1024 * 1024), 413),
    ("a million brackets", b"[" * 1_000_000, 400),
]


@pytest.mark.parametrize(("body", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_call_is_refused_with_a_reason(body: bytes, status: int) -> None:
    open_client()
    with bounded_time(LONGEST_SECONDS):
        response = post(body)
    assert (response.status_code, response.get_json()["resourceType"]) == (status, "OperationOutcome")
