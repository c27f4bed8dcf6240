"""A FHIR server that does not know a parameter of ours answers with an empty Bundle: how that is told from "nothing found"."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.api.fixture_files import read_request
from tests.clinical.expect import NOT_CHECKED, find_cards, read_advice
from tests.real.asked import Json, ask_with_prefetch, ask_with_server, list_record
from tests.real.running_fhir import RunningFhir, run_fhir

SITUATION = "lenalidomide-renal-40"
EMPTY = {"resourceType": "Bundle", "type": "searchset", "total": 0}


@pytest.fixture(scope="module", params=["lenient", "strict"])
def telling(request: pytest.FixtureRequest) -> Iterator[RunningFhir]:
    """A server that tells in one of the two ways that it does not search by `code`: its `self` link, or a refusal."""
    with run_fhir("--unknown", "Observation.code", "--handling", request.param) as server:
        yield server


@pytest.fixture(scope="module")
def silent() -> Iterator[RunningFhir]:
    with run_fhir("--unknown", "Observation.code", "--handling", "silent") as server:
        yield server


def test_the_server_answers_a_parameter_that_it_does_not_know_with_an_empty_bundle(silent: RunningFhir) -> None:
    base = load(silent)
    asked = f"{base}/Observation?patient={read_request(SITUATION)['context']['patientId']}"
    assert requests.get(asked, timeout=30).json()["total"] > 0
    assert requests.get(f"{asked}&code=2160-0", timeout=30).json() == EMPTY


def test_a_search_by_less_than_was_asked_is_not_checked_and_not_nothing_found(telling: RunningFhir) -> None:
    response = ask_with_server(SITUATION, load(telling))
    assert list_unchecked(response) == ["observations"]


def test_the_cards_are_those_of_observations_that_could_not_be_had(telling: RunningFhir) -> None:
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-supported"}]}
    assert ask_with_server(SITUATION, load(telling)) == ask_with_prefetch(SITUATION, observations=failed)


def test_a_server_that_says_in_neither_way_is_believed(silent: RunningFhir) -> None:
    response = ask_with_server(SITUATION, load(silent))
    assert response == ask_with_prefetch(SITUATION, observations=EMPTY)
    assert list_unchecked(response) == []


def load(server: RunningFhir) -> str:
    return server.load(SITUATION, list_record(read_request(SITUATION)))


def list_unchecked(response: Json) -> list[str]:
    return [name for card in find_cards(response["cards"], NOT_CHECKED) for name in read_advice(card)["missing"]]
