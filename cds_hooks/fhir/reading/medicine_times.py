"""When an entry of a medicine was made, and from when to when it says that the medicine is used, by the kind of resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cds_hooks.chart.records import EntryKind
from cds_hooks.chart.when import When
from cds_hooks.clinical.dosage import DosageLine
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.netherlands import find_period_of_use
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import read_object
from cds_hooks.record import Record


class EntryTime(Record):
    """`when` is its own date, `start` and `end` its period; `asserted` when a statement was last confirmed."""

    when: When | None
    start: When | None = None
    end: When | None = None
    asserted: When | None = None


def find_bounds(resource: Resource, dosages: tuple[DosageLine, ...]) -> EntryTime:
    """The period of use of nl-core; else from the earliest start to the latest end of the timings, open if one has no end."""
    if "extension" in resource.raw:
        start_of_use, end_of_use = resource.period(find_period_of_use(resource.raw), "period of use")
        if start_of_use or end_of_use:
            return EntryTime(None, start_of_use, end_of_use)
    timings = [line.timing for line in dosages if line.timing is not None]
    starts = [timing.bounds_start for timing in timings if timing.bounds_start is not None]
    ends = [timing.bounds_end for timing in timings if timing.bounds_end is not None]
    start = min(starts) if starts else None
    end = max(ends) if ends and len(ends) == len(dosages) else None
    return EntryTime(
        None,
        When(start, start, start.isoformat()) if start else None,
        When(end, end, end.isoformat()) if end else None,
    )


def _read_request_time(resource: Resource) -> EntryTime:
    return EntryTime(resource.fact_when(resource.raw.get("authoredOn"), "authoredOn"))


def _read_statement_time(resource: Resource) -> EntryTime:
    """A statement of intention may begin later; any other that begins after now is not used."""
    raw = resource.raw
    asserted = resource.fact_when(raw.get("dateAsserted"), "dateAsserted")
    is_plan = read_code(raw.get("status")) == "intended"
    read_start = resource.planned_when if is_plan else resource.fact_when
    at = read_start(raw.get("effectiveDateTime"), "effective")
    start = read_start(read_object(raw.get("effectivePeriod")).get("start"), "effective")
    _, end = resource.period(raw.get("effectivePeriod"), "effective")
    return EntryTime(at or start or asserted, start, end, asserted)


def _read_dispense_time(resource: Resource) -> EntryTime:
    handed_over = resource.fact_when(resource.raw.get("whenHandedOver"), "whenHandedOver")
    return EntryTime(handed_over or resource.fact_when(resource.raw.get("whenPrepared"), "whenPrepared"))


def _read_administration_time(resource: Resource) -> EntryTime:
    at = resource.fact_when(resource.raw.get("effectiveDateTime"), "effective")
    period = read_object(resource.raw.get("effectivePeriod"))
    start = resource.fact_when(period.get("start"), "effective")
    end = resource.planned_end(period.get("end"), "effective")
    return EntryTime(at or start, start, end)


READ_TIME: Mapping[EntryKind, Callable[[Resource], EntryTime]] = {
    EntryKind.REQUEST: _read_request_time,
    EntryKind.STATEMENT: _read_statement_time,
    EntryKind.DISPENSE: _read_dispense_time,
    EntryKind.ADMINISTRATION: _read_administration_time,
}
