"""The whole reading: what was delivered for a patient, and the drafts of the call, as one `Chart`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from cds_hooks.chart.chart import Chart
from cds_hooks.chart.inputs import InputState
from cds_hooks.chart.records import Allergy, Condition, Document, MedicineEntry, Patient, Procedure, ReadingNote
from cds_hooks.chart.when import When
from cds_hooks.fhir.deliveries import Delivery
from cds_hooks.fhir.reading.agreements import join_agreements, join_drafts
from cds_hooks.fhir.reading.allergies import read_allergy
from cds_hooks.fhir.reading.conditions import read_condition
from cds_hooks.fhir.reading.context import Notebook, NotUsed, ReadingContext
from cds_hooks.fhir.reading.documents import read_consent, read_questionnaire
from cds_hooks.fhir.reading.drafts import SeenDrafts, read_drafts_on
from cds_hooks.fhir.reading.medicines import read_medicine
from cds_hooks.fhir.reading.observations import WantedObservations, find_wanted, read_answered
from cds_hooks.fhir.reading.patient import read_patient
from cds_hooks.fhir.reading.procedures import read_planned_procedure, read_procedure
from cds_hooks.fhir.reading.read_when_asked import read_measured
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.resource import Desk, Resource
from cds_hooks.fhir.reading.versions import bring_to_r4, list_signs
from cds_hooks.hooks.prefetch import RESOURCE_TYPES

R = TypeVar("R")

_reference_of = attrgetter("reference")
_MEDICINE_KEYS = ("medications", "statements", "dispenses", "administrations")


def read_chart(
    deliveries: Mapping[str, Delivery],
    draft_bundle: Mapping[str, Any],
    context: ReadingContext,
    *,
    seen: SeenDrafts | None = None,
) -> Chart:
    """Everything this call knows of the patient. Never raises for what a record holds: what cannot be used is noted.

    Measurements are read when an analyte is asked for; their notes come with `Chart.all_notes`. `seen` are the drafts of
    the Bundle, if they were read in this context, and for this chart alone: it is read on the same desk.
    """
    if seen is None:
        desk = Desk(context, Shelf(draft_bundle, deliveries.values(), context.fetch_reference), Notebook())
    else:
        desk = seen.desk
        desk.shelf.add(deliveries.values(), context.fetch_reference)
    for delivery in deliveries.values():
        for note in delivery.notes:
            desk.notebook.add(note)
    return _fill(desk, deliveries, draft_bundle, seen)


def _fill(desk: Desk, deliveries: Mapping[str, Delivery], draft_bundle: Mapping[str, Any], seen: SeenDrafts | None) -> Chart:
    patient = _read_patient(desk, deliveries)
    desk.born = patient.born
    wanted = _find_wanted(desk, deliveries.get("observations"))
    measured, later = read_measured(desk, wanted)
    medicines = _read_medicines(desk, deliveries)
    drafts = read_drafts_on(desk, draft_bundle) if seen is None else seen.drafts
    return Chart(
        patient=patient,
        drafts=join_drafts(drafts, medicines, desk.agreements),
        medicines=medicines,
        conditions=_sort(_read_key(desk, deliveries, "conditions", read_condition), _date_condition),
        allergies=_sort(_read_key(desk, deliveries, "allergies", read_allergy), _date_allergy),
        procedures=_sort(_read_key(desk, deliveries, "procedures", read_procedure), _date_procedure),
        measurements=measured,
        find_measured_since=measured.find_since,
        observations=read_answered(desk, wanted),
        documents=_read_documents(desk, deliveries),
        inputs=_list_states(desk, deliveries),
        notes=desk.notebook.list_notes(),
        read_at=desk.context.now.instant,
        later_notes=later.list_notes,
        planned_procedures=_sort(_read_key(desk, deliveries, "procedures", read_planned_procedure), _date_procedure),
        left_out=desk.list_left_out,
    )


def _find_wanted(desk: Desk, delivery: Delivery | None) -> WantedObservations:
    if delivery is None:
        return find_wanted((), desk.context.vocabulary, {})
    return find_wanted(delivery.resources, desk.context.vocabulary, delivery.unread)


def _read_patient(desk: Desk, deliveries: Mapping[str, Delivery]) -> Patient:
    found = _read_key(desk, deliveries, "patient", read_patient)
    return found[0] if found else Patient(f"Patient/{desk.context.patient_id}")


def _read_medicines(desk: Desk, deliveries: Mapping[str, Delivery]) -> tuple[MedicineEntry, ...]:
    found = [entry for key in _MEDICINE_KEYS for entry in _read_key(desk, deliveries, key, read_medicine)]
    return _sort(join_agreements(found, desk.agreements, now=desk.context.now), _date_medicine)


def _read_documents(desk: Desk, deliveries: Mapping[str, Delivery]) -> tuple[Document, ...]:
    consents = _read_key(desk, deliveries, "consents", read_consent)
    questionnaires = _read_key(desk, deliveries, "questionnaires", read_questionnaire)
    return _sort([*consents, *questionnaires], _date_document)


def _read_key(desk: Desk, deliveries: Mapping[str, Delivery], key: str, read: Callable[[Resource], R | None]) -> list[R]:
    """The records of one prefetch key; a resource that is not used is noted."""
    delivery = deliveries.get(key)
    if delivery is None or not delivery.resources:
        return []
    found: list[R] = []
    kind = RESOURCE_TYPES[key]
    signs = list_signs(kind)
    for raw in delivery.resources:
        if raw.get("resourceType") != kind:
            continue
        resource = Resource(raw if signs.isdisjoint(raw) else bring_to_r4(raw), key, None, desk)
        try:
            record = read(resource)
        except NotUsed as problem:
            desk.notebook.add(ReadingNote(key, problem.reason, resource.reference, problem.fact))
            continue
        if record is not None:
            found.append(record)
    return found


def _list_states(desk: Desk, deliveries: Mapping[str, Delivery]) -> dict[str, InputState]:
    """The states as delivered, after reading: a key with something unrecognisable in it is not complete."""
    states = {key: delivery.state for key, delivery in deliveries.items()}
    for key in desk.notebook.holed & states.keys():
        if states[key] is InputState.COMPLETE:
            states[key] = InputState.PARTIAL
    return states


def _sort(found: Sequence[R], date_of: Callable[[R], When | None]) -> tuple[R, ...]:
    """Newest first, undated ones last; of one moment by reference. Deliveries bring copies of one reference in an order of
    their own, so that the order of entries in the record never shows."""
    if len(found) < 2:
        return tuple(found)
    dated, undated = [], []
    for record in sorted(found, key=_reference_of):
        when = date_of(record)
        if when is None:
            undated.append(record)
        else:
            dated.append((when.newest_key(), record))
    dated.sort(key=itemgetter(0), reverse=True)
    return (*[record for _, record in dated], *undated)


def _date_condition(condition: Condition) -> When | None:
    return condition.since


def _date_allergy(allergy: Allergy) -> When | None:
    return allergy.recorded


def _date_procedure(procedure: Procedure) -> When | None:
    return procedure.start


def _date_medicine(entry: MedicineEntry) -> When | None:
    return entry.when or entry.start


def _date_document(document: Document) -> When | None:
    return document.when
