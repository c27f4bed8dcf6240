"""Orders, statements, dispenses, administrations and drafts, in the shapes that real systems send."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.errors import FhirError
from cds_hooks.fhir.reading import choose_zone, read_drafts
from tests.unit.reading_desk import (
    UCUM,
    list_notes,
    make_bundle,
    make_context,
    make_order,
    make_resource,
    read,
    read_draft_order,
)

LENALIDOMIDE = {"coding": [{"system": "http://www.whocc.no/atc", "code": "L04AX04"}], "text": "Lenalidomide"}
EPIC_DOSE_TYPE = "http://epic.com/CodeSystem/dose-rate-type"


def read_statement(**members: Any) -> MedicineEntry:
    statement = make_resource("MedicationStatement", status="active", medicationCodeableConcept=LENALIDOMIDE, **members)
    return read(statements=[statement]).medicines[0]


# Drafts


def test_the_sandbox_draft_is_read_category_object_and_all() -> None:
    draft = read_draft_order(
        id="request-123",
        status="draft",
        intent=None,
        category={"coding": {"code": "outpatient"}},
        medicationCodeableConcept={"text": "Lenalidomide 25 MG Oral Capsule", "coding": [{"code": "645143"}]},
        authoredOn=None,
    )
    assert (draft.kind, draft.reference, draft.status, draft.intent) == (
        EntryKind.DRAFT,
        "MedicationRequest/request-123",
        "draft",
        "",
    )
    assert draft.product.strength_mg == 25
    assert (draft.when, draft.dosages, draft.raw["id"]) == (None, (), "request-123")


@pytest.mark.parametrize("status", ["draft", "cancelled", "entered-in-error"])
def test_drafts_of_every_status_are_read(status: str) -> None:
    assert read_draft_order(status=status).status == status


def test_other_resources_among_the_drafts_are_no_orders() -> None:
    others = [{"resourceType": "ServiceRequest", "id": "s"}, {"resourceType": "Medication", "id": "m"}]
    assert read(others).drafts == ()


def test_a_draft_of_another_patient_is_left_out_and_said() -> None:
    chart = read([make_order(subject={"reference": "Patient/p2"})])
    assert chart.drafts == ()
    assert ("draftOrders", "other-patient", "") in list_notes(chart)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"resourceType": "Bundle"}, "nested-bundle"),
        ({"id": "x"}, "no-resource-type"),
        ({"resourceType": 7}, "no-resource-type"),
        (5, "unreadable"),
        (None, "unreadable"),
    ],
)
def test_an_entry_that_is_no_resource_is_left_out_and_said(entry: object, reason: str) -> None:
    chart = read([make_order(), entry])
    assert len(chart.drafts) == 1
    assert ("draftOrders", reason, "") in list_notes(chart)


def test_different_drafts_of_one_id_are_all_kept_and_said_equal_ones_are_one() -> None:
    chart = read([make_order(), make_order(), make_order(status="draft")])
    assert [draft.status for draft in chart.drafts] == ["active", "draft"]
    assert ("draftOrders", "duplicate-id", "") in list_notes(chart)


def test_a_draft_ahead_of_now_is_kept() -> None:
    assert read_draft_order(authoredOn="2025-07-01").when is not None


def test_the_zone_is_the_offset_of_the_first_draft_that_has_a_time() -> None:
    drafts = read(
        [
            make_order(id="a", authoredOn="2025-05-01T09:00:00+02:00"),
            make_order(id="b", authoredOn="2025-05-01T08:00:00-05:00"),
            make_order(id="c", authoredOn="2025-04-01"),
        ]
    ).drafts
    assert choose_zone(drafts, UTC).utcoffset(None) == timedelta(hours=2)
    assert choose_zone(drafts[2:], UTC) is UTC


def test_drafts_are_read_without_fetching() -> None:
    def refuse(reference: str) -> dict[str, Any]:
        raise AssertionError(reference)

    assert read_drafts(make_bundle(make_order()), make_context(fetch_reference=refuse))[0].product.concept.text == "lenalidomide"


# The medicine behind a reference


def make_referring(reference: str, **members: Any) -> dict[str, Any]:
    return make_order(medicationCodeableConcept=None, medicationReference={"reference": reference, **members})


MEDICATION = {"resourceType": "Medication", "id": "eLong.id-" + "x" * 80, "code": LENALIDOMIDE}


def test_epics_medication_in_a_further_entry_without_full_url_is_found() -> None:
    order = make_referring(f"Medication/{MEDICATION['id']}", display="lenalidomide (REVLIMID) 25 mg capsule")
    (draft,) = read([order, MEDICATION]).drafts
    assert (draft.product.concept.codings[0].code, draft.product.strength_mg) == ("L04AX04", 25)
    assert draft.product.unresolved == ""


def test_a_medication_by_urn_absolute_url_and_contained_is_found() -> None:
    bundle = {"entry": [{"resource": make_referring("urn:uuid:7")}, {"fullUrl": "urn:uuid:7", "resource": MEDICATION}]}
    assert read(bundle).drafts[0].product.concept.text == "Lenalidomide"
    absolute = make_referring(f"https://ehr.example/fhir/Medication/{MEDICATION['id']}/_history/2")
    assert read([absolute, MEDICATION]).drafts[0].product.concept.text == "Lenalidomide"
    contained = {**make_referring("#m"), "contained": [{**MEDICATION, "id": "m"}]}
    assert read([contained]).drafts[0].product.concept.text == "Lenalidomide"


def test_a_medication_delivered_with_the_record_is_found() -> None:
    reference = f"Medication/{MEDICATION['id']}"
    chart = read([make_referring(reference)], medications=[make_referring(reference), MEDICATION])
    assert chart.drafts[0].product.concept == chart.medicines[0].product.concept != read_draft_order().product.concept


def test_a_medication_is_fetched_once_and_last() -> None:
    asked: list[str] = []

    def fetch(reference: str) -> dict[str, Any]:
        asked.append(reference)
        return {**MEDICATION, "id": "9"}

    orders = [make_referring("Medication/9"), {**make_referring("Medication/9"), "id": "2"}]
    drafts = read(orders, context=make_context(fetch_reference=fetch)).drafts
    assert [draft.product.concept.text for draft in drafts] == ["Lenalidomide"] * 2
    assert asked == ["Medication/9"]


def fail(reference: str) -> dict[str, Any]:
    raise FhirError("no answer")


@pytest.mark.parametrize("fetch", [None, fail, lambda _: None, lambda _: {"resourceType": "Patient"}, lambda _: []])
def test_a_reference_that_leads_nowhere_is_said_and_its_display_is_kept(fetch: Any) -> None:
    chart = read([make_referring("Medication/9", display="Revlimid 10 mg")], context=make_context(fetch_reference=fetch))
    product = chart.drafts[0].product
    assert (product.unresolved, product.concept.text, product.strength_mg) == ("Medication/9", "Revlimid 10 mg", 10)
    assert ("draftOrders", "unresolved", "medication") in list_notes(chart)


def test_a_display_without_a_reference_is_a_name() -> None:
    draft = read_draft_order(medicationCodeableConcept=None, medicationReference={"display": "Prolia"})
    assert (draft.product.concept.text, draft.product.unresolved) == ("Prolia", "")


def test_medications_that_contain_each_other_do_not_hang() -> None:
    first = {"resourceType": "Medication", "id": "a", "ingredient": [{"itemReference": {"reference": "Medication/b"}}]}
    second = {**first, "id": "b", "code": LENALIDOMIDE, "ingredient": [{"itemReference": {"reference": "Medication/a"}}]}
    (draft,) = read([make_referring("Medication/a"), first, second]).drafts
    assert "Lenalidomide" in [concept.text for concept in draft.product.ingredients]


def make_ingredient(numerator: object, denominator: object, **members: Any) -> dict[str, Any]:
    strength = {"numerator": numerator, "denominator": denominator}
    return {"itemCodeableConcept": {"text": "x"}, "strength": strength, **members}


@pytest.mark.parametrize(
    ("numerator", "denominator", "per_piece", "per_ml"),
    [
        ({"value": 25, "code": "mg", "system": UCUM}, {"value": 1, "code": "{capsule}", "system": UCUM}, "25", None),
        ({"value": 25, "unit": "mg"}, {"value": 1, "unit": "stuk", "code": "245"}, "25", None),
        ({"value": 60, "code": "mg"}, {"value": 1, "code": "mL"}, None, "60"),
        ({"value": 500, "code": "ug"}, {"value": 2, "unit": "tablet"}, "0.25", None),
        ({"value": 15, "unit": "MG/5ML"}, {"value": 15, "unit": "MG/5ML"}, None, None),
        ({"value": -25, "unit": "mg"}, {"value": 1, "unit": "capsule"}, None, None),
        ({"value": 25, "unit": "mg"}, {"value": 0, "unit": "capsule"}, None, None),
        ("25 mg", "1", None, None),
    ],
)
def test_the_strength_of_an_ingredient(numerator: object, denominator: object, per_piece: str | None, per_ml: str | None) -> None:
    medication = {**MEDICATION, "id": "9", "ingredient": [make_ingredient(numerator, denominator)]}
    product = read([make_referring("Medication/9"), medication]).drafts[0].product
    assert product.strength_mg == (Decimal(per_piece) if per_piece else None)
    assert product.mg_per_ml == (Decimal(per_ml) if per_ml else None)


def test_an_inactive_ingredient_has_no_say_and_two_strengths_are_none() -> None:
    active = make_ingredient({"value": 25, "unit": "mg"}, {"value": 1, "unit": "capsule"})
    lactose = make_ingredient({"value": 200, "unit": "mg"}, {"value": 1, "unit": "capsule"}, isActive=False)
    one = {**MEDICATION, "id": "9", "ingredient": [active, lactose]}
    assert read([make_referring("Medication/9"), one]).drafts[0].product.strength_mg == 25
    two = {**one, "ingredient": [active, {**lactose, "isActive": True}]}
    product = read([make_referring("Medication/9"), two]).drafts[0].product
    assert (product.strength_mg, product.strengths_mg) == (None, (Decimal(25), Decimal(200)))


# Entries of the record


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
    assert entry.dosages[0].route == entry.route.codings[0][1:] == ("34206005", "Subcutaneous")


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


# Doses


def read_line(**members: Any) -> Any:
    return read_draft_order(dosageInstruction=[members]).dosages[0]


def make_dose(value: object, **members: Any) -> dict[str, Any]:
    return {"doseQuantity": {"value": value, "unit": "mg", "system": UCUM, "code": "mg"}, **members}


def test_epics_several_entries_for_one_dose_keep_their_kind() -> None:
    kinds = ("calculated", "admin-amount", "ordered")
    entries = [make_dose(25, type={"coding": [{"system": EPIC_DOSE_TYPE, "code": kind}]}) for kind in kinds]
    assert [(dose.low, dose.kind) for dose in read_line(doseAndRate=entries).doses] == [(25, kind) for kind in kinds]


@pytest.mark.parametrize("value", [1e300, -25, 0, 2.5])
def test_finite_doses_are_passed_on_as_they_are(value: float) -> None:
    assert read_line(doseAndRate=[make_dose(value)]).doses[0].low == Decimal(str(value))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "25", True, None, {}])
def test_a_dose_that_is_no_number_leaves_the_line_without_a_dose(value: object) -> None:
    chart = read([make_order(dosageInstruction=[{"doseAndRate": [make_dose(25), make_dose(value)]}])])
    assert chart.drafts[0].dosages[0].doses == ()
    assert ("draftOrders", "out-of-range", "dose") in list_notes(chart)


def test_a_dose_range_has_both_ends() -> None:
    dose_range = {"low": {"value": 1, "unit": "capsule"}, "high": {"value": 2, "unit": "capsule"}}
    (dose,) = read_line(doseAndRate={"doseRange": dose_range}).doses
    assert (dose.low, dose.high, dose.unit) == (1, 2, "capsule")


@pytest.mark.parametrize(
    "dose_range", [{"low": {"value": 1}}, {"low": {"value": 1, "unit": "mg"}, "high": {"value": 2, "unit": "g"}}]
)
def test_half_a_dose_range_or_two_units_are_no_dose(dose_range: dict[str, Any]) -> None:
    assert read_line(doseAndRate=[{"doseRange": dose_range}]).doses == ()


@pytest.mark.parametrize(("unit", "days"), [("h", "0.5"), ("d", "12"), ("wk", "84"), ("mo", "365.25")])
def test_periods_are_in_days(unit: str, days: str) -> None:
    repeat = {"frequency": 1, "period": 12, "periodUnit": unit}
    timing = read_line(timing={"repeat": repeat}).timing
    assert timing.period_days == Decimal(days)
    assert timing.calendar_period == ((12, "mo") if unit == "mo" else None)


def test_the_rest_of_a_timing() -> None:
    repeat = {
        "count": 21,
        "dayOfWeek": ["Mon", "thu"],
        "timeOfDay": ["09:00:00"],
        "when": "MORN",
        "boundsPeriod": {"start": "2025-05", "end": "2025-05-21"},
    }
    timing = read_line(timing={"repeat": repeat, "code": {"coding": [{"code": "QD"}]}, "event": ["2025-05-03"]}).timing
    assert (timing.count, timing.days_of_week, timing.when, timing.code) == (21, ("mon", "thu"), ("MORN",), "QD")
    assert (timing.bounds_start, timing.bounds_end) == (date(2025, 5, 1), date(2025, 5, 21))
    assert timing.events == (date(2025, 5, 3),)


@pytest.mark.parametrize(
    "timing",
    [
        "daily",
        {"repeat": "daily"},
        {"repeat": {"frequency": "1"}},
        {"repeat": {"period": 1}},
        {"repeat": {"period": 1, "periodUnit": "moon"}},
        {"repeat": {"dayOfWeek": [1]}},
        {"event": ["soon"]},
        {"repeat": {"boundsDuration": {"value": 21}}},
    ],
)
def test_a_timing_that_cannot_be_read_leaves_the_line_without_a_dose(timing: object) -> None:
    chart = read([make_order(dosageInstruction=[{"timing": timing, "doseAndRate": [make_dose(25)]}])])
    assert chart.drafts[0].dosages[0].doses == ()
    assert any(reason == "unreadable" for _, reason, _ in list_notes(chart))


def test_a_dosage_that_is_no_object_leaves_no_lines_at_all() -> None:
    assert read_draft_order(dosageInstruction=[{"doseAndRate": [make_dose(25)]}, 5]).dosages == ()


def test_lines_follow_their_sequence() -> None:
    lines = [{"sequence": 2, "text": "b"}, {"sequence": 1, "text": "a"}]
    assert [line.text for line in read_draft_order(dosageInstruction=lines).dosages] == ["a", "b"]


def test_as_needed_and_the_most_per_day() -> None:
    most = {"numerator": {"value": 50, "unit": "mg"}, "denominator": {"value": 24, "code": "h"}}
    line = read_line(asNeededBoolean=True, maxDosePerPeriod=most)
    assert (line.as_needed, line.max_dose_per_day_mg) == (True, 50)
