"""What every member of a resource has to be: not empty, of its JSON type, a code of its binding, a reference of a known form."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

from cds_hooks.record import Record

#: Required bindings of R4 that fhir.resources does not carry, by type and member.
_BINDINGS: Mapping[tuple[str, str], frozenset[str]] = {
    ("Quantity", "comparator"): frozenset({"<", "<=", ">=", ">"}),
    ("Duration", "comparator"): frozenset({"<", "<=", ">=", ">"}),
    ("TimingRepeat", "when"): frozenset(
        {
            *("MORN", "MORN.early", "MORN.late", "NOON", "AFT", "AFT.early", "AFT.late", "EVE", "EVE.early", "EVE.late"),
            *("NIGHT", "PHS", "HS", "WAKE", "C", "CM", "CD", "CV", "AC", "ACM", "ACD", "ACV", "PC", "PCM", "PCD", "PCV"),
        }
    ),
}
_REFERENCE = re.compile(
    r"#[A-Za-z0-9.-]+\Z"
    r"|(https?://[^\s?#]+/)?[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]+(/_history/[A-Za-z0-9.-]+)?\Z"
    r"|https?://[^\s]+\Z"
    r"|urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z"
    r"|urn:oid:[0-2](\.(0|[1-9][0-9]*))+\Z"
)


class _Shape(Record):
    """Of one model class: the attribute of each JSON member, and the codes that members are bound to."""

    attributes: Mapping[str, str]
    codes: Mapping[str, frozenset[str]]


def find_member_faults(raw: Mapping[str, Any], model: BaseModel) -> list[str]:
    """Faults of a resource whose model has been built, as `path: what is wrong`."""
    return list(_walk(raw, model, path=""))


def _walk(raw: Mapping[str, Any], model: BaseModel, *, path: str) -> Iterator[str]:
    shape = _read_shape(type(model))
    held = model.__dict__
    for key, value in raw.items():
        read = held.get(shape.attributes.get(key, key))
        if value and type(value) is str and type(read) is str and key not in shape.codes:
            continue  # Most members: a text that was read as one, without a binding.
        here = f"{path}.{key}" if path else key
        if value is None or value == "" or value == [] or value == {}:
            yield f"{here}: empty"
            continue
        if key == "resourceType":
            continue
        yield from _check(value, read, path=here, holder=raw)
        if key in shape.codes:
            yield from _check_codes(value, shape.codes[key], path=here)
    if type(model).__name__ == "Reference" and not _is_reference(raw.get("reference")):
        yield f"{path}.reference: neither Type/id, http(s) nor urn:uuid"


def _check(value: Any, read: Any, *, path: str, holder: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(read, BaseModel):
            yield from _walk(value, read, path=path)
        return
    if isinstance(value, list):
        members = read if isinstance(read, list) else [None] * len(value)
        for place, (inner, inner_read) in enumerate(zip(value, members, strict=False)):
            if inner in ("", {}, []) or (inner is None and not _holds_a_place(path, holder)):
                yield f"{path}.{place}: empty"
            elif inner is not None:
                yield from _check(inner, inner_read, path=f"{path}.{place}", holder=holder)
        return
    if not _is_of_type(value, read):
        yield f"{path}: wrong JSON type"


def _holds_a_place(path: str, holder: Mapping[str, Any]) -> bool:
    """A null in a list of primitives is allowed where the list and its `_` twin go together."""
    key = path.rpartition(".")[2]
    return key.startswith("_") or f"_{key}" in holder


def _is_of_type(value: Any, read: Any) -> bool:
    """Whether the JSON value is of the type that the model read it as: fhir.resources reads "1" as a number."""
    if isinstance(read, bool):
        return isinstance(value, bool)
    if isinstance(read, int | float | Decimal):
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return isinstance(value, str)


def _check_codes(value: Any, codes: frozenset[str], *, path: str) -> Iterator[str]:
    for code in value if isinstance(value, list) else [value]:
        if code is not None and code not in codes:
            yield f"{path}: not a code of its required value set"


def _is_reference(reference: Any) -> bool:
    """A Reference may do without a literal reference (identifier, display); one that is there has a known form."""
    return reference is None or (isinstance(reference, str) and _REFERENCE.match(reference) is not None)


@cache
def _read_shape(model: type[BaseModel]) -> _Shape:
    attributes: dict[str, str] = {}
    codes: dict[str, frozenset[str]] = {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        attributes[key] = name
        extra = field.json_schema_extra
        listed = extra.get("enum_values") if isinstance(extra, dict) else None
        bound = frozenset(str(code) for code in listed) if isinstance(listed, list) else None
        if bound := _BINDINGS.get((model.__name__, key), bound):
            codes[key] = bound
    return _Shape(attributes, codes)
