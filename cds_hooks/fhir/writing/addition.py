"""A medicine that is lacking as a MedicationRequest: a draft order with an ATC coding and its name, without any dose."""

from __future__ import annotations

from cds_hooks.fhir.writing.context import ATC, Json, WritingContext
from cds_hooks.hooks.response import WrittenAction
from cds_hooks.rules.proposals import AddMedicine


def write_addition(proposal: AddMedicine, context: WritingContext) -> WrittenAction:
    """Without an id (it is to be created), without dosage or supply: the prescriber chooses them.

    Raises KeyError for a medicine that `cards/medicines-to-add.yaml` does not hold.
    """
    medicine = context.knowledge.additions[proposal.medicine]
    said = medicine.text.in_language(context.language)
    resource: Json = {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{"system": ATC, "code": medicine.atc, "display": medicine.display}],
            "text": said,
        },
        "subject": {"reference": f"Patient/{context.patient_id}"},
        "authoredOn": context.now.isoformat(timespec="seconds"),
    }
    return WrittenAction("create", resource, said)
