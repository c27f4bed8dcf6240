"""What became of each prefetch key: the five states that tell "nothing found" from "not checked"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from cds_hooks.chart.inputs import InputState
from cds_hooks.chart.records import ReadingNote
from cds_hooks.fhir.bundle import find_link, is_failure, is_short
from cds_hooks.fhir.entries import SortedEntries, sort_entries
from cds_hooks.fhir.skimming import NONE_UNREAD, UnreadEntries, skim_observations
from cds_hooks.hooks.prefetch import RESOURCE_TYPES
from cds_hooks.hooks.unread import UnreadBundle, read_all
from cds_hooks.record import Record

_ABSENT = object()
_by_reason = attrgetter("reason", "reference")


class Delivery(Record):
    """One prefetch key, after prefetch and fetching.

    `resources` are raw JSON, of this patient: first those of the key's own type, then what came with them to help
    reading (`entries.COMPANIONS`, such as Medication). Observations that nobody asks for may be left out, where all came.
    `next_url` is the next page, where that is all that lacks. `failure` says in fixed English why a fetch did not give
    everything. The repr holds no patient data.
    """

    key: str
    state: InputState
    resources: tuple[dict[str, Any], ...] = ()
    notes: tuple[ReadingNote, ...] = ()
    next_url: str = ""
    failure: str = ""
    unread: UnreadEntries = NONE_UNREAD
    """Further ones of the key's own type, ordinary and still in JSON."""

    def __repr__(self) -> str:
        """Without patient data."""
        return f"Delivery(key={self.key!r}, state={self.state!r}, notes={self.notes!r}, failure={self.failure!r})"


#: What is delivered where nothing was found: for the patient, nothing is not an answer (contract: null counts as missing).
_NOTHING = {key: Delivery(key, InputState.MISSING if key == "patient" else InputState.EMPTY) for key in RESOURCE_TYPES}


def read_prefetch(
    prefetch: Mapping[str, Any] | None, keys: Iterable[str], *, patient_id: str, asked_codes: frozenset[str] | None = None
) -> dict[str, Delivery]:
    """The state of each of `keys` as the client sent it; nothing is fetched. `patient_id` is `context.patientId`; Observations
    without any of `asked_codes` need not be read."""
    sent = prefetch or {}
    return {key: read_delivery(key, sent.get(key, _ABSENT), patient_id=patient_id, asked_codes=asked_codes) for key in keys}


def read_delivery(key: str, value: Any, *, patient_id: str, asked_codes: frozenset[str] | None = None) -> Delivery:
    """One prefetch value or answer of a FHIR server: null, a resource, a Bundle, an OperationOutcome, or no FHIR."""
    if isinstance(value, UnreadBundle):
        if key == "observations" and asked_codes is not None:
            return _skim(key, value, patient_id, asked_codes)
        return _read_entries(key, value.members, read_all(value.entries), patient_id)
    if isinstance(value, dict):
        return _read_object(key, value, patient_id)
    if value is _ABSENT:
        return Delivery(key, InputState.MISSING)
    return _NOTHING[key] if value is None else _compose_unreadable(key, "unreadable")


def _skim(key: str, bundle: UnreadBundle, patient_id: str, asked_codes: frozenset[str]) -> Delivery:
    """Of a whole key that nothing more is fetched for, Observations that nobody asks for stay unread."""
    skimmed = skim_observations(bundle.entries, patient_id=patient_id, asked_codes=asked_codes)
    found = sort_entries(key, skimmed.entries, patient_id=patient_id)
    found.unread = skimmed.unread
    delivery = _compose_bundle(key, bundle.members, found, entries=len(bundle.entries), unread=skimmed.asked)
    if delivery.state is InputState.COMPLETE:
        return delivery
    return _read_entries(key, bundle.members, read_all(bundle.entries), patient_id)


def _read_object(key: str, value: dict[str, Any], patient_id: str) -> Delivery:
    kind = value.get("resourceType")
    if not isinstance(kind, str):
        return _compose_unreadable(key, "no-resource-type")
    if kind == "Bundle":
        if "entry" not in value and "link" not in value and not is_short(value, 0):
            return _NOTHING[key]  # As below, in fewer steps: most keys of most records bring nothing.
        entries = value.get("entry")
        if entries is None or isinstance(entries, list):
            return _read_entries(key, value, entries or [], patient_id)
        return _compose_unreadable(key, "unreadable")
    if kind == "OperationOutcome":
        return Delivery(key, InputState.FAILED) if is_failure(value) else _NOTHING[key]
    if key == "patient" and kind == "Patient" and value.get("id") in (None, patient_id):
        return Delivery(key, InputState.COMPLETE, (value,))
    return _compose(key, sort_entries(key, [{"resource": value}], patient_id=patient_id))


def _read_entries(key: str, bundle: Mapping[str, Any], entries: list[Any], patient_id: str) -> Delivery:
    """Of a Bundle with these entries."""
    if not entries and find_link(bundle, "next") is None and not is_short(bundle, 0):
        return _NOTHING[key]
    return _compose_bundle(key, bundle, sort_entries(key, entries, patient_id=patient_id), entries=len(entries))


def _compose_bundle(
    key: str, bundle: Mapping[str, Any], found: SortedEntries, *, entries: int, unread: UnreadEntries = NONE_UNREAD
) -> Delivery:
    return _compose(key, found, next_url=find_link(bundle, "next"), is_short=is_short(bundle, entries), unread=unread)


def _compose(
    key: str,
    found: SortedEntries,
    *,
    next_url: str | None = None,
    is_short: bool = False,
    unread: UnreadEntries = NONE_UNREAD,
) -> Delivery:
    has_more = next_url is not None or is_short
    state = _judge_patient(found) if key == "patient" else _judge(found, has_more)
    notes: Iterable[ReadingNote] = found.notes
    if state is InputState.MISSING and found.others:
        notes = (ReadingNote(key, "other-patient"),)
    is_all_that_lacks = state is InputState.PARTIAL and not found.failed and not found.lost
    return Delivery(
        key,
        state,
        (*found.own, *found.companions),
        tuple(sorted(notes, key=_by_reason)),
        (next_url or "") if is_all_that_lacks else "",
        unread=unread,
    )


def _judge(found: SortedEntries, has_more: bool) -> InputState:
    if found.own or found.unread:
        return InputState.PARTIAL if has_more or found.failed or found.lost else InputState.COMPLETE
    if found.failed or found.lost:
        return InputState.FAILED
    if found.others:
        return InputState.MISSING
    if has_more:
        return InputState.PARTIAL
    return InputState.FAILED if found.unexpected else InputState.EMPTY


def _judge_patient(found: SortedEntries) -> InputState:
    """A patient is one resource, here or not; several different ones of the same id cannot be chosen between."""
    if len(found.own) == 1:
        return InputState.COMPLETE
    is_broken = found.own or found.failed or found.lost or found.unexpected
    return InputState.FAILED if is_broken and not found.others else InputState.MISSING


def _compose_unreadable(key: str, reason: str) -> Delivery:
    return Delivery(key, InputState.FAILED, notes=(ReadingNote(key, reason),))
