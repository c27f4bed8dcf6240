"""A test as a ServiceRequest: a draft order with a LOINC coding and its name in words."""

from __future__ import annotations

from cds_hooks.fhir.writing.context import LOINC, Json, WritingContext
from cds_hooks.hooks.response import WrittenAction
from cds_hooks.rules.proposals import OrderTest


def write_test(proposal: OrderTest, context: WritingContext) -> WrittenAction:
    """Without an id (it is to be created); `occurrenceDateTime` where the test is for later. Raises KeyError for a test
    that `cards/tests.yaml` does not hold."""
    test = context.knowledge.tests[proposal.test]
    said = test.text.in_language(context.language)
    resource: Json = {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [{"system": LOINC, "code": test.loinc, "display": test.display}], "text": said},
        "subject": {"reference": f"Patient/{context.patient_id}"},
        "authoredOn": context.now.isoformat(timespec="seconds"),
    }
    if proposal.due is not None:
        resource["occurrenceDateTime"] = proposal.due.isoformat()
    return WrittenAction("create", resource, said)
