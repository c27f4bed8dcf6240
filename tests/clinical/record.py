"""What the record of a case holds besides medicines, as FHIR R4: problems, allergies, observations, procedures, documents."""

from __future__ import annotations

from typing import Any

from tests.clinical.facts import (
    AllergyFact,
    Coded,
    ConditionFact,
    ConsentFact,
    LabFact,
    ObservationFact,
    PregnancyTest,
    ProcedureFact,
    QuestionnaireFact,
)
from tests.clinical.terms import Scene, find_system, find_term, finish, read_terms, write_concept, write_quantity

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


def write_condition(fact: str | ConditionFact, scene: Scene) -> dict[str, Any]:
    """A Condition."""
    fact = ConditionFact.model_validate({"is": fact}) if isinstance(fact, str) else fact
    resource = {
        "resourceType": "Condition",
        "id": scene.give_id("condition", fact.id),
        "clinicalStatus": _write_status("condition-clinical", fact.status),
        "verificationStatus": _write_status("condition-ver-status", fact.verification),
        "severity": {"text": fact.severity} if fact.severity else None,
        "code": _write_code(fact),
        "subject": scene.subject(),
        "onsetDateTime": scene.date(fact.onset),
        "abatementDateTime": scene.date(fact.ended),
        "recordedDate": scene.date(fact.recorded),
        "recorder": {"display": fact.recorder} if fact.recorder else None,
        "asserter": {"display": fact.asserter} if fact.asserter else None,
        "stage": [{"summary": {"text": fact.stage}}] if fact.stage else None,
        "note": [{"text": fact.note}] if fact.note else None,
    }
    return finish(resource, fact.raw)


def write_procedure(fact: str | ProcedureFact, scene: Scene) -> dict[str, Any]:
    """A Procedure."""
    fact = ProcedureFact.model_validate({"is": fact}) if isinstance(fact, str) else fact
    start, end = scene.date(fact.date), scene.date(fact.end)
    resource = {
        "resourceType": "Procedure",
        "id": scene.give_id("procedure", fact.id),
        "status": fact.status,
        "code": _write_code(fact),
        "subject": scene.subject(),
        "performedDateTime": None if end else start,
        "performedPeriod": {"start": start, "end": end} if end else None,
    }
    return finish(resource, fact.raw)


def write_allergy(fact: str | AllergyFact, scene: Scene) -> dict[str, Any]:
    """An AllergyIntolerance."""
    fact = AllergyFact(to=fact) if isinstance(fact, str) else fact
    reaction = {
        "manifestation": [write_concept(find_term("concepts", key), system=None, text=None) for key in fact.reactions]
        + ([{"text": fact.reaction_text}] if fact.reaction_text else []),
        "severity": fact.severity,
    }
    resource = {
        "resourceType": "AllergyIntolerance",
        "id": scene.give_id("allergy", fact.id),
        "clinicalStatus": _write_status("allergyintolerance-clinical", fact.status),
        "verificationStatus": _write_status("allergyintolerance-verification", fact.verification),
        "type": fact.type,
        "code": _write_allergen(fact),
        "patient": scene.subject(),
        "recordedDate": scene.date(fact.recorded),
        "reaction": [finish(reaction, {})] if reaction["manifestation"] else None,
    }
    return finish(resource, fact.raw)


def write_lab(fact: LabFact, scene: Scene) -> dict[str, Any]:
    """An Observation with a quantity."""
    term = find_term("analytes", fact.is_)
    text = term.pop("text")
    unit = fact.unit or next(iter(term))
    code = fact.code or str(term.get(unit, next(iter(term.values()))))
    limits = {side: write_quantity(value, unit) for side, value in (("low", fact.low), ("high", fact.high)) if value is not None}
    quantity = fact.value is not None
    resource = {
        "resourceType": "Observation",
        "id": scene.give_id("lab", fact.id),
        "status": fact.status,
        "code": {"coding": [{"system": find_system("loinc"), "code": code}], "text": text},
        "subject": scene.subject(),
        "effectiveDateTime": scene.date(fact.date),
        "valueQuantity": _quantity_of(fact, unit) if quantity else None,
        "dataAbsentReason": _write_status("data-absent-reason", fact.absent) if fact.absent else None,
        "interpretation": [_write_status("v3-ObservationInterpretation", fact.flag)] if fact.flag else None,
        "referenceRange": [limits] if limits else None,
    }
    return finish(resource, fact.raw)


def write_pregnancy_test(fact: PregnancyTest, scene: Scene) -> dict[str, Any]:
    """An Observation with the result of a pregnancy test."""
    resource = {
        "resourceType": "Observation",
        "id": scene.give_id("pregnancy-test", fact.id),
        "status": fact.status,
        "code": write_concept(find_term("topics", fact.is_), system=None, text=None),
        "subject": scene.subject(),
        "effectiveDateTime": scene.date(fact.date),
        **_write_result(fact),
    }
    return finish(resource, fact.raw)


def write_observation(fact: ObservationFact, scene: Scene) -> dict[str, Any]:
    """Any other Observation: a coded, written or dated value."""
    coded = write_concept(find_term("concepts", fact.value), system=None, text=None) if fact.value else None
    resource = {
        "resourceType": "Observation",
        "id": scene.give_id("observation", fact.id),
        "status": fact.status,
        "code": write_concept(find_term("topics", fact.is_), system=None, text=None),
        "subject": scene.subject(),
        "effectiveDateTime": scene.date(fact.date),
        "valueCodeableConcept": coded or ({"text": fact.value_text} if fact.value_text else None),
        "valueDateTime": scene.date(fact.value_date),
    }
    return finish(resource, fact.raw)


def write_consent(fact: str | ConsentFact, scene: Scene) -> dict[str, Any]:
    """A Consent; a bare text is its title."""
    fact = ConsentFact(title=fact) if isinstance(fact, str) else fact
    resource = {
        "resourceType": "Consent",
        "id": scene.give_id("consent", fact.id),
        "status": fact.status,
        "scope": {"coding": [{"system": f"{_TERMINOLOGY}consentscope", "code": "treatment"}]},
        "category": [{"text": fact.title or "Agreement to treatment"}],
        "patient": scene.subject(),
        "dateTime": scene.date(fact.date),
        "policy": [{"uri": fact.uri}] if fact.uri else None,
    }
    return finish(resource, fact.raw)


def write_questionnaire(fact: QuestionnaireFact, scene: Scene) -> dict[str, Any]:
    """A QuestionnaireResponse; a title stands where R4 puts it, as the display extension of `questionnaire`."""
    display = {"url": "http://hl7.org/fhir/StructureDefinition/display", "valueString": fact.title}
    resource = {
        "resourceType": "QuestionnaireResponse",
        "id": scene.give_id("questionnaire", fact.id),
        "questionnaire": fact.uri,
        "_questionnaire": {"extension": [display]} if fact.title else None,
        "status": fact.status,
        "subject": scene.subject(),
        "authored": scene.date(fact.date),
        "item": [
            {"linkId": str(number), "text": question, "answer": [{"valueString": answer}]}
            for number, (question, answer) in enumerate(fact.answers.items(), start=1)
        ],
    }
    return finish(resource, fact.raw)


def _write_code(fact: Coded) -> dict[str, Any]:
    term = find_term("concepts", fact.is_) if fact.is_ else {}
    if fact.code and fact.system:
        return {"coding": [{"system": find_system(fact.system), "code": fact.code}], **({"text": fact.text} if fact.text else {})}
    return write_concept(term, system=fact.system, text=fact.text, coded=fact.coded)


def _write_allergen(fact: AllergyFact) -> dict[str, Any]:
    if fact.to is None:
        return {"text": fact.text}
    products = read_terms()["products"]
    term = dict(products[fact.to]) if fact.to in products else find_term("concepts", fact.to)
    return write_concept(term, system=fact.system, text=fact.text or term.get("name"), coded=fact.coded)


def _write_result(fact: PregnancyTest) -> dict[str, Any]:
    if fact.value is not None:
        return {"valueQuantity": write_quantity(fact.value, fact.unit, comparator=fact.comparator)}
    if fact.result:
        return {"valueCodeableConcept": write_concept(find_term("concepts", fact.result), system=None, text=fact.text)}
    return {"valueString": fact.text} if fact.text else {}


def _quantity_of(fact: LabFact, unit: str) -> dict[str, Any]:
    assert fact.value is not None
    return write_quantity(fact.value, unit, ucum=fact.ucum, comparator=fact.comparator)


def _write_status(system: str, code: str) -> dict[str, Any] | None:
    return None if code == "absent" else {"coding": [{"system": f"{_TERMINOLOGY}{system}", "code": code}]}
