"""Recognises entries of medicines that can be read without a note, so that most of what they say need not be read at once."""

from __future__ import annotations

from typing import NamedTuple

from cds_hooks.chart.records import Product
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.known_dosages import KnownDosages, recall_dosages
from cds_hooks.fhir.reading.netherlands import find_period_of_use
from cds_hooks.fhir.reading.plain import (
    STUMBLES,
    has_bounds,
    is_count,
    is_past_period,
    is_plain_amount,
    is_plain_dosage,
    is_plain_duration,
)
from cds_hooks.fhir.reading.products import KnownProduct, read_product
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json

#: Members that change the meaning, or whose references may lead nowhere: they are read at once.
_ODD = frozenset({"modifierExtension", "reasonReference", "medicationReference"})


class Head(NamedTuple):
    """What is read of an entry at once besides its time. `dosages` None: they are read when asked for; `is_bounded` False where
    none of them can say when the entry ends."""

    product: Product
    status: str
    intent: str
    dosages: KnownDosages | None = None
    is_bounded: bool = True


def read_plain_head(resource: Resource, known: KnownProduct | None, *, is_order: bool) -> Head | None:
    """The head of an order, statement, dispense or administration of the record, of a product that may be known; None where any
    member of it but its own dates may bring a note, now or later."""
    raw = resource.raw
    status, intent = read_code(raw.get("status")), read_code(raw.get("intent"))
    if not status or not _ODD.isdisjoint(raw) or (not intent and raw.get("intent") is not None):
        return None
    try:
        if not (_is_plain_order(raw, resource.desk.long_past) if is_order else _is_plain_supply(raw)):
            return None
        if known is None and not _says_product(raw["medicationCodeableConcept"]):
            return None
        return _read_with_dosages(resource, known, status, intent)
    except STUMBLES:
        return None


def find_written(raw: Json) -> object:
    """The dosages of an entry, as they are called in its resource."""
    return raw.get("dosageInstruction", raw.get("dosage"))


def _read_with_dosages(resource: Resource, known: KnownProduct | None, status: str, intent: str) -> Head | None:
    written = find_written(resource.raw)
    dosages = recall_dosages(resource, written)
    if dosages is None and not is_plain_dosage(written):
        return None
    product = read_product(resource) if known is None else known.product
    is_bounded = has_bounds(written) if dosages is None else dosages.is_bounded
    return Head(product, status, intent, dosages, is_bounded)


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
