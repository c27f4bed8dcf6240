"""The files of `fixtures/`: each situation with its request and its expected cards."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cds_hooks.knowledge.source import find_fixtures_folder, read_yaml, validate

FOLDER = find_fixtures_folder()
SITUATIONS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Medicine(_Strict):
    """A rewritten order: mg of one capsule, mg a day of intake, capsules. None: not looked at."""

    strength_mg: int | Decimal
    dose_mg: int | Decimal
    quantity: int | None = None


class Suggests(_Strict):
    """What a card offers; None: not looked at."""

    medicines: list[Medicine] | None = None
    tests: list[str] | None = None


class Card(_Strict):
    """One expected card; `rules` in their order on the card."""

    rules: list[str] = Field(min_length=1)
    indicator: Literal["critical", "warning", "info"]
    group: str
    because: str
    suggests: Suggests = Suggests()


class Expected(_Strict):
    """expected.yaml. `nothing_else`: the response is exactly an empty list of cards."""

    now: datetime
    service: Literal["medication-order-sign", "medication-order-select", "medication-patient-view"]
    cards: list[Card]
    not_checked: list[str]
    because: str = ""
    nothing_else: bool = False
    invalid_fhir: str = ""


@cache
def read_expected(situation: str) -> Expected:
    """What must come of a situation."""
    return validate(read_yaml(FOLDER / situation / "expected.yaml"), Expected)


def read_request(situation: str) -> dict[str, Any]:
    """The request of a situation, a fresh copy at each call."""
    body = json.loads(find_file(situation, "request.json").read_bytes())
    assert isinstance(body, dict)
    return body


def find_file(situation: str, name: str) -> Path:
    """One of the three files of a situation."""
    return FOLDER / situation / name


def find_resources(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Every resource of a request: drafts where it has any, and what each prefetch key holds."""
    orders = request["context"].get("draftOrders")
    held = [*([orders] if orders else []), *request["prefetch"].values()]
    inside = [entry["resource"] for holder in held for entry in holder.get("entry", ())]
    return [*inside, *(holder for holder in held if holder["resourceType"] != "Bundle")]
