"""Taking away a prefetch key, whole or in part, never turns what fired or was unknown into cleared: over the clinical cases.

The suite looks at a seeded part of (case, key); with CDS_HOOKS_TEST_EXHAUSTIVE set at all of them, which takes two minutes.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from typing import Any
from zlib import crc32

import pytest

from tests.clinical.build import build_request, read_now
from tests.clinical.expect import NOT_CHECKED, find_cards, read_advice
from tests.clinical.load import LoadedCase
from tests.clinical.run import run_case
from tests.clinical.test_cases import CASES

Json = dict[str, Any]
States = dict[tuple[str, str], str]

ONE_IN = 1 if os.environ.get("CDS_HOOKS_TEST_EXHAUSTIVE") else 12
_NEXT = [{"relation": "next", "url": "https://ehr.example.org/fhir/further"}]
_FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}

#: Without proof that she cannot become pregnant the stricter rule takes the place of this one.
STRICTER = {"lenalidomide.supply": "lenalidomide.ppp.supply"}


def take_away(prefetch: Json, key: str) -> None:
    del prefetch[key]


def fail(prefetch: Json, key: str) -> None:
    prefetch[key] = _FAILED


def tear(prefetch: Json, key: str) -> None:
    """All entries are here, and more are said to follow."""
    prefetch[key] = {"resourceType": "Bundle", **(prefetch[key] or {}), "link": _NEXT}


def tear_off(prefetch: Json, key: str) -> None:
    """More are said to follow, and none is here."""
    prefetch[key] = {"resourceType": "Bundle", "entry": [], "link": _NEXT}


def find_pairs(salt: str) -> Iterator[tuple[LoadedCase, str]]:
    """Which key is taken from which case; the same ones at every run."""
    for loaded in CASES:
        for key in build_request(loaded.case, name=loaded.id)["prefetch"]:
            if key != "patient" and crc32(f"{salt} {loaded.id} {key}".encode()) % ONE_IN == 0:
                yield loaded, key


def judge(loaded: LoadedCase, request: Json) -> tuple[States, list[Json]]:
    """The state of each rule on each order, and the cards."""
    case = loaded.case
    response, assessment = run_case(request, now=read_now(case), site=case.site)
    states = {(one.rule.id, one.order.reference): one.state.value for one in (assessment.outcomes if assessment else ())}
    return states, response["cards"]


def is_only_trace(loaded: LoadedCase, key: str, after: States) -> bool:
    """Whether the key held all that the record tells of the medicine: of a chart without orders nothing is known then, and a card
    on every chart of every patient would not tell it either (ARCHITECTURE, "On the medicine")."""
    return loaded.case.hook == "patient-view" and key in ("dispenses", "administrations") and not after


def find_forgotten(before: States, after: States, named: set[str], key: str) -> Iterator[str]:
    """Rules that were fired or unknown and are now silent without anything that stands for them."""
    for (rule, order), state in before.items():
        now = after.get((rule, order), "not judged")
        if state not in ("fired", "unknown") or now in ("fired", "unknown"):
            continue
        if now == "not judged" and key in named:
            continue
        if now == "notApplicable" and after.get((STRICTER.get(rule, ""), order)) in ("fired", "unknown"):
            continue
        yield f"{rule} was {state} and is {now}"


@pytest.mark.parametrize("how", [take_away, fail, tear, tear_off])
def test_less_is_never_safer(how: Callable[[Json, str], None]) -> None:
    faults = []
    for loaded, key in find_pairs(how.__name__):
        request = build_request(loaded.case, name=loaded.id)
        if "Operation" in str((request["prefetch"][key] or {}).get("resourceType")):
            continue
        before, _ = judge(loaded, copy.deepcopy(request))
        how(request["prefetch"], key)
        after, cards = judge(loaded, request)
        if is_only_trace(loaded, key, after):
            continue
        named = {name for card in find_cards(cards, NOT_CHECKED) for name in read_advice(card)["missing"]}
        faults += [f"{loaded.id}: without {key} {fault}" for fault in find_forgotten(before, after, named, key)]
        faults += [f"{loaded.id}: without {key} {rule} failed" for (rule, _), state in after.items() if state == "error"]
    assert faults == []


def test_what_became_unknown_names_the_key_that_was_taken_away() -> None:
    faults = []
    for loaded, key in find_pairs("named"):
        request = build_request(loaded.case, name=loaded.id)
        before, _ = judge(loaded, copy.deepcopy(request))
        take_away(request["prefetch"], key)
        after, cards = judge(loaded, request)
        named = {name for card in cards for name in read_advice(card).get("missing", ())}
        changed = [
            rule for (rule, order), state in after.items() if state == "unknown" and before.get((rule, order)) == "cleared"
        ]
        if changed and key not in named:
            faults.append(f"{loaded.id}: {key} made {changed} unknown, and no card names it; named are {sorted(named)}")
    assert faults == []
