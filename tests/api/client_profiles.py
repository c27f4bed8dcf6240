"""Every situation of `fixtures/` asked as each client profile would have it answered; the knowledge is loaded once."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

from cds_hooks.hooks.profile import PROFILES
from cds_hooks.hooks.request import Limits, read_hook_request
from cds_hooks.hooks.services import find_service_for
from cds_hooks.service import Evaluator, load_knowledge
from cds_hooks.service.advising import Call, advise
from tests.api.fixture_files import read_expected, read_request

Json = dict[str, Any]

BASE = "https://cds.example.org"
APP = "https://app.example.org/launch"


@cache
def load() -> Evaluator:
    return load_knowledge()


@cache
def answer(situation: str, profile: str, language: str = "en") -> Json:
    """The response to a situation, at its own moment."""
    return answer_request(read_request(situation), profile, now=read_expected(situation).now, language=language)


def answer_request(request: Json, profile: str, *, now: datetime, language: str = "en") -> Json:
    """The response to a request that a test has changed."""
    service = find_service_for(request["hook"])
    assert service is not None
    call = read_hook_request(json.dumps(request).encode(), service=service, limits=Limits())
    how = Call(now, language, base_url=BASE, profile=PROFILES[profile], smart_app=APP)
    return advise(call, load(), how).response


def read_advice(card: Json) -> Json:
    """The card's own extension."""
    advice: Json = card["extension"]["dev.cds-hooks-server.advice"]
    return advice


def list_resources(response: Json) -> list[Json]:
    """Every resource that the cards suggest to create or to update."""
    suggestions = [suggestion for card in response["cards"] for suggestion in card.get("suggestions", ())]
    return [action["resource"] for suggestion in suggestions for action in suggestion["actions"]]
