"""Calls as a CDS client writes them by the letter of the checklist (part 3), and what the service answers to them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

DISCOVERY = "/cds-services"
SELECT = "/cds-services/medication-order-select"
SIGN = "/cds-services/medication-order-sign"
FEEDBACK = f"{SIGN}/feedback"


def order_sign(**members: Any) -> Json:
    """The least that order-sign needs: no order at all. `members` come beside or instead."""
    context = {"userId": "Practitioner/1", "patientId": "p1", "draftOrders": {"resourceType": "Bundle", "entry": []}}
    return {"hook": "order-sign", "hookInstance": "6d0f7a52-1c2e-4f0b-9d55-0a8b7c3e9f11", "context": context, **members}
