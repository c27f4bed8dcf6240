"""Source, reasons and links are checked once for each form of them, with what a check anew finds."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.advice.checking_fixed import check_fixed, find_fixed_faults

REASON = {"code": "expert-advice", "system": "urn:reasons", "display": "On the advice of an expert"}
SOUND: dict[str, Any] = {
    "source": {"label": "SmPC", "url": "https://cds.example/rules/a", "topic": {"code": "a", "system": "urn:rules"}},
    "overrideReasons": [REASON, REASON, REASON],
    "links": [{"label": "Rule", "url": "https://cds.example/rules/a", "type": "absolute"}],
}
BROKEN: list[dict[str, Any]] = [
    {"source": {"url": "ftp://x"}},
    {"source": {**SOUND["source"], "topic": {"code": 1}}},
    {"source": {**SOUND["source"], "own": "member", "icon": "relative"}},
    {"overrideReasons": [REASON, {**REASON, "display": 7}]},
    {"overrideReasons": "expert-advice"},
    {"overrideReasons": [{"code": "a", "system": "b"}, "c", REASON]},
    {"links": [{"label": "Rule", "url": "javascript:x", "type": "page", "appContext": 1}]},
]


def test_a_card_with_sound_ones_has_no_fault_the_second_time_either() -> None:
    assert check_fixed(SOUND) == check_fixed({**SOUND, "summary": "another card"}) == []


@pytest.mark.parametrize("broken", BROKEN, ids=str)
def test_what_is_wrong_is_found_each_time_as_a_check_anew_finds_it(broken: dict[str, Any]) -> None:
    card = {**SOUND, **broken}
    told = check_fixed(card)
    told.append("a fault that the caller adds")
    assert check_fixed(card) == find_fixed_faults(card) == told[:-1] != []


def test_what_cannot_be_written_as_json_is_checked_as_it_is() -> None:
    assert check_fixed({**SOUND, "source": {"label": object()}}) == ["source.label: missing"]
