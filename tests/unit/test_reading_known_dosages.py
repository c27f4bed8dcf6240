"""Dosages that are kept in mind read as those that are read anew; with a date, a cycle or a fault in them they are not kept."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.chart.records import MedicineEntry
from cds_hooks.fhir.reading.context import Notebook
from cds_hooks.fhir.reading.known_dosages import read_known_dosages, recall_dosages
from cds_hooks.fhir.reading.medicines import read_medicine_in_full
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.resource import Desk, Resource
from tests.unit.reading_desk import UCUM, list_notes, make_context, make_order, read, read_draft_order

DOSE = {"doseQuantity": {"value": 2.5, "unit": "mg", "system": UCUM, "code": "mg"}}
DAYS = {"value": 21, "unit": "days", "system": UCUM, "code": "d"}
DAILY = {"text": "1 a day", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, "doseAndRate": [DOSE]}
BOUNDED = {**DAILY, "timing": {"repeat": {**DAILY["timing"]["repeat"], "boundsDuration": DAYS}}}  # type: ignore[index]
PLAIN = [
    [DAILY],
    [BOUNDED],
    [{**DAILY, "sequence": 2}, {**BOUNDED, "sequence": 1, "route": {"text": "oral"}}],
    [{"text": "as needed", "asNeededBoolean": True}],
    [],
]
FAULTY = [
    [{**DAILY, "timing": {"repeat": {"boundsPeriod": {"start": "2025-05-01", "end": "2025-05-21"}}}}],
    [{**DAILY, "timing": {"event": ["2025-05-01"]}}],
    [{**DAILY, "sequence": "first"}],
    [{**DAILY, "doseAndRate": [{"doseRange": {"low": {"value": 1}}}]}],
    [DAILY, "2 a day"],
    "1 a day",
    {},
]


def make_resource(**members: Any) -> Resource:
    return Resource(make_order(**members), "medications", None, Desk(make_context(), Shelf({}, (), None), Notebook()))


def read_anew(**members: Any) -> tuple[MedicineEntry | None, set[tuple[str, str]]]:
    """An extension keeps the dosages out of mind."""
    lines = [{**line, "extension": []} for line in members["dosageInstruction"]]
    resource = make_resource(**{**members, "dosageInstruction": lines})
    entry = read_medicine_in_full(resource)
    return entry, {(note.reason, note.fact) for note in resource.desk.notebook.list_notes()}


@pytest.mark.parametrize("lines", PLAIN)
def test_known_dosages_read_as_those_that_are_read_anew(lines: list[Any]) -> None:
    assert recall_dosages(make_resource(), lines) is read_known_dosages(make_resource(id="2"), lines)
    chart = read([], medications=[make_order(dosageInstruction=lines)])
    anew, notes = read_anew(dosageInstruction=lines)
    assert chart.medicines == (anew,)
    assert list_notes(chart) == notes == set()
    assert chart.medicines[0].is_bounded is (BOUNDED in lines or len(lines) == 2)
    assert anew is not None
    assert read_draft_order(dosageInstruction=lines).dosages == anew.dosages


@pytest.mark.parametrize(
    "period",
    [
        {"start": "2025-05-01", "end": "2025-05-21"},
        {"start": "2025-05"},
        {"end": "2025-07-01T10:00:00Z"},
        {"start": "soon"},
        "2025",
        None,
    ],
)
def test_bounds_by_dates_are_read_beside_what_is_kept(period: Any) -> None:
    line = {**DAILY, "timing": {"repeat": {**DAILY["timing"]["repeat"], "boundsPeriod": period}}}  # type: ignore[index]
    lines = [{**line, "sequence": 2, "route": {"text": "oral"}}, {**DAILY, "sequence": 1}]
    known = read_known_dosages(make_resource(), lines)
    chart = read([], medications=[make_order(dosageInstruction=lines)])
    anew, notes = read_anew(dosageInstruction=lines)
    assert known is not None
    assert anew is not None
    assert (known.lines, known.route) == (anew.dosages, anew.route)
    assert chart.medicines == (anew,)
    assert {(reason, fact) for _, reason, fact in list_notes(chart)} == notes


@pytest.mark.parametrize(
    "timing", [[DAILY["timing"]], "daily", {"repeat": [{"boundsPeriod": {}}]}, {"repeat": {"boundsRange": {}}}]
)
def test_a_timing_of_another_shape_is_read_in_full(timing: Any) -> None:
    assert read_known_dosages(make_resource(), [DAILY, {**DAILY, "timing": timing}]) is None


@pytest.mark.parametrize("written", FAULTY)
def test_dosages_with_a_date_or_a_fault_are_not_kept(written: Any) -> None:
    assert recall_dosages(make_resource(), written) is None


def test_dosages_of_a_cycle_that_the_order_states_are_read_with_it() -> None:
    in_cycles = make_resource(modifierExtension=[{"url": "x"}])
    assert read_known_dosages(in_cycles, [BOUNDED]) is None
    assert read_known_dosages(in_cycles, []) is None
    assert read_known_dosages(in_cycles, None) == read_known_dosages(make_resource(), None) == recall_dosages(make_resource(), [])
