"""Builds the calls of the benchmark: order-sign with one lenalidomide draft, a whole prefetch, as many observations as asked.

The ordinary call is one of most days: a man of 70 with myeloma, in his third cycle of 25 mg beside dexamethasone once a week and
aspirin, kidney and blood counts in order; nobody measured his TSH, so one card asks for it and offers the test. The heavy call is
the most that one order brings: a failing kidney, dexamethasone every day, no blood count: four or five cards, a rewritten order,
tests offered. In both every prefetch key is delivered and all rules of lenalidomide are judged.
"""

from __future__ import annotations

from random import Random
from uuid import NAMESPACE_URL, uuid5

import orjson

from benchmarks.record import (
    ATC,
    HEAVY,
    MYELOMA,
    ORDINARY,
    PATIENT_ID,
    UCUM,
    Record,
    Resource,
    compose_subject,
    write_medicines,
    write_observations,
    write_problems,
)

#: The clock of the service under test: the facts are dated before it.
NOW = "2026-03-02T10:00:00+01:00"
PATH = "/cds-services/medication-order-sign"
#: In every right answer: rules were judged, and one of them fired.
EXPECTED = b'"group":'
#: The rule on a card of the ordinary call; of the heavy one: 25 mg is too much for a clearance of 40 mL/min.
ORDINARY_RULE, HEAVY_RULE = "lenalidomide.thyroid", "lenalidomide.renal-dose"


def build_calls(observations: int, *, variants: int = 8, heavy: bool = False) -> list[bytes]:
    """Bodies that differ in their seed: values and dates are read anew each time; products and dosages come again, as they do."""
    return [_build_call(observations, HEAVY if heavy else ORDINARY, Random(seed)) for seed in range(variants)]


def _build_call(observations: int, record: Record, random: Random) -> bytes:
    draft_orders = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": _write_order()}]}
    call = {
        "hook": "order-sign",
        "hookInstance": str(uuid5(NAMESPACE_URL, f"benchmark {random.random()}")),
        "context": {"userId": "Practitioner/synthetic-physician", "patientId": PATIENT_ID, "draftOrders": draft_orders},
        "prefetch": _write_prefetch(observations, record, random),
    }
    return orjson.dumps(call)


def _write_prefetch(observations: int, record: Record, random: Random) -> Resource:
    held: dict[str, list[Resource]] = {
        "conditions": write_problems(record, random),
        "allergies": [],
        "medications": write_medicines(record, random),
        "statements": [],
        "dispenses": [_write_dispense("2026-01-05"), _write_dispense("2026-02-02")],
        "administrations": [],
        "procedures": [],
        "observations": write_observations(observations, record, random),
        "questionnaires": [],
        "consents": [],
    }
    return {"patient": _write_patient(), **{key: _write_bundle(resources) for key, resources in held.items()}}


def _write_bundle(resources: list[Resource]) -> Resource:
    entries = [{"fullUrl": f"urn:synthetic:{one['id']}", "resource": one, "search": {"mode": "match"}} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(resources), **({"entry": entries} if entries else {})}


def _write_patient() -> Resource:
    name = [{"use": "official", "text": "Synthetic Patient"}]
    return {"resourceType": "Patient", "id": PATIENT_ID, "name": name, "gender": "male", "birthDate": "1955-06-12"}


def _write_product() -> Resource:
    coding = {"system": ATC, "code": "L04AX04", "display": "lenalidomide"}
    return {"coding": [coding], "text": "Lenalidomide 25 mg capsule"}


def _write_dispense(day: str) -> Resource:
    return {
        "resourceType": "MedicationDispense",
        "id": f"synthetic-dispense-{day}",
        "status": "completed",
        "medicationCodeableConcept": _write_product(),
        "subject": compose_subject(),
        "quantity": _count(21),
        "daysSupply": {"value": 28, "unit": "days", "system": UCUM, "code": "d"},
        "whenHandedOver": day,
    }


def _write_order() -> Resource:
    bounds = {"value": 21, "unit": "days", "system": UCUM, "code": "d"}
    dose = {"doseQuantity": {"value": 25, "unit": "mg", "system": UCUM, "code": "mg"}}
    return {
        "resourceType": "MedicationRequest",
        "id": "synthetic-order-1",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": _write_product(),
        "subject": compose_subject(),
        "authoredOn": "2026-03-02T09:50:00+01:00",
        "reasonCode": [MYELOMA],
        "dosageInstruction": [
            {
                "text": "25 mg once daily on days 1-21 of 28",
                "timing": {"repeat": {"boundsDuration": bounds, "frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [dose],
            }
        ],
        "dispenseRequest": {
            "quantity": _count(21),
            "expectedSupplyDuration": {"value": 28, "unit": "days", "system": UCUM, "code": "d"},
        },
    }


def _count(capsules: int) -> Resource:
    return {"value": capsules, "unit": "capsule", "system": UCUM, "code": "{capsule}"}
