"""Against a FHIR server that is not ours: a call without any prefetch gets the cards of the same call with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.fixture_files import SITUATIONS, read_request
from tests.clinical.expect import read_advice
from tests.real.asked import Json, ask, ask_with_prefetch, ask_with_server, list_record
from tests.real.running_fhir import RunningFhir, run_fhir

#: Its problem list could not be delivered: that takes a server that cannot search it.
FAILING = "lenalidomide-conditions-not-delivered"
PLAIN = "lenalidomide-renal-40"


@pytest.mark.parametrize("situation", [situation for situation in SITUATIONS if situation != FAILING])
def test_without_prefetch_the_cards_are_those_with_it(fhir: RunningFhir, situation: str) -> None:
    base = fhir.load(situation, list_record(read_request(situation)))
    assert ask_with_server(situation, base) == ask_with_prefetch(situation)


@pytest.fixture(scope="module")
def without_conditions() -> Iterator[RunningFhir]:
    with run_fhir("--unknown", "Condition.patient") as server:
        yield server


def test_a_problem_list_that_the_server_cannot_search_is_as_one_not_delivered(without_conditions: RunningFhir) -> None:
    base = without_conditions.load(FAILING, list_record(read_request(FAILING)))
    assert ask_with_server(FAILING, base) == ask_with_prefetch(FAILING)


def test_what_the_prefetch_lacks_is_read_besides(fhir: RunningFhir) -> None:
    request = read_request(PLAIN)
    base = fhir.load(PLAIN, list_record(request))
    sent = {key: value for key, value in request["prefetch"].items() if key in ("patient", "observations")}
    assert ask({**request, "prefetch": sent, "fhirServer": base}) == ask_with_prefetch(PLAIN)


def test_a_medicine_that_the_order_only_refers_to_is_read(fhir: RunningFhir) -> None:
    request = read_request(PLAIN)
    (entry,) = request["context"]["draftOrders"]["entry"]
    concept = entry["resource"].pop("medicationCodeableConcept")
    medication = {"resourceType": "Medication", "id": "synthetic-medication-1", "code": concept}
    entry["resource"]["medicationReference"] = {"reference": "Medication/synthetic-medication-1"}
    base = fhir.load("referred", [*list_record(request), medication])
    del request["prefetch"]
    assert list_rules(ask({**request, "fhirServer": base})) == list_rules(ask_with_prefetch(PLAIN))


def test_a_patient_that_is_not_on_the_server_is_refused(fhir: RunningFhir) -> None:
    with pytest.raises(AssertionError, match="patient"):
        ask_with_server(PLAIN, fhir.base("empty"))


def list_rules(response: Json) -> list[list[str]]:
    return [read_advice(card)["rules"] for card in response["cards"]]
