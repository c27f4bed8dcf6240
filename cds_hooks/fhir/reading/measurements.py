"""Observations with a quantity as `Measurement`, in the unit of their analyte; nothing is guessed and nothing is rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from cds_hooks.chart.later import Later, leave_open
from cds_hooks.chart.records import Interval, Measurement
from cds_hooks.fhir.reading.codes import read_concepts
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.moments import read_effective, read_standing
from cds_hooks.fhir.reading.quantities import Unit, read_interval, read_unit
from cds_hooks.fhir.reading.references import read_reference
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_number, read_object, read_objects
from cds_hooks.knowledge.vocabulary import Analyte

_FLAGS: Mapping[str, str] = {
    **dict.fromkeys(("L", "LL", "LU"), "low"),
    **dict.fromkeys(("H", "HH", "HU"), "high"),
    "N": "normal",
}

#: Members of a value that say something other than a quantity: not used for an analyte, and said.
_OTHER_VALUES = ("valueString", "valueInteger", "valueRange", "valueRatio", "valueSampledData")


class _Origin(NamedTuple):
    """What the members are read from that few rules ask for. None of them is ever noted."""

    resource: Resource
    analyte: Analyte
    part: Json
    unit: Unit


def read_measurement(resource: Resource, analyte: Analyte, part: Json, code: str) -> Measurement | None:
    """The value of `part` (the Observation itself, or the component that holds `code`); None where it does not count.

    Raises NotUsed with the reason where there is a value that cannot be used.
    """
    standing = read_standing(resource)
    quantity = _find_quantity(analyte, part) if standing else None
    if quantity is None:
        return None
    number = read_number(quantity.get("value"))
    if number is None:
        raise NotUsed("out-of-range" if "value" in quantity else "unreadable", analyte.id)
    comparator = "" if quantity.get("comparator") is None else quantity["comparator"]
    unit = read_unit(quantity, resource.desk.systems)
    members = {
        "analyte": analyte.id,
        "amount": _convert_interval(analyte, number, comparator, unit),
        "unit": analyte.unit,
        "when": read_effective(resource),
        "reference": resource.reference,
        "recorded_value": f"{comparator}{_show(number)}",
        "recorded_unit": unit.shown(),
        "code": code,
        "preliminary": standing == "preliminary",
    }
    return leave_open(Measurement, Later(_READERS, _Origin(resource, analyte, part, unit)), members)


def _find_quantity(analyte: Analyte, part: Json) -> Json | None:
    raw = part.get("valueQuantity")
    if raw is not None:
        return read_object(raw)
    if any(part.get(member) is not None for member in _OTHER_VALUES):
        raise NotUsed("unit-not-used", analyte.id)
    return None


def _convert_interval(analyte: Analyte, number: Decimal, comparator: object, unit: Unit) -> Interval:
    if number < 0:
        raise NotUsed("out-of-range", analyte.id)
    value = analyte.convert(number, unit.code, unit.text)
    if value is None:
        raise NotUsed("unit-not-used", analyte.id)
    if comparator == "" and analyte.is_usable(value):
        return Interval(value, value)
    interval = read_interval(value, comparator)
    if interval is None:
        raise NotUsed("unreadable", analyte.id)
    if not _is_usable(analyte, interval):
        raise NotUsed("out-of-range", analyte.id)
    return interval


def _is_usable(analyte: Analyte, interval: Interval) -> bool:
    """Whether the interval has anything in common with what can be true of a person."""
    low, high = analyte.usable_low, analyte.usable_high
    if low is not None and interval.high is not None and interval.high < low:
        return False
    return high is None or interval.low is None or interval.low <= high


def _read_reference_range(origin: _Origin) -> tuple[Decimal | None, Decimal | None]:
    """The one reference range, in the analyte's unit; none where several are given that differ (by age, by phase)."""
    resource, analyte, part, unit = origin
    ranges = {
        (
            _convert_limit(resource, analyte, raw.get("low"), unit),
            _convert_limit(resource, analyte, raw.get("high"), unit),
        )
        for raw in read_objects(part.get("referenceRange"))
    } - {(None, None)}
    return next(iter(ranges)) if len(ranges) == 1 else (None, None)


def _convert_limit(resource: Resource, analyte: Analyte, value: object, unit: Unit) -> Decimal | None:
    raw = read_object(value)
    number = read_number(raw.get("value"))
    if number is None:
        return None
    own = read_unit(raw, resource.desk.systems)
    used = own if own.shown() else unit
    return analyte.convert(number, used.code, used.text)


def _read_flag(origin: _Origin) -> str:
    concepts = read_concepts(origin.part.get("interpretation"), origin.resource.desk.systems)
    flags = {_FLAGS[c.code] for concept in concepts for c in concept.codings if c.code in _FLAGS}
    return flags.pop() if len(flags) == 1 else ""


_READERS: Mapping[str, Callable[[_Origin], object]] = {
    "reference_low": lambda origin: _read_reference_range(origin)[0],
    "reference_high": lambda origin: _read_reference_range(origin)[1],
    "flag": _read_flag,
    "sample": lambda origin: read_reference(origin.resource.raw.get("specimen")),
}


def _show(number: Decimal) -> str:
    """The number as the record writes it, without an exponent where that stays short."""
    return f"{number:f}" if -20 < number.adjusted() < 20 else str(number)


def bring_together(measurements: list[Measurement]) -> tuple[Measurement, ...]:
    """Newest first; of one moment by reference, then by code and value. The same value of one Observation is there once."""
    if len(measurements) < 2:
        return tuple(measurements)
    # References that all differ settle the order before anything else of the name is compared.
    by_name: dict[tuple[str, ...], Measurement] = {(m.reference,): m for m in measurements}
    if len(by_name) < len(measurements):
        by_name = {(m.reference, m.code, m.recorded_value, m.recorded_unit, m.when.recorded): m for m in measurements}
    ordered = [by_name[name] for name in sorted(by_name)]
    return tuple(sorted(ordered, key=lambda m: m.when.newest_key(), reverse=True))
