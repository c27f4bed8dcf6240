"""Recognises entries of medicines that can be read without a note, and those of a medicine that no rule can ask for."""

from __future__ import annotations

from cds_hooks.fhir.reading.netherlands import find_period_of_use
from cds_hooks.fhir.reading.plain import (
    STUMBLES,
    has_code,
    is_count,
    is_past,
    is_past_period,
    is_plain_amount,
    is_plain_dosage,
    is_plain_duration,
)
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json

#: Members that change the meaning, or whose references may lead nowhere: they are read at once.
_ODD = frozenset({"modifierExtension", "reasonReference", "medicationReference"})
_DATES = ("authoredOn", "whenHandedOver", "whenPrepared", "effectiveDateTime", "dateAsserted")


def is_plain_medicine(resource: Resource, *, is_order: bool) -> bool:
    """Whether an order, statement, dispense or administration of the record can be read without a note, now or later."""
    raw, long_past = resource.raw, resource.desk.long_past
    try:
        return (
            _ODD.isdisjoint(raw)
            and has_code(raw["status"])
            and ("intent" not in raw or has_code(raw["intent"]))
            and _says_product(raw["medicationCodeableConcept"])
            and all(is_past(raw[member], long_past) for member in _DATES if member in raw)
            and is_plain_dosage(raw.get("dosageInstruction", raw.get("dosage")))
            and ("effectivePeriod" not in raw or is_past_period(raw["effectivePeriod"], long_past))
            and (_is_plain_order(raw, long_past) if is_order else _is_plain_supply(raw))
        )
    except STUMBLES:
        return False


def is_unasked_product(resource: Resource) -> bool:
    """Whether no rule can ask for the medicine of a plain entry: it is in no value set."""
    try:
        return resource.desk.is_unasked(resource.raw["medicationCodeableConcept"])
    except STUMBLES:
        return False


def _says_product(concept: Json) -> bool:
    """Whether there is a name or a coding; what they say is read later."""
    return bool(concept.get("text", "").strip()) or bool(concept["coding"][0].keys())


def _is_plain_order(raw: Json, long_past: str) -> bool:
    if "extension" in raw and find_period_of_use(raw):
        return False
    request = raw.get("dispenseRequest")
    if request is None:
        return True
    return (
        is_past_period(request.get("validityPeriod"), long_past)
        and is_count(request.get("numberOfRepeatsAllowed"))
        and is_plain_amount(request.get("quantity"))
        and is_plain_duration(request.get("expectedSupplyDuration"))
    )


def _is_plain_supply(raw: Json) -> bool:
    return is_plain_amount(raw.get("quantity")) and is_plain_duration(raw.get("daysSupply"))
