"""The orders of this call: every MedicationRequest of the draft Bundle, read before anything is fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Any

from cds_hooks.chart.records import MedicineEntry, ReadingNote
from cds_hooks.fhir.copies import compose_content
from cds_hooks.fhir.deliveries import Delivery
from cds_hooks.fhir.reading.agreements import join_drafts
from cds_hooks.fhir.reading.context import Notebook, ReadingContext
from cds_hooks.fhir.reading.medicines import read_draft, read_draft_at_first
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.resource import Desk, Resource
from cds_hooks.fhir.reading.shapes import Json, read_objects, read_text
from cds_hooks.fhir.references import compose_reference, find_subject, is_of_patient

INPUT = "draftOrders"


def read_drafts(
    draft_bundle: Mapping[str, Any], context: ReadingContext, deliveries: Iterable[Delivery] = ()
) -> tuple[MedicineEntry, ...]:
    """Every MedicationRequest of the Bundle, of any status, by reference; other resources among the drafts are no orders.

    Costs no fetch unless `context.fetch_reference` is given and a medicationReference leads nowhere else.
    """
    desk = Desk(context, Shelf(draft_bundle, deliveries, context.fetch_reference), Notebook())
    return join_drafts(read_drafts_on(desk, draft_bundle), (), desk.agreements)


def look_at_drafts(
    draft_bundle: Mapping[str, Any], context: ReadingContext
) -> tuple[tuple[MedicineEntry, ...], tuple[ReadingNote, ...]]:
    """The drafts as far as they tell which of them are judged, and the notes on what of that could not be read. Their dosages
    and periods are left for the reading of the whole chart."""
    desk = Desk(context, Shelf(draft_bundle, (), None), Notebook())
    return join_drafts(read_drafts_on(desk, draft_bundle, read_draft_at_first), (), desk.agreements), desk.notebook.list_notes()


def choose_zone(drafts: Iterable[MedicineEntry], default: tzinfo) -> tzinfo:
    """The zone in which days are counted: the offset of the `authoredOn` of the first draft (smallest moment, then
    reference) that has a time; `default` where none has."""
    timed = [
        (draft.when.instant, draft.reference) for draft in drafts if draft.when is not None and draft.when.instant is not None
    ]
    return (min(timed)[0].tzinfo if timed else None) or default


def read_drafts_on(
    desk: Desk, draft_bundle: Mapping[str, Any], read: Callable[[Resource], MedicineEntry] = read_draft
) -> tuple[MedicineEntry, ...]:
    """The drafts, their notes going to the notebook of `desk`."""
    orders = sorted(_find_orders(desk, draft_bundle), key=lambda order: order[:2])
    once = [order for i, order in enumerate(orders) if not order[0] or i == 0 or order[:2] != orders[i - 1][:2]]
    _note_duplicates(desk, [reference for reference, _, _ in once])
    return tuple(read(Resource(raw, INPUT, reference, desk)) for reference, _, raw in once)


def _find_orders(desk: Desk, draft_bundle: Mapping[str, Any]) -> Iterator[tuple[str, bytes, Json]]:
    """Reference, content and JSON of each order; those without any reference cannot be told apart and all count."""
    entries = draft_bundle.get("entry")
    if entries is not None and not isinstance(entries, list | dict):
        desk.notebook.add(ReadingNote(INPUT, "unreadable"))
    for entry in entries if isinstance(entries, list) else read_objects(entries):
        raw = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(raw, dict):
            desk.notebook.add(ReadingNote(INPUT, "unreadable"))
            continue
        reference = compose_reference(raw) or (read_text(entry.get("fullUrl")) if "id" not in raw else "")
        if _is_order(desk, raw, reference):
            yield reference, _compose_content(raw), raw


def _is_order(desk: Desk, raw: Json, reference: str) -> bool:
    """Whether it is a MedicationRequest for this patient; what cannot be told is left out and noted."""
    kind = raw.get("resourceType")
    reason = ""
    if not isinstance(kind, str) or not kind:
        reason = "no-resource-type"
    elif kind == "Bundle":
        reason = "nested-bundle"
    elif kind == "MedicationRequest" and is_of_patient(find_subject(raw), desk.context.patient_id, {}) is False:
        reason = "other-patient"
    if reason:
        desk.notebook.add(ReadingNote(INPUT, reason, reference))
    return not reason and kind == "MedicationRequest"


def _note_duplicates(desk: Desk, references: list[str]) -> None:
    """Different drafts of one id are all kept: none of them is known to be the wrong one."""
    times = Counter(reference for reference in references if reference)
    for reference in (reference for reference, count in times.items() if count > 1):
        desk.notebook.add(ReadingNote(INPUT, "duplicate-id", reference))


def _compose_content(raw: Json) -> bytes:
    try:
        return compose_content(raw)
    except ValueError:
        return b""
