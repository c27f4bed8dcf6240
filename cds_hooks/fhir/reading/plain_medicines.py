"""Recognises entries of medicines that can be read without a note, so that most of them need not be read at once."""

from __future__ import annotations

from cds_hooks.fhir.reading.netherlands import find_period_of_use
from cds_hooks.fhir.reading.plain import (
    STUMBLES,
    has_code,
    is_count,
    is_past_period,
    is_past_record,
    is_plain_amount,
    is_plain_dosage,
    is_plain_duration,
)
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_objects

#: Members that change the meaning, or whose references may lead nowhere: they are read at once.
_ODD = frozenset({"modifierExtension", "reasonReference", "medicationReference"})


def is_plain_medicine(resource: Resource, *, is_order: bool) -> bool:
    """Whether an order, statement, dispense or administration of the record can be read without a note, now or later."""
    raw, long_past = resource.raw, resource.desk.long_past
    try:
        return (
            _ODD.isdisjoint(raw)
            and has_code(raw["status"])
            and ("intent" not in raw or has_code(raw["intent"]))
            and _says_product(raw["medicationCodeableConcept"])
            and is_past_record(raw, long_past)
            and is_plain_dosage(raw.get("dosageInstruction", raw.get("dosage")))
            and (_is_plain_order(raw, long_past) if is_order else _is_plain_supply(raw))
        )
    except STUMBLES:
        return False


def has_bounds(dosages: object) -> bool:
    """Whether any timing of plain dosages says for how long, which in those only a Duration does."""
    return any("boundsDuration" in (line.get("timing") or {}).get("repeat", {}) for line in read_objects(dosages))


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
