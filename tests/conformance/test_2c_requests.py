"""Checklist 2.C: the call, what it may hold, and what the service does where data lack."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from typing import Any

import pytest
import responses

from cds_hooks.errors import SettingsError
from cds_hooks.settings import read_settings
from tests.api.faulty_fhir_server import FaultyFhirServer
from tests.api.real_service import open_client
from tests.api.test_five_states import AUTHORIZATION, FAILED, FHIR, NEXT, PREFETCH_KEYS, same_cards, serve
from tests.conformance.calls import DISCOVERY, SIGN, Json, ask, list_unchecked, man, order_sign, woman

WARNED = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def ask_with_server(body: Json, *missing: str, fhir_server: str = FHIR) -> Any:
    """The call without some of its prefetch, with a FHIR server to have it from."""
    sent = {key: value for key, value in body["prefetch"].items() if key not in missing}
    return ask({**body, "prefetch": sent, "fhirServer": fhir_server, "fhirAuthorization": AUTHORIZATION})


def name_element(answer: Any) -> str:
    assert answer.status_code == 400
    return str(answer.get_json()["issue"][0]["expression"][0])


def without(body: Json, *path: str) -> Json:
    changed = copy.deepcopy(body)
    at = changed
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    return changed


def test_s30_a_call_is_posted_to_the_address_of_its_service() -> None:
    assert ask(woman()).status_code == 200
    assert open_client().get(SIGN).status_code == 405


def test_s31_a_hook_that_does_not_fit_the_id_is_400() -> None:
    assert name_element(ask(woman(hook="order-select"))) == "hook"
    assert name_element(ask(without(woman(), "hook"))) == "hook"


def test_s32_a_hook_instance_is_required_and_proves_nothing() -> None:
    assert name_element(ask(without(woman(), "hookInstance"))) == "hookInstance"
    assert ask(woman(hookInstance="123456")).status_code == 200
    assert same_cards(ask(woman()).get_json()["cards"], ask(woman()).get_json()["cards"])


#: The fields that each hook requires.
FIELDS = {
    "order-sign": ["userId", "patientId", "draftOrders"],
    "order-select": ["userId", "patientId", "draftOrders", "selections"],
    "patient-view": ["userId", "patientId"],
}


@pytest.mark.parametrize(("hook", "field"), [(hook, field) for hook, fields in FIELDS.items() for field in fields])
def test_s33_the_context_and_its_fields_are_required(hook: str, field: str) -> None:
    context = {"userId": "Practitioner/1", "patientId": "p1", "draftOrders": {"resourceType": "Bundle"}, "selections": ["a"]}
    path = f"{DISCOVERY}/medication-{hook}"
    call = order_sign(hook=hook, context={name: context[name] for name in FIELDS[hook]})
    assert name_element(ask(without(call, "context"), path)) == "context"
    assert name_element(ask(without(call, "context", field), path)) == f"context.{field}"


def test_s34_a_token_comes_with_its_server_and_that_is_https() -> None:
    assert name_element(ask(woman(fhirAuthorization=AUTHORIZATION))) == "fhirServer"
    with pytest.raises(SettingsError, match="is not https"):
        read_settings({"CDS_HOOKS_FHIR_SERVERS": "http://ehr.example.org/fhir"})


def test_s35_the_members_of_an_authorization_are_checked_as_far_as_they_are_used() -> None:
    call = woman(fhirServer=FHIR)
    assert name_element(ask({**call, "fhirAuthorization": {**AUTHORIZATION, "token_type": "MAC"}})).endswith("token_type")
    assert name_element(ask({**call, "fhirAuthorization": without(AUTHORIZATION, "access_token")})).endswith("access_token")
    assert ask({**call, "fhirAuthorization": AUTHORIZATION}).status_code == 200


def test_s36_a_token_of_another_patient_is_refused() -> None:
    authorization = {**AUTHORIZATION, "patient": "somebody-else"}
    answer = ask(woman(fhirServer=FHIR, fhirAuthorization=authorization))
    assert name_element(answer) == "fhirAuthorization.patient"


def test_s37_the_access_token_is_in_no_answer_and_in_no_line_of_the_log(
    server: responses.RequestsMock, lines: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    server.get(f"{FHIR}/Patient/patient-1", status=500)
    answer = ask_with_server(woman(), "patient")
    assert answer.status_code == 412
    assert "synthetic-token" not in answer.text + str(lines) + caplog.text


def test_s38_every_query_is_about_the_patient_of_the_call(server: responses.RequestsMock) -> None:
    serve(server, woman()["prefetch"], *PREFETCH_KEYS)
    assert ask_with_server(woman(), *PREFETCH_KEYS).status_code == 200
    assert all("patient-1" in str(call.request.url) for call in server.calls)
    assert {call.request.method for call in server.calls} == {"GET"}


def test_s39_nothing_is_read_after_the_answer() -> None:
    server = FaultyFhirServer()
    ask_with_server(woman(), "conditions", "procedures", fhir_server=server.base_of("ok"))
    asked = len(server.seen)
    time.sleep(0.3)
    assert len(server.seen) == asked > 0
    server.stop()


def test_s40_the_service_works_by_prefetch_or_by_fhir_access(server: responses.RequestsMock) -> None:
    serve(server, woman()["prefetch"], *PREFETCH_KEYS)
    fetched = ask_with_server(woman(), *PREFETCH_KEYS).get_json()["cards"]
    assert same_cards(fetched, ask(woman()).get_json()["cards"])


@pytest.mark.parametrize(
    "value", [None, FAILED, {"resourceType": "Bundle", "type": "searchset"}], ids=["null", "failed", "empty"]
)
def test_s41_a_prefetch_value_is_a_resource_a_bundle_an_outcome_or_null(value: Any) -> None:
    call = man()
    call["prefetch"]["allergies"] = value
    assert ask(call).status_code == 200


def test_s42_what_was_not_asked_for_changes_nothing() -> None:
    call = woman()
    call["prefetch"]["encounters"] = {"resourceType": "Bundle", "entry": []}
    assert same_cards(ask(call).get_json()["cards"], ask(woman()).get_json()["cards"])


def test_s43_a_key_that_is_absent_is_fetched_and_said_where_it_cannot_be(server: responses.RequestsMock) -> None:
    serve(server, man()["prefetch"], "allergies")
    assert list_unchecked(ask_with_server(man(), "allergies")) == []
    assert len(server.calls) == 1
    assert list_unchecked(ask(without(man(), "prefetch", "allergies"))) == ["allergies"]


def say_no_results(severity: str) -> Json:
    """As Epic says it: a search of nothing, with an OperationOutcome for an entry."""
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": "not-found"}]}
    entry = {"resource": outcome, "search": {"mode": "outcome"}}
    return {"resourceType": "Bundle", "type": "searchset", "total": 0, "entry": [entry]}


@pytest.mark.parametrize(
    ("value", "unchecked"),
    [
        (FAILED, ["conditions"]),
        (WARNED, []),
        (say_no_results("warning"), []),
        (say_no_results("error"), ["conditions"]),
    ],
    ids=["outcome, error", "outcome, warning", "entry, warning", "entry, error"],
)
def test_s44_an_operation_outcome_is_a_failure_unless_only_a_warning(value: Json, unchecked: list[str]) -> None:
    call = man()
    call["prefetch"]["conditions"] = value
    assert list_unchecked(ask(call)) == unchecked


@pytest.mark.parametrize("value", [None, {"resourceType": "Bundle"}], ids=["null", "empty Bundle"])
def test_s45_known_to_be_nothing_is_an_answer(value: Any) -> None:
    call = man()
    call["prefetch"]["allergies"] = value
    answer = ask(call)
    assert (answer.status_code, list_unchecked(answer)) == (200, [])


def test_s46_only_what_prefetch_lacks_is_fetched(server: responses.RequestsMock) -> None:
    serve(server, man()["prefetch"], "allergies", "procedures")
    assert list_unchecked(ask_with_server(man(), "allergies", "procedures")) == []
    assert len(server.calls) == 2


def test_s47_only_without_the_patient_is_it_412() -> None:
    assert ask(without(man(), "prefetch", "patient")).status_code == 412
    alone = man()
    alone["prefetch"] = {"patient": alone["prefetch"]["patient"]}
    assert len(list_unchecked(ask(alone))) > 3


def test_s48_a_next_page_is_followed_or_the_key_is_incomplete(server: responses.RequestsMock) -> None:
    call = man()
    call["prefetch"]["allergies"]["link"] = NEXT
    assert list_unchecked(ask(call)) == ["allergies"]
    call["prefetch"]["allergies"]["link"] = [{"relation": "next", "url": f"{FHIR}/AllergyIntolerance?page=2"}]
    server.get(f"{FHIR}/AllergyIntolerance", json={"resourceType": "Bundle", "entry": []})
    assert list_unchecked(ask_with_server(call)) == []


def test_s49_the_patient_id_is_bare_and_the_user_has_a_type() -> None:
    call = order_sign()
    call["context"] |= {"patientId": "Patient/p1", "userId": "PractitionerRole/1", "encounterId": "e1"}
    assert name_element(ask(call)) == "context.patientId"
    call["context"]["patientId"] = "p1"
    assert ask(call).status_code == 200


def test_s50_a_draft_is_never_looked_for_on_the_server(server: responses.RequestsMock) -> None:
    serve(server, woman()["prefetch"], *PREFETCH_KEYS)
    ask_with_server(woman(), *PREFETCH_KEYS)
    draft = woman()["context"]["draftOrders"]["entry"][0]["resource"]["id"]
    assert server.calls
    assert not any(draft in str(call.request.url) for call in server.calls)


def test_s51_unknown_members_and_extensions_break_nothing() -> None:
    call = woman(extension={"com.example.a": "18"}, newMember=[None])
    call["context"] |= {"newField": {"a": None}, "extension": {}}
    call["context"]["draftOrders"]["entry"][0] |= {"extension": [{"url": "x"}], "newMember": 1}
    assert same_cards(ask(call).get_json()["cards"], ask(woman()).get_json()["cards"])
