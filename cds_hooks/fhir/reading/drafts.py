"""The orders of this call: every MedicationRequest of the draft Bundle, read before anything is fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from operator import itemgetter
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
from cds_hooks.record import Record

INPUT = "draftOrders"


def read_drafts(
    draft_bundle: Mapping[str, Any], context: ReadingContext, deliveries: Iterable[Delivery] = ()
) -> tuple[MedicineEntry, ...]:
    """Every MedicationRequest of the Bundle, of any status, by reference; other resources among the drafts are no orders.

    Costs no fetch unless `context.fetch_reference` is given and a medicationReference leads nowhere else.
    """
    desk = Desk(context, Shelf(draft_bundle, deliveries, context.fetch_reference), Notebook())
    return join_drafts(read_drafts_on(desk, draft_bundle), (), desk.agreements)


class SeenDrafts(Record):
    """The drafts as far as they tell which of them are judged, the notes on what of that could not be read, and the desk on which
    they were read."""

    drafts: tuple[MedicineEntry, ...]
    notes: tuple[ReadingNote, ...]
    desk: Desk

    @property
    def are_read(self) -> bool:
        """Whether nothing is left to be read anew, whatever is delivered."""
        return not self.notes and not self.desk.agreements and all(draft.raw for draft in self.drafts)


def look_at_drafts(draft_bundle: Mapping[str, Any], context: ReadingContext) -> SeenDrafts:
    """The drafts, before anything is delivered. Dosages and periods of those that are not plain are left for the chart."""
    desk = Desk(context, Shelf(draft_bundle, (), None), Notebook())
    drafts = join_drafts(read_drafts_on(desk, draft_bundle, read_draft_at_first), (), desk.agreements)
    return SeenDrafts(drafts, desk.notebook.list_notes(), desk)


def guess_zone(draft_bundle: Mapping[str, Any], default: tzinfo) -> tzinfo:
    """What `choose_zone` is most likely to say, before any draft is read: the offset of a lone one."""
    try:
        (entry,) = draft_bundle["entry"]
        return datetime.fromisoformat(entry["resource"]["authoredOn"]).tzinfo or default
    except (KeyError, TypeError, ValueError):
        return default


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
    orders = list(_find_orders(desk, draft_bundle))
    if len(orders) > 1:
        orders = _sort_out(desk, orders)
    return tuple([read(Resource(raw, INPUT, reference, desk)) for reference, raw in orders])


def _sort_out(desk: Desk, orders: Iterable[tuple[str, Json]]) -> list[tuple[str, Json]]:
    """By reference, the same order once. Different drafts of one id are all kept: none of them is known to be the wrong one."""
    by_reference: defaultdict[str, list[Json]] = defaultdict(list)
    for reference, raw in orders:
        by_reference[reference].append(raw)
    found: list[tuple[str, Json]] = []
    for reference in sorted(by_reference):
        held = by_reference[reference]
        different = _find_different(held, is_named=reference != "") if len(held) > 1 else held
        if reference and len(different) > 1:
            desk.notebook.add(ReadingNote(INPUT, "duplicate-id", reference))
        found += [(reference, raw) for raw in different]
    return found


def _find_different(orders: Iterable[Json], *, is_named: bool) -> list[Json]:
    """By content; orders without a reference all count, however equal they are."""
    by_content = sorted(((_compose_content(raw), raw) for raw in orders), key=itemgetter(0))
    if not is_named:
        return [raw for _, raw in by_content]
    return [raw for i, (content, raw) in enumerate(by_content) if i == 0 or content != by_content[i - 1][0]]


def _find_orders(desk: Desk, draft_bundle: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    """Reference and JSON of each order; those without any reference cannot be told apart and all count."""
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
            yield reference, raw


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


def _compose_content(raw: Json) -> bytes:
    try:
        return compose_content(raw)
    except ValueError:
        return b""
