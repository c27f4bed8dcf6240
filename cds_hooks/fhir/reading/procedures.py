"""Procedures that were done or are being done; those still planned are told apart."""

from __future__ import annotations

from cds_hooks.chart.records import Procedure
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.shapes import read_object

_DONE = frozenset({"completed", "in-progress"})


def read_procedure(resource: Resource) -> Procedure | None:
    """One Procedure; None where it was not done, or no rule can ask for it. Raises NotUsed where it begins after now.

    `performedAge`, `performedRange` and `performedString` leave it without a date.
    """
    raw = resource.raw
    status = resource.status()
    if status not in _DONE or resource.desk.leave_out(resource, raw.get("code")):
        return None
    at = raw.get("performedDateTime")
    period = read_object(raw.get("performedPeriod"))
    start = resource.fact_when(period.get("start") if at is None else at, "performed")
    return Procedure(
        concept=resource.subject_concept("code"),
        status=status,
        reference=resource.reference,
        start=start,
        end=resource.planned_end(period.get("end"), "performed"),
    )


def read_planned_procedure(resource: Resource) -> Procedure | None:
    """One Procedure that is in preparation, its day ahead or not; None for any other."""
    raw = resource.raw
    if resource.status() != "preparation":
        return None
    at = raw.get("performedDateTime")
    start = resource.planned_when(read_object(raw.get("performedPeriod")).get("start") if at is None else at, "performed")
    return Procedure(concept=resource.subject_concept("code"), status="preparation", reference=resource.reference, start=start)
