"""A proposal of a rule as a whole resource that is valid R4, or nothing."""

from __future__ import annotations

import logging

from cds_hooks.fhir.writing.addition import write_addition
from cds_hooks.fhir.writing.checks import find_resource_faults
from cds_hooks.fhir.writing.context import WritingContext
from cds_hooks.fhir.writing.known_shapes import find_own_faults
from cds_hooks.fhir.writing.laboratory import write_test
from cds_hooks.fhir.writing.order import rewrite_order
from cds_hooks.hooks.response import WrittenAction
from cds_hooks.rules.proposals import AddMedicine, OrderTest, Proposal, RewriteDose

_log = logging.getLogger(__name__)


def write_proposal(proposal: Proposal, medicine: str, *, context: WritingContext) -> WrittenAction | None:
    """The resource of `proposal`, for the medicine whose rule proposes it; None where it cannot be made valid: the card then
    goes without. Checked with fhir.resources and with our own checks."""
    try:
        written = _write(proposal, medicine, context=context)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # An order is outside data: whatever shape it has, the worst that may happen is that one suggestion is not made.
        _log.warning("a suggestion could not be written: %s", type(error).__name__)
        return None
    if written is None:
        return None
    # A rewritten order holds what the client sent: it is checked in full, every time.
    find_faults = find_resource_faults if isinstance(proposal, RewriteDose) else find_own_faults
    if faults := find_faults(written.resource):
        _log.info("a suggestion was not valid R4 and is left out: %d faults", len(faults))
        return None
    return written


def warm() -> None:
    """Imports and builds the models that are slow the first time. To be called once, at start."""
    patient = {"reference": "Patient/warm"}
    find_resource_faults(
        {"resourceType": "ServiceRequest", "status": "draft", "intent": "order", "code": {"text": "-"}, "subject": patient}
    )
    find_resource_faults(
        {
            "resourceType": "MedicationRequest",
            "status": "draft",
            "intent": "order",
            "medicationCodeableConcept": {"coding": [{"system": "urn:warm", "code": "warm"}], "text": "-"},
            "subject": patient,
            "authoredOn": "2026-01-01",
            "dosageInstruction": [
                {
                    "timing": {"repeat": {"boundsDuration": {"value": 1, "unit": "d"}, "frequency": 1}},
                    "doseAndRate": [{"doseQuantity": {"value": 1}}],
                }
            ],
            "dispenseRequest": {"quantity": {"value": 1}, "expectedSupplyDuration": {"value": 1}},
        }
    )


def _write(proposal: Proposal, medicine: str, *, context: WritingContext) -> WrittenAction | None:
    if isinstance(proposal, OrderTest):
        return write_test(proposal, context)
    if isinstance(proposal, AddMedicine):
        return write_addition(proposal, context)
    return rewrite_order(proposal, medicine, context=context)
