"""What nl-core (zib2020, MP9) says in extensions where R4 has no element: periods of use, cycles, stop orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cds_hooks.chart.when import When
from cds_hooks.fhir.reading.quantities import read_days
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text

_BASE = "http://nictiz.nl/fhir/StructureDefinition/ext-"
_CYCLE = _BASE + "InstructionsForUse.RepeatPeriodCyclicalSchedule"
_STOP = _BASE + "StopType"

#: Modifier extensions that this reading understands; any other one changes a meaning that we do not know.
KNOWN_MODIFIERS = frozenset({_CYCLE, _STOP})
_LONGEST_DAYS = 36_525


def find_period_of_use(raw: Mapping[str, Any]) -> Json:
    """The Period in which the medicine is to be used, of a MedicationRequest or MedicationDispense; else an empty object."""
    names = (_BASE + "TimeInterval.Period", _BASE + "TimeInterval-Period")
    return next((read_object(e.get("valuePeriod")) for e in read_objects(raw.get("extension")) if e.get("url") in names), {})


def find_end(start: When, period: Mapping[str, Any]) -> When | None:
    """The last day of a Period that gives its duration instead of its end: 10 days from 1 April end on 10 April."""
    for extension in read_objects(period.get("extension")):
        days = read_days(extension.get("valueDuration")) if extension.get("url") == _BASE + "TimeInterval.Duration" else None
        if days is not None and 1 <= days <= _LONGEST_DAYS:
            last = start.last + timedelta(days=int(days) - 1)
            return When(last, last, last.isoformat())
    return None


def find_cycle_days(raw: Mapping[str, Any]) -> Decimal | None:
    """Length of the cycle within which each dosage runs for its bounds (21 of 28 days)."""
    for extension in read_objects(raw.get("modifierExtension")):
        if extension.get("url") == _CYCLE:
            return read_days(extension.get("valueDuration"))
    return None


def is_stop_order(raw: Mapping[str, Any]) -> bool:
    """Whether it is an agreement to stop the medicine."""
    return find_stop_type(raw) is not None


def find_stop_type(raw: Mapping[str, Any]) -> Json | None:
    """How a stop stops (for good, for a time, as never begun), empty where it does not say; None for what is no stop."""
    for extension in read_objects(raw.get("modifierExtension")):
        if extension.get("url") == _STOP:
            return read_object(extension.get("valueCodeableConcept"))
    return None


def find_extension(raw: Mapping[str, Any], name: str) -> Json:
    """The extension of Nictiz of this name; else an empty object."""
    return next((e for e in read_objects(raw.get("extension")) if e.get("url") == _BASE + name), {})


def has_unknown_modifier(raw: Mapping[str, Any]) -> bool:
    """Whether an extension that nobody here understands changes the meaning of the element."""
    value = raw.get("modifierExtension")
    if not value:
        return False
    urls = [read_text(extension.get("url")) for extension in read_objects(value)]
    return not urls or not KNOWN_MODIFIERS.issuperset(urls)
