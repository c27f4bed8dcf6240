"""Checklist 2.D: statuses and bodies of answers."""

from __future__ import annotations

import pytest

from tests.api.fixture_files import read_request
from tests.api.real_service import open_client
from tests.conformance.calls import SIGN, ask, list_cards, woman
from tests.timing import bounded_time


def test_s60_success_is_200_with_an_array_of_cards() -> None:
    answer = ask(woman())
    assert answer.status_code == 200
    assert len(answer.get_json()["cards"]) > 1


def test_s61_no_guidance_is_200_with_no_cards() -> None:
    answer = ask(read_request("unrelated-order"))
    assert (answer.status_code, answer.get_json()) == (200, {"cards": []})


def test_s62_necessary_data_that_could_not_be_had_is_412() -> None:
    call = woman()
    del call["prefetch"]
    assert ask(call).status_code == 412


@pytest.mark.parametrize(
    ("path", "body", "content_type", "status"),
    [
        (SIGN, b"{", "application/json", 400),
        ("/cds-services/none", b"{}", "application/json", 404),
        ("/cds-services", b"{}", "application/json", 405),
        (SIGN, b" " * 11_000_000, "application/json", 413),
        (SIGN, b"{}", "text/plain", 415),
    ],
)
def test_s70_what_is_wrong_has_its_own_4xx(path: str, body: bytes, content_type: str, status: int) -> None:
    assert open_client().post(path, data=body, content_type=content_type).status_code == status


@pytest.mark.parametrize("path", [SIGN, f"{SIGN}/feedback", "/cds-services/none"])
def test_s71_a_refusal_is_an_operation_outcome(path: str) -> None:
    answer = ask({}, path)
    assert answer.content_type == "application/fhir+json"
    assert answer.get_json()["resourceType"] == "OperationOutcome"
    assert answer.get_json()["issue"][0]["diagnostics"]


def test_s72_a_call_takes_less_than_half_a_second() -> None:
    ask(woman())
    with bounded_time(0.5):
        ask(woman())


def test_s73_topic_and_indicator_tell_a_client_what_is_the_same_alert() -> None:
    first, second = ask(woman()).get_json()["cards"], ask(woman()).get_json()["cards"]
    assert [card["source"]["topic"] for card in first] == [card["source"]["topic"] for card in second]
    assert all({"topic", "label"} <= set(card["source"]) for card in list_cards())
