"""`errors_as_cards`: where the client shows any error as "All clear", a refused call says on a card that nothing was checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_hooks.advice.checking import find_faults
from tests.api.real_service import MAN, Json, describe, open_client

SIGN = "/cds-services/medication-order-sign"
ADVICE = "dev.cds-hooks-server.advice"


def drop_patient(body: Json) -> Json:
    del body["prefetch"]["patient"]
    return body


def drop_drafts(body: Json) -> Json:
    del body["context"]["draftOrders"]
    return body


#: What is sent; what the card says in English and in Dutch; what it names as missing.
REFUSED: list[tuple[str, bytes, str, str, list[str]]] = [
    ("no JSON", b"{", "body: is not JSON in UTF-8", "body: is geen JSON in UTF-8", ["body"]),
    ("nothing", b"", "body: is not JSON in UTF-8", "body: is geen JSON in UTF-8", ["body"]),
    ("a list", b"[]", "body: is not a JSON object", "body: is geen JSON-object", ["body"]),
    ("too deep", b"[" * 5000, "body: is nested deeper than 100 levels", "body: is dieper genest dan 100 niveaus", ["body"]),
    ("another hook", b'{"hook": "order-select"}', "hook: is not the hook", "hook: is niet de hook", ["hook"]),
    (
        "no drafts",
        json.dumps(drop_drafts(describe(MAN))).encode(),
        "context.draftOrders: is required",
        "context.draftOrders: is verplicht",
        ["context.draftOrders"],
    ),
    (
        "no patient: 412",
        json.dumps(drop_patient(describe(MAN))).encode(),
        "patient details: could be had neither from prefetch",
        "patiëntgegevens: was uit prefetch noch van de FHIR-server te krijgen",
        ["patient"],
    ),
    ("11 MiB", b" " * (11 * 1024 * 1024), "body: is larger than 10485760 bytes", "body: is groter dan 10485760 bytes", ["body"]),
]


def post(body: bytes, *, language: str = "en", profile: str = "sandbox", **headers: str) -> Any:
    headers = {"Accept-Language": language, "Content-Type": "application/json", **headers}
    return open_client(CDS_HOOKS_PROFILE=profile).post(SIGN, data=body, headers=headers)


every_refusal = pytest.mark.parametrize(
    ("body", "english", "dutch", "missing"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED]
)


@every_refusal
def test_a_refused_call_is_one_card_that_says_why(body: bytes, english: str, dutch: str, missing: list[str]) -> None:
    response = post(body)
    (card,) = response.get_json()["cards"]
    assert (response.status_code, response.mimetype, card["indicator"]) == (200, "application/json", "info")
    assert card["summary"].startswith(f"Nothing was checked: {english}")
    assert card["extension"][ADVICE]["rules"] == ["service.not-checked"]
    assert card["extension"][ADVICE]["missing"] == missing
    assert find_faults(response.get_json()) == []


@every_refusal
def test_the_card_is_in_the_language_asked_for(body: bytes, english: str, dutch: str, missing: list[str]) -> None:
    response = post(body, language="nl-NL, en;q=0.5")
    (card,) = response.get_json()["cards"]
    assert card["summary"].startswith(f"Er is niets gecontroleerd: {dutch}")
    assert response.headers["Content-Language"] == "nl"
    assert "Controleer de order zelf" in card["detail"]


@every_refusal
@pytest.mark.parametrize("profile", ["default", "epic", "oracle"])
def test_other_clients_are_told_by_status(body: bytes, english: str, dutch: str, missing: list[str], profile: str) -> None:
    response = post(body, profile=profile)
    assert response.status_code in (400, 412, 413)
    assert response.get_json()["resourceType"] == "OperationOutcome"


def test_the_card_has_source_topic_and_the_page_of_its_rule() -> None:
    (card,) = post(b"{").get_json()["cards"]
    assert card["source"]["label"] == "Medication checks of this service"
    assert card["source"]["topic"] == {"code": "service.not-checked", "system": "urn:cds-hooks-server:rule"}
    assert open_client().get(card["source"]["url"].removeprefix("http://127.0.0.1:8080")).status_code == 200


def test_a_wrong_content_type_is_a_card_too() -> None:
    (card,) = post(b"{}", **{"Content-Type": "text/plain"}).get_json()["cards"]
    assert card["summary"] == "Nothing was checked: Content-Type: is not application/json"


@pytest.mark.parametrize("accept", ["application/fhir+json", "text/html", "*/*;q=0"])
def test_whatever_a_malformed_call_accepts_the_card_is_json(accept: str) -> None:
    response = post(b"{", Accept=accept)
    assert (response.status_code, response.mimetype, len(response.get_json()["cards"])) == (200, "application/json", 1)


def test_a_web_page_may_read_the_card() -> None:
    assert post(b"{", Origin="http://localhost:8081").headers["Access-Control-Allow-Origin"] == "*"


def test_a_breakdown_is_a_card_that_says_so(make_client: Callable[..., FlaskClient], call: dict[str, Any], advice: Any) -> None:
    advice.error = KeyError("Synthetic Aart")
    response = make_client(CDS_HOOKS_PROFILE="sandbox").post(SIGN, json=call)
    (card,) = response.get_json()["cards"]
    assert (response.status_code, card["summary"]) == (200, "something broke here")


def test_where_no_card_can_be_made_the_status_says_it(
    make_client: Callable[..., FlaskClient], call: dict[str, Any], advice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Json:
        raise KeyError("broken texts")

    advice.error = KeyError("broken knowledge")
    monkeypatch.setattr(advice, "refuse", refuse)
    assert make_client(CDS_HOOKS_PROFILE="sandbox").post(SIGN, json=call).status_code == 500


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/cds-services/no-such-service", 404),
        ("GET", "/no-such-page", 404),
        ("GET", SIGN, 405),
        ("DELETE", "/cds-services", 405),
    ],
)
def test_what_is_no_call_of_a_service_keeps_its_status(method: str, path: str, status: int) -> None:
    client = open_client(CDS_HOOKS_PROFILE="sandbox")
    assert client.open(path, method=method, json={}).status_code == status


def test_a_call_that_can_be_answered_is_answered_as_ever() -> None:
    body = json.dumps(describe(MAN)).encode()
    rules = [card["extension"][ADVICE]["rules"] for card in post(body).get_json()["cards"]]
    assert rules == [card["extension"][ADVICE]["rules"] for card in post(body, profile="default").get_json()["cards"]]
    assert ["service.not-checked"] not in rules
