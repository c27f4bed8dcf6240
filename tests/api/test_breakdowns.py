"""What the service says, and writes down, when it breaks, and for every other call."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_hooks.errors import FhirError, MissingNecessaryData
from cds_hooks.server.call_log import LOGGER
from tests.api.real_service import MAN, ask, describe, list_cards, open_client
from tests.clinical.expect import ADVICE
from tests.invariants import BrokenAnswer

SIGN = "/cds-services/medication-order-sign"


@pytest.mark.parametrize(
    "error", [KeyError("Jansen"), RecursionError(), FhirError("Jansen"), MemoryError(), ValueError("Jansen")]
)
def test_a_breakdown_is_500_and_never_an_empty_answer(
    client: FlaskClient, call: dict[str, Any], advice: Any, error: Exception
) -> None:
    advice.error = error
    response = client.post(SIGN, json=call)
    assert response.status_code == 500
    assert response.get_json()["issue"][0]["code"] == "exception"
    assert "cards" not in response.text
    assert "Traceback" not in response.text


def test_a_breakdown_is_logged_by_kind_and_place_not_by_its_words(
    client: FlaskClient, call: dict[str, Any], advice: Any, lines: list[dict[str, Any]]
) -> None:
    advice.error = KeyError("Jansen")
    response = client.post(SIGN, json=call)
    assert lines[0]["error"] == "KeyError"
    assert any("hook_routes.py" in place for place in lines[0]["at"])
    assert lines[0]["request"] == response.headers["X-Request-Id"]
    assert "Jansen" not in json.dumps(lines)


def test_missing_necessary_data_is_412(client: FlaskClient, call: dict[str, Any], advice: Any) -> None:
    advice.error = MissingNecessaryData("is required", element="prefetch.patient")
    response = client.post(SIGN, json=call)
    assert response.status_code == 412
    assert response.get_json()["issue"][0]["expression"] == ["prefetch.patient"]


def test_a_call_is_one_line_with_counts_and_no_patient(
    client: FlaskClient, call: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    call["context"]["patientId"] = "jansen-1931"
    client.post(SIGN, json=call)
    (line,) = lines
    assert line["service"] == "medication-order-sign"
    assert line["hookInstance"] == call["hookInstance"]
    assert (line["status"], line["cards"]) == (200, {"critical": 1})
    assert "jansen" not in json.dumps(line)


def test_a_refused_call_is_logged_with_its_element(client: FlaskClient, lines: list[dict[str, Any]]) -> None:
    client.post(SIGN, json={"hook": "order-sign"})
    assert (lines[0]["status"], lines[0]["element"]) == (400, "hookInstance")


def test_a_refusal_sent_as_a_card_is_still_logged_as_one(
    make_client: Callable[..., FlaskClient], lines: list[dict[str, Any]]
) -> None:
    make_client(CDS_HOOKS_PROFILE="sandbox").post(SIGN, json={"hook": "order-sign"})
    assert (lines[0]["status"], lines[0]["insteadOf"], lines[0]["element"]) == (200, 400, "hookInstance")


def test_health_checks_fill_no_log(client: FlaskClient, lines: list[dict[str, Any]]) -> None:
    client.get("/healthz")
    client.get("/cds-services")
    assert lines == []


def test_what_other_layers_log_carries_its_facts_and_the_id_of_the_call(
    client: FlaskClient, call: dict[str, Any], advice: Any, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def advise(*_: Any, **__: Any) -> dict[str, Any]:
        LOGGER.warning("rule failed", extra={"rule": "made-up.rule"})
        return {"cards": []}

    monkeypatch.setattr(advice, "advise", advise)
    response = client.post(SIGN, json=call)
    assert (lines[0]["rule"], lines[0]["request"]) == ("made-up.rule", response.headers["X-Request-Id"])


def break_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count of outcomes of every answer is empty, which no card can put right."""
    monkeypatch.setattr("cds_hooks.advice.response.compose_evaluation", lambda *_: {})


def test_an_answer_that_breaks_cds_hooks_is_500_and_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    break_the_answer(monkeypatch)
    response = ask(describe(MAN))
    assert (response.status_code, response.get_json()["resourceType"]) == (500, "OperationOutcome")
    assert "cards" not in response.text


def test_a_client_that_shows_no_errors_gets_a_card_instead_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    break_the_answer(monkeypatch)
    (card,) = open_client(CDS_HOOKS_PROFILE="sandbox").post(SIGN, json=describe(MAN)).get_json()["cards"]
    assert card["summary"].startswith("Nothing was checked")


def test_the_check_of_answers_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    break_the_answer(monkeypatch)
    client = open_client(CDS_HOOKS_CHECK_RESPONSES="off")
    with pytest.raises(BrokenAnswer, match="extension: null or empty"):
        client.post(SIGN, json=describe(MAN))


def test_cards_that_break_cds_hooks_are_named_as_not_checked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("cds_hooks.advice.cards.fit_summary", lambda *_: "x" * 140)
    (card,) = list_cards(describe(MAN))
    assert card["extension"][ADVICE]["missing"] == ["lenalidomide.ppp.male", "lenalidomide.counselling"]
    assert "a card of lenalidomide.ppp.male, lenalidomide.counselling is withheld: summary: not one line" in caplog.text
