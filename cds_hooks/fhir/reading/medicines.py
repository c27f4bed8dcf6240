"""Orders, statements, dispenses and administrations as `MedicineEntry`, whatever the medicine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.later import Later, leave_open
from cds_hooks.chart.records import WRITTEN_VERSION, EntryKind, MedicineEntry, Supply
from cds_hooks.clinical.dosage import DosageLine
from cds_hooks.fhir.reading.agreements import Block, find_block, read_agreement, settle
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.dosages import read_dosages, read_route
from cds_hooks.fhir.reading.known_dosages import read_known_dosages
from cds_hooks.fhir.reading.medicine_times import READ_TIME, EntryTime, find_bounds
from cds_hooks.fhir.reading.netherlands import find_extension, has_unknown_modifier, is_stop_order
from cds_hooks.fhir.reading.plain_medicines import ORDERS, Head, find_written, is_to_be_read_in_full, read_plain_head
from cds_hooks.fhir.reading.products import read_product, recall_product
from cds_hooks.fhir.reading.references import read_reference
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_objects
from cds_hooks.fhir.reading.supply import NO_SUPPLY, read_dispensed_supply, read_known_supply, read_request_supply
from cds_hooks.fhir.reading.versions import bring_to_r4, find_version
from cds_hooks.fhir.references import compose_reference

#: When a pharmacist's agreement was made.
_MADE = "AdministrationAgreement.AdministrationAgreementDateTime"
_BASED_ON = ("basedOn", "authorizingPrescription", "derivedFrom")


def read_medicine(resource: Resource) -> MedicineEntry | None:
    """One resource of the record; None for an entry made in error, or one that no rule can ask for. Raises NotUsed if it is
    dated after now. Of a plain entry only what tells it from others is read at once."""
    raw = resource.raw
    known = recall_product(resource)
    if known is None:
        if resource.desk.leave_out(resource, raw.get("medicationCodeableConcept")):
            return None
    elif known.is_of_no_set and resource.desk.leave_out_past(resource):
        return None
    # Status, then time, then the rest, as in full: an entry that is not used brings the notes of what was read before only.
    status = read_code(raw.get("status"))
    if not status or is_to_be_read_in_full(raw):
        return read_medicine_in_full(resource)
    if status == "entered-in-error":
        return None
    kind = _KINDS[raw["resourceType"]]
    time = READ_TIME[kind](resource)
    head = read_plain_head(resource, kind, status=status, known=known)
    return read_medicine_in_full(resource) if head is None else _leave_open(resource, kind, head, time)


def read_medicine_in_full(resource: Resource) -> MedicineEntry | None:
    """As `read_medicine`, whatever the shape and the product: every member at once, so that each fault in it is noted."""
    kind = _KINDS[str(resource.raw["resourceType"])]
    status = resource.status()
    if status == "entered-in-error":
        return None
    agreement = read_agreement(resource.raw)
    if agreement is None:
        return _read_entry(resource, kind, status, READ_TIME[kind](resource))
    if agreement.block is Block.ADMINISTRATION_AGREEMENT:
        # The pharmacist's agreement on use, in the resource of a dispense: nothing is supplied by it.
        kind, made = EntryKind.REQUEST, find_extension(resource.raw, _MADE).get("valueDateTime")
        entry = _read_entry(resource, kind, status, EntryTime(resource.fact_when(made, _MADE)))
    else:
        entry = _read_entry(resource, kind, status, READ_TIME[kind](resource))
    resource.desk.agreements[entry.reference] = agreement
    return settle(entry, agreement, now=resource.desk.context.now)


def read_draft_at_first(resource: Resource) -> MedicineEntry:
    """As `read_draft`, where that asks neither for what was delivered nor for the FHIR server; of any other order only what tells
    it from others is read (and noted) at once, and the entry is without its JSON."""
    order = _bring_order(resource)
    if "medicationReference" not in order.raw and (entry := _read_plain_draft(order, resource.raw)):
        return entry
    if read_agreement(order.raw) is not None:
        return read_draft(resource)
    head: Head = {"product": read_product(order), "status": order.code("status"), "intent": order.code("intent")}
    return _leave_open(order, EntryKind.DRAFT, head, _read_draft_time(order))


def read_draft(resource: Resource) -> MedicineEntry:
    """An order of this call, of any status; its date may lie ahead, and its JSON is kept as sent."""
    order = _bring_order(resource)
    return _read_plain_draft(order, resource.raw) or read_draft_in_full(resource)


def read_draft_in_full(resource: Resource) -> MedicineEntry:
    """As `read_draft`, whatever the shape: every member at once."""
    order = _bring_order(resource)
    if (agreement := read_agreement(order.raw)) is not None:
        order.desk.agreements[order.reference] = agreement
    return _read_entry(order, EntryKind.DRAFT, order.code("status"), _read_draft_time(order), sent=resource.raw)


def _bring_order(resource: Resource) -> Resource:
    return Resource(bring_to_r4(resource.raw), resource.input, resource.reference, resource.desk)


def _read_plain_draft(order: Resource, sent: Json) -> MedicineEntry | None:
    status = read_code(order.raw.get("status"))
    if not status or is_to_be_read_in_full(order.raw):
        return None
    head = read_plain_head(order, EntryKind.DRAFT, status=status, known=recall_product(order))
    if head is None:
        return None
    head["raw"], head["version"] = sent, find_version(sent)
    return _leave_open(order, EntryKind.DRAFT, head, _read_draft_time(order))


def _read_draft_time(order: Resource) -> EntryTime:
    return EntryTime(order.planned_when(order.raw.get("authoredOn"), "authoredOn"))


def _leave_open(resource: Resource, kind: EntryKind, head: Head, time: EntryTime) -> MedicineEntry:
    members = {
        "kind": kind,
        "reference": resource.reference,
        "when": time.when,
        "start": time.start,
        "end": time.end,
        "do_not_perform": resource.raw.get("doNotPerform") is True,
        "raw": {},
        "version": WRITTEN_VERSION,
        "asserted": time.asserted,
        "is_bounded": True,
        "worked_out": {},
        **head,
    }
    return leave_open(MedicineEntry, Later(_READERS[kind], resource), members)


def _read_entry(resource: Resource, kind: EntryKind, status: str, time: EntryTime, *, sent: Json | None = None) -> MedicineEntry:
    """`sent` is the JSON of a draft as it came."""
    raw = resource.raw
    dosages, route = _read_dosages(resource)
    bounds = find_bounds(resource, dosages) if kind in ORDERS else time
    supply = read_known_supply(resource, kind)
    if has_unknown_modifier(raw):
        resource.note("unreadable", "modifierExtension")
    return MedicineEntry(
        kind=kind,
        reference=resource.reference,
        product=read_product(resource),
        status=status,
        intent=resource.code("intent"),
        when=time.when,
        start=bounds.start,
        end=bounds.end,
        dosages=dosages,
        supply=_READ_SUPPLY[kind](resource) if supply is None else supply,
        reasons=_read_reasons(resource),
        reasons_stated=_has_reasons(raw),
        do_not_perform=raw.get("doNotPerform") is True or (sent is not None and is_stop_order(raw)),
        replaces=_read_replaced(resource),
        based_on=_read_based_on(resource),
        route=route,
        note=resource.annotations(),
        raw={} if sent is None else sent,
        version=WRITTEN_VERSION if sent is None else find_version(sent),
        asserted=time.asserted,
    )


def _read_dosages(resource: Resource) -> tuple[tuple[DosageLine, ...], Concept]:
    """The dosages and the route that they name."""
    written = find_written(resource.raw)
    if (known := read_known_dosages(resource, written)) is not None:
        return known.lines, known.route
    return read_dosages(resource, written), read_route(resource, written)


def _has_reasons(raw: Json) -> bool:
    return bool((raw.get("reasonCode") and not _says_why_changed(raw)) or raw.get("reasonReference"))


def _says_why_changed(raw: Json) -> bool:
    """A Dutch agreement gives in `reasonCode` why it was changed or stopped, not what the medicine is for."""
    return "category" in raw and find_block(raw) is Block.AGREEMENT


def _read_based_on(resource: Resource) -> tuple[str, ...]:
    return tuple(link for member in _BASED_ON if member in resource.raw for link in _read_links(resource, resource.raw[member]))


def _read_reasons(resource: Resource) -> tuple[Concept, ...]:
    """Reasons by code, and what the reason References lead to; one that leads nowhere and says nothing is noted."""
    described = _describe_reasons(resource) if "reasonReference" in resource.raw else ()
    if "reasonCode" not in resource.raw or _says_why_changed(resource.raw):
        return described
    return (*resource.concepts("reasonCode"), *described)


def _describe_reasons(resource: Resource) -> tuple[Concept, ...]:
    references = read_objects(resource.raw["reasonReference"])
    described = resource.describe_references(references)
    if len(described) < len(references):
        resource.note("unresolved", "reasonReference")
    return described


def _read_replaced(resource: Resource) -> tuple[str, ...]:
    value = resource.raw.get("priorPrescription")
    return () if value is None else _read_links(resource, value)


def _read_links(resource: Resource, value: object) -> tuple[str, ...]:
    """Other entries, by reference; where only a business identifier is given, the entry that bears it."""
    links = []
    for reference in read_objects(value):
        found = resource.desk.shelf.find(reference, resource.raw) if reference.get("reference") is None else None
        links.append(compose_reference(found) if found else read_reference(reference))
    return tuple(link for link in links if link)


_KINDS: Mapping[str, EntryKind] = {
    "MedicationRequest": EntryKind.REQUEST,
    "MedicationStatement": EntryKind.STATEMENT,
    "MedicationDispense": EntryKind.DISPENSE,
    "MedicationAdministration": EntryKind.ADMINISTRATION,
}

_READ_SUPPLY: Mapping[EntryKind, Callable[[Resource], Supply]] = {
    EntryKind.DRAFT: read_request_supply,
    EntryKind.REQUEST: read_request_supply,
    EntryKind.STATEMENT: lambda _: NO_SUPPLY,
    EntryKind.DISPENSE: read_dispensed_supply,
    EntryKind.ADMINISTRATION: lambda _: NO_SUPPLY,
}

_READ_WHEN_ASKED: Mapping[str, Callable[[Resource], object]] = {
    "dosages": lambda resource: read_dosages(resource, find_written(resource.raw)),
    "reasons": _read_reasons,
    "reasons_stated": lambda resource: _has_reasons(resource.raw),
    "replaces": _read_replaced,
    "based_on": _read_based_on,
    "route": lambda resource: read_route(resource, find_written(resource.raw)),
    "note": Resource.annotations,
}

#: What an open entry reads when it is asked for.
_READERS = {kind: {**_READ_WHEN_ASKED, "supply": _READ_SUPPLY[kind]} for kind in EntryKind}
