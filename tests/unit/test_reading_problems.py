"""Patient, conditions, allergies, procedures and documents: what counts, and what is told of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cds_hooks.chart.inputs import InputState
from cds_hooks.chart.records import Allergy, Condition, Document, Patient
from tests.unit.reading_desk import list_notes, make_resource, read


def code(value: str, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": "http://snomed.info/sct", "code": value, "display": display}]}


# Patient


def read_patient(**members: Any) -> Patient:
    return read(patient={"resourceType": "Patient", "id": "p1", **members}).patient


@pytest.mark.parametrize(
    ("written", "sex"), [("female", "female"), ("Male", "male"), ("unknown", "unknown"), ("x", ""), (5, ""), (None, "")]
)
def test_sex_is_read_or_unknown(written: object, sex: str) -> None:
    assert read_patient(gender=written).sex == sex


@pytest.mark.parametrize("written", ["2190-01-01", "1850-01-01", "0000", "2025-06-02"])
def test_a_birth_date_that_cannot_be_is_unknown_and_said(written: str) -> None:
    chart = read(patient={"resourceType": "Patient", "id": "p1", "birthDate": written})
    assert chart.patient.born is None
    assert ("patient", "out-of-range", "birth date") in list_notes(chart)


def test_a_year_of_birth_keeps_both_ends() -> None:
    born = read_patient(birthDate="1990").born
    assert born is not None
    assert (born.first, born.last) == (date(1990, 1, 1), date(1990, 12, 31))


def test_without_a_patient_the_state_says_so() -> None:
    chart = read(patient={"resourceType": "Patient", "id": "p2"})
    assert (chart.patient.reference, chart.state("patient")) == ("Patient/p1", InputState.MISSING)


# Conditions


def read_condition(*others: Any, **members: Any) -> Condition:
    return read(conditions=[make_resource("Condition", **members), *others]).conditions[0]


@pytest.mark.parametrize(
    ("written", "status"),
    [
        (None, "active"),
        ("remission", "remission"),
        ({"coding": {"code": "resolved"}}, "resolved"),
        ([{"text": "Inactive"}], "inactive"),
    ],
)
def test_a_missing_clinical_status_is_active(written: object, status: str) -> None:
    members = {} if written is None else {"clinicalStatus": written}
    assert read_condition(**members).clinical_status == status


def test_a_missing_status_with_an_end_on_record_is_resolved() -> None:
    assert read_condition(abatementDateTime="2025-01-01").clinical_status == "resolved"
    assert read_condition(abatementDateTime="2025-12-01").clinical_status == "active"


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_a_refuted_condition_is_not_there(status: str) -> None:
    condition = make_resource("Condition", verificationStatus={"coding": [{"code": status}]})
    assert read(conditions=[condition]).conditions == ()


@pytest.mark.parametrize(
    ("members", "first", "last"),
    [
        ({"onsetDateTime": "2020-03"}, date(2020, 3, 1), date(2020, 3, 31)),
        ({"onsetPeriod": {"start": "2020-03-04"}}, date(2020, 3, 4), date(2020, 3, 4)),
        ({"onsetAge": {"value": 40, "code": "a"}}, date(2020, 2, 3), date(2021, 2, 3)),
        ({"recordedDate": "2020-03-04"}, date(2020, 3, 4), date(2020, 3, 4)),
    ],
)
def test_since_when(members: dict[str, Any], first: date, last: date) -> None:
    since = read_condition(**members).since
    assert since is not None
    assert (since.first, since.last) == (first, last)


def test_a_condition_dated_after_now_is_not_used() -> None:
    chart = read(conditions=[make_resource("Condition", onsetDateTime="2025-06-02")])
    assert chart.conditions == ()
    assert ("conditions", "future", "onset") in list_notes(chart)


def test_causes_severity_stage_and_note() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/condition-dueTo"
    condition = read_condition(
        severity=code("24484000", "Severe"),
        stage={"summary": {"text": "CTCAE grade 4"}},
        extension=[
            {"url": url, "valueReference": {"display": "lenalidomide"}},
            {"url": url, "valueCodeableConcept": code("1", "Y")},
        ],
        evidence=[{"detail": [{"reference": "#m"}]}],
        contained=[{"resourceType": "MedicationStatement", "id": "m", "medicationCodeableConcept": {"text": "Revlimid"}}],
        note=[{"text": "told by phone"}],
    )
    assert [cause.shown() for cause in condition.causes] == ["lenalidomide", "Y", "Revlimid"]
    assert (condition.severity.shown(), condition.stage[0].text, condition.note) == ("Severe", "CTCAE grade 4", "told by phone")


@pytest.mark.parametrize("written", [5, True, {"coding": 5}, {"text": []}, [3]])
def test_a_condition_that_may_be_anything_leaves_its_input_not_whole(written: object) -> None:
    chart = read(conditions=[make_resource("Condition", code=written)])
    assert chart.state("conditions") is (InputState.COMPLETE if chart.conditions[0].concept.text else InputState.PARTIAL)


def test_a_condition_without_a_code_is_no_fault() -> None:
    absent = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
    for members in ({}, {"code": absent}):
        chart = read(conditions=[make_resource("Condition", **members)])
        assert (chart.state("conditions"), chart.notes) == (InputState.COMPLETE, ())


def test_who_attested_it_by_display_and_specialty() -> None:
    role = {"resourceType": "PractitionerRole", "id": "r", "specialty": [{"text": "Gynaecology"}]}
    condition = read_condition(
        role, asserter={"reference": "PractitionerRole/r", "display": "Dr A"}, recorder={"display": "B, gynaecologist"}
    )
    assert condition.attested_by == ("Dr A", "Gynaecology", "B, gynaecologist")


# Allergies and procedures


def read_allergy(**members: Any) -> Allergy:
    allergy = {"resourceType": "AllergyIntolerance", "id": "1", "patient": {"reference": "Patient/p1"}, **members}
    return read(allergies=[allergy]).allergies[0]


def test_an_allergy_with_its_reaction() -> None:
    reaction = {"substance": {"text": "thalidomide"}, "manifestation": {"text": "rash"}, "severity": "severe", "onset": "2190"}
    allergy = read_allergy(type="intolerance", code={"text": "Revlimid"}, reaction=reaction)
    (read_reaction,) = allergy.reactions
    assert (allergy.kind, allergy.clinical_status, allergy.is_active) == ("intolerance", "active", True)
    assert (read_reaction.substance.text, read_reaction.severity, read_reaction.onset) == ("thalidomide", "severe", None)
    assert read_reaction.manifestations[0].text == "rash"


def test_a_code_given_as_a_plain_text_is_its_text() -> None:
    assert read_allergy(code="lenalidomide").concept.text == "lenalidomide"


@pytest.mark.parametrize("status", ["preparation", "not-done", "on-hold", "stopped", "entered-in-error", "unknown", None])
def test_a_procedure_that_was_not_done_is_not_there(status: str | None) -> None:
    assert read(procedures=[make_resource("Procedure", status=status)]).procedures == ()


def test_a_procedure_in_progress_is_kept_with_its_status() -> None:
    period = {"start": "2025-05-01", "end": "2025-07-01"}
    (procedure,) = read(procedures=[make_resource("Procedure", status="in-progress", performedPeriod=period)]).procedures
    assert procedure.status == "in-progress"
    assert procedure.start is not None
    assert procedure.start.last == date(2025, 5, 1)


# Documents


def read_documents(**keys: Any) -> tuple[Document, ...]:
    return read(**keys).documents


def test_a_consent_is_known_by_all_its_names() -> None:
    consent = {
        "resourceType": "Consent",
        "id": "1",
        "patient": {"reference": "Patient/p1"},
        "status": "active",
        "scope": code("treatment"),
        "category": [{"text": "Zwangerschapspreventieprogramma"}],
        "policy": [{"uri": "https://site.example/ppp"}],
        "provision": {"code": [{"text": "agreed"}]},
        "dateTime": "2025-05-01",
    }
    (document,) = read_documents(consents=[consent])
    assert set(document.names) >= {"treatment", "Zwangerschapspreventieprogramma", "https://site.example/ppp", "agreed"}
    assert read_documents(consents=[{**consent, "status": "inactive"}]) == ()
    assert read_documents(consents=[{**consent, "provision": {"type": "deny"}}]) == ()


def test_a_questionnaire_is_flattened_to_questions_and_answers() -> None:
    inner = {"linkId": "1.1", "text": "Method?", "answer": {"valueCoding": {"code": "iud", "display": "IUD"}}}
    items = [
        {"linkId": "1", "text": "Agreed?", "answer": [{"valueBoolean": True, "item": [inner]}]},
        {"linkId": "2", "item": inner},
    ]
    response = make_resource(
        "QuestionnaireResponse", status="completed", questionnaire="https://x/ppp|2", item=items, authored="2025-05-01"
    )
    (document,) = read_documents(questionnaires=[response])
    assert document.names == ("https://x/ppp|2", "https://x/ppp")
    assert document.answers == (
        ("1 Agreed?", "true"),
        ("1.1 Method?", "IUD"),
        ("1.1 Method?", "iud"),
        ("1.1 Method?", "IUD"),
        ("1.1 Method?", "iud"),
    )


def test_a_questionnaire_that_is_not_filled_in_is_not_there() -> None:
    assert read_documents(questionnaires=[make_resource("QuestionnaireResponse", status="in-progress")]) == ()


def test_records_are_newest_first_and_undated_ones_last() -> None:
    days = {"a": None, "b": "2024-01-01", "c": "2025-01-01", "d": "2024-01-01"}
    conditions = [
        make_resource("Condition", **{"id": name, **({"onsetDateTime": day} if day else {})}) for name, day in days.items()
    ]
    assert [c.reference[-1] for c in read(conditions=conditions[::-1]).conditions] == ["c", "b", "d", "a"]
