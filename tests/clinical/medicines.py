"""Orders and medicines of a case as FHIR R4: requests, statements, dispenses, administrations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.clinical.facts import Dosing, MedicineFact, Number, OrderFact
from tests.clinical.terms import UCUM, Scene, find_term, finish, to_json_number, write_concept, write_quantity

_CYCLE = re.compile(r"(\d+)/(\d+)")
_DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}
_SCHEDULES: Mapping[str, dict[str, Any]] = {
    "daily": _DAILY,
    "every other day": {"frequency": 1, "period": 2, "periodUnit": "d"},
    "twice a week": {"frequency": 2, "period": 1, "periodUnit": "wk"},
    "weekly": {"frequency": 1, "period": 1, "periodUnit": "wk"},
    "every 6 months": {"frequency": 1, "period": 6, "periodUnit": "mo"},
    "once": {"count": 1},
}


def write_order(order: OrderFact, scene: Scene, others: list[dict[str, Any]]) -> dict[str, Any]:
    """A draft MedicationRequest. A Medication that the Bundle holds beside it (`named: bundle`) is added to `others`."""
    own_id = scene.give_id("order", order.id)
    concept = _write_product(order.medicine, order.mg, system=order.system, text=order.text, coded=order.named != "text")
    reasons = [order.reason] if isinstance(order.reason, str) else order.reason
    resource = {
        "resourceType": "MedicationRequest",
        "id": own_id,
        "status": order.status,
        "intent": order.intent,
        **_name_medicine(order, own_id, concept, others),
        "subject": scene.subject(),
        "authoredOn": scene.date(order.authored),
        "reasonCode": [write_concept(find_term("concepts", key), system=None, text=None) for key in reasons],
        "dosageInstruction": _write_dosage(order, order.medicine),
        "dispenseRequest": _write_dispense_request(order, scene),
        "priorPrescription": {"reference": order.replaces} if order.replaces else None,
    }
    return finish(resource, order.raw)


def write_medicine(fact: str | MedicineFact, scene: Scene) -> tuple[str, dict[str, Any]]:
    """The prefetch key a medicine of the record belongs to, and its resource."""
    fact = MedicineFact.model_validate({"is": fact}) if isinstance(fact, str) else fact
    writers = {
        "request": ("medications", _write_request),
        "statement": ("statements", _write_statement),
        "dispense": ("dispenses", _write_dispense),
        "administration": ("administrations", _write_administration),
    }
    key, writer = writers[fact.kind]
    concept = _write_product(fact.is_, fact.mg, system=fact.system, text=fact.text, coded=fact.named == "code")
    shared = {"id": scene.give_id(fact.kind, fact.id), "medicationCodeableConcept": concept}
    return key, finish({**shared, **writer(fact, scene)}, fact.raw)


def _write_request(fact: MedicineFact, scene: Scene) -> dict[str, Any]:
    lines = _write_dosage(fact, fact.is_)
    if bounds := _write_period(fact, scene):
        lines = lines or [{}]
        lines[0].setdefault("timing", {}).setdefault("repeat", {}).pop("boundsDuration", None)
        lines[0]["timing"]["repeat"]["boundsPeriod"] = bounds
    return {
        "resourceType": "MedicationRequest",
        "status": fact.status or "active",
        "intent": fact.intent,
        "subject": scene.subject(),
        "authoredOn": scene.date(fact.date or fact.start),
        "basedOn": [{"reference": fact.based_on}] if fact.based_on else None,
        "reasonCode": _write_reason(fact),
        "note": [{"text": fact.note}] if fact.note else None,
        "dosageInstruction": lines,
        "dispenseRequest": _write_supply(fact.quantity, fact.supply_days, fact.repeats, fact.is_),
    }


def _write_statement(fact: MedicineFact, scene: Scene) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "status": fact.status or "active",
        "subject": scene.subject(),
        "effectivePeriod": _write_period(fact, scene),
        "dateAsserted": scene.date(fact.date),
        "basedOn": [{"reference": fact.based_on}] if fact.based_on else None,
        "reasonCode": _write_reason(fact),
        "note": [{"text": fact.note}] if fact.note else None,
        "dosage": _write_dosage(fact, fact.is_),
    }


def _write_dispense(fact: MedicineFact, scene: Scene) -> dict[str, Any]:
    return {
        "resourceType": "MedicationDispense",
        "status": fact.status or "completed",
        "subject": scene.subject(),
        "whenHandedOver": scene.date(fact.date or "today"),
        "authorizingPrescription": [{"reference": fact.based_on}] if fact.based_on else None,
        "quantity": _count(fact.quantity, fact.is_) if fact.quantity is not None else None,
        "daysSupply": write_quantity(fact.supply_days, "d") if fact.supply_days is not None else None,
        "note": [{"text": fact.note}] if fact.note else None,
        "dosageInstruction": _write_dosage(fact, fact.is_),
    }


def _write_administration(fact: MedicineFact, scene: Scene) -> dict[str, Any]:
    period = _write_period(fact, scene)
    return {
        "resourceType": "MedicationAdministration",
        "status": fact.status or "completed",
        "subject": scene.subject(),
        "effectiveDateTime": None if period else scene.date(fact.date or "today"),
        "effectivePeriod": period,
        "note": [{"text": fact.note}] if fact.note else None,
        "dosage": {"dose": write_quantity(fact.dose, "mg")} if fact.dose is not None else None,
    }


def _write_product(key: str, mg: Any, *, system: str | None, text: str | None, coded: bool) -> dict[str, Any]:
    row = find_term("products", key)
    strength = f" {mg} mg" if mg is not None else ""
    return write_concept(row, system=system, text=text or f"{row['name']}{strength} {row['form']}", coded=coded)


def _name_medicine(order: OrderFact, own_id: str, concept: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    """The medicine in the way the case asks: as a code, or by reference (contained, in the Bundle, or to nowhere)."""
    if order.named in ("code", "text"):
        return {"medicationCodeableConcept": concept}
    medication: dict[str, Any] = {"resourceType": "Medication", "id": f"medication-of-{own_id}", "code": concept}
    if order.mg is not None:
        strength = {"numerator": write_quantity(order.mg, "mg"), "denominator": _count(1, order.medicine)}
        medication["ingredient"] = [{"itemCodeableConcept": {"text": concept["text"]}, "strength": strength}]
    if order.named == "contained":
        return {"contained": [medication], "medicationReference": {"reference": f"#{medication['id']}"}}
    if order.named == "bundle":
        others.append(medication)
    return {"medicationReference": {"reference": f"Medication/{medication['id']}"}}


def _write_dosage(fact: Dosing, medicine: str) -> list[dict[str, Any]]:
    line: dict[str, Any] = {}
    if fact.schedule:
        line.update(_write_timing(fact.schedule, fact.times))
    if fact.dose_text:
        line["text"] = fact.dose_text
    if fact.route:
        line["route"] = {"text": fact.route}
    if fact.dose is not None:
        line["doseAndRate"] = [{"doseQuantity": write_quantity(fact.dose, "mg")}]
    elif fact.capsules is not None:
        line["doseAndRate"] = [{"doseQuantity": _count(fact.capsules, medicine)}]
    return [line] if line else []


def _write_timing(schedule: str, times: int) -> dict[str, Any]:
    """ "21/28" is days 1-21 of 28: bounds of 21 days, and the pause in words, as prescribers write it."""
    if cycle := _CYCLE.fullmatch(schedule):
        on, days = cycle.groups()
        bounds = write_quantity(int(on), "d")
        return {
            "text": f"days 1-{on} of {days}",
            "timing": {"repeat": {"boundsDuration": bounds, **_DAILY, "frequency": times}},
        }
    repeat = dict(_SCHEDULES[schedule])
    if times != 1:
        repeat["frequency"] = times
    return {"timing": {"repeat": repeat}}


def _write_dispense_request(order: OrderFact, scene: Scene) -> dict[str, Any]:
    supply = _write_supply(order.quantity, order.duration, order.repeats, order.medicine)
    if order.valid_until:
        start = scene.date(order.authored) or scene.now.isoformat()
        supply["validityPeriod"] = {"start": start, "end": scene.date(order.valid_until)}
    return supply


def _write_supply(quantity: Any, days: Any, repeats: int | None, medicine: str) -> dict[str, Any]:
    supply: dict[str, Any] = {}
    if repeats is not None:
        supply["numberOfRepeatsAllowed"] = repeats
    if quantity is not None:
        supply["quantity"] = _count(quantity, medicine)
    if days is not None:
        supply["expectedSupplyDuration"] = {"value": to_json_number(days), "unit": "days", "system": UCUM, "code": "d"}
    return supply


def _write_period(fact: MedicineFact, scene: Scene) -> dict[str, Any]:
    period = {"start": scene.date(fact.start), "end": scene.date(fact.end)}
    return {key: value for key, value in period.items() if value}


def _write_reason(fact: MedicineFact) -> list[dict[str, Any]]:
    return [write_concept(find_term("concepts", fact.reason), system=None, text=None)] if fact.reason else []


def _count(pieces: Number, medicine: str) -> dict[str, Any]:
    """A count of capsules, tablets, syringes, with the UCUM annotation for it."""
    form = find_term("products", medicine)["form"]
    return {"value": to_json_number(pieces), "unit": form, "system": UCUM, "code": "{" + form + "}"}
