"""The call of a CDS client: what CDS Hooks 2.0.1 says it holds, checked, the clinical content untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cds_hooks.errors import BadRequest, TooLarge
from cds_hooks.hooks.envelope import read_envelope
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.plain_envelope import read_plain_envelope
from cds_hooks.hooks.services import Service
from cds_hooks.hooks.unread import UnreadBundle, read_call


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a call may be (CDS_HOOKS_MAX_BODY, CDS_HOOKS_MAX_DRAFTS, CDS_HOOKS_MAX_ENTRIES)."""

    max_body_bytes: int = 10 * 1024 * 1024
    max_drafts: int = 1000
    max_entries: int = 50_000


def read_hook_request(body: bytes, *, service: Service, limits: Limits) -> HookRequest:
    """Check a call to `service`. Raises BadRequest or TooLarge, naming the element at fault.

    A draft or prefetch entry that cannot be read is no reason to refuse: reading it names it.
    """
    if len(body) > limits.max_body_bytes:
        raise TooLarge("is larger than {bytes} bytes", element="body", bytes=limits.max_body_bytes)
    document = read_call(body)
    _check_hook(document, service)
    request = read_plain_envelope(document, service) or read_envelope(document, service)
    if request.has_orders:
        _check_selections(request, service, limits)
        _check_drafts(request.draft_orders, limits)
    if len(body) > limits.max_entries:  # An entry takes more than a byte.
        _check_prefetch(request.prefetch or {}, limits)
    _check_authorization(request)
    return request


def _check_hook(document: Mapping[str, Any], service: Service) -> None:
    """First of all: a body for another hook would fail on members that it need not have."""
    hook = document.get("hook")
    if isinstance(hook, str) and hook != service.hook:
        raise BadRequest("is not the hook of this service, which answers {hook}", element="hook", hook=service.hook)


def _check_selections(request: HookRequest, service: Service, limits: Limits) -> None:
    if not service.needs_selections:
        return
    if not request.selections:
        raise BadRequest("is required", element="context.selections")
    if len(request.selections) > limits.max_drafts:
        raise TooLarge("more than {drafts} entries", element="context.selections", drafts=limits.max_drafts)


def _check_drafts(bundle: Mapping[str, Any], limits: Limits) -> None:
    if bundle.get("resourceType") != "Bundle":
        raise BadRequest("is not a FHIR Bundle", element="context.draftOrders")
    entries = bundle.get("entry")
    if entries is None:
        return
    if not isinstance(entries, list):
        raise BadRequest("must be an array", element="context.draftOrders.entry")
    if len(entries) > limits.max_drafts and sum(map(_is_draft, entries)) > limits.max_drafts:
        raise TooLarge("more than {drafts} entries", element="context.draftOrders", drafts=limits.max_drafts)


def _check_prefetch(prefetch: Mapping[str, Any], limits: Limits) -> None:
    """Ten MB hold three million entries of nothing, each of which would have to be named."""
    if sum(map(_count_entries, prefetch.values())) > limits.max_entries:
        raise TooLarge("more than {entries} entries", element="prefetch", entries=limits.max_entries)


def _count_entries(value: object) -> int:
    if isinstance(value, UnreadBundle):
        return len(value.entries)
    entries = value.get("entry") if isinstance(value, dict) else None
    return len(entries) if isinstance(entries, list) else 0


def _is_draft(entry: object) -> bool:
    """Whether an entry counts as an order; a Medication that an order refers to may stand beside it (Epic)."""
    resource = entry.get("resource") if isinstance(entry, dict) else None
    return not (isinstance(resource, dict) and resource.get("resourceType") == "Medication")


def _check_authorization(request: HookRequest) -> None:
    authorization = request.fhir_authorization
    if authorization is None:
        return
    if not request.fhir_server:
        raise BadRequest("is required where fhirAuthorization is sent", element="fhirServer")
    patient = (authorization.patient or "").removeprefix("Patient/")
    if patient and patient != request.patient_id:
        raise BadRequest("is not the patient of context.patientId", element="fhirAuthorization.patient")
