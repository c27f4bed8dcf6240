"""Observations that nobody asks for stay unread, and it makes no difference: the same state, notes and wanted ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.chart.inputs import InputState
from cds_hooks.fhir.deliveries import Delivery, read_delivery
from cds_hooks.fhir.reading.observations import find_wanted, read_now
from cds_hooks.fhir.skimming import skim_observations
from cds_hooks.hooks.unread import UnreadBundle
from cds_hooks.service import load_knowledge

VOCABULARY = load_knowledge().knowledge.vocabulary
ASKED = VOCABULARY.observed_codes
SODIUM, CREATININE = "2951-2", "14682-9"
Json = dict[str, Any]


def observe(identity: str, loinc: str = SODIUM, **members: Any) -> Json:
    whose, coding = {"reference": "Patient/p1"}, {"system": "http://loinc.org", "code": loinc}
    resource = {"resourceType": "Observation", "id": identity, "subject": whose, "code": {"coding": [coding]}}
    return {"resource": {**resource, "valueQuantity": {"value": 1}, **members}}


def deliver(entries: list[Any], **members: Any) -> tuple[Delivery, Delivery]:
    """As it is skimmed, and as it is read in full."""
    bundle = UnreadBundle({"resourceType": "Bundle", **members}, [json.dumps(entry).encode() for entry in entries])
    skimmed = read_delivery("observations", bundle, patient_id="p1", asked_codes=ASKED)
    return skimmed, read_delivery("observations", bundle.read(), patient_id="p1")


def count_unread(entries: list[Any]) -> int:
    found = skim_observations([json.dumps(entry).encode() for entry in entries], patient_id="p1", asked_codes=ASKED)
    return found.unread


def list_wanted(delivery: Delivery) -> list[tuple[str, list[Any]]]:
    """By analyte and topic what is wanted, read; in an order of its own."""
    found = find_wanted(delivery.resources, VOCABULARY, delivery.unread)
    named = [*found.measured.items(), *found.coded.items()]
    return sorted((name, sorted(map(repr, read_now(wanted)))) for name, wanted in named)


def assert_the_same(skimmed: Delivery, whole: Delivery) -> None:
    assert (skimmed.state, skimmed.notes, skimmed.next_url) == (whole.state, whole.notes, whole.next_url)
    assert list_wanted(skimmed) == list_wanted(whole)


def test_ordinary_ones_are_not_read_and_only_those_that_may_be_asked_for_are_kept() -> None:
    skimmed, whole = deliver([observe("a"), observe("b", CREATININE), observe("c")])
    assert skimmed.resources == ()
    assert {codings: [json.loads(one)["resource"]["id"] for one in entries] for codings, entries in skimmed.unread.items()} == {
        (("http://loinc.org", CREATININE),): ["b"]
    }
    assert len(whole.resources) == 3
    assert_the_same(skimmed, whole)


def test_a_record_of_nothing_that_is_asked_for_is_complete_and_not_empty() -> None:
    skimmed, whole = deliver([observe("a"), observe("b")])
    assert (skimmed.resources, skimmed.unread) == ((), {})
    assert skimmed.state is whole.state is InputState.COMPLETE


LEFT: dict[str, tuple[int, list[Any]]] = {
    "a code in a second coding is seen": (1, [observe("a", code={"coding": [{"code": SODIUM}, {"code": CREATININE}]})]),
    "a code of another system is not ours": (1, [observe("a", code={"coding": [{"system": "urn:other", "code": CREATININE}]})]),
    "a code without a system is not ours": (1, [observe("a", code={"coding": [{"code": CREATININE}]})]),
    "a code that is a number is read": (0, [observe("a", code={"coding": [{"system": "http://loinc.org", "code": 5}]})]),
    "a code in a component is seen": (0, [observe("a", component=[{"code": {"coding": [{"code": CREATININE}]}}])]),
    "a coding without a code is read": (0, [observe("a", code={"coding": [{"display": "x"}]})]),
    "a code of text alone is read": (0, [observe("a", code={"text": "Creatinine"})]),
    "one without an id is read": (1, [observe("a"), {"resource": {**observe("b")["resource"], "id": None}}]),
    "two of one id are read": (0, [observe("a"), observe("a", status="final")]),
    "one read and one not of one id are read": (0, [observe("a"), observe("a", CREATININE)]),
    "another patient's is read": (1, [observe("a"), observe("b", subject={"reference": "Patient/p2"})]),
    "without a subject it is read": (1, [observe("a"), observe("b", subject=None)]),
    "the patient's by another URL is left": (1, [observe("a", subject={"reference": "https://ehr.example.org/fhir/Patient/p1"})]),
    "unless that URL is another's": (
        0,
        [
            observe("a", subject={"reference": "https://ehr.example.org/fhir/Patient/p1"}),
            {"fullUrl": "https://ehr.example.org/fhir/Patient/p1", "resource": {"resourceType": "Patient", "id": "p2"}},
        ],
    ),
    "an outcome among them is read": (1, [observe("a"), {"resource": {"resourceType": "OperationOutcome", "issue": []}}]),
    "what is no entry is read": (1, [observe("a"), None, 5, {"resource": []}]),
}


@pytest.mark.parametrize(("unread", "entries"), LEFT.values(), ids=LEFT.keys())
def test_what_is_left_unread(unread: int, entries: list[Any]) -> None:
    assert count_unread(entries) == unread
    assert_the_same(*deliver(entries))


@pytest.mark.parametrize("members", [{"total": 9}, {"link": [{"relation": "next", "url": "https://ehr.example.org/2"}]}])
def test_where_more_is_to_be_fetched_all_is_read(members: Json) -> None:
    skimmed, whole = deliver([observe("a"), observe("b", CREATININE)], **members)
    assert skimmed == whole
    assert len(skimmed.resources) == 2


CHANGES: list[Callable[[Json], object]] = [
    lambda one: one.update(id="a"),
    lambda one: one.pop("id"),
    lambda one: one.update(subject={"reference": "Patient/p2"}),
    lambda one: one.update(subject={"reference": "urn:uuid:p1"}),
    lambda one: one.update(code=None),
    lambda one: one.update(component=[]),
    lambda one: one.update(resourceType="Condition"),
    lambda one: one.update(meta={"lastUpdated": "2026-01-01T00:00:00Z"}),
    lambda one: None,
]
ENTRIES = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from([SODIUM, CREATININE]), st.sampled_from(CHANGES)), max_size=8
)


@given(ENTRIES)
def test_whatever_is_mixed_it_makes_no_difference(drawn: list[tuple[str, str, Callable[[Json], object]]]) -> None:
    entries = []
    for identity, code, change in drawn:
        entry = observe(identity, code)
        change(entry["resource"])
        entries.append(entry)
    assert_the_same(*deliver(entries))
