"""Whether a resource is valid R4: the models of fhir.resources, and what they let through."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from cds_hooks.fhir.writing.invariants import find_invariant_faults
from cds_hooks.fhir.writing.members import find_member_faults

if TYPE_CHECKING:
    from pydantic import BaseModel


def find_resource_faults(resource: Mapping[str, Any]) -> list[str]:
    """Every fault, as `path: what is wrong`, without values of the record; an empty list means valid.

    R4B accepts any code where R4 binds one (`status: "zzz"`), empty objects and lists, numbers written as text, and
    references of any form: these are our own checks, as are the invariants of the elements that we write.
    """
    kind = resource.get("resourceType")
    if kind not in ("MedicationRequest", "ServiceRequest"):
        return ["resourceType: this service writes MedicationRequest and ServiceRequest only"]
    try:
        model = _get_model(str(kind)).model_validate(resource)
    except ValueError as error:
        return _describe(error)
    return [*find_member_faults(resource, model), *find_invariant_faults(resource)]


@cache
def _get_model(kind: str) -> type[BaseModel]:
    # Imported late: the models take a tenth of a second to import, which `warm` pays at start.
    if kind == "MedicationRequest":
        from fhir.resources.R4B.medicationrequest import MedicationRequest

        return MedicationRequest
    from fhir.resources.R4B.servicerequest import ServiceRequest

    return ServiceRequest


def _describe(error: ValueError) -> list[str]:
    errors = getattr(error, "errors", None)
    if errors is None:
        return ["the models of fhir.resources refuse it"]
    return [f"{'.'.join(str(step) for step in fault['loc']) or 'resource'}: {fault['type']}" for fault in errors()]
