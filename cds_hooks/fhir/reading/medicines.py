"""Orders, statements, dispenses and administrations as `MedicineEntry`, whatever the medicine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.chart.when import When
from cds_hooks.clinical.dosage import DosageLine
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.dosages import read_dosages, read_route
from cds_hooks.fhir.reading.netherlands import find_period_of_use, has_unknown_modifier, is_stop_order
from cds_hooks.fhir.reading.products import read_product
from cds_hooks.fhir.reading.references import read_references
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import read_object, read_objects
from cds_hooks.fhir.reading.supply import NO_SUPPLY, read_dispensed_supply, read_request_supply
from cds_hooks.fhir.references import compose_reference

_BASED_ON = ("basedOn", "authorizingPrescription", "derivedFrom")


class _Time(NamedTuple):
    when: When | None
    start: When | None = None
    end: When | None = None
    asserted: When | None = None


def read_medicine(resource: Resource) -> MedicineEntry | None:
    """One resource of the record; None for an entry made in error. Raises NotUsed if it is dated after now."""
    kind = _KINDS[str(resource.raw["resourceType"])]
    status = resource.status()
    if status == "entered-in-error":
        return None
    return _read_entry(resource, kind, status, _READ_TIME[kind](resource))


def read_draft(resource: Resource) -> MedicineEntry:
    """An order of this call, of any status; its date may lie ahead, and its JSON is kept."""
    time = _Time(resource.planned_when(resource.raw.get("authoredOn"), "authoredOn"))
    return _read_entry(resource, EntryKind.DRAFT, resource.code("status"), time)


def _read_entry(resource: Resource, kind: EntryKind, status: str, time: _Time) -> MedicineEntry:
    raw = resource.raw
    is_order = kind in (EntryKind.DRAFT, EntryKind.REQUEST)
    written = raw.get("dosageInstruction", raw.get("dosage"))
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
        supply=_READ_SUPPLY.get(kind, lambda _: NO_SUPPLY)(resource),
        reasons=_read_reasons(resource),
        reasons_stated=bool(raw.get("reasonCode") or raw.get("reasonReference")),
        do_not_perform=raw.get("doNotPerform") is True or is_stop_order(raw),
        replaces=_read_replaced(resource),
        based_on=tuple(reference for member in _BASED_ON for reference in read_references(raw.get(member))),
        route=read_route(resource, written),
        note=resource.annotations(),
        raw=raw if kind is EntryKind.DRAFT else {},
        asserted=time.asserted,
    )


def _read_reasons(resource: Resource) -> tuple[Concept, ...]:
    """Reasons by code, and what the reason References lead to; one that leads nowhere and says nothing is noted."""
    references = read_objects(resource.raw.get("reasonReference"))
    described = resource.describe_references(references)
    if len(described) < len(references):
        resource.note("unresolved", "reasonReference")
    return (*resource.concepts("reasonCode"), *described)


def _read_replaced(resource: Resource) -> tuple[str, ...]:
    """The order before this one, by reference; where only its business identifier is given, the order that bears it."""
    prior = resource.raw.get("priorPrescription")
    found = resource.desk.shelf.find(prior, resource.raw) if read_object(prior).get("reference") is None else None
    return (compose_reference(found),) if found else read_references(prior)


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

_READ_SUPPLY = {
    EntryKind.DRAFT: read_request_supply,
    EntryKind.REQUEST: read_request_supply,
    EntryKind.DISPENSE: read_dispensed_supply,
}
