"""The parts that cards, suggestions and sources are made of, checked: uuids, Codings, addresses, members, extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*")
_CODING_MEMBERS = frozenset({"code", "system", "display"})


def check_members(holder: Json, known: frozenset[str]) -> Iterator[str]:
    """S202: no member of our own outside `extension`, and that one an object (S200)."""
    if not known.issuperset(holder):
        yield from (f"{member}: unknown member" for member in holder if member not in known)
    if "extension" in holder and not isinstance(holder["extension"], dict):
        yield "extension: not an object"


def check_uuid(holder: Json) -> Iterator[str]:
    """S84, S101: without it a client sends no feedback."""
    uuid = holder.get("uuid")
    if not isinstance(uuid, str) or not _UUID.fullmatch(uuid):
        yield "uuid: missing, or not a bare UUID"


def check_coding(coding: Any, path: str) -> Iterator[str]:
    """S94: code and system, at most a display."""
    if not isinstance(coding, dict):
        yield f"{path}: not a Coding"
        return
    if not (isinstance(coding.get("code"), str) and isinstance(coding.get("system"), str)):
        yield f"{path}: without code or system"
    if not isinstance(coding.get("display", ""), str):
        yield f"{path}.display: not a text"
    if not _CODING_MEMBERS.issuperset(coding):
        yield f"{path}: a member that CDS Hooks does not define"


def list_objects(value: Any, path: str) -> tuple[list[Json], list[str]]:
    """The objects of an array, and what is wrong with it as an array of objects."""
    if not isinstance(value, list | tuple):
        return [], [f"{path}: not an array"]
    objects: list[Json] = [entry for entry in value if isinstance(entry, dict)]
    return objects, [] if len(objects) == len(value) else [f"{path}: holds what is no object"]


def is_address(url: Any) -> bool:
    """Whether it is an absolute http(s) address."""
    return isinstance(url, str) and _ADDRESS.fullmatch(url) is not None
