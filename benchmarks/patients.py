"""300 synthetic patients for the alert budget: sex, regimen or denosumab, phase, and how much of the record is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import cycle, islice, product
from random import Random
from typing import Any

Facts = dict[str, Any]

SEXES = ("female", "male")
PHASES = ("start", "continuing")
#: Everything in order and documented; a usual record with gaps and other problems; a record of which inputs could not be had.
DOCUMENTED, USUAL, SCANT = "documented", "usual", "scant"
COMPLETENESS = (DOCUMENTED, USUAL, SCANT)
TREATMENTS = ("mm-rd", "mm-rvd", "mm-mpr", "mm-maintenance", "mm-previously-treated", "mds", "fl", "denosumab")
COUNT = 300

_REASONS = {"mds": "mds-del5q", "fl": "follicular-lymphoma"}
_DOSES = {"mm-mpr": (10, "21/28", 21), "mm-maintenance": (10, "28/28", 28), "mds": (10, "21/28", 21), "fl": (20, "21/28", 21)}
_DOSES["mm-rvd"] = (25, "14/21", 14)
_LABS = {
    "creatinine": (60, 80), "neutrophils": (3, 5), "platelets": (180, 280), "haemoglobin": (7, 8), "tsh": (1, 3), "alt": (15, 30),
    "ast": (15, 30), "bilirubin": (5, 12), "leukocytes": (5, 8), "calcium-corrected": (2, 2), "weight": (65, 85),
    "height": (165, 180),
}  # fmt: skip
_UPPER = {"alt": 45, "ast": 35, "bilirubin": 17}
_OTHERS = ("hypertension", "smoking", "hypercholesterolaemia", "copd", "heart-failure", "history-of-deep-vein-thrombosis",
           "hepatitis-b", "hypothyroidism", "ischaemic-heart-disease", "urinary-tract-infection")  # fmt: skip
_OTHER_MEDICINES = ("simvastatin", "warfarin", "digoxin", "epoetin", "ibuprofen", "prednisolone", "acenocoumarol", "amoxicillin")
_KEYS = ("allergies", "conditions", "procedures", "observations", "statements", "dispenses", "consents")


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient with the facts of the call, in the form of the clinical cases (tests/clinical/README.md)."""

    sex: str
    treatment: str
    phase: str
    completeness: str
    facts: Facts

    @property
    def name(self) -> str:
        """The stratum."""
        return f"{self.sex}, {self.treatment}, {self.phase}, {self.completeness}"


def draw_patients(seed: int = 1, count: int = COUNT) -> list[Patient]:
    """As many as asked, every stratum in turn, the rest by the seed."""
    random = Random(seed)
    strata = islice(cycle(product(TREATMENTS, SEXES, PHASES, COMPLETENESS)), count)
    return [Patient(sex, what, phase, whole, _draw(random, sex, what, phase, whole)) for what, sex, phase, whole in strata]


def draw_charts(seed: int = 1, count: int = COUNT) -> list[Patient]:
    """The same patients, under way with what was ordered up to four weeks ago, whose charts are opened without an order."""
    random = Random(seed)
    return [replace(patient, facts=_open_chart(patient.facts, random)) for patient in draw_patients(seed, count)]


def _open_chart(facts: Facts, random: Random) -> Facts:
    ordered = {name: value for name, value in facts["order"].items() if name not in ("medicine", "valid_until")}
    running = {**ordered, "is": facts["order"]["medicine"], "date": f"{random.randint(1, 27)} days ago"}
    opened = {name: value for name, value in facts.items() if name != "order"}
    return {**opened, "hook": "patient-view", "medicines": [running, *facts["medicines"]]}


def _draw(random: Random, sex: str, treatment: str, phase: str, completeness: str) -> Facts:
    facts = _begin(random, sex, treatment)
    _treat(facts, treatment, phase)
    _measure(facts, random)
    _prevent(facts, sex, treatment, phase)
    if completeness != DOCUMENTED:
        _thin_out(facts, random, completeness)
    return facts


def _begin(random: Random, sex: str, treatment: str) -> Facts:
    born = f"{random.randint(1953, 1962)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return {
        "name": "A patient of the alert budget",
        "patient": {"sex": sex, "born": born},
        "order": _order(treatment),
        "conditions": [],
        "medicines": [],
        "labs": [],
        "procedures": [],
        "expect": {"outcome": "cleared"},
    }


def _order(treatment: str) -> Facts:
    if treatment == "denosumab":
        order = {"medicine": "denosumab-60", "mg": 60, "dose": 60, "schedule": "every 6 months", "route": "subcutaneous"}
        return {**order, "quantity": 1, "reason": "osteoporosis"}
    mg, schedule, quantity = _DOSES.get(treatment, (25, "21/28", 21))
    order = {"medicine": "lenalidomide", "mg": mg, "dose": mg, "schedule": schedule, "quantity": quantity, "route": "oral"}
    return {**order, "reason": _REASONS.get(treatment, "multiple-myeloma"), "valid_until": "in 6 days"}


def _treat(facts: Facts, treatment: str, phase: str) -> None:
    """Partner medicines, earlier therapy, earlier doses of this one."""
    for partner in _PARTNERS.get(treatment, ()):
        facts["medicines"].append(dict(partner))
    facts["procedures"] += [dict(done) for done in _DONE.get(treatment, ())]
    if phase == "start":
        return
    if treatment == "denosumab":
        facts["medicines"].append({"is": "denosumab-60", "kind": "administration", "dose": 60, "date": "2025-09-02"})
        return
    order = facts["order"]
    days = {"14/21": 21}.get(order["schedule"], 28)
    for cycles in (1, 2, 3):
        supply = {"mg": order["mg"], "dose": order["dose"], "schedule": order["schedule"], "quantity": order["quantity"]}
        dispense = {"is": "lenalidomide", "kind": "dispense", **supply, "supply_days": days}
        facts["medicines"].append({**dispense, "date": f"{cycles * days} days ago"})


_DEXAMETHASONE = {"is": "dexamethasone", "kind": "request", "mg": 20, "dose": 20, "schedule": "weekly", "start": "1 day ago"}
_BORTEZOMIB = {"is": "bortezomib", "kind": "request", "route": "subcutaneous", "start": "1 day ago"}
_EARLIER = {"is": "bortezomib", "kind": "statement", "status": "completed", "start": "2023-01-10", "end": "2023-07-10"}
_PARTNERS: dict[str, tuple[Facts, ...]] = {
    "mm-rd": (_DEXAMETHASONE,),
    "mm-rvd": (_DEXAMETHASONE, _BORTEZOMIB),
    "mm-mpr": (
        {"is": "melphalan", "kind": "request", "start": "1 day ago"},
        {"is": "prednisone", "kind": "request", "start": "1 day ago"},
    ),
    "mm-previously-treated": (_DEXAMETHASONE, _EARLIER),
    "fl": (
        {"is": "rituximab", "kind": "request", "start": "1 day ago"},
        {"is": "allopurinol", "kind": "statement", "start": "10 days ago"},
    ),
}
_DONE: dict[str, tuple[Facts, ...]] = {"mm-maintenance": ({"is": "autologous-transplant", "date": "2025-06-01"},)}


def _measure(facts: Facts, random: Random) -> None:
    for analyte, (low, high) in _LABS.items():
        value = 2.35 if analyte == "calcium-corrected" else random.randint(low, high)
        upper = {"high": _UPPER[analyte]} if analyte in _UPPER else {}
        facts["labs"].append({"is": analyte, "value": value, "date": f"{random.randint(0, 3)} days ago", **upper})
    facts["observations"] = [
        {"is": "hbsag", "value": "negative", "date": "20 days ago"},
        {"is": "anti-hbc", "value": "negative", "date": "20 days ago"},
    ]


def _prevent(facts: Facts, sex: str, treatment: str, phase: str) -> None:
    """What a careful physician adds: supplements, antithrombotics, a record of the menopause, reminder card and agreement."""
    if sex == "female":
        facts["conditions"].append({"is": "postmenopausal-state", "onset": "2012-05-01"})
    if treatment == "denosumab":
        facts["medicines"].append({"is": "calcium-and-vitamin-d", "kind": "statement", "start": "2025-01-10"})
        facts["consents"] = [{"title": "Reminder card handed over", "date": "2025-09-02"}]
    elif treatment.startswith("mm"):
        facts["medicines"].append(
            {"is": "dalteparin", "kind": "statement", "start": "1 day ago" if phase == "start" else "90 days ago"}
        )


def _thin_out(facts: Facts, random: Random, completeness: str) -> None:
    """Gaps, other problems and medicines; in a scant record also keys that could not be had."""
    share = 0.35 if completeness == USUAL else 0.7
    facts["labs"] = [lab for lab in facts["labs"] if random.random() > share]
    facts["observations"] = [observed for observed in facts["observations"] if random.random() > share]
    facts["conditions"] = [found for found in facts["conditions"] if random.random() > share]
    facts["conditions"] += random.sample(_OTHERS, random.randint(0, 2))
    added = random.sample(_OTHER_MEDICINES, random.randint(0, 2))
    facts["medicines"] += [{"is": name, "kind": "statement", "start": "2025-06-01"} for name in added]
    if completeness == SCANT:
        facts["prefetch"] = {"missing": random.sample(_KEYS, random.randint(1, 3))}
