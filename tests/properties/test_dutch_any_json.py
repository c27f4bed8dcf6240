"""Building blocks of MP9 and mapped codes: whatever JSON stands where, reading never raises; the order of entries never shows."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cds_hooks.chart.chart import Chart
from cds_hooks.knowledge.code_map import MappedProduct
from tests.properties.test_reading_any_json import ANY_JSON, ask_everything, list_paths
from tests.unit.reading_desk import VOCABULARY, make_bundle, make_context, read
from tests.unit.test_reading_agreements import (
    FOR_GOOD,
    make_agreement,
    make_dispense_request,
    make_pharmacists_agreement,
    make_stop,
    period,
)

PRK = "urn:oid:2.16.840.1.113883.2.4.4.10"
PRODUCT = {"coding": [{"system": PRK, "code": "900001"}]}
IDENTIFIER = {"system": "urn:oid:1.2.3", "value": "MA1"}
CONTEXT = make_context(vocabulary=replace(VOCABULARY, code_map={PRK: {"900001": MappedProduct("L04AX04", Decimal(25))}}))
BLOCKS = [
    make_agreement("ma1", period("2025-05-01"), identifier=[IDENTIFIER], medicationCodeableConcept=PRODUCT),
    make_agreement("ma2", period("2025-05-20", "2025-06-20"), priorPrescription={"reference": "MedicationRequest/ma1"}),
    make_stop(FOR_GOOD, period("2025-05-01", "2025-05-20"), priorPrescription={"identifier": IDENTIFIER}),
    make_dispense_request(basedOn=[{"reference": "MedicationRequest/ma1"}]),
]
PHARMACISTS = make_pharmacists_agreement(period("2025-05-01"), authorizingPrescription=[{"identifier": IDENTIFIER}])
RECORD: dict[str, Any] = {
    "drafts": make_bundle(BLOCKS[0], BLOCKS[3]),
    "medications": make_bundle(*BLOCKS),
    "dispenses": make_bundle(PHARMACISTS),
}
PATHS = [path for path in list_paths(RECORD) if len(path) > 1]


def read_with(record: dict[str, Any]) -> Chart:
    return ask_everything(read(context=CONTEXT, **record))


def replace_at(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(RECORD)
    node: Any = changed
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = value
    return changed


def test_the_record_of_this_test_comes_to_two_agreements_and_one_order() -> None:
    chart = read_with(RECORD)
    assert sorted(entry.reference for entry in chart.medicines) == ["MedicationRequest/ma1", "MedicationRequest/ma2"]
    assert [draft.do_not_perform for draft in chart.drafts] == [False, True]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(PATHS), ANY_JSON)
def test_any_json_in_place_of_any_member_never_raises(path: tuple[Any, ...], value: Any) -> None:
    read_with(replace_at(path, value))


def test_every_member_may_be_wrapped_unwrapped_or_missing() -> None:
    for path in PATHS:
        for value in (None, [], {}, "", 0, True, [[]], [None], [{}], float("nan"), "2190-01-01"):
            read_with(replace_at(path, value))


@settings(max_examples=100, deadline=None)
@given(st.permutations(BLOCKS), st.sampled_from(PATHS), st.sampled_from([None, {}, "2025-05-20", []]))
def test_the_order_of_entries_never_shows(blocks: list[dict[str, Any]], path: tuple[Any, ...], value: Any) -> None:
    changed = replace_at(path, value)
    entries = (changed.get("medications") or {}).get("entry")
    if not isinstance(entries, list):
        return
    turned = copy.deepcopy(changed)
    places = [BLOCKS.index(block) for block in blocks]
    turned["medications"]["entry"] = [entries[place] for place in places if place < len(entries)]
    assert read_with(turned).medicines == read_with(changed).medicines
