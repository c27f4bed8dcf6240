"""Checklist 2.H: system actions, of which there are none: advice passes the physician by in nothing."""

from __future__ import annotations

import pytest

from cds_hooks.advice.checking import find_faults
from tests.api.real_service import open_client
from tests.conformance.calls import FEEDBACK, list_responses


def test_s130_cards_are_always_there_and_no_system_actions_beside_them() -> None:
    assert all("cards" in response and "systemActions" not in response for response in list_responses())


@pytest.mark.parametrize("actions", [[], [{"type": "create", "resource": {"resourceType": "Task"}}]])
def test_s131_a_response_with_system_actions_would_not_leave(actions: list[object]) -> None:
    assert find_faults({"cards": [], "systemActions": actions}) == ["systemActions: unknown member"]


def test_s132_feedback_is_about_cards_alone() -> None:
    item = {"outcome": "accepted", "outcomeTimestamp": "2026-03-02T09:00:00Z"}
    answer = open_client().post(FEEDBACK, json={"feedback": [item]})
    assert answer.get_json()["issue"][0]["expression"] == ["feedback[0].card"]
