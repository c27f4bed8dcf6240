"""Orders that are written from `cards/` alone: each shape is validated in full once, after that only what differs by call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from cds_hooks.fhir.writing.checks import find_resource_faults

#: What differs from call to call, with the form in which it is certainly valid R4 (id, dateTime, date).
_VARYING = {
    "subject": re.compile(r"Patient/[A-Za-z0-9.-]{1,64}\Z"),
    "authoredOn": re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d\Z"),
    "occurrenceDateTime": re.compile(r"[12]\d{3}-\d\d-\d\d\Z"),
}
#: As many as `cards/` has tests and medicines to add, in each language; nothing of a call is in them.
_sound: set[bytes] = set()


def find_own_faults(resource: Mapping[str, Any]) -> list[str]:
    """As `find_resource_faults`, for a resource of which every other member comes from `cards/`.

    Safe, since nothing of it goes unchecked: a shape counts as known once it was found to be valid with members of these very
    forms, and members of another form send the whole to the full check.
    """
    fixed = dict(resource)
    for name, form in _VARYING.items():
        if name in resource:
            if not form.match(_read_primitive(resource[name])):
                return find_resource_faults(resource)
            fixed[name] = None
    shape = orjson.dumps(fixed)
    if shape in _sound:
        return []
    faults = find_resource_faults(resource)
    if not faults:
        _sound.add(shape)
    return faults


def _read_primitive(value: Any) -> str:
    """The value itself, or the one reference that a Reference of ours holds; empty for anything else."""
    if isinstance(value, dict) and len(value) == 1:
        value = value.get("reference")
    return value if isinstance(value, str) else ""
