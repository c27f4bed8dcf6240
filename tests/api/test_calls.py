"""POST /cds-services/{id}, where all is well: what reaches the advice, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask.testing import FlaskClient

SIGN = "/cds-services/medication-order-sign"
SELECT = "/cds-services/medication-order-select"


def test_the_answer_is_200_with_cards(client: FlaskClient, call: dict[str, Any]) -> None:
    response = client.post(SIGN, json=call)
    assert response.status_code == 200
    assert response.get_json()["cards"][0]["indicator"] == "critical"


def test_an_answer_is_kept_by_no_cache(client: FlaskClient, call: dict[str, Any]) -> None:
    assert client.post(SIGN, json=call).headers["Cache-Control"] == "no-store"


def test_the_call_reaches_the_advice_whole(client: FlaskClient, call: dict[str, Any], advice) -> None:  # type: ignore[no-untyped-def]
    call["prefetch"] = {"consents": None}
    call["context"]["encounterId"] = "e1"
    client.post(SIGN, json=call)
    asked = advice.asked[0][0]
    assert (asked.patient_id, asked.encounter_id, asked.prefetch) == ("p1", "e1", {"consents": None})


@pytest.mark.parametrize("instance", ["123456", "not a uuid", "Ünïcode-ID", "x" * 256])
def test_a_hook_instance_need_not_be_a_uuid(client: FlaskClient, call: dict[str, Any], instance: str) -> None:
    call["hookInstance"] = instance
    assert client.post(SIGN, json=call).status_code == 200


def test_a_patient_id_may_hold_any_letter(client: FlaskClient, call: dict[str, Any]) -> None:
    call["context"]["patientId"] = "eM5CWtq15N0WJeuCet5bJlQ3.patiënt-١"
    assert client.post(SIGN, json=call).status_code == 200


def test_unknown_members_are_passed_over(client: FlaskClient, call: dict[str, Any]) -> None:
    call |= {"newMember": [1], "extension": {"com.epic.x": "18"}}
    call["context"]["newField"] = {"a": None}
    assert client.post(SIGN, json=call).status_code == 200


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "application/fhir+json", "Application/JSON"])
def test_every_kind_of_json_is_read(client: FlaskClient, media_type: str, call: dict[str, Any]) -> None:
    assert client.post(SIGN, data=client.application.json.dumps(call), content_type=media_type).status_code == 200


def test_a_byte_order_mark_is_passed_over(client: FlaskClient, call: dict[str, Any]) -> None:
    body = b"\xef\xbb\xbf" + client.application.json.dumps(call).encode()
    assert client.post(SIGN, data=body, content_type="application/json").status_code == 200


def test_an_empty_bundle_is_fine(client: FlaskClient, call: dict[str, Any]) -> None:
    call["context"]["draftOrders"] = {"resourceType": "Bundle"}
    assert client.post(SIGN, json=call).status_code == 200


@pytest.mark.parametrize("entry", [None, 3, "x", {}, {"resource": {}}, {"resource": {"id": "1"}}, {"resource": []}])
def test_an_odd_draft_is_for_the_reader_to_name(client: FlaskClient, call: dict[str, Any], entry: Any) -> None:
    call["context"]["draftOrders"]["entry"] = [entry]
    assert client.post(SIGN, json=call).status_code == 200


def test_order_select_hands_its_selections_on(client: FlaskClient, call: dict[str, Any], advice) -> None:  # type: ignore[no-untyped-def]
    call |= {"hook": "order-select"}
    call["context"]["selections"] = ["MedicationRequest/a", "b"]
    client.post(SELECT, json=call)
    assert advice.asked[0][0].selections == ("MedicationRequest/a", "b")


def test_order_sign_has_no_selections(client: FlaskClient, call: dict[str, Any], advice) -> None:  # type: ignore[no-untyped-def]
    client.post(SIGN, json=call)
    assert advice.asked[0][0].selections is None


def test_a_token_comes_with_its_server_and_stays_out_of_sight(client: FlaskClient, call: dict[str, Any], advice) -> None:  # type: ignore[no-untyped-def]
    call |= {"fhirServer": "http://127.0.0.1:9/fhir", "fhirAuthorization": {"access_token": "s3cret", "patient": "p1"}}
    client.post(SIGN, json=call)
    asked = advice.asked[0][0]
    assert asked.fhir_authorization.access_token == "s3cret"
    assert "s3cret" not in repr(asked)
    assert "p1" not in repr(asked)


def test_now_is_the_moment_of_the_call(client: FlaskClient, call: dict[str, Any], advice) -> None:  # type: ignore[no-untyped-def]
    client.post(SIGN, json=call)
    now = advice.asked[0][2]
    assert abs(datetime.now(now.tzinfo) - now) < timedelta(seconds=30)


def test_now_can_be_frozen(make_client: Callable[..., FlaskClient], call: dict[str, Any], advice) -> None:  # type: ignore[no-untyped-def]
    make_client(CDS_HOOKS_NOW="2026-04-25T10:00:00+02:00").post(SIGN, json=call)
    assert advice.asked[0][2] == datetime(2026, 4, 25, 10, tzinfo=timezone(timedelta(hours=2)))
