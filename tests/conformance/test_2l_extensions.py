"""Checklist 2.L: extensions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_five_states import same_cards
from tests.conformance.calls import Json, ask, discover, list_cards, list_links, list_responses, list_suggestions, woman


def list_extensions() -> list[Any]:
    holders: list[Json] = [*list_responses(), *list_cards(), *list_suggestions(), *list_links()]
    return [holder["extension"] for holder in holders if "extension" in holder]


@pytest.mark.parametrize("extension", [{"com.example.a": 1}, {}, [{"url": "https://a.example"}], "x", None])
def test_s200_an_extension_is_an_object_and_any_is_taken(extension: Any) -> None:
    assert all(isinstance(one, dict) for one in list_extensions())
    assert same_cards(ask(woman(extension=extension)).get_json()["cards"], ask(woman()).get_json()["cards"])


def test_s201_names_of_extensions_are_reverse_domains() -> None:
    names = {name for one in list_extensions() for name in one}
    assert names == {"dev.cds-hooks-server.advice", "dev.cds-hooks-server.evaluation"}


def test_s202_no_member_of_our_own_stands_outside_an_extension() -> None:
    known = {
        *("uuid", "summary", "detail", "indicator", "source", "suggestions"),
        *("selectionBehavior", "overrideReasons", "links", "extension"),
    }
    assert {name for card in list_cards() for name in card} <= known
    assert {name for response in list_responses() for name in response} == {"cards", "extension"}
    told = {"hook", "id", "title", "description", "prefetch", "usageRequirements", "version"}
    assert {name for service in discover() for name in service} == told
