"""The parts that cards, suggestions and sources are made of, checked: uuids, Codings, addresses, members, extensions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*")
_OBJECTS = frozenset({dict})
_CODING_MEMBERS = frozenset({"code", "system", "display"})


def check_members(holder: Json, known: frozenset[str]) -> list[str]:
    """S202: no member of our own outside `extension`, and that one an object (S200)."""
    faults = [] if known.issuperset(holder) else [f"{member}: unknown member" for member in holder if member not in known]
    if "extension" in holder and not isinstance(holder["extension"], dict):
        faults.append("extension: not an object")
    return faults


def is_uuid(uuid: Any) -> bool:
    """S84, S101: without one a client sends no feedback."""
    return isinstance(uuid, str) and _UUID.fullmatch(uuid) is not None


def check_coding(coding: Any, path: str) -> list[str]:
    """S94: code and system, at most a display."""
    if not isinstance(coding, dict):
        return [f"{path}: not a Coding"]
    faults = []
    if not (isinstance(coding.get("code"), str) and isinstance(coding.get("system"), str)):
        faults.append(f"{path}: without code or system")
    if not isinstance(coding.get("display", ""), str):
        faults.append(f"{path}.display: not a text")
    if not _CODING_MEMBERS.issuperset(coding):
        faults.append(f"{path}: a member that CDS Hooks does not define")
    return faults


def list_objects(value: Any, path: str) -> tuple[list[Json], list[str]]:
    """The objects of an array, and what is wrong with it as an array of objects."""
    if not isinstance(value, list | tuple):
        return [], [f"{path}: not an array"]
    if _OBJECTS.issuperset(map(type, value)):
        return list(value), []
    objects: list[Json] = [entry for entry in value if isinstance(entry, dict)]
    return objects, [] if len(objects) == len(value) else [f"{path}: holds what is no object"]


def is_address(url: Any) -> bool:
    """Whether it is an absolute http(s) address."""
    return isinstance(url, str) and _ADDRESS.fullmatch(url) is not None
