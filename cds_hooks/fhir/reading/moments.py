"""Whether an Observation counts, and the moment that it tells of."""

from __future__ import annotations

from cds_hooks.chart.when import When
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import read_object

_COUNTS = frozenset({"final", "amended", "corrected", "preliminary"})


def read_standing(resource: Resource) -> str:
    """final, amended, corrected or preliminary; empty for a status that does not count. Raises NotUsed without a status."""
    value = resource.raw.get("status")
    if type(value) is str and value in _COUNTS:
        return value
    status = read_code(value)
    if not status:
        raise NotUsed("unreadable", "status")
    return status if status in _COUNTS else ""


def read_effective(resource: Resource) -> When:
    """When it was so: the effective moment, or the end of the effective period (else its start); never `issued`.

    Raises NotUsed: "future", or "unreadable" without a date that can be used.
    """
    raw = resource.raw
    value = raw.get("effectiveDateTime")
    if value is None:
        period = read_object(raw.get("effectivePeriod"))
        given = (raw.get("effectiveInstant"), period.get("end"), period.get("start"))
        value = next((value for value in given if value is not None), None)
    when = resource.fact_when(value, "effective")
    if when is None:
        raise NotUsed("unreadable", "effective")
    return when
