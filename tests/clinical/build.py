"""A case as the request an EHR would send: a whole CDS Hooks call with its draft orders and its prefetch in FHIR R4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from cds_hooks.chart.inputs import PREFETCH_KEYS
from tests.clinical import record
from tests.clinical.facts import LabFact
from tests.clinical.format import PrefetchControls, Situation
from tests.clinical.medicines import write_medicine, write_order
from tests.clinical.terms import Scene, finish, to_plain

SERVICE_OF_HOOK = {
    "order-sign": "medication-order-sign",
    "order-select": "medication-order-select",
    "patient-view": "medication-patient-view",
}
_NEXT_PAGE = "https://ehr.example.org/fhir/next-page-that-nobody-can-fetch"


def build_request(situation: Situation, *, name: str = "case") -> dict[str, Any]:
    """The whole request body. The same situation always gives the same body."""
    scene = Scene(read_now(situation), situation.patient.id, {})
    context: dict[str, Any] = {"userId": "Practitioner/physician-1", "patientId": situation.patient.id}
    if situation.hook != "patient-view":
        context |= _write_orders(situation, scene)
    return {
        "hook": situation.hook,
        "hookInstance": str(uuid5(NAMESPACE_URL, name)),
        "context": context,
        "prefetch": _write_prefetch(situation, scene),
    }


def _write_orders(situation: Situation, scene: Scene) -> dict[str, Any]:
    """The members of the context that hooks with orders have besides."""
    drafts = _write_drafts(situation, scene)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in drafts]}
    chosen = {"selections": _find_selections(situation, drafts)} if situation.hook == "order-select" else {}
    return {"draftOrders": bundle, **chosen}


def read_now(situation: Situation) -> datetime:
    """The moment of the call."""
    return datetime.fromisoformat(situation.now)


def find_resources(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every resource of the request: drafts, patient, and the entries of every prefetch Bundle."""
    bundles = [request["context"].get("draftOrders"), *request["prefetch"].values()]
    found: list[dict[str, Any]] = []
    for bundle in bundles:
        if bundle and bundle["resourceType"] == "Bundle":
            found.extend(entry["resource"] for entry in bundle.get("entry", ()))
        elif bundle:
            found.append(bundle)
    return found


def _write_drafts(situation: Situation, scene: Scene) -> list[dict[str, Any]]:
    orders = ([situation.order] if situation.order else []) + situation.orders
    others: list[dict[str, Any]] = []
    written = [write_order(order, scene, others) for order in orders]
    return [*written, *others, *to_plain(situation.raw.draft_orders)]


def _find_selections(situation: Situation, drafts: Sequence[Mapping[str, Any]]) -> list[str]:
    if situation.selections is not None:
        return situation.selections
    return [f"{draft['resourceType']}/{draft['id']}" for draft in drafts if draft["resourceType"] != "Medication"]


def _write_prefetch(situation: Situation, scene: Scene) -> dict[str, Any]:
    held = _write_record(situation, scene)
    controls = situation.prefetch
    prefetch: dict[str, Any] = {"patient": _write_patient(situation)}
    for key in PREFETCH_KEYS[1:]:
        if key not in controls.missing:
            prefetch[key] = _deliver(key, held[key], controls)
    return prefetch


def _write_record(situation: Situation, scene: Scene) -> dict[str, list[dict[str, Any]]]:
    held: dict[str, list[dict[str, Any]]] = {key: [] for key in PREFETCH_KEYS[1:]}
    for medicine in situation.medicines:
        key, resource = write_medicine(medicine, scene)
        held[key].append(resource)
    held["conditions"] = [record.write_condition(fact, scene) for fact in situation.conditions]
    held["allergies"] = [record.write_allergy(fact, scene) for fact in situation.allergies]
    held["procedures"] = [record.write_procedure(fact, scene) for fact in situation.procedures]
    held["consents"] = [record.write_consent(fact, scene) for fact in situation.consents]
    held["questionnaires"] = [record.write_questionnaire(fact, scene) for fact in situation.questionnaires]
    held["observations"] = _write_observations(situation, scene)
    for key, resources in held.items():
        resources.extend(to_plain(getattr(situation.raw, key)))
    return held


def _write_observations(situation: Situation, scene: Scene) -> list[dict[str, Any]]:
    vitals = situation.vitals
    measured = [("weight", vitals.weight, vitals.weight_date), ("height", vitals.height, vitals.height_date)]
    facts = [LabFact.model_validate({"is": key, "value": value, "date": day}) for key, value, day in measured if value]
    return [
        *(record.write_lab(fact, scene) for fact in [*situation.labs, *facts]),
        *(record.write_pregnancy_test(fact, scene) for fact in situation.pregnancy_tests),
        *(record.write_observation(fact, scene) for fact in situation.observations),
    ]


def _write_patient(situation: Situation) -> dict[str, Any]:
    fact = situation.patient
    resource = {
        "resourceType": "Patient",
        "id": fact.id,
        "gender": None if fact.sex == "absent" else fact.sex,
        "birthDate": None if fact.born == "absent" else fact.born,
    }
    return finish(resource, situation.raw.patient)


def _deliver(key: str, resources: list[dict[str, Any]], controls: PrefetchControls) -> dict[str, Any] | None:
    """What the client sends under this key: its Bundle, or one of the ways in which it does not."""
    if key in controls.null:
        return None
    if key in controls.failed:
        return _write_outcome("error", "timeout", "the search did not finish")
    if key in controls.epic_empty:
        entry = {"resource": _write_outcome("warning", "informational", "no results"), "search": {"mode": "outcome"}}
        return {"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": [entry]}
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(resources)}
    if resources:
        bundle["entry"] = [{"resource": resource, "search": {"mode": "match"}} for resource in resources]
    if key in controls.partial:
        bundle["link"] = [{"relation": "next", "url": _NEXT_PAGE}]
    return bundle


def _write_outcome(severity: str, code: str, diagnostics: str) -> dict[str, Any]:
    issue = {"severity": severity, "code": code, "diagnostics": diagnostics}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
