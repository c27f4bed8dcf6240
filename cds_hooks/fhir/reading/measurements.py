"""Observations with a quantity as `Measurement`, in the unit of their analyte; nothing is guessed and nothing is rounded."""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter

from cds_hooks.chart.records import Interval, Measurement
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.details import WrittenDetails
from cds_hooks.fhir.reading.moments import read_effective, read_standing
from cds_hooks.fhir.reading.quantities import Unit, read_interval, read_unit
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_number, read_object
from cds_hooks.knowledge.vocabulary import Analyte

#: Members of a value that say something other than a quantity: not used for an analyte, and said.
_OTHER_VALUES = ("valueString", "valueInteger", "valueRange", "valueRatio", "valueSampledData")


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
    return Measurement(
        analyte.id,
        _convert_interval(analyte, number, comparator, unit),
        analyte.unit,
        read_effective(resource),
        resource.reference,
        f"{comparator}{show_written(number)}",
        unit.shown(),
        code,
        standing == "preliminary",
        WrittenDetails(analyte, resource.desk.systems, resource.raw, part),
    )


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


def show_written(number: Decimal) -> str:
    """The number as the record writes it, without an exponent where that stays short."""
    return f"{number:f}" if -20 < number.adjusted() < 20 else str(number)


_LAST_DAY = attrgetter("when.last")


def bring_together(measurements: list[Measurement]) -> tuple[Measurement, ...]:
    """Newest first; of one moment by reference, then by code and value. The same value of one Observation is there once."""
    if len(set(map(_LAST_DAY, measurements))) == len(measurements):
        return tuple(sorted(measurements, key=_LAST_DAY, reverse=True))
    # References that all differ settle the order before anything else of the name is compared.
    by_name: dict[tuple[str, ...], Measurement] = {(m.reference,): m for m in measurements}
    if len(by_name) < len(measurements):
        by_name = {(m.reference, m.code, m.recorded_value, m.recorded_unit, m.when.recorded): m for m in measurements}
    ordered = [by_name[name] for name in sorted(by_name)]
    return tuple(sorted(ordered, key=lambda m: m.when.newest_key(), reverse=True))
