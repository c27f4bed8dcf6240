"""Orders as clients send them, and how they are rewritten, for the tests of writing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cds_hooks.clinical.dosage import Pattern
from cds_hooks.fhir.writing import WritingContext, find_resource_faults, write_proposal
from cds_hooks.fhir.writing.order import read_back
from cds_hooks.hooks.response import WrittenAction
from cds_hooks.rules.proposals import RewriteDose
from tests.unit.advice_setup import ATC, NOW, make_knowledge

UCUM = "http://unitsofmeasure.org"
EVERY_OTHER_DAY = Pattern(Decimal(1), Decimal(2))
DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


def quantity(value: float, unit: str) -> dict[str, Any]:
    """A UCUM Quantity."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def make_line(repeat: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """One capsule once a day; `repeat` adds to that, `members` change the line."""
    timing = {"timing": {"repeat": {**DAILY, **(repeat or {})}}}
    return {**timing, "doseAndRate": [{"doseQuantity": quantity(1, "{capsule}")}], **members}


def make_raw(*lines: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A draft of 25 mg lenalidomide, days 1-21; a member that is `...` is left out."""
    raw = {
        "resourceType": "MedicationRequest",
        "id": "order-1",
        "status": "draft",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "medicationCodeableConcept": {
            "coding": [{"system": ATC, "code": "L04AX04"}],
            "text": "Lenalidomide 25 mg capsule",
        },
        "dosageInstruction": list(lines) or [make_line({"boundsDuration": quantity(21, "d")})],
        **members,
    }
    return {key: value for key, value in raw.items() if value is not ...}


def make_writing(language: str = "en") -> WritingContext:
    """For patient p1, on 1 March 2026."""
    return WritingContext(make_knowledge(), language, "p1", NOW)


def rewrite(
    raw: dict[str, Any],
    dose_mg: str = "10",
    *,
    pattern: Pattern | None = None,
    language: str = "en",
    strength_mg: str | None = None,
    capsules: int = 1,
) -> WrittenAction | None:
    """The order at another dose; what comes is valid."""
    context = make_writing(language)
    strength = Decimal(strength_mg or dose_mg)
    proposal = RewriteDose(read_back(raw, context), Decimal(dose_mg), pattern, strength, capsules)
    written = write_proposal(proposal, "lenalidomide", context=context)
    assert written is None or find_resource_faults(written.resource) == []
    return written


def rewrite_soundly(raw: dict[str, Any], dose_mg: str = "10", **how: Any) -> dict[str, Any]:
    """The resource of a rewrite that has to succeed."""
    written = rewrite(raw, dose_mg, **how)
    assert written is not None
    return dict(written.resource)


def read_line(resource: dict[str, Any]) -> dict[str, Any]:
    """The one dosage line."""
    (line,) = resource["dosageInstruction"]
    return dict(line)
