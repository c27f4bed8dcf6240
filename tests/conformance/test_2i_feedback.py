"""Checklist 2.I: feedback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.hooks.feedback import FeedbackItem, read_feedback
from tests.api.real_service import open_client
from tests.conformance.calls import FEEDBACK, SIGN, Json, discover
from tests.security.registered import Service
from tests.security.token_maker import BASE, ISSUER, bear, compose_claims, make_ec_key, sign, write_jwks

REASON = {"code": "risk-benefit-ratio", "system": "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"}


def item(**members: Any) -> Json:
    """A card that was overridden without a reason."""
    told = {"card": "card-1", "outcome": "overridden", "outcomeTimestamp": "2026-03-02T09:00:00Z", **members}
    return {name: value for name, value in told.items() if value is not ...}


def send(*items: Any) -> Any:
    return open_client().post(FEEDBACK, json={"feedback": list(items)})


def read(*items: Json) -> tuple[FeedbackItem, ...]:
    return read_feedback(json.dumps({"feedback": list(items)}).encode())


def test_s140_every_service_takes_feedback() -> None:
    for service in discover():
        answer = open_client().post(f"/cds-services/{service['id']}/feedback", json={"feedback": [item()]})
        assert answer.status_code == 200


@pytest.mark.parametrize("body", [[], [item()], item(), {}, {"feedback": item()}])
def test_s141_the_body_is_an_object_with_an_array(body: Any) -> None:
    assert open_client().post(FEEDBACK, json=body).status_code == 400


def test_s142_an_item_names_its_card() -> None:
    assert send(item(card=...)).get_json()["issue"][0]["expression"] == ["feedback[0].card"]
    assert send(item(card="123456")).status_code == 200


@pytest.mark.parametrize(
    ("outcome", "status"), [("accepted", 200), ("overridden", 200), ("ignored", 400), (None, 400), (..., 400)]
)
def test_s143_the_outcome_is_accepted_or_overridden(outcome: Any, status: int) -> None:
    assert send(item(outcome=outcome)).status_code == status


def test_s144_accepted_suggestions_are_objects_with_an_id() -> None:
    (told,) = read(item(outcome="accepted", acceptedSuggestions=[{"id": "s-1"}, {"id": "s-2"}]))
    assert told.suggestions == ("s-1", "s-2")


def test_s145_a_reason_is_one_object_with_a_coding_or_a_comment() -> None:
    (told,) = read(item(overrideReason={"reason": REASON, "userComment": "she knows"}))
    assert told.reason is not None
    assert (told.reason.code, told.user_comment) == ("risk-benefit-ratio", "she knows")


def test_s146_overridden_without_a_reason_is_valid() -> None:
    assert send(item()).status_code == 200


@pytest.mark.parametrize(
    ("moment", "status"), [("2026-03-02T09:00:00.123Z", 200), ("2026-03-02T10:00:00+01:00", 200), ("yesterday", 400), (..., 400)]
)
def test_s147_the_moment_is_a_date_time(moment: Any, status: int) -> None:
    assert send(item(outcomeTimestamp=moment)).status_code == status


def test_s148_one_post_tells_of_many_cards_and_the_same_item_counts_once() -> None:
    assert len(read(item(), item(card="card-2"), item(), item(outcome="accepted"))) == 3
    assert (send(item()).status_code, send(item()).status_code) == (200, 200)


@pytest.mark.parametrize("audience", [f"{BASE}{SIGN}", f"{BASE}{FEEDBACK}"])
def test_s149_feedback_asks_for_a_token_for_itself_or_its_service(tmp_path: Path, audience: str) -> None:
    key = make_ec_key("feedback")
    (tmp_path / "keys.json").write_text(write_jwks(key))
    service = Service(tmp_path, {"name": "ehr", "issuer": ISSUER, "jwks_file": "keys.json"})
    body = {"feedback": [item()]}
    assert service.http.post(FEEDBACK, json=body).status_code == 401
    assert service.http.post(FEEDBACK, json=body, headers=bear(sign(compose_claims(aud=audience), key))).status_code == 200


def test_s150_feedback_is_answered_with_200_and_an_empty_object_whatever_the_card() -> None:
    answer = send(item(card="a card that we never made"))
    assert (answer.status_code, answer.get_json()) == (200, {})


def test_s151_no_comment_is_in_the_log(lines: list[dict[str, Any]]) -> None:
    send(item(overrideReason={"userComment": "Mrs Jansen refuses"}))
    assert lines
    assert "Jansen" not in str(lines)
