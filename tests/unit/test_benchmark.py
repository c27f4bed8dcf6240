"""The benchmark asks what it says: seeded, valid calls that get a real answer; a ratio over its limit is said."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from benchmarks import run
from benchmarks.calls import EXPECTED_RULE, NOW, build_calls
from benchmarks.measure import Measured
from tests.clinical.run import run_case


def _find_resources(call: dict[str, Any]) -> list[dict[str, Any]]:
    bundles = [call["context"]["draftOrders"], *call["prefetch"].values()]
    return [entry["resource"] for bundle in bundles for entry in bundle.get("entry", ())]


def _measured(service_ms: float) -> dict[tuple[int, str], Measured]:
    cpu = {run.FLOOR: 0.001, run.SERVICE: service_ms / 1000}
    return {(size.observations, name): Measured([cpu[name]], [0.001, 0.002]) for size in run.SIZES for name in cpu}


def test_the_same_seed_builds_the_same_calls() -> None:
    assert build_calls(20) == build_calls(20)
    assert len(set(build_calls(20))) == 8


def test_a_call_holds_what_the_benchmark_promises() -> None:
    prefetch = json.loads(build_calls(200, variants=1)[0])["prefetch"]
    counts = {key: len(bundle.get("entry", ())) for key, bundle in prefetch.items()}
    assert (counts["observations"], counts["conditions"], counts["medications"]) == (200, 15, 20)
    sizes = [len(json.dumps(entry["resource"])) for entry in prefetch["observations"]["entry"]]
    assert 700 <= sum(sizes) / len(sizes) <= 1000


def test_the_calls_are_valid_r4() -> None:
    for resource in _find_resources(json.loads(build_calls(20, variants=1)[0])):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_every_call_gets_the_card_that_the_benchmark_waits_for() -> None:
    for body in build_calls(20):
        response, _ = run_case(json.loads(body), now=datetime.fromisoformat(NOW))
        assert EXPECTED_RULE.decode() in json.dumps(response)


@pytest.mark.parametrize(("service_ms", "within"), [(1.5, True), (1.51, False)])
def test_a_ratio_over_its_limit_is_said(service_ms: float, within: bool) -> None:
    report = run.compose_report(_measured(service_ms))
    assert ("NO" not in report) == within
