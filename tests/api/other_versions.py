"""Requests in R4 written over into the shapes of FHIR R5 and STU3, element by element as hl7.org/fhir says, for the tests.

What a version cannot say is left out. `write_over` is checked with the models of both versions in `test_other_versions.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
_ADHERENCE = {"active": "taking", "completed": "stopped", "intended": "taking"}
_ADHERENCE_SYSTEM = "http://hl7.org/fhir/CodeSystem/medication-statement-adherence"


def write_over(request: Json, version: str) -> Json:
    """The whole request with its drafts and its record in the shape of `version`."""
    request = copy.deepcopy(request)
    for holder in [request["context"].get("draftOrders"), *request["prefetch"].values()]:
        for entry in (holder or {}).get("entry", ()):
            entry["resource"] = write_resource(entry["resource"], version)
    request["prefetch"] = {key: value and write_resource(value, version) for key, value in request["prefetch"].items()}
    return request


def write_resource(resource: Json, version: str) -> Json:
    """One resource; of a type without differences as it is."""
    write = _WRITERS[version].get(resource["resourceType"])
    written = write(copy.deepcopy(resource)) if write else resource
    for one in written.get("contained", ()):
        one.update(write_resource(one, version))
    return written


def _rename(resource: Json, **names: str) -> None:
    for old, new in names.items():
        if old in resource:
            resource[new] = resource.pop(old)


def _drop(resource: Json, *names: str) -> None:
    for name in names:
        resource.pop(name, None)


def _take_code(concept: Any) -> Any:
    return concept["coding"][0]["code"] if isinstance(concept, dict) else concept


# R5


def _write_references(resource: Json, concepts: str, references: str) -> list[Json]:
    coded, pointed = (resource.pop(member, []) for member in (concepts, references))
    # The public sandbox sends one object where a list belongs.
    coded = coded if isinstance(coded, list) else [coded]
    return [{"concept": one} for one in coded] + [{"reference": one} for one in pointed]


def _write_r5_medicine(resource: Json) -> Json:
    medication = {
        "concept": resource.pop("medicationCodeableConcept", None),
        "reference": resource.pop("medicationReference", None),
    }
    resource["medication"] = {name: value for name, value in medication.items() if value}
    if reason := _write_references(resource, "reasonCode", "reasonReference"):
        resource["reason"] = reason
    _rename(resource, context="encounter", reportedBoolean="reported")
    _drop(resource, "statusReason", "detectedIssue", "instantiatesCanonical", "instantiatesUri")
    for line in [
        *resource.get("dosageInstruction", ()),
        *(resource.get("dosage", ()) if isinstance(resource.get("dosage"), list) else ()),
    ]:
        _rename(line, asNeededBoolean="asNeeded")
        if "asNeededCodeableConcept" in line:
            line |= {"asNeeded": True, "asNeededFor": [line.pop("asNeededCodeableConcept")]}
        if "maxDosePerPeriod" in line:
            line["maxDosePerPeriod"] = [line["maxDosePerPeriod"]]
    return resource


def _write_r5_statement(resource: Json) -> Json:
    resource = _write_r5_medicine(resource)
    status = resource["status"]
    if status != "entered-in-error":
        code = {"not-taken": "not-taking"}.get(status, _ADHERENCE.get(status, status))
        resource |= {"status": "recorded", "adherence": {"code": {"coding": [{"system": _ADHERENCE_SYSTEM, "code": code}]}}}
    if "category" in resource:
        resource["category"] = [resource["category"]]
    return resource


def _write_r5_dispense(resource: Json) -> Json:
    resource = _write_r5_medicine(resource)
    if "category" in resource:
        resource["category"] = [resource["category"]]
    return resource


def _write_r5_administration(resource: Json) -> Json:
    resource = _write_r5_medicine(resource)
    _rename(resource, effectiveDateTime="occurenceDateTime", effectivePeriod="occurencePeriod")
    return resource


def _write_r5_procedure(resource: Json) -> Json:
    _rename(resource, performedDateTime="occurrenceDateTime", performedPeriod="occurrencePeriod")
    if reason := _write_references(resource, "reasonCode", "reasonReference"):
        resource["reason"] = reason
    return resource


def _write_r5_condition(resource: Json) -> Json:
    people = [{"actor": resource.pop(member)} for member in ("asserter", "recorder") if member in resource]
    if people:
        resource["participant"] = people
    if "evidence" in resource:
        resource["evidence"] = [one for evidence in resource["evidence"] for one in _write_references(evidence, "code", "detail")]
    return resource


def _write_r5_allergy(resource: Json) -> Json:
    if "type" in resource:
        system = "http://hl7.org/fhir/allergy-intolerance-type"
        resource["type"] = {"coding": [{"system": system, "code": resource["type"]}]}
    for reaction in resource.get("reaction", ()):
        reaction["manifestation"] = [{"concept": one} for one in reaction["manifestation"]]
    return resource


def _write_r5_consent(resource: Json) -> Json:
    _rename(resource, patient="subject", policyRule="regulatoryBasis", dateTime="date")
    resource["category"] = [*([resource.pop("scope")] if "scope" in resource else ()), *resource.get("category", ())]
    if "date" in resource:
        resource["date"] = resource["date"][:10]
    if "regulatoryBasis" in resource:
        resource["regulatoryBasis"] = [resource["regulatoryBasis"]]
    if policies := resource.pop("policy", None):
        resource["policyBasis"] = {"url": policies[0]["uri"]}
    if "sourceAttachment" in resource:
        resource["sourceAttachment"] = [resource["sourceAttachment"]]
    if "provision" in resource:
        resource["decision"] = resource.pop("provision").get("type", "permit")
    return resource


def _write_r5_medication(resource: Json) -> Json:
    _rename(resource, form="doseForm", amount="totalVolume")
    for ingredient in resource.get("ingredient", ()):
        ingredient["item"] = {
            name: ingredient.pop(member)
            for name, member in (("concept", "itemCodeableConcept"), ("reference", "itemReference"))
            if member in ingredient
        }
        _rename(ingredient, strength="strengthRatio")
    return resource


# STU3


def _write_stu3_dosages(lines: list[Json]) -> None:
    """One dose a line, on the line itself."""
    for line in lines:
        for dose in line.pop("doseAndRate", ())[:1]:
            line.update({member: value for member, value in dose.items() if member != "type"})


def _write_stu3_request(resource: Json) -> Json:
    _write_stu3_dosages(resource.get("dosageInstruction", []))
    _rename(resource, encounter="context")
    _drop(resource, "doNotPerform", "statusReason", "reportedBoolean", "reportedReference", "courseOfTherapyType")
    if "requester" in resource:
        resource["requester"] = {"agent": resource["requester"]}
    if isinstance(resource.get("category"), list):
        resource["category"] = resource["category"][0]
    return resource


def _write_stu3_statement(resource: Json) -> Json:
    _write_stu3_dosages(resource.get("dosage", []))
    taken = {"not-taken": "n", "unknown": "unk"}.get(resource["status"], "y")
    return {**resource, "taken": taken, "status": resource["status"] if taken == "y" else "active"}


def _write_stu3_dispense(resource: Json) -> Json:
    _write_stu3_dosages(resource.get("dosageInstruction", []))
    if resource["status"] in ("declined", "cancelled"):
        resource |= {"status": "stopped", "notDoneReasonCodeableConcept": {"text": "not dispensed"}}
    return resource


def _write_stu3_administration(resource: Json) -> Json:
    _rename(resource, request="prescription")
    if resource["status"] == "not-done":
        resource |= {"status": "completed", "notGiven": True}
    return resource


def _write_stu3_procedure(resource: Json) -> Json:
    _rename(resource, encounter="context")
    if resource["status"] == "not-done":
        resource |= {"status": "unknown", "notDone": True}
    return resource


def _write_stu3_condition(resource: Json) -> Json:
    _rename(resource, recordedDate="assertedDate", encounter="context")
    recorder = resource.pop("recorder", None)
    if recorder:
        resource.setdefault("asserter", recorder)
    for member in ("clinicalStatus", "verificationStatus"):
        if member in resource:
            resource[member] = _take_code(resource[member])
    if "stage" in resource:
        resource["stage"] = {"summary": resource["stage"][0]["summary"]}
    return resource


def _write_stu3_allergy(resource: Json) -> Json:
    _rename(resource, recordedDate="assertedDate")
    for member in ("clinicalStatus", "verificationStatus"):
        if member in resource:
            resource[member] = _take_code(resource[member])
    return resource


def _write_stu3_observation(resource: Json) -> Json:
    _rename(resource, encounter="context")
    if note := resource.pop("note", None):
        resource["comment"] = note[0]["text"]
    for part in [resource, *resource.get("component", ())]:
        if "interpretation" in part:
            part["interpretation"] = part["interpretation"][0]
    return resource


def _write_stu3_consent(resource: Json) -> Json:
    """The scope and the rule, which STU3 has not as concepts, are categories there."""
    named = [resource.pop(member) for member in ("scope", "policyRule") if member in resource]
    resource["category"] = [*named[:1], *resource.get("category", ()), *named[1:]]
    _drop(resource, "provision")
    return resource


def _write_stu3_questionnaire(resource: Json) -> Json:
    if "questionnaire" in resource:
        resource["questionnaire"] = {"reference": resource["questionnaire"]}
    return resource


def _write_stu3_medication(resource: Json) -> Json:
    for ingredient in resource.get("ingredient", ()):
        _rename(ingredient, strength="amount")
    return resource


_WRITERS: Mapping[str, Mapping[str, Callable[[Json], Json]]] = {
    "R5": {
        "MedicationRequest": _write_r5_medicine,
        "MedicationStatement": _write_r5_statement,
        "MedicationDispense": _write_r5_dispense,
        "MedicationAdministration": _write_r5_administration,
        "Procedure": _write_r5_procedure,
        "Condition": _write_r5_condition,
        "AllergyIntolerance": _write_r5_allergy,
        "Consent": _write_r5_consent,
        "Medication": _write_r5_medication,
    },
    "STU3": {
        "MedicationRequest": _write_stu3_request,
        "MedicationStatement": _write_stu3_statement,
        "MedicationDispense": _write_stu3_dispense,
        "MedicationAdministration": _write_stu3_administration,
        "Procedure": _write_stu3_procedure,
        "Condition": _write_stu3_condition,
        "AllergyIntolerance": _write_stu3_allergy,
        "Observation": _write_stu3_observation,
        "Consent": _write_stu3_consent,
        "QuestionnaireResponse": _write_stu3_questionnaire,
        "Medication": _write_stu3_medication,
    },
}
