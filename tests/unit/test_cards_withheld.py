"""A card that breaks CDS Hooks never leaves: its rules stand on the card of what was not checked, or the call is a 500."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from cds_hooks.advice import response as composing
from cds_hooks.advice.checking import find_faults
from cds_hooks.advice.refused import Refused, compose_refused
from cds_hooks.advice.response import compose_response
from cds_hooks.errors import UnsoundResponse
from cds_hooks.hooks.response import Action, Card, Coding, Link, Source, Suggestion
from cds_hooks.record import change
from cds_hooks.rules.outcome import Assessment
from tests.unit.advice_setup import ADVICE, make_assessment, make_context, make_plain_outcome

UUID = "00000000-0000-4000-8000-0000000000aa"
BAD = "lenalidomide.bad"
GOOD = "lenalidomide.good"
OUTCOMES = (make_plain_outcome(BAD, group="dose"), make_plain_outcome(GOOD, number=20, group="tests"))
ORDER = {"resourceType": "MedicationRequest", "id": "no-draft"}
UPDATE = (Suggestion("l", UUID, (Action("update", "d", ORDER),)),)

#: How a card goes wrong; what the log says of it.
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"summary": "x" * 140}, "summary: not one line of fewer than 140 characters"),
    ({"summary": ""}, "summary: missing"),
    ({"indicator": "hard-stop"}, "indicator: not info"),
    ({"uuid": "1"}, "uuid: missing"),
    ({"source": Source("")}, "source.label: missing"),
    ({"source": Source("l", topic=Coding("c", ""))}, "source.topic: without code or system"),
    ({"override_reasons": (Coding("c", "s"),) * 3}, "(cds-resp-4)"),
    ({"links": (Link("l", "nowhere"),)}, "links.0.url"),
    ({"links": (Link("l", "https://a.example", "absolute", "x"),)}, "(cds-resp-3)"),
    ({"suggestions": UPDATE}, "(cds-resp-6)"),
    ({"suggestions": UPDATE, "selection_behavior": "any"}, "resource: updates no draft order of the call"),
    ({"extension": {ADVICE: {"order": None}}}, f"extension.{ADVICE}.order: null or empty"),
    ({"detail": "\ud800"}, "cannot be written as JSON"),
]


@pytest.fixture
def break_card(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Cards of BAD are composed with these members."""

    def break_card(**members: Any) -> None:
        compose = composing.compose_card

        def compose_wrongly(leaflet: Any, offer: Any, **how: Any) -> Card:
            card = compose(leaflet, offer, **how)
            return change(card, **members) if leaflet[0].outcome.rule.id == BAD else card

        monkeypatch.setattr(composing, "compose_card", compose_wrongly)

    return break_card


def answer(**members: Any) -> dict[str, Any]:
    context = make_context(drafts=frozenset({"MedicationRequest/order-1"}), **members)
    return compose_response(make_assessment(*OUTCOMES), context=context)


@pytest.mark.parametrize(("members", "said"), WRONG, ids=[row[1] for row in WRONG])
def test_a_card_with_a_fault_is_replaced_and_logged(
    break_card: Callable[..., None], caplog: pytest.LogCaptureFixture, members: dict[str, Any], said: str
) -> None:
    break_card(**members)
    response = answer()
    good, unchecked = (card["extension"][ADVICE] for card in response["cards"])
    assert (good["rules"], unchecked["rules"], unchecked["missing"]) == ([GOOD], ["service.not-checked"], [BAD])
    assert find_faults(response) == []
    assert f"a card of {BAD} is withheld: " in caplog.text
    assert said in caplog.text


def test_the_log_has_paths_and_nothing_that_the_order_holds(
    break_card: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    order = {**ORDER, "Jansen-member": {"1931": None}, "note": [{"text": "Jansen"}, {}]}
    break_card(suggestions=(Suggestion("l", UUID, (Action("update", "d", order),)),), selection_behavior="any", detail="Jansen")
    answer()
    assert "suggestions.0.actions.0.resource: null or empty" in caplog.text
    assert "Jansen" not in caplog.text
    assert "1931" not in caplog.text


def test_without_the_check_the_card_leaves_as_it_is(break_card: Callable[..., None]) -> None:
    break_card(summary="x" * 140)
    assert len(answer(checks_responses=False)["cards"][0]["summary"]) == 140


def test_a_response_that_cannot_be_made_right_is_never_sent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    compose = composing.compose_not_checked
    monkeypatch.setattr(composing, "compose_not_checked", lambda *a, **k: change(compose(*a, **k), summary="x" * 140))
    with pytest.raises(UnsoundResponse):
        compose_response(Assessment((), ("conditions",)), context=make_context())
    assert "a response is withheld: service.not-checked.summary: not one line" in caplog.text


def test_an_id_that_stands_twice_is_never_sent() -> None:
    with pytest.raises(UnsoundResponse):
        answer(new_uuid=lambda: UUID)


def test_the_card_of_a_refused_call_is_checked_too() -> None:
    with pytest.raises(UnsoundResponse):
        compose_refused(Refused("reason"), make_context(new_uuid=lambda: "no uuid"))


def test_a_null_that_holds_a_place_in_a_list_of_primitives_is_no_fault(break_card: Callable[..., None]) -> None:
    order = {**ORDER, "id": "order-1", "event": ["2026-03-02", None], "_event": [None, {"id": "a"}]}
    break_card(suggestions=(Suggestion("l", UUID, (Action("update", "d", order),)),), selection_behavior="any")
    assert [card["extension"][ADVICE]["rules"] for card in answer()["cards"]] == [[BAD], [GOOD]]


def test_nothing_wrong_is_no_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert len(answer()["cards"]) == 2
    assert caplog.text == ""
