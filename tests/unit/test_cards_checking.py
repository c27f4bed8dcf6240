"""The checker of responses finds every fault that CDS Hooks 2.0.1 forbids."""

from __future__ import annotations

import copy
import time
import timeit
from typing import Any

import pytest

from cds_hooks.advice.checking import find_faults

UUID = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"
REASON = {"code": "a", "system": "urn:b", "display": "c"}
ACTION = {"type": "create", "description": "d", "resource": {"resourceType": "ServiceRequest"}}
ORDER = {"resourceType": "MedicationRequest", "id": "a"}
SUGGESTION: dict[str, Any] = {"label": "l", "uuid": OTHER, "actions": [ACTION]}
CARD: dict[str, Any] = {
    "uuid": UUID,
    "summary": "s",
    "indicator": "info",
    "source": {"label": "l", "url": "https://a.example/b", "topic": {"code": "a", "system": "urn:b"}},
    "suggestions": [SUGGESTION],
    "selectionBehavior": "any",
    "overrideReasons": [REASON, REASON, REASON],
}


def check(**members: Any) -> list[str]:
    """Faults of a sound card with these members; `...` leaves one out."""
    card = {key: value for key, value in {**copy.deepcopy(CARD), **members}.items() if value is not ...}
    return find_faults({"cards": [card]})


def test_a_sound_response_has_no_fault() -> None:
    assert check() == []
    assert find_faults({"cards": []}) == []


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"detail": None}, "cards.0.detail: null or empty"),
        ({"links": []}, "cards.0.links: null or empty"),
        ({"extension": {"a": {}}}, "cards.0.extension.a: null or empty"),
        ({"extension": [1]}, "extension: not an object"),
        ({"summary": "x" * 140}, "summary: not one line of fewer than 140 characters"),
        ({"summary": ...}, "summary: missing"),
        ({"indicator": "hard-stop"}, "indicator: not info, warning or critical"),
        ({"uuid": "123456"}, "uuid: missing, or not a bare UUID"),
        ({"uuid": OTHER}, "cards: a uuid stands twice"),
        ({"source": {"url": "https://a.example"}}, "source.label: missing"),
        ({"source": {"label": "a", "url": "javascript:x"}}, "source.url: not an absolute http(s) address"),
        ({"source": {"label": "a", "topic": {"code": "a"}}}, "source.topic: without code or system"),
        ({"overrideReasons": [{"code": "a", "system": "urn:b"}] * 3}, "(cds-resp-4)"),
        ({"overrideReasons": [REASON]}, "not three to six"),
        ({"overrideReasons": [{**REASON, "version": "1"}] * 3}, "does not define"),
        ({"selectionBehavior": ...}, "(cds-resp-6)"),
        ({"selectionBehavior": "all"}, "not any or at-most-one"),
        ({"suggestions": [{**SUGGESTION, "label": ...}]}, "suggestions.0.label: missing"),
        ({"suggestions": [{**SUGGESTION, "actions": [ACTION, ACTION]}]}, "not exactly one"),
        ({"suggestions": [{**SUGGESTION, "actionSelectionBehavior": "x"}]}, "(cds-resp-7)"),
        ({"suggestions": [{**SUGGESTION, "actions": [{**ACTION, "description": 1}]}]}, "(cds-resp-5)"),
        ({"suggestions": [{**SUGGESTION, "actions": [{**ACTION, "type": "delete"}]}]}, "(cds-resp-2)"),
        ({"suggestions": [{**SUGGESTION, "actions": [{**ACTION, "type": "update"}]}]}, "an update keeps the id"),
        ({"links": [{"label": "a", "url": "https://a.example", "type": "absolute", "appContext": "x"}]}, "(cds-resp-3)"),
        ({"priority": 1}, "priority: unknown member"),
    ],
)
def test_a_fault_is_found(members: dict[str, Any], fault: str) -> None:
    assert any(fault in found for found in check(**members))


def test_two_recommended_of_at_most_one_is_a_fault() -> None:
    recommended = [{**SUGGESTION, "isRecommended": True, "uuid": f"00000000-0000-4000-8000-00000000000{n}"} for n in (2, 3)]
    faults = check(suggestions=recommended, selectionBehavior="at-most-one")
    assert faults == ["cards.0.suggestions: more than one is recommended (cds-resp-1)"]


@pytest.mark.parametrize(
    ("type_", "member"), [("update", {"resource": ORDER}), ("delete", {"resourceId": "MedicationRequest/a"})]
)
def test_only_a_draft_order_of_the_call_is_updated_or_deleted(type_: str, member: dict[str, Any]) -> None:
    action = {"type": type_, "description": "d", **member}
    card = {**CARD, "suggestions": [{**SUGGESTION, "actions": [action]}]}
    assert find_faults({"cards": [card]}, {"MedicationRequest/a"}) == []
    assert "no draft order of the call" in find_faults({"cards": [card]}, {"MedicationRequest/b"})[0]


@pytest.mark.parametrize("value", [None, "x", 3, [None], ["x"], {"a": 1}])
@pytest.mark.parametrize("member", ["suggestions", "overrideReasons", "links", "source", "uuid", "extension", "detail"])
def test_a_member_of_any_other_shape_is_a_fault_and_no_breakdown(member: str, value: Any) -> None:
    is_fine = (member, value) in [("detail", "x"), ("extension", {"a": 1})]
    assert bool(check(**{member: value})) is not is_fine


def test_five_cards_are_checked_in_a_tenth_of_a_millisecond() -> None:
    """A bound of four times that, of the least of many rounds: the machine of the tests has other work too."""
    cards = [
        {**copy.deepcopy(CARD), "uuid": f"{UUID[:-2]}1{n}", "suggestions": [{**SUGGESTION, "uuid": f"{UUID[:-2]}2{n}"}]}
        for n in range(5)
    ]
    assert find_faults({"cards": cards}) == []
    assert min(timeit.repeat(lambda: find_faults({"cards": cards}), timer=time.process_time, number=50, repeat=10)) / 50 < 0.0004


def test_cards_have_to_be_there() -> None:
    assert "cards: not an array" in find_faults({})
