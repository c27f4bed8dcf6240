"""Five states times eleven keys through the whole service: what each does to the cards of a woman on lenalidomide and of one
on denosumab; and that it makes no difference whether data come by prefetch or from the FHIR server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import responses

from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.hooks.prefetch import RESOURCE_TYPES
from tests.api.real_service import OSTEOPOROTIC, WOMAN, Json, ask, describe, list_cards, list_rules, list_unchecked, open_client
from tests.clinical.expect import read_advice

FHIR = "http://localhost:9/fhir"
FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}
NEXT = [{"relation": "next", "url": "https://ehr.example.org/fhir/further"}]
OTHERS = PREFETCH_KEYS[1:]

patients = pytest.mark.parametrize("base", [WOMAN, OSTEOPOROTIC], ids=["lenalidomide", "denosumab"])

#: Where the state of menopause could not be had whole, contraception counts as missing (table of denosumab, 4.6). The rest of
#: the record matters to it because a menopause after cancer therapy proves nothing (definitions, "natural amenorrhoea").
CONTRACEPTION = ["denosumab.contraception"]
MENOPAUSE_KEYS = ("conditions", "medications", "statements", "dispenses", "administrations", "procedures", "observations")
#: Where a partner medicine may be unseen, every regimen of myeloma is possible: 25 mg is above 10 mg (MPR), and 21 days are
#: more than the 14 of RVd. Each fires one level lower, as some of the candidates fail it (table of lenalidomide, "Regimen").
REGIMEN_OPEN = ["lenalidomide.dose-above-maximum", "lenalidomide.schedule"]
#: Rules that fire besides, where a key is lacking; the rest of the cards stays.
ADDED_BY_LACK = {
    "lenalidomide": dict.fromkeys(("medications", "statements"), REGIMEN_OPEN),
    "denosumab": dict.fromkeys(MENOPAUSE_KEYS, CONTRACEPTION),
}
#: Rules that no longer fire where a key is lacking: nothing claims a start then.
TAKEN_BY_LACK = {"lenalidomide": {"medications": ["lenalidomide.counselling"]}, "denosumab": {}}
#: Rules that fire besides, where a key is known to hold nothing.
ADDED_BY_NOTHING: dict[str, dict[str, list[str]]] = {
    "lenalidomide": {
        # Dexamethasone is one of the statements: without a partner, maintenance (10 or 15 mg) is possible as well.
        "statements": ["lenalidomide.dose-above-maximum"],
        "observations": [
            "lenalidomide.renal-function-missing",
            "lenalidomide.hepatitis-b-status",
            "lenalidomide.thyroid",
            "lenalidomide.blood-count",
        ],
    },
    "denosumab": {
        "conditions": CONTRACEPTION,
        "statements": ["denosumab.supplementation"],
        "observations": ["denosumab.calcium-check", "denosumab.renal-function-missing"],
    },
}
#: Keys that no rule of the medicine asks for in this patient.
NOT_NEEDED = {"lenalidomide": (), "denosumab": ("questionnaires", "consents")}


def leave_out(body: Json, key: str) -> None:
    del body["prefetch"][key]


def fail(body: Json, key: str) -> None:
    body["prefetch"][key] = FAILED


def tear(body: Json, key: str) -> None:
    """What is here counts; more is said to follow, and there is no server to have it from."""
    body["prefetch"][key]["link"] = NEXT


def send_null(body: Json, key: str) -> None:
    body["prefetch"][key] = None


def send_empty(body: Json, key: str) -> None:
    body["prefetch"][key] = {"resourceType": "Bundle", "type": "searchset"}


def send_warning(body: Json, key: str) -> None:
    """As Epic says "no results"."""
    body["prefetch"][key] = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "informational"}]}


def name_medicine(base: Json) -> str:
    return str(base["order"]["medicine"])


def list_named(cards: list[Json]) -> set[str]:
    """Every prefetch key that any card names."""
    return {name for card in cards for name in read_advice(card).get("missing", ()) if name in PREFETCH_KEYS}


@patients
def test_with_every_key_complete_nothing_is_unchecked(base: Json) -> None:
    cards = list_cards(describe(base))
    assert (list_unchecked(cards), list_named(cards)) == ([], set())


@patients
@pytest.mark.parametrize("key", OTHERS)
@pytest.mark.parametrize("how", [leave_out, fail, tear])
def test_a_key_that_is_lacking_is_named_and_clears_nothing(base: Json, key: str, how: Callable[[Json, str], None]) -> None:
    whole, body, medicine = describe(base), describe(base), name_medicine(base)
    how(body, key)
    cards = list_cards(body)
    added, taken = ADDED_BY_LACK[medicine].get(key, []), TAKEN_BY_LACK[medicine].get(key, [])
    assert sorted([*list_rules(cards), *taken]) == sorted([*list_rules(list_cards(whole)), *added])
    assert list_unchecked(cards) == ([] if key in NOT_NEEDED[medicine] else [key])


@patients
@pytest.mark.parametrize("key", OTHERS)
@pytest.mark.parametrize("how", [send_null, send_empty, send_warning])
def test_a_key_that_holds_nothing_is_an_answer(base: Json, key: str, how: Callable[[Json, str], None]) -> None:
    whole, body, medicine = describe(base), describe(base), name_medicine(base)
    how(body, key)
    cards = list_cards(body)
    added = ADDED_BY_NOTHING[medicine].get(key, [])
    assert sorted(list_rules(cards)) == sorted([*list_rules(list_cards(whole)), *added])
    assert list_unchecked(cards) == []


@patients
@pytest.mark.parametrize("how", [leave_out, fail, send_null, send_empty, send_warning])
def test_without_the_patient_the_call_cannot_be_answered(base: Json, how: Callable[[Json, str], None]) -> None:
    body = describe(base)
    how(body, "patient")
    response = ask(body)
    assert (response.status_code, response.content_type) == (412, "application/fhir+json")
    outcome = response.get_json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["expression"] == ["prefetch.patient"]


@patients
def test_another_patient_under_the_key_is_no_patient(base: Json) -> None:
    body = describe(base)
    body["prefetch"]["patient"]["id"] = "somebody-else"
    assert ask(body).status_code == 412


@patients
def test_the_patient_may_come_in_a_bundle(base: Json) -> None:
    body = describe(base)
    body["prefetch"]["patient"] = {"resourceType": "Bundle", "entry": [{"resource": body["prefetch"]["patient"]}]}
    assert same_cards(list_cards(body), list_cards(describe(base)))


def test_where_no_order_is_of_our_concern_not_even_the_patient_is_needed() -> None:
    body = describe(WOMAN, order={"medicine": "paracetamol", "mg": 500, "dose": 1000})
    body["prefetch"] = {}
    assert ask(body).get_json() == {"cards": []}


def same_cards(one: list[Json], other: list[Json]) -> bool:
    """Equal but for their uuids."""
    return _leave_out_uuids(one) == _leave_out_uuids(other)


def _leave_out_uuids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _leave_out_uuids(inner) for name, inner in value.items() if name != "uuid"}
    return [_leave_out_uuids(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def serve(server: responses.RequestsMock, prefetch: Json, *keys: str) -> None:
    """Put these keys of a prefetch on the FHIR server."""
    for key in keys:
        url = f"{FHIR}/Patient/patient-1" if key == "patient" else re.compile(f"{FHIR}/{RESOURCE_TYPES[key]}\\?.*")
        server.get(url, json=prefetch[key], content_type="application/fhir+json")


def ask_with_server(body: Json, sent: Json) -> Any:
    return ask({**body, "prefetch": sent, "fhirServer": FHIR, "fhirAuthorization": AUTHORIZATION})


AUTHORIZATION = {
    "access_token": "synthetic-token",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "patient/*.read",
    "subject": "cds",
}


@patients
def test_data_from_the_fhir_server_give_the_same_cards_as_prefetch(server: responses.RequestsMock, base: Json) -> None:
    body = describe(base)
    serve(server, body["prefetch"], *PREFETCH_KEYS)
    response = ask_with_server(body, {})
    assert response.status_code == 200
    assert same_cards(response.get_json()["cards"], list_cards(body))
    assert {call.request.headers["Authorization"] for call in server.calls} == {"Bearer synthetic-token"}


@patients
def test_only_what_prefetch_lacks_is_fetched(server: responses.RequestsMock, base: Json) -> None:
    body = describe(base)
    lacking = ("observations", "conditions", "patient")
    serve(server, body["prefetch"], *lacking)
    sent = {key: value for key, value in body["prefetch"].items() if key not in lacking}
    assert same_cards(ask_with_server(body, sent).get_json()["cards"], list_cards(body))
    asked = sorted(urlsplit(str(call.request.url)).path.split("/")[2] for call in server.calls)
    assert asked == ["Condition", "Observation", "Patient"]


@patients
@pytest.mark.parametrize("key", OTHERS)
def test_a_key_that_the_server_fails_on_is_as_one_that_failed(server: responses.RequestsMock, base: Json, key: str) -> None:
    body, failed = describe(base), describe(base)
    server.get(re.compile(f"{FHIR}/.*"), json=FAILED, status=500)
    fail(failed, key)
    sent = {name: value for name, value in body["prefetch"].items() if name != key}
    assert same_cards(ask_with_server(body, sent).get_json()["cards"], list_cards(failed))


def test_an_answer_over_the_limit_of_bytes_is_not_taken(server: responses.RequestsMock) -> None:
    body = describe(WOMAN)
    serve(server, body["prefetch"], "observations")
    sent = {key: value for key, value in body["prefetch"].items() if key != "observations"}
    call = {**body, "prefetch": sent, "fhirServer": FHIR}
    response = open_client(CDS_HOOKS_MAX_FHIR_BYTES="200").post("/cds-services/medication-order-sign", json=call)
    assert list_unchecked(response.get_json()["cards"]) == ["observations"]


def test_a_patient_that_the_server_does_not_have_is_412(server: responses.RequestsMock) -> None:
    body = describe(WOMAN)
    server.get(f"{FHIR}/Patient/patient-1", json=FAILED, status=404)
    sent = {key: value for key, value in body["prefetch"].items() if key != "patient"}
    assert ask_with_server(body, sent).status_code == 412


def test_a_medicine_that_the_order_refers_to_is_read_from_the_server(server: responses.RequestsMock) -> None:
    body = describe(WOMAN)
    draft = body["context"]["draftOrders"]["entry"][0]["resource"]
    code = draft.pop("medicationCodeableConcept")
    draft["medicationReference"] = {"reference": "Medication/m1"}
    server.get(f"{FHIR}/Medication/m1", json={"resourceType": "Medication", "id": "m1", "code": code})
    cards = ask_with_server(body, body["prefetch"]).get_json()["cards"]
    assert list_rules(cards) == list_rules(list_cards(describe(WOMAN)))


def test_for_an_order_of_no_concern_nothing_is_fetched(server: responses.RequestsMock) -> None:
    body = describe(WOMAN, order={"medicine": "paracetamol", "mg": 500, "dose": 1000})
    assert ask_with_server(body, {}).get_json() == {"cards": []}
    assert len(server.calls) == 0
