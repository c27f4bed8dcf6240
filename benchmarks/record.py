"""Builds the record that a benchmark call carries, from a seed: laboratory values, problems, medicines, all invented."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

TODAY = date(2026, 3, 2)
PATIENT_ID = "synthetic-benchmark-patient"
LOINC, UCUM, ATC = "http://loinc.org", "http://unitsofmeasure.org", "http://www.whocc.no/atc"
MYELOMA = {
    "coding": [{"system": "http://snomed.info/sct", "code": "109989006", "display": "Multiple myeloma (disorder)"}],
    "text": "Multiple myeloma",
}
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
#: Of a hundred observations, those that our prefetch query asks for; the rest is what a client sends that ignores its codes.
_WANTED_PERCENT = 10

Resource = dict[str, Any]


class _Kind(NamedTuple):
    code: str
    name: str
    unit: str
    low: float
    high: float


class _Medicine(NamedTuple):
    """An earlier or active order: what, in which strength, how often, with the text of its dosage."""

    atc: str
    name: str
    text: str
    period_unit: str = "d"
    dosage: str = "1 once daily"


class Record(NamedTuple):
    """What is on record besides the orders of lenalidomide: `measured` and `active` always, the rest drawn by the seed."""

    problems: int
    medicines: int
    measured: tuple[tuple[_Kind, float], ...]
    """Values of last week."""
    active: tuple[_Medicine, ...]
    """Orders that are active; the first of the `medicines`."""
    drawn: tuple[_Medicine, ...]
    """Of which the other orders are."""


CREATININE = _Kind("14682-9", "Creatinine [Moles/volume] in Serum or Plasma", "umol/L", 60, 110)
WEIGHT = _Kind("29463-7", "Body weight", "kg", 60, 90)
NEUTROPHILS = _Kind("751-8", "Neutrophils [#/volume] in Blood by Automated count", "10*9/L", 1.5, 7.5)
PLATELETS = _Kind("777-3", "Platelets [#/volume] in Blood by Automated count", "10*9/L", 150, 400)
_WANTED = (
    CREATININE,
    WEIGHT,
    NEUTROPHILS,
    PLATELETS,
    _Kind("2000-8", "Calcium [Moles/volume] in Serum or Plasma", "mmol/L", 2.1, 2.55),
)
_UNWANTED = (
    _Kind("2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 135, 145),
    _Kind("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", 3.5, 5.0),
    _Kind("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*9/L", 4, 10),
    _Kind("787-2", "Erythrocyte mean corpuscular volume by Automated count", "fL", 80, 100),
    _Kind("1988-5", "C reactive protein [Mass/volume] in Serum or Plasma", "mg/L", 0, 10),
    _Kind("6768-6", "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 40, 120),
    _Kind("14804-9", "Lactate dehydrogenase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 120, 250),
    _Kind("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", 120, 200),
    _Kind("8867-4", "Heart rate", "/min", 60, 100),
    _Kind("8480-6", "Systolic blood pressure", "mm[Hg]", 100, 140),
)
_PROBLEMS = (
    "Hypertension",
    "Type 2 diabetes",
    "Gonarthrosis",
    "Hypothyroidism",
    "Gout",
    "Cataract",
    "Asthma",
    "Psoriasis",
    "Tinnitus",
)
_DEXAMETHASONE_DAILY = _Medicine("H02AB02", "dexamethasone", "Dexamethasone 20 mg tablet")
_OTHERS = (
    _Medicine("C07AB03", "atenolol", "Atenolol 50 mg tablet"),
    _Medicine("A02BC01", "omeprazole", "Omeprazole 20 mg capsule"),
    _Medicine("A12AA04", "calcium carbonate", "Calcium carbonate 500 mg chewable tablet"),
    _Medicine("A11CC05", "colecalciferol", "Colecalciferol 800 IU tablet"),
)
ORDINARY = Record(
    problems=8,
    medicines=10,
    measured=((WEIGHT, 78), (CREATININE, 85), (NEUTROPHILS, 3.1), (PLATELETS, 210)),
    active=(
        _Medicine("H02AB02", "dexamethasone", "Dexamethasone 40 mg tablet", "wk", "1 once a week"),
        _Medicine("B01AC06", "acetylsalicylic acid", "Acetylsalicylic acid 80 mg tablet"),
    ),
    drawn=_OTHERS,
)
HEAVY = Record(
    problems=15,
    medicines=20,
    measured=((WEIGHT, 72), (CREATININE, 155)),
    active=(),
    drawn=(*_OTHERS, _DEXAMETHASONE_DAILY),
)


def write_observations(count: int, record: Record, random: Random) -> list[Resource]:
    """Newest first: what was measured last week, then whatever a hospital measures."""
    first = [_write_observation(kind, value, day=5, number=number) for number, (kind, value) in enumerate(record.measured)]
    days = sorted(random.randint(6, 1500) for _ in range(count - len(first)))
    return first + [_draw_observation(day, number, random) for number, day in enumerate(days, start=len(first))]


def write_problems(record: Record, random: Random) -> list[Resource]:
    """A myeloma among what people have."""
    texts: list[Resource] = [MYELOMA, *({"text": random.choice(_PROBLEMS)} for _ in range(record.problems - 1))]
    return [_write_problem(code, number, random) for number, code in enumerate(texts)]


def write_medicines(record: Record, random: Random) -> list[Resource]:
    """The active orders of other medicines, then earlier ones, some of them active."""
    orders = [_write_medicine(number, medicine, "active", random) for number, medicine in enumerate(record.active)]
    for number in range(len(orders), record.medicines):
        status = random.choice(("active", "completed", "stopped"))
        orders.append(_write_medicine(number, random.choice(record.drawn), status, random))
    return orders


def compose_subject() -> Resource:
    """The reference that every resource of the record carries."""
    return {"reference": f"Patient/{PATIENT_ID}", "display": "Synthetic patient"}


def _draw_observation(day: int, number: int, random: Random) -> Resource:
    kind = random.choice(_WANTED if random.randrange(100) < _WANTED_PERCENT else _UNWANTED)
    return _write_observation(kind, round(random.uniform(kind.low, kind.high), 1), day=day, number=number)


def _write_observation(kind: _Kind, value: float, *, day: int, number: int) -> Resource:
    coding = {"system": f"{_TERMINOLOGY}observation-category", "code": "laboratory", "display": "Laboratory"}
    moment = f"{TODAY - timedelta(days=day)}T08:15:00+01:00"
    return {
        "resourceType": "Observation",
        "id": f"synthetic-observation-{number}",
        "meta": {"versionId": "1", "lastUpdated": moment},
        "status": "final",
        "category": [{"coding": [coding], "text": "Laboratory"}],
        "code": {"coding": [{"system": LOINC, "code": kind.code, "display": kind.name}], "text": kind.name.split(" [")[0]},
        "subject": compose_subject(),
        "effectiveDateTime": moment,
        "valueQuantity": _write_quantity(value, kind.unit),
        "referenceRange": [{"low": _write_quantity(kind.low, kind.unit), "high": _write_quantity(kind.high, kind.unit)}],
    }


def _write_quantity(value: float, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def _write_problem(code: Resource, number: int, random: Random) -> Resource:
    return {
        "resourceType": "Condition",
        "id": f"synthetic-condition-{number}",
        "clinicalStatus": {"coding": [{"system": f"{_TERMINOLOGY}condition-clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": f"{_TERMINOLOGY}condition-ver-status", "code": "confirmed"}]},
        "category": [{"coding": [{"system": f"{_TERMINOLOGY}condition-category", "code": "problem-list-item"}]}],
        "code": code,
        "subject": compose_subject(),
        "onsetDateTime": str(TODAY - timedelta(days=random.randint(100, 4000))),
    }


def _write_medicine(number: int, medicine: _Medicine, status: str, random: Random) -> Resource:
    coding = {"system": ATC, "code": medicine.atc, "display": medicine.name}
    repeat = {"frequency": 1, "period": 1, "periodUnit": medicine.period_unit}
    return {
        "resourceType": "MedicationRequest",
        "id": f"synthetic-request-{number}",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": {"coding": [coding], "text": medicine.text},
        "subject": compose_subject(),
        "authoredOn": str(TODAY - timedelta(days=random.randint(30, 1500))),
        "dosageInstruction": [
            {
                "text": medicine.dosage,
                "timing": {"repeat": repeat},
                "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet", "system": UCUM, "code": "{tablet}"}}],
            }
        ],
    }
