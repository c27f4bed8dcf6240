"""How much is supplied and for how long: `dispenseRequest` of an order, quantity and days' supply of a dispense."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from cds_hooks.chart.records import EntryKind, Supply
from cds_hooks.fhir.reading.quantities import read_days, read_unit
from cds_hooks.fhir.reading.recall import compose_blank, recall
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import read_count, read_number, read_object
from cds_hooks.knowledge.vocabulary import Vocabulary

NO_SUPPLY = Supply()
_ORDERS = frozenset((EntryKind.DRAFT, EntryKind.REQUEST))


def read_known_supply(resource: Resource, kind: EntryKind) -> Supply | None:
    """The supply of an entry by what is kept in mind, with its dates if it has any; None where it has to be read anew."""
    raw = resource.raw
    if kind is EntryKind.DISPENSE:
        return recall(_read_known, resource.desk.context.vocabulary, [raw.get("quantity"), raw.get("daysSupply"), None])
    if kind not in _ORDERS or (request := raw.get("dispenseRequest")) is None:
        return NO_SUPPLY
    if type(request) is not dict:
        return None
    members = [request.get("quantity"), request.get("expectedSupplyDuration"), request.get("numberOfRepeatsAllowed")]
    known = recall(_read_known, resource.desk.context.vocabulary, members)
    if known is None or "validityPeriod" not in request:
        return known
    valid_from, valid_until = resource.period(request["validityPeriod"], "validityPeriod")
    return replace(known, valid_from=valid_from, valid_until=valid_until)


def _read_known(vocabulary: Vocabulary, members: list[object]) -> Supply | None:
    written_quantity, written_duration, written_repeats = members
    resource = compose_blank(vocabulary)
    quantity, unit = _read_quantity(resource, written_quantity)
    duration = _read_duration(resource, written_duration)
    repeats = _read_repeats(resource, written_repeats)
    if repeats is None or resource.desk.notebook.list_notes():
        return None
    return Supply(quantity=quantity, quantity_unit=unit, duration_days=duration, repeats=repeats)


def read_request_supply(resource: Resource) -> Supply:
    """`dispenseRequest`. Where its repeats cannot be read, quantity and duration are left out too: they say nothing alone."""
    raw = read_object(resource.raw.get("dispenseRequest"))
    if not raw:
        return NO_SUPPLY
    valid_from, valid_until = resource.period(raw.get("validityPeriod"), "validityPeriod")
    repeats = _read_repeats(resource, raw.get("numberOfRepeatsAllowed"))
    if repeats is None:
        return Supply(valid_from=valid_from, valid_until=valid_until)
    quantity, unit = _read_quantity(resource, raw.get("quantity"))
    return Supply(
        quantity=quantity,
        quantity_unit=unit,
        duration_days=_read_duration(resource, raw.get("expectedSupplyDuration")),
        repeats=repeats,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def read_dispensed_supply(resource: Resource) -> Supply:
    """`quantity` and `daysSupply` of a MedicationDispense."""
    quantity, unit = _read_quantity(resource, resource.raw.get("quantity"))
    return Supply(quantity=quantity, quantity_unit=unit, duration_days=_read_duration(resource, resource.raw.get("daysSupply")))


def _read_quantity(resource: Resource, value: object) -> tuple[Decimal | None, str]:
    if value is None:
        return None, ""
    raw = read_object(value)
    number = read_number(raw.get("value"))
    if number is None or number <= 0 or raw.get("comparator") is not None:
        resource.note("out-of-range", "quantity supplied")
        return None, ""
    unit = read_unit(raw, resource.desk.systems)
    return number, unit.code or unit.text


def _read_duration(resource: Resource, value: object) -> Decimal | None:
    days = read_days(value)
    if value is not None and days is None:
        resource.note("out-of-range", "supply duration")
    return days


def _read_repeats(resource: Resource, value: object) -> int | None:
    if value is None:
        return 0
    repeats = read_count(value)
    if repeats is None or repeats < 0:
        resource.note("out-of-range", "repeats")
        return None
    return repeats
