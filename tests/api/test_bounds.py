"""However much is sent, within the limits of a call, the answer does not take long."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.api.real_service import MAN, NOW, Json, ask, describe, open_client
from tests.timing import bounded_time

#: The aim for 1,000 orders and for 5,000 entries of one key.
LONGEST_SECONDS = 2.0
_NOW = datetime.fromisoformat(NOW)
_PATIENT = {"reference": "Patient/patient-1"}


def find_draft(body: Json) -> Json:
    draft: Json = body["context"]["draftOrders"]["entry"][0]["resource"]
    return draft


def repeat_draft(body: Json, times: int, change: Callable[[Json, int], None]) -> None:
    """So many drafts like the first, each with an id of its own."""
    drafts = [copy.deepcopy(find_draft(body)) for _ in range(times)]
    for number, draft in enumerate(drafts):
        draft["id"] = f"order-{number}"
        change(draft, number)
    body["context"]["draftOrders"]["entry"] = [{"resource": draft} for draft in drafts]


def leave(draft: Json, number: int) -> None:
    """All on one day."""


def move(draft: Json, number: int) -> None:
    """Each a day later than the one before."""
    draft["authoredOn"] = (_NOW + timedelta(days=number - 500)).isoformat()


def move_and_prolong(draft: Json, number: int) -> None:
    """Each begins on a day of its own and covers all the others; together they stay a dose that can be."""
    move(draft, number)
    timing = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    small = {"value": 0.01, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    draft["dosageInstruction"] = [{"timing": timing, "doseAndRate": [{"doseQuantity": small}]}]
    draft["dispenseRequest"] = {"expectedSupplyDuration": {"value": 3000, "unit": "d"}}


def move_by_dates(draft: Json, number: int) -> None:
    """A hundred dates of its own."""
    days = [(_NOW + timedelta(days=2 * day + number)).isoformat() for day in range(100)]
    draft["dosageInstruction"][0]["timing"] = {"event": days}


def check_time(body: Json) -> None:
    open_client()  # What is loaded once is no part of a call.
    with bounded_time(LONGEST_SECONDS):
        assert ask(body).status_code == 200


@pytest.mark.parametrize("change", [leave, move, move_and_prolong, move_by_dates])
def test_a_thousand_orders_are_judged_in_time(change: Callable[[Json, int], None]) -> None:
    body = describe(MAN)
    repeat_draft(body, 1000, change)
    check_time(body)


def write_condition(number: int) -> Json:
    return {"resourceType": "Condition", "subject": _PATIENT, "code": {"text": f"Multiple myeloma, note {number}"}}


def write_order(number: int) -> Json:
    day = (_NOW - timedelta(days=number % 900)).date().isoformat()
    concept = {"coding": [{"system": "http://www.whocc.no/atc", "code": "L04AX04"}], "text": "Lenalidomide 10 mg capsule"}
    order = {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": day, "subject": _PATIENT}
    return {**order, "medicationCodeableConcept": concept}


def write_statement(number: int) -> Json:
    period = {"start": (_NOW - timedelta(days=number % 900)).date().isoformat()}
    statement = {"resourceType": "MedicationStatement", "status": "active", "effectivePeriod": period, "subject": _PATIENT}
    return {**statement, "medicationCodeableConcept": {"text": f"Dexamethasone 20 mg, line {number}"}}


def write_creatinine(number: int) -> Json:
    at = (_NOW - timedelta(hours=number)).isoformat()
    code = {"coding": [{"system": "http://loinc.org", "code": "14682-9"}]}
    value = {"value": 80 + number % 40, "unit": "umol/L", "system": "http://unitsofmeasure.org", "code": "umol/L"}
    observation = {"resourceType": "Observation", "status": "final", "effectiveDateTime": at, "subject": _PATIENT}
    return {**observation, "code": code, "valueQuantity": value}


def write_allergy(number: int) -> Json:
    return {"resourceType": "AllergyIntolerance", "patient": _PATIENT, "code": {"text": f"Allergy to substance {number}"}}


def write_procedure(number: int) -> Json:
    return {"resourceType": "Procedure", "status": "completed", "subject": _PATIENT, "code": {"text": f"Haemodialysis {number}"}}


@pytest.mark.parametrize(
    ("key", "write"),
    [
        ("conditions", write_condition),
        ("medications", write_order),
        ("statements", write_statement),
        ("observations", write_creatinine),
        ("allergies", write_allergy),
        ("procedures", write_procedure),
    ],
)
def test_five_thousand_entries_of_a_key_are_read_in_time(key: str, write: Callable[[int], Json]) -> None:
    body = describe(MAN)
    entries = [{"resource": {"id": f"many-{number}", **write(number)}} for number in range(5000)]
    body["prefetch"][key] = {"resourceType": "Bundle", "entry": entries}
    check_time(body)


@pytest.mark.parametrize("words", ["10 mg ", "lenalidomide", "lenalidomide 10 mg, ", "1,", "a", "dag 1-21 "])
def test_a_name_of_a_megabyte_is_read_in_time(words: str) -> None:
    body = describe(MAN)
    find_draft(body)["medicationCodeableConcept"] = {"text": "Lenalidomide " + words * (1_000_000 // len(words))}
    check_time(body)


@pytest.mark.parametrize("words", ["dag 1-21 van 28 ", "1-", "days ", "5 mg ", "(", "12345"])
def test_a_dosage_of_a_megabyte_is_read_in_time(words: str) -> None:
    body = describe(MAN)
    find_draft(body)["dosageInstruction"][0]["text"] = words * (1_000_000 // len(words))
    check_time(body)


def test_a_medicine_with_a_hundred_thousand_codes_is_read_in_time() -> None:
    body = describe(MAN)
    codings = [{"system": "http://www.whocc.no/atc", "code": f"X{number}"} for number in range(100_000)]
    find_draft(body)["medicationCodeableConcept"]["coding"] = codings
    check_time(body)
