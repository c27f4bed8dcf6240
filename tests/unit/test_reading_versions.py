"""Resources in the shape of R5 and STU3. Element names: hl7.org/fhir/R5 and hl7.org/fhir/STU3, the page of each resource."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cds_hooks.fhir.reading import r5, stu3
from cds_hooks.fhir.reading.versions import bring_to_r4, find_version, list_signs
from tests.unit.reading_desk import UCUM, list_notes, make_order, make_resource, read, read_draft_order

TABLET = {"concept": {"text": "Lenalidomide 25 mg"}}
MG = {"value": 25, "unit": "mg", "system": UCUM, "code": "mg"}


def make_statement(**members: Any) -> dict[str, Any]:
    return make_resource("MedicationStatement", **{"status": "active", "medicationCodeableConcept": {"text": "x"}, **members})


def read_entry(key: str, resource: dict[str, Any]) -> Any:
    (entry,) = read(**{key: [resource]}).medicines
    return entry


# An order tells its version by its members


@pytest.mark.parametrize(
    ("version", "members"),
    [
        ("R4", {}),
        ("R4", {"category": {"text": "an object, as the public sandbox sends it"}}),
        ("R4", {"requester": {"reference": "Practitioner/1"}, "substitution": {"allowedBoolean": True}}),
        ("R5", {"medication": TABLET}),
        ("R5", {"reason": [{"concept": {"text": "x"}}]}),
        ("R5", {"renderedDosageInstruction": "x"}),
        ("R5", {"dosageInstruction": [{"asNeeded": True}]}),
        ("STU3", {"context": {"reference": "Encounter/1"}}),
        ("STU3", {"requester": {"agent": {"reference": "Practitioner/1"}}}),
        ("STU3", {"substitution": {"allowed": True}}),
        ("STU3", {"dosageInstruction": [{"text": "x"}, {"doseQuantity": MG}]}),
        ("STU3", {"dosageInstruction": [{"doseRange": {"low": MG, "high": MG}}]}),
    ],
)
def test_an_order_tells_its_version_by_its_members(version: str, members: dict[str, Any]) -> None:
    assert find_version(make_order(**members)) == version
    assert read([make_order(**members)]).drafts[0].version == version


def test_a_resource_of_r4_is_handed_back_as_it_is() -> None:
    order = make_order()
    assert bring_to_r4(order) is order


def test_what_was_sent_is_kept_and_not_changed() -> None:
    order = make_order(medicationCodeableConcept=None, medication=TABLET)
    draft = read([order]).drafts[0]
    assert draft.raw == order
    assert "medicationCodeableConcept" not in draft.raw


def test_members_of_r4_go_before_those_of_another_version() -> None:
    assert read_draft_order(medication={"concept": {"text": "other"}}).product.concept.text == "lenalidomide"


# R5


def test_a_medication_by_reference_is_looked_up() -> None:
    medication = {"resourceType": "Medication", "id": "m1", "code": {"text": "Lenalidomide 10 mg"}}
    order = make_order(medicationCodeableConcept=None, medication={"reference": {"reference": "Medication/m1"}})
    assert read([order, medication]).drafts[0].product.strength_mg == Decimal(10)


def test_a_medication_that_leads_nowhere_is_unresolved() -> None:
    order = make_order(medicationCodeableConcept=None, medication={"reference": {"reference": "Medication/m1"}})
    assert read([order]).drafts[0].product.unresolved == "Medication/m1"


@pytest.mark.parametrize(
    "strength",
    [
        {"strengthRatio": {"numerator": MG, "denominator": {"value": 1, "unit": "capsule"}}},
        {"strengthQuantity": MG},
        {"amount": {"numerator": MG, "denominator": {"value": 1, "unit": "capsule"}}},
    ],
)
def test_the_strength_of_an_ingredient_in_every_version(strength: dict[str, Any]) -> None:
    ingredient = {"item": {"concept": {"text": "lenalidomide"}}, **strength}
    medication = {"resourceType": "Medication", "id": "m1", "ingredient": [ingredient]}
    order = make_order(medicationCodeableConcept=None, medication={"reference": {"reference": "#m1"}}, contained=[medication])
    product = read([order]).drafts[0].product
    assert (product.strength_mg, [one.text for one in product.ingredients]) == (Decimal(25), ["lenalidomide"])


def test_a_medication_made_of_itself_comes_to_an_end() -> None:
    item = {"item": {"reference": {"reference": "#m1"}}}
    medication = {"resourceType": "Medication", "id": "m1", "code": {"text": "x"}, "ingredient": [item] * 300}
    order = make_order(medicationCodeableConcept=None, medication={"reference": {"reference": "#m1"}}, contained=[medication])
    assert read([order]).drafts[0].product.concept.text == "x"


def test_reasons_are_concepts_and_references() -> None:
    reason = [{"concept": {"text": "myeloma"}}, {"reference": {"reference": "Condition/1", "display": "MDS"}}]
    assert [one.text for one in read_draft_order(reason=reason).reasons] == ["myeloma", "MDS"]


@pytest.mark.parametrize(
    ("adherence", "status"),
    [
        ("taking", "active"),
        ("taking-as-directed", "active"),
        ("taking-not-as-directed", "active"),
        ("not-taking", "not-taken"),
        ("on-hold", "on-hold"),
        ("on-hold-as-directed", "on-hold"),
        ("stopped", "stopped"),
        ("stopped-not-as-directed", "stopped"),
        ("unknown", "unknown"),
        ("a code of our own", "recorded"),
    ],
)
def test_adherence_says_whether_a_recorded_medicine_is_taken(adherence: str, status: str) -> None:
    statement = make_statement(status="recorded", adherence={"code": {"coding": [{"code": adherence}]}})
    assert read_entry("statements", statement).status == status


def test_adherence_undoes_no_entry_made_in_error() -> None:
    statement = make_statement(status="entered-in-error", adherence={"code": {"coding": [{"code": "taking"}]}})
    assert read(statements=[statement]).medicines == ()


@pytest.mark.parametrize("spelling", ["occurence", "occurrence"])
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("DateTime", "2025-05-01"),
        ("Period", {"start": "2025-05-01"}),
        ("Timing", {"event": ["2025-05-03", "2025-05-01"]}),
        ("Timing", {"repeat": {"boundsPeriod": {"start": "2025-05-01"}}}),
    ],
)
def test_an_administration_is_dated_in_either_spelling(spelling: str, kind: str, value: object) -> None:
    given = make_resource("MedicationAdministration", status="completed", medication=TABLET, **{spelling + kind: value})
    entry = read_entry("administrations", given)
    assert entry.when.first == date(2025, 5, 1)


def test_a_procedure_is_dated_by_its_occurrence() -> None:
    procedure = make_resource("Procedure", status="completed", code={"text": "x"}, occurrenceDateTime="2025-05-01")
    (read_one,) = read(procedures=[procedure]).procedures
    assert read_one.start is not None
    assert read_one.start.first == date(2025, 5, 1)


def test_an_occurrence_after_now_is_not_used() -> None:
    procedure = make_resource("Procedure", status="completed", code={"text": "x"}, occurrenceDateTime="2026-05-01")
    chart = read(procedures=[procedure])
    assert chart.procedures == ()
    assert ("procedures", "future", "performed") in list_notes(chart)


def test_as_needed_without_and_with_its_reason() -> None:
    lines = [{"text": "a", "asNeeded": True}, {"text": "b", "asNeededFor": [{"text": "pain"}]}, {"text": "c", "asNeeded": False}]
    assert [line.as_needed for line in read_draft_order(dosageInstruction=lines).dosages] == [True, True, False]


def test_the_highest_dose_a_day_stands_in_a_list() -> None:
    most = {"numerator": MG, "denominator": {"value": 1, "code": "d"}}
    (line,) = read_draft_order(dosageInstruction=[{"maxDosePerPeriod": [most]}]).dosages
    assert line.max_dose_per_day_mg == Decimal(25)


def test_reactions_and_evidence_are_codeable_references() -> None:
    manifestation = [{"concept": {"text": "rash"}}, {"reference": {"display": "fever"}}]
    allergy = {
        **make_resource("AllergyIntolerance", code={"text": "x"}, reaction=[{"manifestation": manifestation}]),
        "type": {"coding": [{"code": "allergy"}]},
    }
    condition = make_resource("Condition", code={"text": "x"}, evidence=manifestation)
    chart = read(allergies=[allergy], conditions=[condition])
    assert [one.text for one in chart.allergies[0].reactions[0].manifestations] == ["rash", "fever"]
    assert chart.allergies[0].kind == "allergy"
    assert [one.text for one in chart.conditions[0].causes] == ["rash", "fever"]


def test_participants_of_a_condition_attest_it() -> None:
    participants = [{"actor": {"display": "gynaecologist"}}, {"actor": {"display": "nurse"}}]
    (condition,) = read(conditions=[make_resource("Condition", code={"text": "x"}, participant=participants)]).conditions
    assert condition.attested_by == ("gynaecologist", "nurse")


@pytest.mark.parametrize(("decision", "counts"), [("permit", True), ("deny", False), (None, True)])
def test_a_consent_counts_unless_its_decision_denies(decision: str | None, counts: bool) -> None:
    consent = make_resource("Consent", status="active", date="2025-05-01", regulatoryBasis=[{"text": "programme"}])
    consent |= {"policyBasis": {"url": "urn:policy"}, "provision": [{"code": [{"text": "an exception"}]}]}
    chart = read(consents=[{**consent, "decision": decision} if decision else consent])
    assert [document.names for document in chart.documents] == ([("programme", "urn:policy")] if counts else [])


# STU3


def test_a_dose_on_the_dosage_itself() -> None:
    (line,) = read_draft_order(dosageInstruction=[{"text": "x", "doseQuantity": MG}]).dosages
    assert (line.doses[0].low, line.doses[0].unit) == (Decimal(25), "mg")


@pytest.mark.parametrize(
    ("taken", "status"), [("y", "active"), ("n", "not-taken"), ("unk", "unknown"), ("na", "active"), (None, "active")]
)
def test_taken_says_whether_a_medicine_is_taken(taken: str | None, status: str) -> None:
    assert read_entry("statements", make_statement(taken=taken)).status == status


def test_what_was_not_given_or_not_done_does_not_count() -> None:
    given = make_resource("MedicationAdministration", status="completed", medicationCodeableConcept={"text": "x"}, notGiven=True)
    done = make_resource("Procedure", status="completed", code={"text": "x"}, notDone=True)
    chart = read(administrations=[given], procedures=[done])
    assert [entry.status for entry in chart.medicines] == ["not-done"]
    assert chart.procedures == ()


def test_a_reason_why_nothing_was_dispensed_says_that_nothing_was() -> None:
    dispense = make_resource(
        "MedicationDispense",
        status="stopped",
        medicationCodeableConcept={"text": "x"},
        notDoneReasonCodeableConcept={"text": "y"},
    )
    assert read_entry("dispenses", dispense).status == "declined"


def test_assertions_are_dated_and_statuses_are_plain_codes() -> None:
    statuses = {"clinicalStatus": "resolved", "verificationStatus": "confirmed", "assertedDate": "2025-05-01"}
    allergy = make_resource("AllergyIntolerance", code={"text": "x"}, **statuses)
    chart = read(conditions=[make_resource("Condition", code={"text": "x"}, **statuses)], allergies=[allergy])
    (condition,), (read_allergy,) = chart.conditions, chart.allergies
    assert (condition.clinical_status, read_allergy.clinical_status) == ("resolved", "resolved")
    assert condition.recorded is not None
    assert read_allergy.recorded is not None
    assert condition.recorded.first == read_allergy.recorded.first == date(2025, 5, 1)


def test_a_refuted_allergy_is_none_in_plain_code_too() -> None:
    allergy = make_resource("AllergyIntolerance", code={"text": "x"}, verificationStatus="refuted")
    assert read(allergies=[allergy]).allergies == ()


def test_a_questionnaire_by_reference_is_named_by_its_address_and_display() -> None:
    reference = {"reference": "Questionnaire/ppp", "display": "Prevention programme"}
    form = make_resource("QuestionnaireResponse", status="completed", questionnaire=reference)
    (document,) = read(questionnaires=[form]).documents
    assert document.names == ("Questionnaire/ppp", "Prevention programme")


def test_an_animal_of_stu3_is_read_as_any_patient() -> None:
    patient = {"resourceType": "Patient", "id": "p1", "gender": "male", "animal": {"species": {"text": "dog"}}}
    assert read(patient=patient).patient.sex == "male"


@pytest.mark.parametrize("kind", [*sorted(r5.WAYS.keys() | stu3.WAYS.keys()), "Consent"])
def test_a_resource_without_any_sign_is_one_of_r4(kind: str) -> None:
    ways = [ways[kind] for ways in (r5.WAYS, stu3.WAYS) if kind in ways]
    assert list_signs(kind) == {sign for signs, _ in ways for sign in signs}
    raw = {"resourceType": kind, "id": "1"}
    assert bring_to_r4(raw) is raw
