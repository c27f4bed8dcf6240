"""Calls as a CDS client writes them by the letter of the checklist (part 3), and what the service answers to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from werkzeug.test import TestResponse

from tests.api.client_profiles import answer
from tests.api.fixture_files import SITUATIONS
from tests.api.real_service import MAN, WOMAN, describe, open_client

Json = dict[str, Any]

DISCOVERY = "/cds-services"
SELECT = "/cds-services/medication-order-select"
SIGN = "/cds-services/medication-order-sign"
FEEDBACK = f"{SIGN}/feedback"

AUTHORIZATION = {
    "access_token": "synthetic-token",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "patient/*.read",
    "subject": "cds-hooks",
}


def order_sign(**members: Any) -> Json:
    """The least that order-sign needs: no order at all. `members` come beside or instead."""
    context = {"userId": "Practitioner/1", "patientId": "p1", "draftOrders": {"resourceType": "Bundle", "entry": []}}
    return {"hook": "order-sign", "hookInstance": "6d0f7a52-1c2e-4f0b-9d55-0a8b7c3e9f11", "context": context, **members}


def woman(**members: Any) -> Json:
    """A woman of 40 who starts lenalidomide: a call that gets cards."""
    return {**describe(WOMAN), **members}


def man(**members: Any) -> Json:
    """A man of 60 who starts lenalidomide, all of whose record is there."""
    return {**describe(MAN), **members}


def ask(body: Json, path: str = SIGN, **environ: str) -> TestResponse:
    """The answer of the real service."""
    return open_client(**environ).post(path, json=body)


def discover() -> list[Json]:
    """The services of the real discovery."""
    services: list[Json] = open_client().get(DISCOVERY).get_json()["services"]
    return services


@cache
def list_responses() -> tuple[Json, ...]:
    """The response to every situation of `fixtures/`, as each shipped client profile has it, in both languages."""
    asked = [("default", "en"), ("default", "nl"), ("epic", "en"), ("oracle", "nl"), ("sandbox", "en")]
    return tuple(answer(situation, *how) for situation in SITUATIONS for how in asked)


def list_cards() -> list[Json]:
    """Every card of them."""
    return [card for response in list_responses() for card in response["cards"]]


def list_suggestions() -> list[Json]:
    """Every suggestion of them."""
    return [suggestion for card in list_cards() for suggestion in card.get("suggestions", ())]


def list_actions() -> list[Json]:
    """Every action of them."""
    return [action for suggestion in list_suggestions() for action in suggestion["actions"]]


def list_links() -> list[Json]:
    """Every link of them."""
    return [link for card in list_cards() for link in card.get("links", ())]


def walk(value: Any) -> Iterator[Any]:
    """A JSON value and all that it holds."""
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for inner in inside:
        yield from walk(inner)


def list_unchecked(response: Any) -> list[str]:
    """What the card of what was not checked names."""
    cards = [card["extension"]["dev.cds-hooks-server.advice"] for card in response.get_json()["cards"]]
    return [name for advice in cards if "service.not-checked" in advice["rules"] for name in advice["missing"]]
