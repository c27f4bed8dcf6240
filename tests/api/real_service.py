"""The real service behind HTTP, its clock frozen, and situations to ask it about, written as clinical facts."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from flask.testing import FlaskClient

from cds_hooks.server.app import create_app
from cds_hooks.service import build_service
from cds_hooks.settings import read_settings
from tests.clinical.build import SERVICE_OF_HOOK, build_request
from tests.clinical.expect import NOT_CHECKED, find_cards, read_advice
from tests.clinical.format import Situation

Json = dict[str, Any]

NOW = "2026-03-02T10:00:00+01:00"

#: A man of 60 with normal kidneys who starts lenalidomide 25 mg for myeloma: nothing of it needs a card.
MAN: Json = {
    "patient": {"sex": "male", "born": "1965-06-30"},
    "order": {
        "medicine": "lenalidomide",
        "mg": 25,
        "dose": 25,
        "schedule": "21/28",
        "quantity": 21,
        "reason": "multiple-myeloma",
    },
    "labs": [
        {"is": "creatinine", "value": 80, "id": "creatinine-1"},
        {"is": "tsh", "value": 2},
        {"is": "neutrophils", "value": 3},
        {"is": "platelets", "value": 200},
        {"is": "haemoglobin", "value": 11},
    ],
    "observations": [{"is": "hbsag", "value": "negative"}, {"is": "anti-hbc", "value": "negative"}],
    "vitals": {"weight": 80},
    "medicines": [{"is": "dexamethasone", "kind": "statement"}, {"is": "carbasalate", "kind": "statement"}],
}
#: A woman of 40 who starts it too; nothing of the pregnancy prevention programme is on record.
WOMAN: Json = {**MAN, "patient": {"sex": "female", "born": "1985-06-30"}}
#: A woman of 71 due for denosumab 60 mg, calcium and kidneys fine.
OSTEOPOROTIC: Json = {
    "patient": {"sex": "female", "born": "1954-06-30"},
    "order": {
        "medicine": "denosumab",
        "mg": 60,
        "dose": 60,
        "schedule": "every 6 months",
        "quantity": 1,
        "reason": "osteoporosis",
    },
    "labs": [
        {"is": "creatinine", "value": 70, "id": "creatinine-1"},
        {"is": "calcium-corrected", "value": 2.35, "id": "calcium-1"},
    ],
    "medicines": [{"is": "calcium-and-vitamin-d", "kind": "statement", "start": "60 days ago", "id": "supplement-1"}],
    "vitals": {"weight": 65},
    "conditions": ["postmenopausal-osteoporosis"],
}


@cache
def open_client(**environ: str) -> FlaskClient:
    """A test client of the whole service at 2 March 2026."""
    settings = read_settings({"CDS_HOOKS_NOW": NOW, **environ}, host="127.0.0.1")
    return create_app(build_service(settings), settings).test_client()


def describe(base: Json, **facts: Any) -> Json:
    """The request body of a situation, with some of its facts replaced."""
    return build_request(Situation.model_validate({**base, **facts}))


def ask(body: Json, *, language: str = "en") -> Any:
    """The HTTP response of the whole service."""
    return post(json.dumps(body).encode(), hook=body["hook"], language=language)


def post(body: bytes, *, hook: str = "order-sign", language: str = "en") -> Any:
    """As `ask`, for a body of any bytes."""
    headers = {"Accept-Language": language, "Content-Type": "application/json"}
    return open_client().post(f"/cds-services/{SERVICE_OF_HOOK[hook]}", data=body, headers=headers)


def list_cards(body: Json, *, language: str = "en") -> list[Json]:
    """The cards of a call that succeeds."""
    response = ask(body, language=language)
    assert response.status_code == 200, response.get_data(as_text=True)
    return list(response.get_json()["cards"])


def list_rules(cards: list[Json]) -> list[str]:
    """Every rule on the cards, in their order; the rule of what was not checked is none."""
    return [rule for card in cards for rule in read_advice(card)["rules"] if rule != NOT_CHECKED]


def read_unchecked(cards: list[Json]) -> str:
    """The text of the not-checked card; empty where there is none."""
    return "".join(card["detail"] for card in find_cards(cards, NOT_CHECKED))


def list_unchecked(cards: list[Json]) -> list[str]:
    """What the not-checked card names for programs."""
    return [name for card in find_cards(cards, NOT_CHECKED) for name in read_advice(card)["missing"]]
