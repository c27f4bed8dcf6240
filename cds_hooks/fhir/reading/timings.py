"""FHIR `Timing` as `clinical.dosage.Timing`: periods and durations in days, codes as recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from cds_hooks.clinical.dosage import Timing
from cds_hooks.fhir.reading.codes import read_concept
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.quantities import count_days, read_days, read_time_unit
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import Json, read_count, read_number

T = TypeVar("T")

_CALENDAR = ("mo", "a")


def read_timing(resource: Resource, value: object) -> Timing:
    """A Timing. Raises NotUsed where a number of it cannot be read: what is left would say something else."""
    raw = _read_part(value, "dosage timing")
    repeat = _read_part(raw.get("repeat", {}), "dosage repeat")
    bounds_start, bounds_end = read_bounds(resource, repeat)
    return Timing(
        frequency=_read(repeat, "frequency", read_count),
        frequency_max=_read(repeat, "frequencyMax", read_count),
        period_days=_read_span(repeat, "period", "periodUnit"),
        period_max_days=_read_span(repeat, "periodMax", "periodUnit"),
        count=_read(repeat, "count", read_count) if repeat.get("countMax") is None else None,
        duration_days=_read_span(repeat, "duration", "durationUnit"),
        bounds_days=_read(repeat, "boundsDuration", read_days),
        bounds_start=bounds_start,
        bounds_end=bounds_end,
        days_of_week=tuple(day.lower() for day in _read_words(repeat, "dayOfWeek")),
        time_of_day=_read_words(repeat, "timeOfDay"),
        when=_read_words(repeat, "when"),
        events=_read_events(resource, raw),
        code=_read_timing_code(resource, raw.get("code")),
        calendar_period=_read_calendar_period(repeat),
    )


def _read_part(value: object, fact: str) -> Json:
    if not isinstance(value, dict):
        raise NotUsed("unreadable", fact)
    return value


def _read(raw: Json, member: str, read: Callable[[object], T | None]) -> T | None:
    """A member, None where it is absent; one that is there and cannot be read makes the whole timing unusable."""
    value = raw.get(member)
    if value is None:
        return None
    found = read(value)
    if found is None:
        raise NotUsed("unreadable", f"dosage {member}")
    return found


def _read_span(raw: Json, member: str, unit_member: str) -> Decimal | None:
    number = _read(raw, member, read_number)
    if number is None:
        return None
    unit = read_time_unit(raw.get(unit_member))
    if unit is None:
        raise NotUsed("unreadable", f"dosage {unit_member}")
    return count_days(number, unit)


def _read_calendar_period(repeat: Json) -> tuple[int, str] | None:
    unit = read_time_unit(repeat.get("periodUnit"))
    count = read_count(repeat.get("period"))
    return (count, unit) if unit in _CALENDAR and count is not None else None


def read_bounds(resource: Resource, repeat: Json) -> tuple[date | None, date | None]:
    """The first possible day of the start and the last possible day of the end. A boundsRange leaves the end open: noted."""
    if repeat.get("boundsRange") is not None:
        resource.note("unreadable", "dosage boundsRange")
    start, end = resource.period(repeat.get("boundsPeriod"), "dosage boundsPeriod")
    return start.first if start else None, end.last if end else None


def _read_events(resource: Resource, raw: Json) -> tuple[date, ...]:
    days = [resource.planned_when(text, "dosage event") for text in _read_words(raw, "event")]
    if None in days:
        raise NotUsed("unreadable", "dosage event")
    return tuple(sorted(day.first for day in days if day is not None))


def _read_words(raw: Json, member: str) -> tuple[str, ...]:
    """A list of codes, times or dates, all of which have to be texts."""
    value = raw.get(member)
    if value is None:
        return ()
    words = value if isinstance(value, list) else [value]
    if not all(isinstance(word, str) for word in words):
        raise NotUsed("unreadable", f"dosage {member}")
    return tuple(words)


def _read_timing_code(resource: Resource, value: object) -> str:
    concept = read_concept(value, resource.desk.systems)
    return next((coding.code for coding in concept.codings if coding.code), concept.text)
