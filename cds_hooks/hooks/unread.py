"""Reads the body of a call by its known shape, and leaves the entries of its prefetch unread until somebody needs them.

Most of a long record is never asked for, and making objects of it is the main cost of a call. What is left unread is
checked JSON all the same. A body of any other shape is read in full, so that nothing that is taken or refused depends on this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from msgspec import UNSET, Meta, Raw, Struct, UnsetType, defstruct
from msgspec.json import Decoder
from msgspec.structs import astuple

from cds_hooks.errors import BadRequest
from cds_hooks.hooks.json_body import MAX_DEPTH, read_json_object
from cds_hooks.hooks.prefetch import RESOURCE_TYPES
from cds_hooks.record import Record

#: Levels above an entry: the body, prefetch or context, the Bundle, its array of entries.
_LEVELS_ABOVE = 4
#: What opens no more arrays and objects than this cannot nest too deep; counting them is cheaper than counting levels.
_MOST_OPENINGS = MAX_DEPTH - _LEVELS_ABOVE
#: A byte that JSON never holds, and all that neither is it nor opens an array or object.
_SEPARATOR = b"\0"
_NEITHER = bytes(set(range(256)) - {*_SEPARATOR, *b"[{"})
#: Entries that are counted in one go: the copy of so many is small enough to be had, and read, at twice the speed of a large one.
_AT_A_TIME = 48

#: Bytes of a body from which on it pays.
SMALLEST = 20_000

_Text = str | UnsetType
_Part = Raw | UnsetType


class UnreadBundle(Record):
    """A Bundle with its entries still in JSON, each within the levels that a body may nest; of its other `members` those that are
    looked at."""

    members: dict[str, Any]
    entries: Sequence[bytes]

    def __repr__(self) -> str:
        """Without patient data."""
        return f"{type(self).__name__}()"

    def read(self) -> dict[str, Any]:
        """The Bundle with its entries."""
        return {**self.members, "entry": read_all(self.entries)}


def read_all(entries: Sequence[bytes]) -> list[Any]:
    """What stands in each piece of JSON. Raises BadRequest for a number that is no finite one: the one fault that what is left
    unread is not looked through for."""
    try:
        read: list[Any] = orjson.loads(b"[%b]" % b",".join(entries))
    except orjson.JSONDecodeError:
        raise BadRequest("holds a number that is too large to be read", element="body") from None
    return read


class _Shape(Struct, rename="camel", forbid_unknown_fields=True, gc=False):
    """A member that is not listed makes the call one of another shape."""


class _Bundle(_Shape):
    resource_type: Literal["Bundle"]
    entry: list[Raw] | UnsetType = UNSET
    total: Annotated[int, Meta(ge=0, le=2**31)] | UnsetType = UNSET
    link: _Part = UNSET
    type: _Text = UNSET
    id: _Text = UNSET
    language: _Text = UNSET
    timestamp: _Text = UNSET
    implicit_rules: _Text = UNSET
    meta: _Part = UNSET
    identifier: _Part = UNSET


class _Context(_Shape):
    user_id: str
    patient_id: str
    encounter_id: _Text = UNSET
    draft_orders: _Bundle | UnsetType = UNSET
    selections: list[str] | UnsetType = UNSET


#: The patient is one resource; each other key a Bundle, or null.
_Prefetch = defstruct(
    "_Prefetch",
    [(key, _Part if key == "patient" else _Bundle | None | UnsetType, UNSET) for key in RESOURCE_TYPES],
    bases=(_Shape,),
    rename=None,
)


class _Body(_Shape):
    hook: str
    hook_instance: str
    context: _Context
    prefetch: _Prefetch  # type: ignore[valid-type]  # made from the list of the keys
    fhir_server: _Text = UNSET
    fhir_authorization: _Part = UNSET
    extension: _Part = UNSET


_decoder = Decoder(_Body)


class _Unusual(ValueError):
    """What may nest too deep: only reading it in full can tell."""


def read_call(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`, as `read_json_object` reads it, but that a Bundle of the prefetch may be an UnreadBundle. Raises
    BadRequest as that does."""
    if len(body) < SMALLEST:
        return read_json_object(body)
    try:
        return _read_by_shape(body)
    except (ValueError, RecursionError):
        return read_json_object(body)


def _read_by_shape(body: bytes) -> dict[str, Any]:
    """Raises ValueError or RecursionError where only the other way can tell what this is."""
    if not body.isascii():
        body.decode()  # What is skipped is checked to be JSON, but not to be UTF-8.
    call = _decoder.decode(body)
    parts: list[Raw] = []
    values = zip(RESOURCE_TYPES, astuple(call.prefetch), strict=True)
    document = {
        "hook": call.hook,
        "hookInstance": call.hook_instance,
        "context": _read_context(call.context, parts),
        "prefetch": {key: _read_value(value, parts) for key, value in values if value is not UNSET},
        "fhirServer": call.fhir_server,
        "fhirAuthorization": _read_value(call.fhir_authorization, parts),
        "extension": _read_value(call.extension, parts),
    }
    _check_levels(parts)
    return _leave_unset_out(document)


def _read_context(context: _Context, parts: list[Raw]) -> dict[str, Any]:
    orders = _read_value(context.draft_orders, parts)
    members = {
        "userId": context.user_id,
        "patientId": context.patient_id,
        "encounterId": context.encounter_id,
        "draftOrders": orders.read() if isinstance(orders, UnreadBundle) else orders,
        "selections": context.selections,
    }
    return _leave_unset_out(members)


def _read_value(sent: _Bundle | Raw | UnsetType | None, parts: list[Raw]) -> Any:
    """What was sent; `parts` gets all of it whose levels are not known from the shape."""
    if isinstance(sent, _Bundle):
        return _read_bundle(sent, parts)
    if not isinstance(sent, Raw):
        return sent
    parts.append(sent)
    return orjson.loads(bytes(sent))


def _read_bundle(sent: _Bundle, parts: list[Raw]) -> UnreadBundle | dict[str, Any]:
    members: dict[str, Any] = {"resourceType": sent.resource_type}
    if sent.total is not UNSET:
        members["total"] = sent.total
    if sent.link is not UNSET:
        members["link"] = _read_value(sent.link, parts)
    # Like all else these must be JSON that does not nest too deep.
    if sent.meta is not UNSET:
        _read_value(sent.meta, parts)
    if sent.identifier is not UNSET:
        _read_value(sent.identifier, parts)
    if sent.entry is UNSET:
        return members
    parts += sent.entry
    return UnreadBundle(members, sent.entry)


def _check_levels(parts: Sequence[Raw]) -> None:
    """Raises _Unusual unless none of them can nest too deep."""
    for start in range(0, len(parts), _AT_A_TIME):
        openings = _SEPARATOR.join(parts[start : start + _AT_A_TIME]).translate(None, _NEITHER).split(_SEPARATOR)
        if max(map(len, openings)) > _MOST_OPENINGS:
            raise _Unusual


def _leave_unset_out(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not UNSET}
