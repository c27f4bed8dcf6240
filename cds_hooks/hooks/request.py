"""The call of a CDS client: what CDS Hooks 2.0.1 says it holds, checked, the clinical content untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cds_hooks.errors import BadRequest, TooLarge
from cds_hooks.hooks.envelope import Authorization, Envelope, OrderContext, read_envelope
from cds_hooks.hooks.services import Service
from cds_hooks.hooks.unread import UnreadBundle, read_call


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a call may be (CDS_HOOKS_MAX_BODY, CDS_HOOKS_MAX_DRAFTS, CDS_HOOKS_MAX_ENTRIES)."""

    max_body_bytes: int = 10 * 1024 * 1024
    max_drafts: int = 1000
    max_entries: int = 50_000


@dataclass(frozen=True, slots=True)
class FhirAuthorization:
    """The client's token for its FHIR server, good for this call only; `patient` is whom it is confined to, if said."""

    access_token: str = field(repr=False)
    patient: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HookRequest:
    """One checked call. Ids are outside text of at most 256 characters; `draft_orders` and `prefetch` raw FHIR JSON.

    `draft_orders` is empty at hooks without orders (not `has_orders`), `selections` None at hooks that have none.
    `prefetch` is None where the client sent no such member; a Bundle in it may be an UnreadBundle.
    """

    hook: str
    hook_instance: str
    user_id: str = field(repr=False)
    patient_id: str = field(repr=False)
    draft_orders: Mapping[str, Any] = field(repr=False)
    selections: tuple[str, ...] | None = field(default=None, repr=False)
    prefetch: Mapping[str, Any] | None = field(default=None, repr=False)
    encounter_id: str | None = field(default=None, repr=False)
    fhir_server: str | None = None
    fhir_authorization: FhirAuthorization | None = None
    extension: Mapping[str, Any] | None = field(default=None, repr=False)
    has_orders: bool = True

    def list_drafts(self) -> frozenset[str]:
        """`Type/id` of everything in the draft Bundle that has both, of whatever form: what an action may update (S110)."""
        entries = self.draft_orders.get("entry") or ()
        resources = [entry.get("resource") for entry in entries if isinstance(entry, dict)]
        return frozenset([f"{one.get('resourceType')}/{one.get('id')}" for one in resources if isinstance(one, dict)])


def read_hook_request(body: bytes, *, service: Service, limits: Limits) -> HookRequest:
    """Check a call to `service`. Raises BadRequest or TooLarge, naming the element at fault.

    A draft or prefetch entry that cannot be read is no reason to refuse: reading it names it.
    """
    if len(body) > limits.max_body_bytes:
        raise TooLarge("is larger than {bytes} bytes", element="body", bytes=limits.max_body_bytes)
    document = read_call(body)
    _check_hook(document, service)
    envelope = read_envelope(document, with_orders=service.has_orders)
    if isinstance(envelope.context, OrderContext):
        _check_selections(envelope.context, service, limits)
        _check_drafts(envelope.context.draft_orders, limits)
    if len(body) > limits.max_entries:  # An entry takes more than a byte.
        _check_prefetch(envelope.prefetch or {}, limits)
    _check_authorization(envelope)
    return _compose_request(envelope, service)


def _check_hook(document: Mapping[str, Any], service: Service) -> None:
    """First of all: a body for another hook would fail on members that it need not have."""
    hook = document.get("hook")
    if isinstance(hook, str) and hook != service.hook:
        raise BadRequest("is not the hook of this service, which answers {hook}", element="hook", hook=service.hook)


def _check_selections(context: OrderContext, service: Service, limits: Limits) -> None:
    if not service.needs_selections:
        return
    if not context.selections:
        raise BadRequest("is required", element="context.selections")
    if len(context.selections) > limits.max_drafts:
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


def _check_authorization(envelope: Envelope) -> None:
    authorization = envelope.fhir_authorization
    if authorization is None:
        return
    if not envelope.fhir_server:
        raise BadRequest("is required where fhirAuthorization is sent", element="fhirServer")
    patient = (authorization.patient or "").removeprefix("Patient/")
    if patient and patient != envelope.context.patient_id:
        raise BadRequest("is not the patient of context.patientId", element="fhirAuthorization.patient")


def _compose_request(envelope: Envelope, service: Service) -> HookRequest:
    context = envelope.context
    orders = context if isinstance(context, OrderContext) else None
    return HookRequest(
        hook=service.hook,
        hook_instance=envelope.hook_instance,
        user_id=context.user_id,
        patient_id=context.patient_id,
        encounter_id=context.encounter_id or None,
        selections=tuple(orders.selections or ()) if orders and service.needs_selections else None,
        draft_orders=orders.draft_orders if orders else {},
        prefetch=envelope.prefetch,
        fhir_server=envelope.fhir_server or None,
        fhir_authorization=_compose_authorization(envelope.fhir_authorization),
        extension=envelope.extension if isinstance(envelope.extension, dict) else None,
        has_orders=service.has_orders,
    )


def _compose_authorization(authorization: Authorization | None) -> FhirAuthorization | None:
    if authorization is None:
        return None
    return FhirAuthorization(authorization.access_token, authorization.patient or None)
