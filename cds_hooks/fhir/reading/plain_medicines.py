"""Recognises entries of medicines that can be read without a note, so that most of what they say need not be read at once."""

from __future__ import annotations

from typing import TypedDict

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.records import EntryKind, Product, Supply
from cds_hooks.chart.when import When
from cds_hooks.clinical.dosage import DosageLine
from cds_hooks.fhir.reading.agreements import read_agreement
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.known_dosages import read_known_dosages
from cds_hooks.fhir.reading.medicine_times import find_bounds
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
from cds_hooks.fhir.reading.products import KnownProduct, read_product, recall_referenced
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json
from cds_hooks.fhir.reading.supply import read_known_supply

#: The kinds that are a MedicationRequest.
ORDERS = frozenset((EntryKind.DRAFT, EntryKind.REQUEST))
#: Members that change the meaning, or whose references may lead nowhere: they are read at once.
_ODD = frozenset({"modifierExtension", "reasonReference"})
#: By one of these or those an agreement is told.
_TELLING = _ODD | {"category"}


class Head(TypedDict, total=False):
    """What is read of an entry at once besides its time, as members of a MedicineEntry; of `supply`, `dosages` and `route` what
    is not here is read when asked for. `start` and `end` are here where the dosages give them by dates, `raw` and
    `version` where it is a draft."""

    product: Product
    status: str
    intent: str
    supply: Supply
    dosages: tuple[DosageLine, ...]
    route: Concept
    is_bounded: bool
    start: When | None
    end: When | None
    raw: Json
    version: str


def is_to_be_read_in_full(raw: Json) -> bool:
    """Whether it has to be read at once for a member that most entries do not have."""
    return not _TELLING.isdisjoint(raw) and (not _ODD.isdisjoint(raw) or read_agreement(raw) is not None)


def read_plain_head(resource: Resource, kind: EntryKind, *, status: str, known: KnownProduct | None) -> Head | None:
    """The head of an order, statement, dispense or administration of the record, of a product that may be known. None where any
    other member but a date may bring a note, now or later; what cannot be read of dates is noted."""
    raw = resource.raw
    intent = read_code(raw.get("intent"))
    if not intent and raw.get("intent") is not None:
        return None
    if "extension" in raw and kind in ORDERS and find_period_of_use(raw):
        return None
    try:
        product = _find_plain_product(resource) if known is None else known.product
        supply = read_known_supply(resource, kind)
        if product is None or (supply is None and not _is_plain_supply(resource, kind)):
            return None
        written = find_written(raw)
        dosages = read_known_dosages(resource, written)
        if dosages is None and not is_plain_dosage(written):
            return None
    except STUMBLES:
        return None
    if dosages is None:
        head: Head = {"product": product, "status": status, "intent": intent, "is_bounded": has_bounds(written)}
    else:
        head = {
            "product": product,
            "status": status,
            "intent": intent,
            "is_bounded": dosages.is_bounded,
            "dosages": dosages.lines,
            "route": dosages.route,
        }
        if dosages.has_dates and kind in ORDERS:
            bounds = find_bounds(resource, dosages.lines)
            head["start"], head["end"] = bounds.start, bounds.end
    if supply is not None:
        head["supply"] = supply
    return head


def find_written(raw: Json) -> object:
    """The dosages of an entry, as they are called in its resource."""
    return raw.get("dosageInstruction", raw.get("dosage"))


def _find_plain_product(resource: Resource) -> Product | None:
    """Of a product that is not known by its concept."""
    raw = resource.raw
    if "medicationReference" in raw:
        return None if "medicationCodeableConcept" in raw else recall_referenced(resource)
    return read_product(resource) if _says_product(raw["medicationCodeableConcept"]) else None


def _says_product(concept: Json) -> bool:
    """Whether there is a name or a coding; what they say is read later."""
    return bool(concept.get("text", "").strip()) or bool(concept["coding"][0].keys())


def _is_plain_supply(resource: Resource, kind: EntryKind) -> bool:
    raw = resource.raw
    if kind not in ORDERS:
        return is_plain_amount(raw.get("quantity")) and is_plain_duration(raw.get("daysSupply"))
    request = raw["dispenseRequest"]
    return (
        is_past_period(request.get("validityPeriod"), resource.desk.long_past)
        and is_count(request.get("numberOfRepeatsAllowed"))
        and is_plain_amount(request.get("quantity"))
        and is_plain_duration(request.get("expectedSupplyDuration"))
    )
