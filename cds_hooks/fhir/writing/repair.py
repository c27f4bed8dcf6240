"""A copy of an order as sent, with what FHIR R4 forbids put right where its shape leaves one meaning only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cds_hooks.fhir.writing.context import Json

#: Members of a MedicationRequest that repeat; clients send some of them as a single object.
_LISTS = frozenset(
    {
        *("identifier", "instantiatesCanonical", "instantiatesUri", "category", "supportingInformation", "reasonCode"),
        *("reasonReference", "basedOn", "insurance", "note", "dosageInstruction", "detectedIssue", "eventHistory"),
        *("contained", "extension", "modifierExtension"),
    }
)
_DEFAULTS = {"status": "draft", "intent": "order"}


def repair_order(raw: Mapping[str, Any], patient_id: str) -> tuple[Json, tuple[str, ...]]:
    """A deep copy and the names of the members that were put right.

    Empty members go; a single object where R4 wants a list becomes a list; an order of `draftOrders` without status or intent
    is a draft order; one without a subject is the patient's of the call, which is what the call says of it. Everything
    else stays as it was sent, valid or not.
    """
    repaired: list[str] = []
    order: Json = {}
    for key, value in raw.items():
        kept = copy_without_empty(value)
        if kept is not None and key in _LISTS and not isinstance(kept, list):
            kept = [kept]
        if kept is not None:
            order[key] = kept
        if kept != value:
            repaired.append(key)
    for key, value in _DEFAULTS.items():
        if key not in order:
            order[key] = value
            repaired.append(key)
    if "subject" not in order:
        order["subject"] = {"reference": f"Patient/{patient_id}"}
        repaired.append("subject")
    return order, tuple(dict.fromkeys(repaired))


def copy_without_empty(value: Any) -> Any:
    """A copy without null, "", [] and {} at any depth; None where nothing is left.

    A list of primitives keeps its nulls: they hold the place of an extension in its `_` twin.
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, dict):
        kept = {}
        for key, inner in value.items():
            if type(inner) is str and inner:  # as most members are
                kept[key] = inner
            elif (copied := copy_without_empty(inner)) is not None:
                kept[key] = copied
        return kept or None
    if isinstance(value, list):
        if any(isinstance(inner, dict | list) for inner in value):
            return [copied for inner in value if (copied := copy_without_empty(inner)) is not None] or None
        return list(value) if any(inner not in (None, "") for inner in value) else None
    return value


def drop(members: Json, *keys: str) -> None:
    """Takes members away, each with the `_` twin that holds its extensions."""
    for key in keys:
        members.pop(key, None)
        members.pop(f"_{key}", None)
