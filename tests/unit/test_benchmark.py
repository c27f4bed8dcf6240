"""The benchmark asks what it says: seeded, valid calls that get a real answer; a ratio over its limit is said."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from benchmarks import run
from benchmarks.calls import EXPECTED, HEAVY_RULE, NOW, ORDINARY_RULE, build_calls
from benchmarks.measure import Measured, Size
from tests.clinical.run import run_case


def _find_resources(call: dict[str, Any]) -> list[dict[str, Any]]:
    bundles = [call["context"]["draftOrders"], *call["prefetch"].values()]
    return [entry["resource"] for bundle in bundles for entry in bundle.get("entry", ())]


def _measured(service_ms: float) -> dict[tuple[Size, str], Measured]:
    cpu = {run.FLOOR: 0.001, run.SERVICE: service_ms / 1000}
    return {(size, name): Measured([cpu[name]], [0.001, 0.002]) for size in run.SIZES for name in cpu}


def test_the_same_seed_builds_the_same_calls() -> None:
    assert build_calls(20) == build_calls(20)
    assert len(set(build_calls(20))) == 8


def test_a_call_holds_what_the_benchmark_promises() -> None:
    prefetch = json.loads(build_calls(200, variants=1)[0])["prefetch"]
    counts = {key: len(bundle.get("entry", ())) for key, bundle in prefetch.items()}
    assert (counts["observations"], counts["conditions"], counts["medications"]) == (200, 8, 10)
    sizes = [len(json.dumps(entry["resource"])) for entry in prefetch["observations"]["entry"]]
    assert 700 <= sum(sizes) / len(sizes) <= 1000


def test_the_calls_are_valid_r4() -> None:
    calls = [build_calls(20, variants=1, heavy=heavy)[0] for heavy in (False, True)]
    for resource in (resource for call in calls for resource in _find_resources(json.loads(call))):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize(("heavy", "rule", "cards"), [(False, ORDINARY_RULE, {1}), (True, HEAVY_RULE, {4, 5})])
def test_every_call_gets_its_cards(heavy: bool, rule: str, cards: set[int]) -> None:
    for body in build_calls(20, heavy=heavy):
        response, assessment = run_case(json.loads(body), now=datetime.fromisoformat(NOW))
        assert len(response["cards"]) in cards
        assert rule in str(response["cards"][0]["extension"])
        assert EXPECTED in json.dumps(response, separators=(",", ":")).encode()
        assert len(assessment.outcomes) > 70


@pytest.mark.parametrize(("service_ms", "within"), [(1.5, True), (1.51, False)])
def test_a_ratio_over_its_limit_is_said(service_ms: float, within: bool) -> None:
    report = run.compose_report(_measured(service_ms))
    assert ("NO" not in report) == within
