"""Strict writing: proposals as whole FHIR R4 resources, each checked before it leaves."""

from cds_hooks.fhir.writing.checks import find_resource_faults
from cds_hooks.fhir.writing.context import WritingContext
from cds_hooks.fhir.writing.write import warm, write_proposal

__all__ = ["WritingContext", "find_resource_faults", "warm", "write_proposal"]
