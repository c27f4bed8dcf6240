"""Records in the shape of R5 and of STU3: the chart of the same facts in R4, and never an error whatever JSON stands where."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cds_hooks.fhir.reading.versions import bring_to_r4, find_version
from tests.api.other_versions import write_over
from tests.properties.test_reading_any_json import ANY_JSON, RECORD, ask_everything, list_paths
from tests.unit.reading_desk import read

VERSIONS = ("R5", "STU3")


def write_record(version: str) -> dict[str, Any]:
    record = {name: value for name, value in RECORD.items() if name != "drafts"}
    written = write_over({"context": {"draftOrders": RECORD["drafts"]}, "prefetch": record}, version)
    return {"drafts": written["context"]["draftOrders"], **written["prefetch"]}


RECORDS = {version: write_record(version) for version in VERSIONS}
PLACES = [(version, path) for version in VERSIONS for path in list_paths(RECORDS[version]) if len(path) > 1]


def replace_at(version: str, path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(RECORDS[version])
    node: Any = changed
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = value
    return changed


def test_the_chart_of_a_record_written_over_is_that_of_r4() -> None:
    expected = read(**RECORD)
    for version in VERSIONS:
        chart = read(**RECORDS[version])
        assert (chart.allergies, chart.conditions, chart.procedures) == (
            expected.allergies,
            expected.conditions,
            expected.procedures,
        )
        assert [entry.product for entry in chart.medicines] == [entry.product for entry in expected.medicines]
        assert [document.names for document in chart.documents] == [document.names for document in expected.documents]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(PLACES), ANY_JSON)
def test_any_json_in_place_of_any_member_never_raises(place: tuple[str, tuple[Any, ...]], value: Any) -> None:
    ask_everything(read(**replace_at(*place, value)))


def test_every_member_may_be_wrapped_unwrapped_or_missing() -> None:
    for place in PLACES:
        for value in (None, [], {}, "", 0, True, [[]], [None], [{}], float("nan")):
            ask_everything(read(**replace_at(*place, value)))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["Medication", "MedicationRequest", "Consent", "Condition", "Procedure", "x"]), ANY_JSON, ANY_JSON)
def test_any_members_of_other_versions_are_brought_to_r4(kind: str, value: Any, other: Any) -> None:
    names = ("medication", "reason", "taken", "participant", "decision", "date", "ingredient", "occurenceTiming", "context")
    for name in names:
        resource = {"resourceType": kind, name: value, "policyBasis": other, "provision": other, "dosageInstruction": other}
        assert isinstance(bring_to_r4(resource), dict)
        assert find_version(resource) in ("R4", "R5", "STU3")
