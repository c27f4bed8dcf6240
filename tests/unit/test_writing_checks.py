"""What leaves is valid R4: what fhir.resources lets through, our own checks refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from fhir.resources.R4B.medicationrequest import MedicationRequest

from cds_hooks.fhir.writing import find_resource_faults, warm, write_proposal
from cds_hooks.rules.proposals import AddMedicine, OrderTest
from tests.unit.writing_setup import make_line, make_raw, make_writing, quantity


def test_r4b_accepts_a_status_that_does_not_exist_and_our_check_refuses_it() -> None:
    resource = make_raw(status="zzz")
    MedicationRequest.model_validate(resource)
    assert find_resource_faults(resource) == ["status: not a code of its required value set"]


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"intent": "zzz"}, "intent: not a code of its required value set"),
        ({"priority": "zzz"}, "priority: not a code of its required value set"),
        ({"note": [{"text": ""}]}, "note.0.text: empty"),
        ({"category": [{}]}, "category.0: empty"),
        ({"reasonCode": []}, "reasonCode: empty"),
        ({"subject": {}}, "subject: empty"),
        ({"requester": None}, "requester: empty"),
        ({"subject": {"reference": "p1"}}, "subject.reference: neither Type/id, http(s) nor urn:uuid"),
        ({"dispenseRequest": {"quantity": {"value": "1"}}}, "dispenseRequest.quantity.value: wrong JSON type"),
        ({"doNotPerform": "true"}, "doNotPerform: wrong JSON type"),
        ({"dispenseRequest": {"quantity": {"value": 1, "code": "mg"}}}, "dispenseRequest.quantity: qty-3"),
        ({"extension": [{"url": "urn:x"}]}, "extension.0: ext-1"),
        ({"requester": {"reference": "#x"}}, "reference: ref-1"),
        ({"contained": [{"resourceType": "Practitioner", "id": "d"}]}, "contained: dom-3"),
        ({"dosageInstruction": [make_line({"periodUnit": "x"})]}, "not a code of its required value set"),
        ({"dosageInstruction": [make_line({"when": ["LUNCH"]})]}, "not a code of its required value set"),
        ({"dosageInstruction": [make_line({"timeOfDay": ["08:00:00"], "when": ["MORN"]})]}, "tim-10"),
    ],
)
def test_what_r4b_lets_through_is_refused(members: dict[str, Any], fault: str) -> None:
    resource = make_raw(**members)
    MedicationRequest.model_validate(resource)
    assert [fault in found for found in find_resource_faults(resource)] == [True]


@pytest.mark.parametrize(
    "members",
    [
        {"foo": 1},
        {"category": {"text": "x"}},
        {"authoredOn": "2026-13-01"},
        {"medicationReference": {"reference": "Medication/1"}},
        {"status": ...},
        {"resourceType": "Patient"},
    ],
)
def test_what_r4b_refuses_is_refused(members: dict[str, Any]) -> None:
    assert find_resource_faults(make_raw(**members)) != []


@pytest.mark.parametrize(
    "reference",
    [
        "Practitioner/1",
        "https://ehr.example.org/fhir/Practitioner/1",
        "urn:uuid:00000000-0000-4000-8000-000000000001",
        "Practitioner/" + "long." * 20 + "id",
    ],
)
def test_references_of_known_forms_pass(reference: str) -> None:
    assert find_resource_faults(make_raw(requester={"reference": reference})) == []


def test_a_fault_never_holds_a_value_of_the_record() -> None:
    resource = make_raw(requester={"reference": "Jan Jansen"}, authoredOn="Jan Jansen", note=[{"text": 5}])
    assert "Jansen" not in "".join(find_resource_faults(resource))


# Tests to order


@pytest.mark.parametrize(("language", "text"), [("en", "creatinine (blood)"), ("nl", "creatinine (bloed)")])
def test_a_test_is_a_draft_service_request_with_its_loinc_code(language: str, text: str) -> None:
    written = write_proposal(OrderTest("creatinine"), "lenalidomide", context=make_writing(language))
    assert written is not None
    assert (written.type, written.said) == ("create", text)
    display = "Creatinine [Moles/volume] in Serum or Plasma"
    assert written.resource == {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": "http://loinc.org", "code": "14682-9", "display": display}], "text": text},
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-03-01T10:00:00+00:00",
    }


def test_a_test_for_later_says_when() -> None:
    written = write_proposal(OrderTest("calcium", date(2026, 3, 15)), "denosumab", context=make_writing())
    assert written is not None
    assert written.resource["occurrenceDateTime"] == "2026-03-15"


def test_an_unknown_test_is_not_written() -> None:
    assert write_proposal(OrderTest("tea"), "denosumab", context=make_writing()) is None


def test_every_shipped_test_can_be_ordered() -> None:
    context = make_writing()
    for test in context.knowledge.tests:
        assert write_proposal(OrderTest(test), "denosumab", context=context) is not None


def test_warming_up_needs_nothing() -> None:
    warm()


def test_the_check_knows_a_valid_order() -> None:
    supply = {"quantity": quantity(21, "{capsule}"), "validityPeriod": {"start": "2026-03-01", "end": "2026-03-08"}}
    assert find_resource_faults(make_raw(dispenseRequest=supply)) == []


# Medicines to add


def test_a_medicine_to_add_is_a_draft_order_without_a_dose() -> None:
    written = write_proposal(AddMedicine("calcium"), "denosumab", context=make_writing("nl"))
    assert written is not None
    assert (written.type, written.said) == ("create", "calciumsupplement")
    coding = {"system": "http://www.whocc.no/atc", "code": "A12AA", "display": "Calcium"}
    assert written.resource == {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [coding], "text": "calciumsupplement"},
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-03-01T10:00:00+00:00",
    }


def test_an_unknown_medicine_to_add_is_not_written() -> None:
    assert write_proposal(AddMedicine("tea"), "denosumab", context=make_writing()) is None
