"""References and ids as they are sent: whose resource it is, and whether an id may stand in a URL or a note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Epic sends ids of more than 64 characters, with dots; a dot-only id would climb in a path.
_ID = r"(?=[._-]*[A-Za-z0-9])[A-Za-z0-9._-]{1,256}"
_USABLE_ID = re.compile(_ID)
_PLAIN_REFERENCE = re.compile(rf"[A-Z][A-Za-z]{{1,63}}/{_ID}")
_REFERENCE = re.compile(
    r"(?:https?://[^\s?#]+/)?(?P<type>[A-Z][A-Za-z]{1,63})/(?P<id>[A-Za-z0-9._-]{1,256})(?:/_history/[A-Za-z0-9._-]+)?"
)


def is_usable_id(value: object) -> bool:
    """Whether it may stand in a URL: letters, digits, dots, dashes, underscores; 1 to 256 characters."""
    return isinstance(value, str) and _USABLE_ID.fullmatch(value) is not None


def compose_reference(resource: Mapping[str, Any]) -> str:
    """`Type/id` of a resource; empty where either is not a plain one (an outside id is not trusted)."""
    try:
        reference = resource["resourceType"] + "/" + resource["id"]
    except (KeyError, TypeError):  # One is missing, or is no text: only texts can be added to one.
        return ""
    return reference if _PLAIN_REFERENCE.fullmatch(reference) else ""


def split_reference(reference: str) -> tuple[str, str] | None:
    """Type and id of a literal reference, relative or absolute, versioned or not; None for every other form."""
    found = _REFERENCE.fullmatch(reference)
    if not found or not is_usable_id(found["id"]):
        return None
    return found["type"], found["id"]


def find_subject(resource: Mapping[str, Any]) -> object:
    """What the resource says of whose it is: a reference, None where it says nothing, else something unreadable."""
    subject = resource.get("subject") or resource.get("patient")
    if isinstance(subject, dict):
        return subject.get("reference")
    return subject


def compose_known_subjects(patient_id: str) -> frozenset[str]:
    """The references that are the patient's whatever else the record says."""
    return frozenset((f"Patient/{patient_id}", f"urn:uuid:{patient_id}"))


def is_of_patient(reference: object, patient_id: str, patients_by_url: Mapping[str, str]) -> bool | None:
    """Whether a subject is the patient of the call; None where it cannot be told.

    No reference at all counts as the patient's: it came in an answer to a question about this patient.
    `patients_by_url` holds the ids of the Patient entries by their fullUrl, for `urn:uuid:` references.
    """
    if reference is None:
        return True
    if not isinstance(reference, str):
        return None
    if reference in patients_by_url:
        return patients_by_url[reference] == patient_id
    if reference.startswith("urn:"):
        return True if reference.rpartition(":")[2] == patient_id else None
    parts = split_reference(reference)
    return parts == ("Patient", patient_id) if parts else None
