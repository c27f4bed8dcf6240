"""A supply that is kept in mind is the one that is read anew, with its dates beside it; one with a fault in it is not kept."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.chart.records import EntryKind
from cds_hooks.fhir.reading.recall import compose_blank
from cds_hooks.fhir.reading.resource import Resource
from cds_hooks.fhir.reading.supply import NO_SUPPLY, read_dispensed_supply, read_known_supply, read_request_supply
from tests.unit.reading_desk import UCUM, VOCABULARY

CAPSULES = {"value": 21, "unit": "capsule", "system": UCUM, "code": "{capsule}"}
WEEKS = {"value": 4, "unit": "weeks"}


def make_resource(raw: dict[str, Any]) -> Resource:
    return Resource(raw, "medications", "", compose_blank(VOCABULARY).desk)


@pytest.mark.parametrize(
    "request_of_supply",
    [{}, {"quantity": CAPSULES}, {"quantity": CAPSULES, "expectedSupplyDuration": WEEKS, "numberOfRepeatsAllowed": 2}],
)
def test_the_supply_of_an_order_is_kept(request_of_supply: dict[str, Any]) -> None:
    resource = make_resource({"dispenseRequest": request_of_supply})
    known = read_known_supply(resource, EntryKind.DRAFT)
    assert known == read_request_supply(resource)
    assert known is read_known_supply(make_resource({"dispenseRequest": request_of_supply}), EntryKind.REQUEST)


@pytest.mark.parametrize(
    "period", [{"start": "2025-05-01", "end": "2025-07-01"}, {"end": "9999-12-31"}, {"start": "soon"}, "2025", None]
)
def test_how_long_it_may_be_dispensed_is_read_beside_it(period: Any) -> None:
    raw = {"dispenseRequest": {"quantity": CAPSULES, "validityPeriod": period}}
    resource, anew = make_resource(raw), make_resource(raw)
    assert read_known_supply(resource, EntryKind.DRAFT) == read_request_supply(anew)
    assert resource.desk.notebook.list_notes() == anew.desk.notebook.list_notes()


@pytest.mark.parametrize("members", [{}, {"quantity": CAPSULES}, {"quantity": CAPSULES, "daysSupply": WEEKS}])
def test_what_was_dispensed_is_kept(members: dict[str, Any]) -> None:
    resource = make_resource(members)
    assert read_known_supply(resource, EntryKind.DISPENSE) == read_dispensed_supply(resource)


@pytest.mark.parametrize(
    "request_of_supply",
    [
        {"quantity": {**CAPSULES, "value": 0}},
        {"quantity": {**CAPSULES, "comparator": "<"}},
        {"expectedSupplyDuration": {"value": 4, "unit": "boxes"}},
        {"numberOfRepeatsAllowed": -1},
        [{"quantity": CAPSULES}],
    ],
)
def test_a_supply_with_a_fault_is_not_kept(request_of_supply: Any) -> None:
    assert read_known_supply(make_resource({"dispenseRequest": request_of_supply}), EntryKind.REQUEST) is None


@pytest.mark.parametrize("kind", [EntryKind.STATEMENT, EntryKind.ADMINISTRATION, EntryKind.REQUEST])
def test_other_entries_supply_nothing(kind: EntryKind) -> None:
    assert read_known_supply(make_resource({"quantity": CAPSULES}), kind) is NO_SUPPLY
