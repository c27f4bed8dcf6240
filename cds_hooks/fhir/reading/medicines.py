"""Orders, statements, dispenses and administrations as `MedicineEntry`, whatever the medicine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.later import Later, leave_open
from cds_hooks.chart.records import WRITTEN_VERSION, EntryKind, MedicineEntry, Supply
from cds_hooks.chart.when import When
from cds_hooks.clinical.dosage import DosageLine
from cds_hooks.fhir.reading.agreements import Block, find_block, read_agreement, settle
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.dosages import read_dosages, read_route
from cds_hooks.fhir.reading.netherlands import find_extension, find_period_of_use, has_unknown_modifier
from cds_hooks.fhir.reading.plain_medicines import has_bounds, is_plain_medicine
from cds_hooks.fhir.reading.products import read_product, recall_product
from cds_hooks.fhir.reading.references import read_reference
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects
from cds_hooks.fhir.reading.supply import NO_SUPPLY, read_dispensed_supply, read_request_supply
from cds_hooks.fhir.reading.versions import bring_to_r4, find_version
from cds_hooks.fhir.references import compose_reference

#: When a pharmacist's agreement was made.
_MADE = "AdministrationAgreement.AdministrationAgreementDateTime"
_BASED_ON = ("basedOn", "authorizingPrescription", "derivedFrom")


class _Time(NamedTuple):
    when: When | None
    start: When | None = None
    end: When | None = None
    asserted: When | None = None


def read_medicine(resource: Resource) -> MedicineEntry | None:
    """One resource of the record; None for an entry made in error, or one that no rule can ask for. Raises NotUsed if it is
    dated after now. Of a plain entry only what tells it from others is read at once."""
    if _is_left_out(resource):
        return None
    kind = _KINDS[str(resource.raw["resourceType"])]
    if is_plain_medicine(resource, is_order=kind is EntryKind.REQUEST) and read_agreement(resource.raw) is None:
        return _open_entry(resource, kind)
    return read_medicine_in_full(resource)


def _is_left_out(resource: Resource) -> bool:
    known = recall_product(resource)
    if known is None:
        return resource.desk.leave_out(resource, resource.raw.get("medicationCodeableConcept"))
    return known.is_of_no_set and resource.desk.leave_out_past(resource)


def read_medicine_in_full(resource: Resource) -> MedicineEntry | None:
    """As `read_medicine`, whatever the shape and the product: every member at once, so that each fault in it is noted."""
    kind = _KINDS[str(resource.raw["resourceType"])]
    status = resource.status()
    if status == "entered-in-error":
        return None
    agreement = read_agreement(resource.raw)
    if agreement is None:
        return _read_entry(resource, kind, status, _READ_TIME[kind](resource))
    if agreement.block is Block.ADMINISTRATION_AGREEMENT:
        # The pharmacist's agreement on use, in the resource of a dispense: nothing is supplied by it.
        kind, made = EntryKind.REQUEST, find_extension(resource.raw, _MADE).get("valueDateTime")
        entry = _read_entry(resource, kind, status, _Time(resource.fact_when(made, _MADE)))
    else:
        entry = _read_entry(resource, kind, status, _READ_TIME[kind](resource))
    resource.desk.agreements[entry.reference] = agreement
    return settle(entry, agreement, now=resource.desk.context.now)


def read_draft_at_first(resource: Resource) -> MedicineEntry:
    """As `read_draft`, of which only what tells orders from each other is read (and noted) at once; without its JSON."""
    plain = Resource(bring_to_r4(resource.raw), resource.input, resource.reference, resource.desk)
    if read_agreement(plain.raw) is not None:
        return read_draft(resource)
    time = _Time(plain.planned_when(plain.raw.get("authoredOn"), "authoredOn"))
    return _leave_open(plain, EntryKind.DRAFT, plain.code("status"), time)


def read_draft(resource: Resource) -> MedicineEntry:
    """An order of this call, of any status; its date may lie ahead, and its JSON is kept as sent."""
    sent = resource.raw
    resource = Resource(bring_to_r4(sent), resource.input, resource.reference, resource.desk)
    time = _Time(resource.planned_when(resource.raw.get("authoredOn"), "authoredOn"))
    read = _read_entry(resource, EntryKind.DRAFT, resource.code("status"), time)
    if (agreement := read_agreement(resource.raw)) is not None:
        resource.desk.agreements[read.reference] = agreement
    is_stop = agreement is not None and agreement.stops != ""
    return replace(read, raw=sent, version=find_version(sent), do_not_perform=read.do_not_perform or is_stop)


def _open_entry(resource: Resource, kind: EntryKind) -> MedicineEntry | None:
    """A plain entry of the record. Plain orders have no bounds by dates, so that their start and end are known to be open."""
    status = resource.status()
    if status == "entered-in-error":
        return None
    return _leave_open(resource, kind, status, _READ_TIME[kind](resource), is_bounded=has_bounds(_find_written(resource.raw)))


def _leave_open(resource: Resource, kind: EntryKind, status: str, time: _Time, *, is_bounded: bool = True) -> MedicineEntry:
    return leave_open(
        MedicineEntry,
        Later(_READERS[kind], resource),
        {
            "kind": kind,
            "reference": resource.reference,
            "product": read_product(resource),
            "status": status,
            "intent": resource.code("intent"),
            "when": time.when,
            "start": time.start,
            "end": time.end,
            "do_not_perform": _is_forbidden(resource.raw),
            "raw": {},
            "version": WRITTEN_VERSION,
            "asserted": time.asserted,
            "is_bounded": is_bounded,
            "worked_out": {},
        },
    )


def _read_entry(resource: Resource, kind: EntryKind, status: str, time: _Time) -> MedicineEntry:
    raw = resource.raw
    is_order = kind in (EntryKind.DRAFT, EntryKind.REQUEST)
    written = _find_written(raw)
    dosages = read_dosages(resource, written)
    bounds = _find_bounds(resource, dosages) if is_order else time
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
        supply=_READ_SUPPLY[kind](resource),
        reasons=_read_reasons(resource),
        reasons_stated=_has_reasons(raw),
        do_not_perform=_is_forbidden(raw),
        replaces=_read_replaced(resource),
        based_on=_read_based_on(resource),
        route=read_route(resource, written),
        note=resource.annotations(),
        asserted=time.asserted,
    )


def _find_written(raw: Json) -> object:
    return raw.get("dosageInstruction", raw.get("dosage"))


def _is_forbidden(raw: Json) -> bool:
    return raw.get("doNotPerform") is True


def _has_reasons(raw: Json) -> bool:
    return bool((raw.get("reasonCode") and not _says_why_changed(raw)) or raw.get("reasonReference"))


def _says_why_changed(raw: Json) -> bool:
    """A Dutch agreement gives in `reasonCode` why it was changed or stopped, not what the medicine is for."""
    return "category" in raw and find_block(raw) is Block.AGREEMENT


def _read_based_on(resource: Resource) -> tuple[str, ...]:
    return tuple(link for member in _BASED_ON if member in resource.raw for link in _read_links(resource, resource.raw[member]))


def _read_reasons(resource: Resource) -> tuple[Concept, ...]:
    """Reasons by code, and what the reason References lead to; one that leads nowhere and says nothing is noted."""
    references = read_objects(resource.raw.get("reasonReference"))
    described = resource.describe_references(references)
    if len(described) < len(references):
        resource.note("unresolved", "reasonReference")
    return tuple(described) if _says_why_changed(resource.raw) else (*resource.concepts("reasonCode"), *described)


def _read_replaced(resource: Resource) -> tuple[str, ...]:
    return _read_links(resource, resource.raw.get("priorPrescription"))


def _read_links(resource: Resource, value: object) -> tuple[str, ...]:
    """Other entries, by reference; where only a business identifier is given, the entry that bears it."""
    links = []
    for reference in read_objects(value):
        found = resource.desk.shelf.find(reference, resource.raw) if reference.get("reference") is None else None
        links.append(compose_reference(found) if found else read_reference(reference))
    return tuple(link for link in links if link)


def _find_bounds(resource: Resource, dosages: tuple[DosageLine, ...]) -> _Time:
    """The period of use of nl-core; else from the earliest start to the latest end of the timings, open if one has no end."""
    start_of_use, end_of_use = resource.period(find_period_of_use(resource.raw), "period of use")
    if start_of_use or end_of_use:
        return _Time(None, start_of_use, end_of_use)
    timings = [line.timing for line in dosages if line.timing is not None]
    starts = [timing.bounds_start for timing in timings if timing.bounds_start is not None]
    ends = [timing.bounds_end for timing in timings if timing.bounds_end is not None]
    start = min(starts) if starts else None
    end = max(ends) if ends and len(ends) == len(dosages) else None
    return _Time(
        None,
        When(start, start, start.isoformat()) if start else None,
        When(end, end, end.isoformat()) if end else None,
    )


def _read_request_time(resource: Resource) -> _Time:
    return _Time(resource.fact_when(resource.raw.get("authoredOn"), "authoredOn"))


def _read_statement_time(resource: Resource) -> _Time:
    """A statement of intention may begin later; any other that begins after now is not used."""
    raw = resource.raw
    asserted = resource.fact_when(raw.get("dateAsserted"), "dateAsserted")
    is_plan = read_code(raw.get("status")) == "intended"
    read_start = resource.planned_when if is_plan else resource.fact_when
    at = read_start(raw.get("effectiveDateTime"), "effective")
    start = read_start(read_object(raw.get("effectivePeriod")).get("start"), "effective")
    _, end = resource.period(raw.get("effectivePeriod"), "effective")
    return _Time(at or start or asserted, start, end, asserted)


def _read_dispense_time(resource: Resource) -> _Time:
    handed_over = resource.fact_when(resource.raw.get("whenHandedOver"), "whenHandedOver")
    return _Time(handed_over or resource.fact_when(resource.raw.get("whenPrepared"), "whenPrepared"))


def _read_administration_time(resource: Resource) -> _Time:
    at = resource.fact_when(resource.raw.get("effectiveDateTime"), "effective")
    period = read_object(resource.raw.get("effectivePeriod"))
    start = resource.fact_when(period.get("start"), "effective")
    end = resource.planned_end(period.get("end"), "effective")
    return _Time(at or start, start, end)


_KINDS: Mapping[str, EntryKind] = {
    "MedicationRequest": EntryKind.REQUEST,
    "MedicationStatement": EntryKind.STATEMENT,
    "MedicationDispense": EntryKind.DISPENSE,
    "MedicationAdministration": EntryKind.ADMINISTRATION,
}

_READ_TIME: Mapping[EntryKind, Callable[[Resource], _Time]] = {
    EntryKind.REQUEST: _read_request_time,
    EntryKind.STATEMENT: _read_statement_time,
    EntryKind.DISPENSE: _read_dispense_time,
    EntryKind.ADMINISTRATION: _read_administration_time,
}

_READ_SUPPLY: Mapping[EntryKind, Callable[[Resource], Supply]] = {
    EntryKind.DRAFT: read_request_supply,
    EntryKind.REQUEST: read_request_supply,
    EntryKind.STATEMENT: lambda _: NO_SUPPLY,
    EntryKind.DISPENSE: read_dispensed_supply,
    EntryKind.ADMINISTRATION: lambda _: NO_SUPPLY,
}

_READ_WHEN_ASKED: Mapping[str, Callable[[Resource], object]] = {
    "dosages": lambda resource: read_dosages(resource, _find_written(resource.raw)),
    "reasons": _read_reasons,
    "reasons_stated": lambda resource: _has_reasons(resource.raw),
    "replaces": _read_replaced,
    "based_on": _read_based_on,
    "route": lambda resource: read_route(resource, _find_written(resource.raw)),
    "note": Resource.annotations,
}

#: What an open entry reads when it is asked for.
_READERS = {kind: {**_READ_WHEN_ASKED, "supply": _READ_SUPPLY[kind]} for kind in EntryKind}
