"""Orders, statements, dispenses and administrations of the record, in R4's and in Dutch shapes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cds_hooks.chart.records import MedicineEntry
from tests.unit.reading_desk import UCUM, list_notes, make_order, make_resource, read, read_draft_order

LENALIDOMIDE = {"coding": [{"system": "http://www.whocc.no/atc", "code": "L04AX04"}], "text": "Lenalidomide"}


def read_statement(**members: Any) -> MedicineEntry:
    statement = make_resource("MedicationStatement", status="active", medicationCodeableConcept=LENALIDOMIDE, **members)
    return read(statements=[statement]).medicines[0]


def test_a_statement_has_its_period_and_its_date() -> None:
    entry = read_statement(effectivePeriod={"start": "2024-01", "end": "2025-12-31"}, dateAsserted="2025-05-01")
    assert (entry.when, entry.start) == (entry.start, entry.when)
    assert entry.start is not None
    assert entry.start.first == date(2024, 1, 1)
    assert entry.end is not None
    assert entry.end.last == date(2025, 12, 31)


def test_a_statement_without_effective_is_dated_by_its_assertion() -> None:
    entry = read_statement(dateAsserted="2025-05-01")
    assert entry.when is not None
    assert (entry.when.recorded, entry.start) == ("2025-05-01", None)


def test_an_end_in_9999_is_no_end() -> None:
    assert read_statement(effectivePeriod={"start": "2024-01-01", "end": "9999-12-31"}).end is None


def test_only_an_intention_may_begin_later() -> None:
    later = {"effectivePeriod": {"start": "2025-07-01"}, "medicationCodeableConcept": LENALIDOMIDE}
    statements = [
        make_resource("MedicationStatement", status=status, **{**later, "id": status}) for status in ("active", "intended")
    ]
    chart = read(statements=statements)
    assert [entry.status for entry in chart.medicines] == ["intended"]
    assert ("statements", "future", "effective") in list_notes(chart)


def test_a_dispense_counts_from_the_hand_over() -> None:
    dispense = make_resource(
        "MedicationDispense",
        status="completed",
        medicationCodeableConcept=LENALIDOMIDE,
        whenPrepared="2025-04-30",
        whenHandedOver="2025-05-01",
        quantity={"value": 21, "unit": "capsule"},
        daysSupply={"value": 4, "unit": "weken"},
        authorizingPrescription=[{"reference": "https://ehr.example/fhir/MedicationRequest/1"}],
    )
    (entry,) = read(dispenses=[dispense]).medicines
    assert entry.when is not None
    assert entry.when.recorded == "2025-05-01"
    assert (entry.supply.quantity, entry.supply.quantity_unit, entry.supply.duration_days) == (21, "capsule", 28)
    assert entry.based_on == ("MedicationRequest/1",)


def test_an_administration_has_one_dosage_with_dose_and_route() -> None:
    dosage = {"dose": {"value": 60, "unit": "mg"}, "route": {"coding": [{"code": "34206005", "display": "Subcutaneous"}]}}
    administration = make_resource(
        "MedicationAdministration",
        status="completed",
        medicationCodeableConcept={"text": "denosumab"},
        effectiveDateTime="2025-01-01",
        dosage=dosage,
    )
    (entry,) = read(administrations=[administration]).medicines
    assert (entry.dosages[0].doses[0].low, entry.dosages[0].doses[0].unit) == (60, "mg")
    route = entry.route.codings[0]
    assert entry.dosages[0].route == (route.code, route.display) == ("34206005", "Subcutaneous")


def test_an_entry_made_in_error_is_not_there() -> None:
    assert read(medications=[make_order(status="entered-in-error")]).medicines == ()


def test_an_order_of_the_record_dated_after_now_is_not_used() -> None:
    chart = read(medications=[make_order(authoredOn="2025-06-02")])
    assert chart.medicines == ()
    assert ("medications", "future", "authoredOn") in list_notes(chart)


def test_supply_of_an_order() -> None:
    request = {
        "validityPeriod": {"start": "2025-05-01", "end": "2025-05-08"},
        "numberOfRepeatsAllowed": 2,
        "quantity": {"value": 21, "unit": "caps"},
        "expectedSupplyDuration": {"value": 1, "code": "mo", "system": UCUM},
    }
    supply = read_draft_order(dispenseRequest=request).supply
    assert (supply.quantity, supply.repeats, supply.duration_days) == (21, 2, Decimal("30.4375"))
    assert supply.valid_until is not None
    assert supply.valid_until.last == date(2025, 5, 8)


@pytest.mark.parametrize("repeats", [-1, 1.5, "2", True, []])
def test_repeats_that_cannot_be_read_leave_the_supply_unknown(repeats: object) -> None:
    request = {"numberOfRepeatsAllowed": repeats, "quantity": {"value": 21}, "expectedSupplyDuration": {"value": 21, "code": "d"}}
    chart = read([make_order(dispenseRequest=request)])
    assert (chart.drafts[0].supply.quantity, chart.drafts[0].supply.duration_days) == (None, None)
    assert ("draftOrders", "out-of-range", "repeats") in list_notes(chart)


def test_reasons_come_by_code_by_condition_and_by_display() -> None:
    condition = make_resource("Condition", id="c1", code={"text": "multiple myeloma"})
    references = [{"reference": "Condition/c1"}, {"reference": "Condition/c2", "display": "MDS"}]
    draft = read([make_order(reasonCode={"text": "anaemia"}, reasonReference=references)], conditions=[condition]).drafts[0]
    assert [reason.text for reason in draft.reasons] == ["anaemia", "multiple myeloma", "MDS"]


def test_a_reason_that_leads_nowhere_is_stated_and_said() -> None:
    chart = read([make_order(reasonReference=[{"reference": "Condition/c2"}])])
    assert (chart.drafts[0].reasons, chart.drafts[0].reasons_stated) == ((), True)
    assert ("draftOrders", "unresolved", "reasonReference") in list_notes(chart)


def test_what_an_order_replaces_and_rests_on() -> None:
    draft = read_draft_order(
        priorPrescription={"reference": "MedicationRequest/0"}, basedOn={"reference": "CarePlan/1"}, doNotPerform=True
    )
    assert (draft.replaces, draft.based_on, draft.do_not_perform) == (("MedicationRequest/0",), ("CarePlan/1",), True)


# Dutch shapes (nl-core, MP9): cf. Nictiz-R4-MedicationProcess, Examples/


NICTIZ = "http://nictiz.nl/fhir/StructureDefinition/ext-"
PERIOD_OF_USE = {
    "url": NICTIZ + "TimeInterval.Period",
    "valuePeriod": {
        "start": "2025-05-01",
        "extension": [{"url": NICTIZ + "TimeInterval.Duration", "valueDuration": {"value": 12, "code": "wk"}}],
    },
}
CYCLE = {
    "url": NICTIZ + "InstructionsForUse.RepeatPeriodCyclicalSchedule",
    "valueDuration": {"value": 28, "unit": "dag", "code": "d"},
}


def test_the_period_of_use_of_a_dutch_agreement_ends_by_its_duration() -> None:
    draft = read_draft_order(extension=[PERIOD_OF_USE])
    assert draft.start is not None
    assert draft.end is not None
    assert (draft.start.last, draft.end.last) == (date(2025, 5, 1), date(2025, 7, 23))


def test_a_dutch_cyclic_schedule_is_days_on_of_a_cycle_not_the_end() -> None:
    line = {
        "timing": {"repeat": {"boundsDuration": {"value": 21, "unit": "dag", "code": "d"}, "timeOfDay": ["09:00:00"]}},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "stuk", "system": UCUM, "code": "1"}}],
    }
    (read_line,) = read_draft_order(modifierExtension=[CYCLE], dosageInstruction=[line]).dosages
    assert read_line.timing is not None
    assert read_line.timing.cycle is not None
    assert (read_line.timing.cycle.days_on, read_line.timing.cycle.cycle_days) == (21, 28)
    assert (read_line.timing.bounds_days, read_line.doses[0].unit) == (None, "1")


def test_a_dutch_stop_agreement_is_no_order_to_give() -> None:
    assert read_draft_order(modifierExtension=[{"url": NICTIZ + "StopType"}]).do_not_perform


def test_an_unknown_modifier_is_said() -> None:
    chart = read([make_order(modifierExtension=[{"url": "urn:other"}])])
    assert ("draftOrders", "unreadable", "modifierExtension") in list_notes(chart)


def test_a_dutch_prior_agreement_is_found_by_its_identifier() -> None:
    identifier = {"system": "urn:oid:2.16.840.1.113883.2.4.3.11.999", "value": "MA1"}
    chart = read(
        [make_order(id="2", priorPrescription={"identifier": identifier})], medications=[make_order(identifier=[identifier])]
    )
    assert chart.drafts[0].replaces == ("MedicationRequest/1",)
