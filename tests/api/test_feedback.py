"""`POST /cds-services/{id}/feedback`: 200 with an empty object, and one line of numbers in the log (S140 to S151)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.real_service import WOMAN, ask, describe, open_client

FEEDBACK = "/cds-services/medication-order-sign/feedback"
ITEM = {"card": "123456", "outcome": "overridden", "outcomeTimestamp": "2026-03-02T09:00:00Z"}


def test_feedback_is_answered_with_an_empty_object(client: FlaskClient) -> None:
    response = client.post(FEEDBACK, json={"feedback": [ITEM]})
    assert (response.status_code, response.mimetype, response.get_json()) == (200, "application/json", {})


def test_a_reason_that_a_card_offered_is_counted_as_known(lines: list[dict[str, Any]]) -> None:
    card = next(card for card in ask(describe(WOMAN)).get_json()["cards"] if "overrideReasons" in card)
    told = {**ITEM, "card": card["uuid"], "overrideReason": {"reason": card["overrideReasons"][0]}}
    assert open_client().post(FEEDBACK, json={"feedback": [told]}).get_json() == {}
    assert lines[-1]["feedback"] == {"accepted": 0, "overridden": 1, "knownReasons": 1}


def test_nothing_to_tell_is_fine(client: FlaskClient) -> None:
    assert client.post(FEEDBACK, json={"feedback": []}).status_code == 200


def test_the_log_has_numbers_and_no_word_of_the_physician(client: FlaskClient, lines: list[dict[str, Any]]) -> None:
    reason = {"code": "made-up-reason", "system": "urn:made-up"}
    told = {**ITEM, "overrideReason": {"reason": reason, "userComment": "Jansen refuses"}}
    client.post(FEEDBACK, json={"feedback": [told, {**ITEM, "outcome": "accepted", "acceptedSuggestions": [{"id": "s"}]}]})
    (line,) = lines
    assert (line["service"], line["status"]) == ("medication-order-sign", 200)
    assert line["feedback"] == {"accepted": 1, "overridden": 1, "knownReasons": 1}
    assert "Jansen" not in json.dumps(line)
    assert "123456" not in json.dumps(line)


def test_what_is_no_feedback_is_refused_by_its_element(client: FlaskClient) -> None:
    response = client.post(FEEDBACK, json={"feedback": [ITEM, {**ITEM, "outcome": "ignored"}]}, headers={"Accept-Language": "nl"})
    outcome = response.get_json()
    assert (response.status_code, outcome["resourceType"]) == (400, "OperationOutcome")
    assert outcome["issue"][0]["details"]["text"] == "feedback[1].outcome: is accepted noch overridden"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"feedback": []}', "text/plain", 415),
        (b" " * 1_100_000, "application/json", 413),
        (json.dumps({"feedback": [ITEM] * 1001}).encode(), "application/json", 413),
    ],
)
def test_refusals_have_their_status(client: FlaskClient, body: bytes, content_type: str, status: int) -> None:
    assert client.post(FEEDBACK, data=body, content_type=content_type).status_code == status


def test_a_client_that_hides_errors_still_gets_a_status_here(make_client: Callable[..., FlaskClient]) -> None:
    assert make_client(CDS_HOOKS_PROFILE="sandbox").post(FEEDBACK, data=b"{", content_type="application/json").status_code == 400


def test_an_unknown_service_has_no_feedback(client: FlaskClient) -> None:
    assert client.post("/cds-services/no-such-service/feedback", json={"feedback": [ITEM]}).status_code == 404


def test_feedback_is_sent_not_fetched(client: FlaskClient) -> None:
    response = client.get(FEEDBACK)
    assert (response.status_code, response.headers["Allow"]) == (405, "OPTIONS, POST")


def test_a_web_page_may_send_feedback(client: FlaskClient) -> None:
    preflight = client.options(FEEDBACK, headers={"Origin": "http://localhost:8081", "Access-Control-Request-Method": "POST"})
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    assert client.post(FEEDBACK, json={"feedback": []}).headers["Access-Control-Allow-Origin"] == "*"
