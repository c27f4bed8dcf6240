"""Well-formed JSON never gives 500, and the answer never takes long: random values and changes in whole requests, over HTTP."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cds_hooks.advice.checking import find_faults
from tests.api.fixture_files import SITUATIONS, read_request
from tests.api.real_service import open_client, post
from tests.timing import bounded_time

Json = dict[str, Any]
Path = tuple[Any, ...]

LONGEST_SECONDS = 2.0
EVALUATION = "dev.cds-hooks-server.evaluation"

#: Values that have broken programs before.
ODD = [
    *(None, True, False, 0, -1, 1, 1e300, -1e300, 1e-320, 10**400, 12345678901234567890, 1e15, "1e5", "-25", "NaN"),
    *("", " ", "x", "a" * 3000, "\u0000", "\ud800", "<script>", "Patient/patient-1", "#", "..", "%00"),
    *("2190-01-01", "2026-02-30", "0001-01-01", "0000", "9999-12-31T23:59:59+14:00", "2026-03", "2026-03-02T25:00:00Z"),
    *([], {}, [[]], [None], [{}], [[[1]]], {"coding": [{}]}, {"coding": "x"}, {"coding": {"system": 1, "code": []}}),
    *({"reference": "#"}, {"reference": "Medication/x"}, {"reference": {}}, {"value": 1e300, "unit": "mg"}, {"value": []}),
    *({"repeat": {"frequency": 10**30, "period": 1e-300, "periodUnit": "d"}}, {"event": ["x"] * 50}, {"start": 1, "end": []}),
    *({"resourceType": "Bundle", "entry": [{}]}, {"resourceType": "OperationOutcome", "issue": [{"severity": {}}]}),
]
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@cache
def list_paths(situation: str) -> list[Path]:
    """The path of every member of the request."""
    return [(), *walk(read_request(situation))]


def walk(node: Any, path: Path = ()) -> Iterator[Path]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in inner:
        yield (*path, name)
        yield from walk(child, (*path, name))


def change_at(body: Any, path: Path, how: str, value: Any) -> Any:
    """One member replaced, deleted, doubled, wrapped in a list, or renamed. A path that is gone by now changes nothing."""
    if not path:
        return value
    try:
        holder = body
        for name in path[:-1]:
            holder = holder[name]
        CHANGES[how](holder, path[-1], value)
    except (KeyError, IndexError, TypeError, AttributeError):
        pass
    return body


def _delete(holder: Any, name: Any, _: Any) -> None:
    del holder[name]


def _replace(holder: Any, name: Any, value: Any) -> None:
    holder[name] = value


def _double(holder: Any, name: Any, _: Any) -> None:
    holder[name] = [holder[name], copy.deepcopy(holder[name])]


def _wrap(holder: Any, name: Any, _: Any) -> None:
    holder[name] = [holder[name]]


def _rename(holder: Any, name: Any, _: Any) -> None:
    holder[f"{name}X"] = holder.pop(name)


CHANGES = {"delete": _delete, "replace": _replace, "double": _double, "wrap": _wrap, "rename": _rename}


def check_answer(body: Any, hook: str) -> None:
    """200 with a valid response, or 4xx with an OperationOutcome; no rule fails inside, and nothing takes long."""
    open_client()
    with bounded_time(LONGEST_SECONDS):
        response = post(json.dumps(body).encode(), hook=hook)
    answer = response.get_json()
    if response.status_code != 200:
        assert 400 <= response.status_code < 500
        assert answer["resourceType"] == "OperationOutcome"
        return
    assert find_faults(answer) == []
    assert answer.get("extension", {}).get(EVALUATION, {}).get("outcomes", {}).get("error", 0) == 0


@settings(max_examples=400, deadline=None)
@given(st.data(), st.sampled_from(SITUATIONS), st.sampled_from(ODD) | any_json)
def test_any_json_in_place_of_any_member_is_answered(data: st.DataObject, situation: str, value: Any) -> None:
    path = data.draw(st.sampled_from(list_paths(situation)))
    request = read_request(situation)
    check_answer(change_at(copy.deepcopy(request), path, "replace", value), request["hook"])


@settings(max_examples=300, deadline=None)
@given(st.data(), st.sampled_from(SITUATIONS), st.integers(2, 6))
def test_several_changes_at_any_depth_are_answered(data: st.DataObject, situation: str, changes: int) -> None:
    request = read_request(situation)
    body: Any = copy.deepcopy(request)
    for _ in range(changes):
        path = data.draw(st.sampled_from(list_paths(situation)[1:]))
        body = change_at(body, path, data.draw(st.sampled_from(sorted(CHANGES))), copy.deepcopy(data.draw(st.sampled_from(ODD))))
    check_answer(body, request["hook"])


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_member_may_be_missing(situation: str) -> None:
    request = read_request(situation)
    for path in list_paths(situation)[1::3]:
        check_answer(change_at(copy.deepcopy(request), path, "delete", None), request["hook"])


def test_an_outcome_whose_severity_is_an_object_is_a_failure() -> None:
    request = read_request("lenalidomide-renal-40")
    request["prefetch"]["conditions"] = {"resourceType": "OperationOutcome", "issue": [{"severity": {"code": "warning"}}]}
    check_answer(request, request["hook"])


def test_a_patient_of_no_full_year_is_judged() -> None:
    request = read_request("lenalidomide-renal-40")
    request["prefetch"]["patient"]["birthDate"] = "2025-12-01"
    check_answer(request, request["hook"])


@pytest.mark.parametrize("id", [{"coding": [{}]}, 7, "", "a b", "../x"])
def test_an_order_without_a_usable_id_is_judged_and_not_rewritten(id: Any) -> None:
    request = read_request("lenalidomide-renal-40")
    request["context"]["draftOrders"]["entry"][0]["resource"]["id"] = id
    check_answer(request, request["hook"])
