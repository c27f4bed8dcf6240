"""What is read later, or left out, is the same as if it had been read at once: the same members, the same notes."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cds_hooks.chart.concept import ConceptSet
from cds_hooks.chart.records import MedicineEntry, ReadingNote
from cds_hooks.fhir.reading.context import Notebook, NotUsed
from cds_hooks.fhir.reading.medicines import read_draft, read_draft_in_full, read_medicine, read_medicine_in_full
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.resource import Desk, Resource
from cds_hooks.knowledge.vocabulary import Vocabulary
from tests.properties.test_reading_any_json import ANY_JSON, list_paths
from tests.unit.reading_desk import NOW, UCUM, VOCABULARY, make_context, make_resource

ATC = "http://www.whocc.no/atc"
SETS = {
    "by-code": ConceptSet("by-code", exact=frozenset({(ATC, "L04AX04")}), names=frozenset({"revlimid"}), words=True),
    "by-prefix": ConceptSet("by-prefix", below=frozenset({(ATC, "M05")}), below_lengths=(3,)),
    "by-name": ConceptSet("by-name", names=frozenset({"zwart fruit"})),
}
DOSAGE = {
    "sequence": 1,
    "text": "1x per dag",
    "timing": {
        "code": {"text": "QD"},
        "repeat": {
            "frequency": 1,
            "period": 1,
            "periodUnit": "d",
            "duration": 2,
            "durationUnit": "h",
            "count": 21,
            "dayOfWeek": ["mon"],
            "boundsDuration": {"value": 21, "code": "d"},
        },
    },
    "route": {"text": "oral"},
    "doseAndRate": [{"doseQuantity": {"value": 25, "unit": "mg", "code": "mg", "system": UCUM}}],
}
DATED = {"text": "1x per dag", "timing": {"repeat": {"boundsPeriod": {"start": "2025-05-01", "end": "2025-07-01"}}}}
SUPPLY = {"quantity": {"value": 21, "unit": "caps"}, "expectedSupplyDuration": {"value": 21, "code": "d"}}
PLAIN: dict[str, dict[str, Any]] = {
    "MedicationRequest": {
        "intent": "order",
        "authoredOn": "2025-05-01T08:00:00+02:00",
        "dosageInstruction": [DOSAGE, DATED],
        "dispenseRequest": {**SUPPLY, "numberOfRepeatsAllowed": 1, "validityPeriod": {"start": "2025-05-01"}},
    },
    "MedicationStatement": {
        "dosage": [DOSAGE],
        "dateAsserted": "2025-05-02",
        "effectivePeriod": {"start": "2025-05-01", "end": "2025-05-03"},
    },
    "MedicationDispense": {"whenHandedOver": "2025-05-01", "quantity": {"value": 1}, "daysSupply": {"value": 1, "code": "d"}},
    "MedicationAdministration": {"effectiveDateTime": "2025-05-01", "dosage": {"dose": {"value": 1, "unit": "mg"}}},
}
PRODUCTS = [
    {"coding": [{"system": ATC, "code": "L04AX04", "display": "lenalidomide 25 mg"}], "text": "Lenalidomide"},
    {"coding": [{"system": ATC, "code": "C07AB03", "display": "atenolol"}], "text": "Atenolol 50 mg tablet"},
    {"text": "Revlimid 10 mg"},
    {"text": "Paracetamol 500 mg"},
]
KINDS = st.sampled_from(sorted(PLAIN))
CHANGES = ANY_JSON | st.sampled_from(["2025-05-31", "2025-06-02T00:00:00+14:00", "2030-01-01", "2025", " ", 0, -1, 0.5, "d"])


def write(kind: str, product: Any) -> dict[str, Any]:
    return make_resource(kind, status="active", medicationCodeableConcept=product, **copy.deepcopy(PLAIN[kind]))


def write_odd(kind: str, product: Any, data: st.DataObject) -> dict[str, Any]:
    raw = write(kind, copy.deepcopy(product))
    path = data.draw(st.sampled_from([path for path in list_paths(raw) if path[0] != "resourceType"]))
    node: Any = raw
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = data.draw(CHANGES)
    return raw


def read(raw: dict[str, Any], reading: Any) -> tuple[MedicineEntry | str | None, tuple[ReadingNote, ...]]:
    """The entry, with every member read, or why it is not used; and the notes, which have to be there before."""
    desk = Desk(make_context(vocabulary=make_vocabulary()), Shelf({}, (), None), Notebook())
    entry: MedicineEntry | str | None
    try:
        entry = reading(Resource(raw, "medications", None, desk))
    except NotUsed as problem:
        entry = problem.reason
    notes = desk.notebook.list_notes()
    # The repr asks for every member.
    assert repr(entry)
    assert desk.notebook.list_notes() == notes
    return entry, notes


def make_vocabulary() -> Vocabulary:
    return replace(VOCABULARY, sets=SETS)


def is_in_a_set(entry: MedicineEntry) -> bool:
    return any(one.find_any(entry.product.concepts()) for one in SETS.values())


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(KINDS, st.sampled_from(PRODUCTS), st.data())
def test_a_medicine_read_later_is_as_one_read_at_once(kind: str, product: Any, data: st.DataObject) -> None:
    raw = write_odd(kind, product, data)
    found, notes = read(raw, read_medicine)
    whole, every_note = read(raw, read_medicine_in_full)
    if found is None and isinstance(whole, MedicineEntry):
        assert not is_in_a_set(whole)
        assert not {note.fact for note in every_note} & {"medication", "medicationCodeableConcept"}
    else:
        assert (found, notes) == (whole, every_note)


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(PRODUCTS), st.data())
def test_a_draft_read_later_is_as_one_read_at_once(product: Any, data: st.DataObject) -> None:
    raw = write_odd("MedicationRequest", product, data)
    found, notes = read(raw, read_draft)
    whole, every_note = read(raw, read_draft_in_full)
    assert (found, notes) == (whole, every_note)
    assert isinstance(found, MedicineEntry)
    assert isinstance(whole, MedicineEntry)
    assert (found.raw, found.version) == (whole.raw, whole.version)


def test_plain_entries_are_those_that_are_read_later() -> None:
    raw = write("MedicationRequest", PRODUCTS[0])
    desk = Desk(make_context(vocabulary=make_vocabulary()), Shelf({}, (), None), Notebook())
    entry = read_medicine(Resource(raw, "medications", None, desk))
    assert entry is not None
    assert entry.later is not None
    assert entry.when is not None
    assert entry.when.first < NOW.today


def test_a_medicine_in_no_set_is_left_out_and_kept_in_mind() -> None:
    desk = Desk(make_context(vocabulary=make_vocabulary()), Shelf({}, (), None), Notebook())
    assert read_medicine(Resource(write("MedicationRequest", PRODUCTS[1]), "medications", None, desk)) is None
    assert desk.list_left_out(("medications",)) == {"MedicationRequest/1"}
    assert desk.list_left_out(("statements",)) == set()
