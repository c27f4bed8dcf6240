"""Procedures that were done or are being done; those still planned are told apart."""

from __future__ import annotations

from cds_hooks.chart.records import Procedure
from cds_hooks.fhir.reading.plain import has_code, is_past, is_past_period
from cds_hooks.fhir.reading.resource import Resource, is_left_out
from cds_hooks.fhir.reading.shapes import read_object

_DONE = frozenset({"completed", "in-progress"})


def read_procedure(resource: Resource) -> Procedure | None:
    """One Procedure; None where it was not done, or no rule can ask for it. Raises NotUsed where it begins after now.

    `performedAge`, `performedRange` and `performedString` leave it without a date.
    """
    if is_left_out(resource, _is_plain):
        return None
    raw = resource.raw
    status = resource.status()
    if status not in _DONE:
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


def _is_plain(resource: Resource) -> bool:
    raw, long_past = resource.raw, resource.desk.long_past
    is_dated = is_past(raw.get("performedDateTime"), long_past) and is_past_period(raw.get("performedPeriod"), long_past)
    return is_dated and has_code(raw["status"])
