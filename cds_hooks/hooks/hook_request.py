"""One checked call, as the rest of the program knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cds_hooks.record import Record


class FhirAuthorization(Record):
    """The client's token for its FHIR server, good for this call only; `patient` is whom it is confined to, if said."""

    access_token: str
    patient: str | None = None

    def __repr__(self) -> str:
        """Without the token."""
        return f"{type(self).__name__}()"


class HookRequest(Record):
    """One checked call. Ids are outside text of at most 256 characters; `draft_orders` and `prefetch` raw FHIR JSON.

    `draft_orders` is empty at hooks without orders (not `has_orders`), `selections` None at hooks that have none.
    `prefetch` is None where the client sent no such member; a Bundle in it may be an UnreadBundle.
    """

    hook: str
    hook_instance: str
    user_id: str
    patient_id: str
    draft_orders: Mapping[str, Any]
    selections: tuple[str, ...] | None = None
    prefetch: Mapping[str, Any] | None = None
    encounter_id: str | None = None
    fhir_server: str | None = None
    fhir_authorization: FhirAuthorization | None = None
    extension: Mapping[str, Any] | None = None
    has_orders: bool = True

    def __repr__(self) -> str:
        """Without patient data."""
        return f"{type(self).__name__}({self.hook!r}, {self.hook_instance!r}, {self.fhir_server!r})"

    def list_drafts(self) -> frozenset[str]:
        """`Type/id` of everything in the draft Bundle that has both, of whatever form: what an action may update (S110)."""
        entries = self.draft_orders.get("entry") or ()
        resources = [entry.get("resource") for entry in entries if isinstance(entry, dict)]
        return frozenset([f"{one.get('resourceType')}/{one.get('id')}" for one in resources if isinstance(one, dict)])
