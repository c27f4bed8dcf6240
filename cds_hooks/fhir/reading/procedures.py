"""Procedures that were done or are being done."""

from __future__ import annotations

from cds_hooks.chart.records import Procedure
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import read_object

_DONE = frozenset({"completed", "in-progress"})


def read_procedure(resource: Resource) -> Procedure | None:
    """One Procedure; None where it was not (or not yet) done. Raises NotUsed where it begins after now.

    `performedAge`, `performedRange` and `performedString` leave it without a date.
    """
    raw = resource.raw
    status = read_code(raw.get("status"))
    if status not in _DONE:
        return None
    period = read_object(raw.get("performedPeriod"))
    start = resource.fact_when(raw.get("performedDateTime") or period.get("start"), "performed")
    return Procedure(
        concept=resource.concept("code"),
        status=status,
        reference=resource.reference,
        start=start,
        end=resource.planned_end(period.get("end"), "performed"),
    )
