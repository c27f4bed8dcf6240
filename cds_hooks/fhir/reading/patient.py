"""The Patient: sex and birth date, each unknown rather than wrong."""

from __future__ import annotations

from cds_hooks.chart.records import Patient
from cds_hooks.chart.when import When
from cds_hooks.fhir.reading.codes import read_code
from cds_hooks.fhir.reading.context import NotUsed
from cds_hooks.fhir.reading.resource import Resource

_SEXES = frozenset({"male", "female", "other", "unknown"})
#: Nobody has lived longer; an older birth date is a mistake.
_OLDEST_YEARS = 130


def read_patient(resource: Resource) -> Patient:
    """A birth date ahead or over 130 years back is unknown, and noted."""
    return Patient(
        reference=resource.reference,
        sex=_read_sex(resource),
        born=_read_born(resource),
        deceased=_is_deceased(resource),
    )


def _read_sex(resource: Resource) -> str:
    value = resource.raw.get("gender")
    sex = read_code(value)
    if sex in _SEXES:
        return sex
    if value is not None:
        resource.note("unreadable", "sex")
    return ""


def _read_born(resource: Resource) -> When | None:
    try:
        born = resource.fact_when(resource.raw.get("birthDate"), "birth date")
    except NotUsed:
        born = None
        resource.note("out-of-range", "birth date")
    if born is not None and resource.desk.context.now.today.year - born.first.year > _OLDEST_YEARS:
        resource.note("out-of-range", "birth date")
        return None
    return born


def _is_deceased(resource: Resource) -> bool:
    return resource.raw.get("deceasedBoolean") is True or bool(resource.raw.get("deceasedDateTime"))
